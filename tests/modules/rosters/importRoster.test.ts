import { and, count, eq } from 'drizzle-orm'
import fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { centres, enrolments, entries, facilities, memberships, persons } from '#db/schema/index.ts'
import { addQuota, enrol, enrolmentsOf, withdraw } from '#modules/cohorts/index.ts'
import { createPerson, suspendPerson } from '#modules/people/index.ts'
import { importRoster, previewRoster } from '#modules/rosters/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anAdministrator, aTrainee, aTrainer } from '#tests/factories.ts'
import type { Actor } from '#modules/actor.ts'
import { system } from '#modules/actor.ts'
import { clean, dirty, kyzylorda, roster } from './files.ts'

const load = async (db: Db, actor: Actor, cohortId: string, bytes: Uint8Array, confirmed?: string[]) =>
  importRoster(db, actor, { cohortId, bytes, digest: (await previewRoster(db, actor, { cohortId, bytes, confirmed })).digest, confirmed })

/** Everything an import could leave behind. */
const traces = async (db: Db) => [await db.$count(persons), await db.$count(memberships), await db.$count(enrolments), await db.$count(entries)]

test('the real roster fills a cohort in the file’s order: 25 seats, then five places in the queue', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  expect(preview.counts).toEqual({ new: 30, matched: 0, changed: 0, wrong: 0, skipped: 0 })
  expect(preview.enrol).toEqual({ people: 30, seats: 25, queue: 5, leftOut: 0 })
  expect(preview.ready).toBe(true)

  const done = await importRoster(db, coordinator, { cohortId: cohort.id, bytes: clean, digest: preview.digest })
  expect(done).toEqual({ created: 30, changed: 0, enrolled: 25, queued: 5, alreadyIn: 0, leftOut: 0 })
  const { items } = await enrolmentsOf(db, coordinator, { cohortId: cohort.id })
  expect(items.slice(0, 3).map(({ name, seat, source }) => [name, seat, source])).toEqual([['Рақымбаева Нұргүл Ерланқызы', 1, 'roster'], ['Сағындық Гүлжан Маратқызы', 2, 'roster'], ['Рақымбаева Динара Серікқызы', 3, 'roster']])
  expect(items.filter(({ place }) => place !== null).map(({ name, place }) => [name, place])).toEqual([
    ['Төлегенова Меруерт', 1], ['Ахметов Қайрат Маратұлы', 2], ['Ким Оксана Нұрланқызы', 3], ['Шәкірова Меруерт Нұрланқызы', 4], ['Әлімбек Сергей Маратұлы', 5],
  ])
  const [first] = await db.select().from(persons).where(eq(persons.email, 'aidana18@example.kz'))
  expect(first).toMatchObject({ familyName: 'Сейітқали', givenName: 'Әділ', patronymic: 'Болатұлы', sex: 'male', profession: 'general-practitioner', phone: '+77000036261' })
  expect(first!.facilityId).not.toBeNull()
})

test('previewing writes nothing', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const before = await traces(db)
  await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  expect(await traces(db)).toEqual(before)
})

test('importing the same roster again adds nobody', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await load(db, coordinator, cohort.id, clean)
  const before = await traces(db)
  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  expect(preview.counts).toMatchObject({ new: 0, matched: 30 })
  expect(preview.enrol.people).toBe(0)
  expect(await load(db, coordinator, cohort.id, clean)).toEqual({ created: 0, changed: 0, enrolled: 0, queued: 0, alreadyIn: 30, leftOut: 0 })
  expect(await traces(db)).toEqual(before)
})

test('a roster with anything wrong is refused and leaves nothing behind', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: dirty })
  expect(preview.ready).toBe(false)
  const before = await traces(db)
  await expect(importRoster(db, coordinator, { cohortId: cohort.id, bytes: dirty, digest: preview.digest })).rejects.toMatchObject({ code: 'roster.has-errors', facts: { count: 6 } })
  expect(await traces(db)).toEqual(before)
})

test('a failure at the last line takes back every line before it', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = roster('Рақымбаева;Нұргүл;;010315604155;;;;', 'Сағындық;Гүлжан;;750225469627;;;;', 'Иванова;Айгүл;;881004456622;;;;')
  const { digest } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  const before = await traces(db)
  // The third person can't be written: the database refuses, as it might for a reason nobody foresaw.
  await expect(
    db.transaction(async (tx) => {
      await tx.execute(`create function refuse_aigul() returns trigger language plpgsql as $$ begin
        if new.given_name = 'Айгүл' then raise exception 'no'; end if; return new; end $$`)
      await tx.execute('create trigger refuse_aigul before insert on persons for each row execute function refuse_aigul()')
      const failed = await importRoster(tx as unknown as Db, coordinator, { cohortId: cohort.id, bytes, digest }).catch((error: unknown) => error)
      expect(String((failed as Error).cause ?? failed)).toContain('no')
      expect(await traces(tx as unknown as Db)).toEqual(before)
      throw new Error('done')
    }),
  ).rejects.toThrow('done')
})

test('other bytes than those previewed are refused', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const { digest } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })
  const before = await traces(db)
  await expect(importRoster(db, coordinator, { cohortId: cohort.id, bytes: roster('Ким;Оксана;;;;;;'), digest })).rejects.toMatchObject({ code: 'roster.file-changed' })
  expect(await traces(db)).toEqual(before)
})

test('only a coordinator of the cohort’s centre imports; to another centre’s the cohort is not there', async ({ db }) => {
  const { centre, cohort } = await kyzylorda(db)
  const other = await aCoordinator(db, (await aCentre(db)).id)
  for (const [actor, code] of [[await aTrainee(db), 'permission.denied'], [await aTrainer(db, centre.id), 'permission.denied'], [await anAdministrator(db), 'permission.denied'], [other, 'object.not-found']] as const) {
    await expect(previewRoster(db, actor, { cohortId: cohort.id, bytes: clean })).rejects.toMatchObject({ code })
    await expect(importRoster(db, actor, { cohortId: cohort.id, bytes: clean, digest: '0'.repeat(64) })).rejects.toMatchObject({ code: expect.stringMatching(/file-changed|denied|not-found/) })
  }
  await expect(previewRoster(db, system('command-line'), { cohortId: cohort.id, bytes: clean })).resolves.toMatchObject({ ready: true })
})

test('a cohort that is closed or cancelled takes no roster', async ({ db }) => {
  const { centre, coordinator } = await kyzylorda(db)
  for (const state of ['closed', 'cancelled'] as const) {
    const cohort = await aCohort(db, { centreId: centre.id, state })
    await expect(previewRoster(db, coordinator, { cohortId: cohort.id, bytes: clean })).rejects.toMatchObject({ code: 'cohort.over' })
  }
})

test('a changed surname of a known IIN is shown old and new, and taken over only when confirmed', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await load(db, coordinator, cohort.id, clean)
  const bytes = roster('Ибраева;Үміт;Маратқызы;871205489907;патронажная медсестра;;;')
  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  expect(preview.rows[0]).toMatchObject({ line: 2, kind: 'changed', changes: [{ field: 'familyName', from: 'Құдайберген', to: 'Ибраева' }], offers: { changes: true } })

  const surname = async () => (await db.select().from(persons).where(and(eq(persons.givenName, 'Үміт'), eq(persons.email, 'aidana06@example.kz'))))[0]!.familyName
  expect(await load(db, coordinator, cohort.id, bytes)).toMatchObject({ changed: 0, alreadyIn: 1 })
  expect(await surname()).toBe('Құдайберген')
  expect(await load(db, coordinator, cohort.id, bytes, ['2:changes'])).toMatchObject({ changed: 1, alreadyIn: 1 })
  expect(await surname()).toBe('Ибраева')
})

test('a lost leading zero is put back only when confirmed', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = roster('Иванова;Шолпан;Ерланқызы;323614283;;;;')
  const before = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  expect(before.rows[0]).toMatchObject({ kind: 'wrong', iin: null, offers: { iin: '0003******83' } })
  await expect(importRoster(db, coordinator, { cohortId: cohort.id, bytes, digest: before.digest })).rejects.toMatchObject({ code: 'roster.has-errors' })
  const after = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes, confirmed: ['2:iin'] })
  expect(after.rows[0]).toMatchObject({ kind: 'new', iin: '0003******83' })
  expect(await load(db, coordinator, cohort.id, bytes, ['2:iin'])).toMatchObject({ created: 1, enrolled: 1 })
  expect((await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster('Иванова;Шолпан;Ерланқызы;000323614283;;;;') })).rows[0]!.kind).toBe('matched')
})

test('a misspelt workplace is offered, and taken only when chosen', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = roster('Мұқанова;Мәншүк;;830406437828;;Қызлорда №1 емханасы;;')
  const [row] = (await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })).rows
  expect(row!.problems.map(({ code }) => code)).toContain('facility-close')
  const facility = row!.offers.facilities![0]!
  expect(facility.name).toBe('Қызылорда қалалық №1 емханасы')
  await load(db, coordinator, cohort.id, bytes, [`2:facility:${facility.id}`])
  const { items } = await enrolmentsOf(db, coordinator, { cohortId: cohort.id })
  expect(items).toMatchObject([{ name: 'Мұқанова Мәншүк', facility: { kk: 'Қызылорда қалалық №1 емханасы' } }])
})

test('a workplace that was not offered is not taken', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const bytes = roster('Мұқанова;Мәншүк;;830406437828;;Қызлорда №1 емханасы;;')
  const { rows } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes, confirmed: ['2:facility:00000000-0000-4000-8000-000000000000'] })
  expect(rows[0]!.problems.map(({ code }) => code)).toContain('facility-close')
})

test('a known person is matched by e-mail or phone only when the names agree', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await createPerson(db, coordinator, { role: 'trainee', familyName: 'Ким', givenName: 'Оксана', email: 'kim@example.kz', phone: '+77051112233', profession: 'midwife' })
  const kind = async (line: string) => (await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster(line) })).rows[0]!
  expect(await kind('Ким;Оксана;;;;;KIM@example.kz;')).toMatchObject({ kind: 'matched' })
  expect(await kind('КИМ;Оксана;;;;;;8 705 111 22 33')).toMatchObject({ kind: 'matched' })
  expect((await kind('Иванова;Айгүл;;;;;kim@example.kz;')).problems).toContainEqual(expect.objectContaining({ code: 'email-taken', level: 'wrong' }))
  expect((await kind('Иванова;Айгүл;;;;;;8 705 111 22 33')).problems).toContainEqual(expect.objectContaining({ code: 'phone-taken', level: 'wrong' }))
})

test('an IIN that belongs to somebody with quite other names is wrong, not a change', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await load(db, coordinator, cohort.id, clean)
  const { rows } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster('Петров;Иван;;871205489907;;;;') })
  expect(rows[0]).toMatchObject({ kind: 'wrong', changes: [] })
  expect(rows[0]!.problems.map(({ code }) => code)).toContain('iin-other')
})

test('a roster never changes the e-mail or phone of a known person', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await load(db, coordinator, cohort.id, clean)
  const bytes = roster('Құдайберген;Үміт;Маратқызы;871205489907;патронажная медсестра;;thief@example.kz;+7 700 000 00 01')
  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  expect(preview.rows[0]).toMatchObject({ kind: 'matched', changes: [] })
  expect(preview.rows[0]!.problems.map(({ code }) => code)).toEqual(expect.arrayContaining(['email-kept', 'phone-kept']))
  await load(db, coordinator, cohort.id, bytes, ['2:changes'])
  expect(await db.select({ n: count() }).from(persons).where(eq(persons.email, 'thief@example.kz'))).toEqual([{ n: 0 }])
})

test('somebody registered elsewhere is enrolled, but their record is neither shown nor changed', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const { id } = await createPerson(db, await anAdministrator(db), { role: 'trainee', familyName: 'Сулейменова', givenName: 'Үміт', iin: '871205489907' })
  const bytes = roster('Құдайберген;Үміт;Маратқызы;871205489907;;;;')
  const { rows } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  expect(rows[0]).toMatchObject({ kind: 'matched', changes: [], offers: {} })
  expect(JSON.stringify(rows)).not.toContain('Сулейменова')
  await load(db, coordinator, cohort.id, bytes, ['2:changes'])
  expect((await db.select().from(persons).where(eq(persons.id, id)))[0]!.familyName).toBe('Сулейменова')
  expect((await enrolmentsOf(db, coordinator, { cohortId: cohort.id })).items.map(({ personId }) => personId)).toEqual([id])
})

test('a suspended person stops the import until the line is taken out', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const administrator = await anAdministrator(db)
  const { id } = await createPerson(db, administrator, { role: 'trainee', familyName: 'Ким', givenName: 'Оксана', iin: '671123449900' })
  await suspendPerson(db, administrator, { personId: id })
  const { rows } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster('Ким;Оксана;;671123449900;;;;') })
  expect(rows[0]!.problems).toContainEqual(expect.objectContaining({ code: 'suspended', level: 'wrong' }))
})

test('one registered person can’t take two seats by two lines', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  await createPerson(db, coordinator, { role: 'trainee', familyName: 'Ким', givenName: 'Оксана', email: 'kim@example.kz', phone: '+77051112233' })
  const { rows } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster('Ким;Оксана;;;;;kim@example.kz;', 'Ким;Оксана;;;;;;+77051112233') })
  expect(rows[1]).toMatchObject({ kind: 'wrong' })
  expect(rows[1]!.problems).toContainEqual(expect.objectContaining({ code: 'person-twice', facts: { line: 2 } }))
})

test('whoever has a place of the course elsewhere is said by line and left out, and the others are imported', async ({ db }) => {
  const { centre, cohort, coordinator } = await kyzylorda(db)
  await db.update(centres).set({ onePlacePerCourse: true }).where(eq(centres.id, centre.id))
  const other = await aCohort(db, { centreId: centre.id, editionId: cohort.editionId, startsOn: '2027-04-05', endsOn: '2027-04-09' })
  const { id } = await createPerson(db, coordinator, { role: 'trainee', familyName: 'Ким', givenName: 'Оксана', iin: '671123449900' })
  await enrol(db, coordinator, { cohortId: other.id, personId: id })
  const bytes = roster('Рақымбаева;Нұргүл;;010315604155;;;;', 'Ким;Оксана;;671123449900;;;;', 'Сағындық;Гүлжан;;750225469627;;;;')

  const preview = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  expect(preview).toMatchObject({ ready: true, enrol: { people: 2, seats: 2, queue: 0, leftOut: 1 } })
  expect(preview.rows.map((one) => [one.line, one.kind, one.place])).toEqual([[2, 'new', 'seat'], [3, 'matched', null], [4, 'new', 'seat']])
  expect(preview.rows[1]!.problems).toContainEqual({ field: null, code: 'place-elsewhere', level: 'warning', facts: { day: '2027-04-05' } })
  expect(await load(db, coordinator, cohort.id, bytes)).toEqual({ created: 2, changed: 0, enrolled: 2, queued: 0, alreadyIn: 0, leftOut: 1 })
  expect((await enrolmentsOf(db, coordinator, { cohortId: cohort.id })).items.map((one) => one.seat)).toEqual([1, 2])

  await withdraw(db, coordinator, { cohortId: other.id, personId: id })
  expect(await load(db, coordinator, cohort.id, bytes)).toMatchObject({ enrolled: 1, alreadyIn: 2, leftOut: 0 })
})

test('a place taken elsewhere between preview and import leaves one person out and refuses nobody else', async ({ db }) => {
  const { centre, cohort, coordinator } = await kyzylorda(db)
  await db.update(centres).set({ onePlacePerCourse: true }).where(eq(centres.id, centre.id))
  const other = await aCohort(db, { centreId: centre.id, editionId: cohort.editionId, startsOn: '2027-04-05', endsOn: '2027-04-09' })
  const { id } = await createPerson(db, coordinator, { role: 'trainee', familyName: 'Ким', givenName: 'Оксана', iin: '671123449900' })
  const bytes = roster('Ким;Оксана;;671123449900;;;;', 'Сағындық;Гүлжан;;750225469627;;;;')
  const { digest, enrol: told } = await previewRoster(db, coordinator, { cohortId: cohort.id, bytes })
  await enrol(db, coordinator, { cohortId: other.id, personId: id })
  expect(told).toEqual({ people: 2, seats: 2, queue: 0, leftOut: 0 })
  expect(await importRoster(db, coordinator, { cohortId: cohort.id, bytes, digest })).toMatchObject({ enrolled: 1, leftOut: 1 })
})

test('the preview gives the places that the import gives, whatever is kept for whom', { timeout: 120_000 }, async ({ db }) => {
  const professions = ['патронажная медсестра', 'акушерка', 'педиатр', ''] as const
  const { centre, coordinator } = await kyzylorda(db)
  const far = await aFacility(db, { regionCode: 'KZ-31', names: { kk: 'Тараз қалалық №2 емханасы', ru: 'Тараз қалалық №2 емханасы', en: 'Тараз қалалық №2 емханасы' } })
  const places = ['Қызылорда қалалық №1 емханасы', far.names.kk, '']
  const [near] = await db.select().from(facilities).where(eq(facilities.regionCode, centre.regionCode))
  const line = fc.tuple(fc.constantFrom(...professions), fc.constantFrom(...places))
  const kept = fc.constantFrom<[string, Omit<Parameters<typeof addQuota>[2], 'cohortId' | 'seats'>]>(
    ['guests', { kind: 'guests' }], ['nurses', { kind: 'professions', professions: ['patronage-nurse'] }], ['doctors', { kind: 'professions', professions: ['paediatrician', 'midwife'] }], ['facility', { kind: 'facility', facilityId: near!.id }],
  )
  await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: 8 }), fc.array(fc.tuple(kept, fc.integer({ min: 1, max: 3 })), { maxLength: 3 }), fc.array(line, { minLength: 1, maxLength: 9 }), async (capacity, quotas, lines) => {
    await db.transaction(async (raw) => {
      const tx = raw as unknown as Db
      const cohort = await aCohort(tx, { centreId: centre.id, capacity })
      for (const [[, whom], seats] of quotas) await addQuota(tx, coordinator, { cohortId: cohort.id, ...whom, seats }).catch(() => null)
      const bytes = roster(...lines.map(([profession, place], index) => `Сынақ${'абвгдежзик'[index]};Үміт;;;${profession};${place};test${index}@example.kz;`))
      const preview = await previewRoster(tx, coordinator, { cohortId: cohort.id, bytes })
      await importRoster(tx, coordinator, { cohortId: cohort.id, bytes, digest: preview.digest })
      const got = new Map((await enrolmentsOf(tx, coordinator, { cohortId: cohort.id })).items.map((one) => [one.name, one.seat === null ? 'queue' : 'seat']))
      expect(preview.rows.map((one) => one.place)).toEqual(preview.rows.map((one) => got.get(one.name)))
      throw new Error('roll back')
    }).catch((error: Error) => {
      if (error.message !== 'roll back') throw error
    })
  }), { numRuns: 20 })
})

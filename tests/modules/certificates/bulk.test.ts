import { asc, eq, inArray, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attendance, certificates, cohorts, entries, notices, persons, rooms, seats, serials } from '#db/schema/index.ts'
import { batchOf, certificateJobs, issueCertificates, planIssue, revokeCertificate, startIssue, verifyCode } from '#modules/certificates/index.ts'
import { type Handlers, runDueJobs } from '#modules/jobs/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

// 1,200 people in the long form; the short one takes the same ways with fewer.
const size = process.env['TORTURE'] ? 400 : 30
const groups = 3

/** A finished cohort of many: the first was taught for real, and the others did exactly as they did. */
async function aLargeCohort(db: Db, people: number) {
  const finished = await aFinishedCohort(db, { people: 1, centre: { handOverMinutes: 30 } })
  const { cohort, facility } = finished
  const [model] = finished.people
  await db.update(rooms).set({ capacity: 500 }).where(eq(rooms.id, cohort.roomId))
  await db.update(cohorts).set({ capacity: people }).where(eq(cohorts.id, cohort.id))
  const added = await db.insert(persons).values(Array.from({ length: people - 1 }, (_, n) => ({
    familyName: 'Сағындық', givenName: 'Гүлжан', patronymic: `Маратқызы ${String(n).padStart(4, '0')}`.slice(0, 60), folded: `сагындык ${String(n).padStart(4, '0')}`, sex: 'female' as const, profession: 'midwife' as const, facilityId: facility.id,
  }))).returning({ id: persons.id })
  for (const table of ['enrolments', 'attendance', 'attempts', 'observations', 'logbook'] as const) {
    const own = table === 'enrolments' ? sql`'ticket', 5000 + p.n` : sql`'id', gen_random_uuid()`
    await db.execute(sql`
      insert into ${sql.identifier(table)} select (jsonb_populate_record(m, jsonb_build_object(${own}, 'person_id', p.id))).*
        from ${sql.identifier(table)} m, unnest(${sql.raw(`array[${added.map(({ id }) => `'${id}'`).join(',')}]::uuid[]`)}) with ordinality p(id, n)
       where m.cohort_id = ${cohort.id}::uuid and m.person_id = ${model!.id}::uuid`)
  }
  await db.insert(seats).values(added.map(({ id }, n) => ({ cohortId: cohort.id, seat: n + 2, capacity: people, personId: id })))
  return { ...finished, ids: [model!.id, ...added.map((one) => one.id)] }
}

/** Only what issues: drawing is measured elsewhere. */
const issuing = (before: () => void): Handlers => ({
  'certificate.issue': async (tx, payload) => {
    before()
    await certificateJobs['certificate.issue']!(tx, payload)
  },
  'certificate.draw': async () => {},
  'certificate.hand-over': certificateJobs['certificate.hand-over']!,
})

test(`${size * groups} people of ${groups} cohorts: each is judged alone, others are served in between, and a run that is cut off goes on`, async ({ db }) => {
  const cohort = []
  for (let n = 0; n < groups; n++) cohort.push(await aLargeCohort(db, size))
  const [mixed] = cohort
  const { coordinator } = mixed!
  const [revoked, failing, erased, unprintable, twin, kept] = mixed!.ids.slice(10) as [string, string, string, string, string, string]
  const { issued: [gone] } = await issueCertificates(db, coordinator, { cohortId: mixed!.cohort.id, personIds: [revoked] })
  await revokeCertificate(db, coordinator, { serial: gone!.serial, reason: 'Қате берілген' })
  await db.delete(attendance).where(eq(attendance.personId, failing))
  await db.update(persons).set({ erasedAt: new Date() }).where(eq(persons.id, erased))
  await db.update(persons).set({ givenName: 'Айгүл漢' }).where(eq(persons.id, unprintable))
  // Two records of one human, both in a seat.
  await db.update(persons).set({ mergedInto: kept, mergedAt: new Date() }).where(eq(persons.id, twin))

  const batches: string[] = []
  for (const one of cohort) {
    const { planId } = await planIssue(db, one.coordinator, { cohortId: one.cohort.id })
    batches.push((await startIssue(db, one.coordinator, { planId })).batchId!)
  }
  expect(await db.$count(certificates)).toBe(1)

  // Somebody else’s requests, one after another, for as long as the run takes: how many people are dealt with between two of them.
  let [dealt, seen, most, served, over] = [0, 0, 0, 0, false]
  const others = (async () => {
    while (!over) {
      await new Promise((go) => setImmediate(go))
      most = Math.max(most, dealt - seen)
      seen = dealt
      served++
    }
  })()
  // The process dies a third of the way through: the database is not there for what comes next.
  const lost = Object.assign(new Error('the connection is gone'), { code: '08006' })
  const cut = issuing(() => {
    if (dealt >= size) throw lost
    dealt++
  })
  await expect(runDueJobs(db, cut)).rejects.toThrow('the connection is gone')
  expect(await db.$count(certificates)).toBeGreaterThan(1)
  expect(await db.$count(certificates)).toBeLessThan(size * groups - 4)
  await runDueJobs(db, issuing(() => void dealt++))
  over = true
  await others
  expect(most).toBeLessThanOrEqual(2)
  expect(served).toBeGreaterThan(dealt / 2)

  const rows = await db.select({ serial: certificates.serial, personId: certificates.personId }).from(certificates).orderBy(asc(certificates.serial))
  expect(rows).toHaveLength(size * groups - 4)
  expect(new Set(rows.map((one) => one.personId)).size).toBe(rows.length)
  expect(rows.map((one) => Number(one.serial.slice(8)))).toEqual(rows.map((_, n) => n + 1))
  expect((await db.select().from(serials))[0]!.last).toBe(rows.length)
  expect(await db.$count(entries, eq(entries.kind, 'certificate.issued'))).toBe(rows.length)
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
  for (const [n, one] of cohort.entries()) expect(await batchOf(db, one.coordinator, { batchId: batches[n]! })).toMatchObject({ state: 'waits', done: n === 0 ? size - 5 : size, refused: [] })
  const without = [failing, erased, unprintable]
  expect(await db.$count(certificates, inArray(certificates.personId, without))).toBe(0)
  expect(await db.$count(certificates, inArray(certificates.personId, [twin, kept]))).toBe(1)
  expect(await verifyCode(db, (await db.select({ code: certificates.code }).from(certificates).where(eq(certificates.serial, rows.at(-1)!.serial)))[0]!.code)).toMatchObject({ status: 'valid' })
  expect(await db.$count(notices)).toBe(1)
}, process.env['TORTURE'] ? 1_800_000 : 240_000)

import { sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { centres as centreTable, facilities as facilityTable } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { countCertificates, type Dimension, dimensions, keyFigures, listCertificates } from '#modules/counts/index.ts'
import { endOfDay } from '#modules/day.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anAdministrator, anAuditor, anEdition, aPerson, aRegion, aRoom, aTrainee, aTrainer } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, aDemonstration, type Certificate, replaced, revoked } from './register.ts'

const auditor = system('test')
/** What workplaces of now are counted by together without the certificates. */
const heldFacts: readonly Dimension[] = ['facility', 'region', 'centre', 'course', 'profession', 'year', 'quarter', 'month']

describe('a count', () => {
  test('is of certificates issued in the period by the local date, both days included', async ({ db }) => {
    for (const day of ['2027-02-28', '2027-03-01', '2027-03-31', '2027-04-01']) await aCertificate(db, { issuedOn: day })
    expect((await countCertificates(db, auditor, { from: '2027-03-01', to: '2027-03-31', asOf: '2027-12-31' })).total).toBe(2)
    expect((await countCertificates(db, auditor, { asOf: '2027-12-31' })).total).toBe(4)
  })

  test('forgets a revoked certificate from the moment of its revocation', async ({ db }) => {
    const one = await aCertificate(db)
    await aCertificate(db)
    await revoked(db, one, new Date('2027-04-10T10:00:00Z'))
    const asOf = async (moment: string) => (await countCertificates(db, auditor, { asOf: moment })).total
    expect(await asOf('2027-04-10T09:59:59.999Z')).toBe(2)
    expect(await asOf('2027-04-10T10:00:00.000Z')).toBe(1)
    expect(await asOf('2027-04-09')).toBe(2)
    expect(await asOf('2027-04-10')).toBe(1)
  })

  test('counts a successor once, at the date of the first certificate', async ({ db }) => {
    const first = await aCertificate(db, { issuedOn: '2027-03-05' })
    const second = await replaced(db, first, { issuedOn: '2027-05-20' })
    await replaced(db, second, { issuedOn: '2027-06-20' })
    expect((await countCertificates(db, auditor, { by: ['month'], asOf: '2027-12-31' })).rows).toEqual([{ month: '2027-03', count: 1 }])
    expect((await countCertificates(db, auditor, { from: '2027-05-01', asOf: '2027-12-31' })).total).toBe(0)
    expect((await countCertificates(db, auditor, { asOf: '2027-04-01' })).total).toBe(1)
  })

  test('forgets a certificate whose successor was revoked', async ({ db }) => {
    const second = await replaced(db, await aCertificate(db, { issuedOn: '2027-03-05' }), { issuedOn: '2027-05-20' })
    await revoked(db, second, new Date('2027-06-01T00:00:00Z'))
    expect((await countCertificates(db, auditor, { asOf: '2027-05-31' })).total).toBe(1)
    expect((await countCertificates(db, auditor, { asOf: '2027-06-02' })).total).toBe(0)
  })

  test('never mixes demonstration and real certificates, and tells what it left out', async ({ db }) => {
    const demo = await anEdition(db, { demonstration: true, course: 'imci' })
    await aCertificate(db, { cohortId: (await aCohort(db, { editionId: demo.id })).id })
    await aCertificate(db)
    await aCertificate(db)
    expect(await countCertificates(db, auditor, { asOf: '2027-12-31' })).toMatchObject({ total: 2, leftOut: 1, demonstration: false })
    await aDemonstration(db)
    expect(await countCertificates(db, auditor, { asOf: '2027-12-31' })).toMatchObject({ total: 1, leftOut: 2, demonstration: true })
  })

  test('keeps to what the certificate says, whatever becomes of person and place', async ({ db }) => {
    const facility = await aFacility(db)
    const one = await aCertificate(db, { facilityId: facility.id, profession: 'feldsher', sex: 'male' })
    await db.execute(`update persons set profession = 'midwife', sex = 'female', facility_id = null where id = '${one.personId}'`)
    expect((await countCertificates(db, auditor, { by: ['profession', 'sex', 'facility'], asOf: '2027-12-31' })).rows).toEqual([{ profession: 'feldsher', sex: 'male', facility: facility.id, count: 1 }])
  })

  test('is of what certifies: a statement of attendance is no certificate, and no kind of one', async ({ db }) => {
    const cohort = await aCohort(db)
    const both = await aCertificate(db, { cohortId: cohort.id })
    const statement = await aCertificate(db, { cohortId: cohort.id, personId: both.personId, kind: 'attendance' })
    await aCertificate(db, { cohortId: cohort.id, kind: 'attendance' })
    const demo = await anEdition(db, { demonstration: true })
    await aCertificate(db, { cohortId: (await aCohort(db, { editionId: demo.id })).id, kind: 'attendance' })
    expect(statement.certifies).toBe(false)
    const cut = { asOf: '2027-12-31' }
    expect(await countCertificates(db, auditor, { ...cut, by: ['kind'] })).toMatchObject({ rows: [{ kind: 'non-formal', count: 1 }], total: 1, leftOut: 0 })
    expect((await countCertificates(db, auditor, { ...cut, where: { kind: 'attendance' } })).total).toBe(0)
    expect((await keyFigures(db, auditor, cut)).figures.map((one) => [one.name, one.value])).toEqual([['certificates', 1], ['people', 1], ['valid', 1], ['expiring', 0]])
    expect((await listCertificates(db, auditor, cut)).items.map((one) => one.serial)).toEqual([both.serial])
    expect((await listCertificates(db, auditor, { ...cut, which: 'all', where: { kind: 'attendance' } })).items.map((one) => [one.serial, one.certifies])).toContainEqual([statement.serial, false])
  })

  test('names its definition and its moment', async ({ db }) => {
    expect(await countCertificates(db, auditor, { asOf: '2027-03-01' })).toMatchObject({ definition: 'counts.definition.certificates', asOf: new Date('2027-03-01T18:59:59.999Z'), rows: [{ count: 0 }], total: 0 })
  })
})

test.for([
  ['2027-03-01', '2027-03-01T18:59:59.999Z'], ['2024-02-28', '2024-02-28T17:59:59.999Z'], ['2024-02-29', '2024-02-29T18:59:59.999Z'], ['2024-03-01', '2024-03-01T18:59:59.999Z'], ['1999-12-31', '1999-12-31T17:59:59.999Z'],
] as const)('the end of %s in Kazakhstan is %s', ([day, moment]) => {
  expect(endOfDay(day).toISOString()).toBe(moment)
})

describe('who may count', () => {
  test('auditors and the system everything, a coordinator one centre of their own, nobody else anything', async ({ db }) => {
    const [own, foreign] = [await aCentre(db), await aCentre(db)]
    for (const centreId of [own.id, foreign.id]) await aCertificate(db, { cohortId: (await aCohort(db, { centreId })).id })
    const coordinator = await aCoordinator(db, own.id)
    const cut = { asOf: '2027-12-31' }
    expect((await countCertificates(db, await anAuditor(db), cut)).total).toBe(2)
    expect((await countCertificates(db, coordinator, { ...cut, where: { centre: own.id } })).total).toBe(1)
    expect((await listCertificates(db, coordinator, { ...cut, where: { centre: own.id } })).items).toHaveLength(1)
    const denied = { code: 'permission.denied' }
    for (const where of [{}, { centre: foreign.id }]) {
      await expect(countCertificates(db, coordinator, { ...cut, where })).rejects.toMatchObject(denied)
      await expect(listCertificates(db, coordinator, { ...cut, where })).rejects.toMatchObject(denied)
      await expect(keyFigures(db, coordinator, { ...cut, where })).rejects.toMatchObject(denied)
    }
    for (const other of [visitor, await aTrainee(db), await aTrainer(db, own.id), await anAdministrator(db)]) {
      await expect(countCertificates(db, other, { ...cut, where: { centre: own.id } })).rejects.toMatchObject(denied)
    }
  })
})

test.for([
  { by: ['region', 'region'] }, { by: ['region', 'centre', 'course', 'month'] }, { by: ['name'] }, { from: '2027-02-31' }, { from: '0000-01-01' }, { asOf: '0000-01-01T00:00:00Z' }, { asOf: 'yesterday' },
  { where: { name: 'x' } }, { where: { region: 'Қызылорда' } }, { where: { month: '2027-13' } }, { where: { centre: 'x' } }, { where: { profession: 'king' } }, { where: { kind: 'Жоқ' } },
])('input that does not fit is refused: %j', async (input, { db }) => {
  await expect(countCertificates(db, auditor, input as never)).rejects.toMatchObject({ name: 'ZodError' })
})

/** Two regions, three centres, two courses of two editions, a pool of people: everything a certificate can differ by. */
async function aCountry(db: Db) {
  await aRegion(db, 'KZ-43')
  await aRegion(db, 'KZ-31')
  const facilities = [await aFacility(db, { regionCode: 'KZ-43' }), await aFacility(db, { rural: true, regionCode: 'KZ-31' })]
  const people = []
  for (let n = 0; n < 12; n++) people.push((await aPerson(db)).id)
  const groups = []
  for (const [course, kind] of [['imci', 'non-formal'], ['home-visiting', 'advanced'], ['lectures', 'attendance']] as const) {
    for (let n = 0; n < 2; n++) {
      const edition = await anEdition(db, { course, kind })
      const centre = await aCentre(db)
      const room = await aRoom(db, { centreId: centre.id })
      for (const language of ['kk', 'ru'] as const) groups.push(await aCohort(db, { editionId: edition.id, centreId: centre.id, roomId: room.id, roomCapacity: room.capacity, language }))
    }
  }
  const places = new Map([...facilities.map((one) => [one.id, one.regionCode] as const), ...groups.map((one) => [one.centreId, 'KZ-43'] as const)])
  return { facilities, people, groups, places }
}

// What a count is, said once more in memory.
type Known = { row: Certificate; revokedAt: Date | null; successor: Known | null }
const counts = (one: Known, asOf: Date) => one.row.kind !== 'attendance' && one.row.issuedAt <= asOf && !(one.revokedAt && one.revokedAt <= asOf) && !(one.successor && one.successor.row.issuedAt <= asOf)
const quarterOf = (day: string) => `${day.slice(0, 4)}-Q${Math.ceil(Number(day.slice(5, 7)) / 3)}`
const valueOf = (row: Certificate, name: Dimension, places: Map<string, string>, on: string): string | null =>
  ({ rural: row.rural === null ? null : row.rural ? 'rural' : 'urban', guideline: row.guideline, state: row.expiresOn !== null && row.expiresOn < on ? 'expired' : 'valid', year: row.countedOn.slice(0, 4), quarter: quarterOf(row.countedOn), 'present-region': places.get(row.facilityId ?? row.centreId)!,
    region: row.regionCode, centre: row.centreId, facility: row.facilityId, course: row.course, edition: row.editionId, profession: row.profession, sex: row.sex, language: row.language, kind: row.kind, month: row.countedOn.slice(0, 7) })[name]

test('counts and lists agree with a naive model, for any history and any cut', async ({ db }) => {
  const { facilities, people, groups, places: begun } = await aCountry(db)
  const day = fc.integer({ min: 0, max: 120 }).map((n) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10))
  const event = fc.record({ person: fc.nat(people.length - 1), group: fc.nat(groups.length - 1), day, region: fc.constantFrom('KZ-43', 'KZ-31'), facility: fc.constantFrom(0, 1, null), profession: fc.constantFrom('midwife', 'feldsher', null), sex: fc.constantFrom('female', 'male', null), rural: fc.constantFrom(true, false, null), expiresOn: fc.option(day, { nil: null }), fate: fc.constantFrom('kept', 'kept', 'revoked', 'replaced', 'replaced-then-revoked'), later: fc.integer({ min: 1, max: 60 }) })
  const cut = fc.record({ by: fc.shuffledSubarray([...dimensions], { maxLength: 3 }), from: fc.option(day, { nil: undefined }), to: fc.option(day, { nil: undefined }), asOf: day, filter: fc.option(fc.constantFrom(...dimensions), { nil: undefined }), pick: fc.nat() })
  // A workplace or a centre that moves to the other region takes its certificates along on the map.
  const move = fc.record({ after: fc.nat(25), workplace: fc.boolean(), to: fc.constantFrom('KZ-43', 'KZ-31') })
  await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 25 }), fc.array(cut, { minLength: 4, maxLength: 4 }), fc.array(move, { maxLength: 3 }), async (events, cuts, moves) => {
    await rolledBack(db, async (tx) => {
      const places = new Map(begun)
      const known: Known[] = []
      const taken = new Set<string>()
      for (const [at, one] of events.entries()) {
        for (const { workplace, to } of moves.filter(({ after }) => after === at)) {
          const id = workplace ? facilities[0]!.id : groups[0]!.centreId
          await tx.update(workplace ? facilityTable : centreTable).set({ regionCode: to }).where(sql`id = ${id}::uuid`)
          places.set(id, to)
        }
        if (taken.has(`${one.person} ${one.group}`)) continue
        taken.add(`${one.person} ${one.group}`)
        const row = await aCertificate(tx, { personId: people[one.person]!, cohortId: groups[one.group]!.id, issuedOn: one.day, regionCode: one.region, facilityId: one.facility === null ? null : facilities[one.facility]!.id, profession: one.profession, sex: one.sex, rural: one.rural, expiresOn: one.expiresOn })
        const entry: Known = { row, revokedAt: null, successor: null }
        known.push(entry)
        const then = new Date(row.issuedAt.getTime() + one.later * 24 * 3_600_000)
        let last = entry
        if (one.fate.startsWith('replaced')) {
          last = { row: await replaced(tx, row, { issuedAt: then, issuedOn: then.toISOString().slice(0, 10) }), revokedAt: null, successor: null }
          entry.successor = last
          known.push(last)
        }
        if (one.fate.endsWith('revoked')) {
          last.revokedAt = new Date(then.getTime() + 3_600_000)
          await revoked(tx, last.row, last.revokedAt)
        }
      }
      for (const { by, from, to, asOf, filter, pick } of cuts) {
        const chosen = filter && known.length > 0 ? { [filter]: valueOf(known[pick % known.length]!.row, filter, places, asOf) ?? 'none' } : {}
        const input = { from, to, asOf, where: chosen } as { from?: string; to?: string; asOf: string; where: object }
        const right = known.filter((one) => counts(one, endOfDay(asOf)) && (!from || one.row.countedOn >= from) && (!to || one.row.countedOn <= to) && Object.entries(chosen).every(([name, value]) => (valueOf(one.row, name as Dimension, places, asOf) ?? 'none') === value))
        const expected = new Map<string, number>()
        for (const { row } of right) {
          const cell = JSON.stringify(by.map((name) => valueOf(row, name, places, asOf)))
          expected.set(cell, (expected.get(cell) ?? 0) + 1)
        }
        const counted = await countCertificates(tx, auditor, { by, ...input })
        expect(counted.total).toBe(right.length)
        if (by.length > 0) expect(new Map(counted.rows.map((row) => [JSON.stringify(by.map((name) => row[name])), row.count]))).toEqual(expected)
        const figures = await keyFigures(tx, auditor, input)
        expect(figures.figures.find((one) => one.name === 'people')!.value).toBe(new Set(right.map((one) => one.row.personId)).size)
        const listed: string[] = []
        for (let cursor: string | undefined, more = true; more;) {
          const page = await listCertificates(tx, auditor, { ...input, limit: 3, cursor })
          listed.push(...page.items.map((item) => item.serial))
          cursor = page.cursor ?? undefined
          more = page.cursor !== null
        }
        expect(listed.toSorted()).toEqual(right.map((one) => one.row.serial).toSorted())

        // People of now are counted from the holdings, whatever is asked of them.
        const peopleOf = async (moment: string | undefined) => (await keyFigures(tx, auditor, { ...input, asOf: moment })).figures.find((one) => one.name === 'people')!.value
        if (filter !== 'state') expect(await peopleOf(undefined)).toBe(await peopleOf('2199-12-31'))

        // The end of a day is read from the tallies, any other moment from the certificates: nothing happens in the last millisecond.
        const justBefore = await countCertificates(tx, auditor, { by, ...input, asOf: new Date(endOfDay(asOf).getTime() - 1).toISOString() })
        expect({ rows: justBefore.rows, total: justBefore.total, leftOut: justBefore.leftOut }).toEqual({ rows: counted.rows, total: counted.total, leftOut: counted.leftOut })
        // As it stands now must be what it was at a moment after everything. One workplace, or workplaces by what holdings don't know, are asked of the
        // certificates, which here are issued in days to come.
        const asked = [...by, filter]
        if (asked.includes('state') || filter === 'facility' || by.includes('facility') && !asked.every((name) => name === undefined || heldFacts.includes(name))) continue
        const { rows: now, total } = await countCertificates(tx, auditor, { by, ...input, asOf: undefined })
        const after = await countCertificates(tx, auditor, { by, ...input, asOf: '2199-12-31' })
        expect({ now, total }).toEqual({ now: after.rows, total: after.total })
      }
      expect(await rows(tx, sql`select coalesce(t.cell, s.cell) as cell, t.n as tallied, s.n as standing from tallies t full join standing_cells s using (cell) where coalesce(t.n, 0) <> coalesce(s.n, 0)`)).toEqual([])
    })
  }), { numRuns: 25 })
}, 120_000)

describe('the figures of the first page', () => {
  test('valid ones are in force through their last day, and expiring ones end within ninety days', async ({ db }) => {
    for (const expiresOn of [null, '2027-06-01', '2027-06-02', '2027-08-31', '2027-09-01']) await aCertificate(db, { expiresOn, issuedOn: '2024-03-05' })
    const { figures } = await keyFigures(db, auditor, { from: '2027-01-01', asOf: '2027-06-02' })
    expect(Object.fromEntries(figures.map((one) => [one.name, one.value]))).toEqual({ certificates: 0, people: 0, valid: 4, expiring: 2 })
  })

  test('someone with two certificates is one person', async ({ db }) => {
    const { personId } = await aCertificate(db)
    await aCertificate(db, { personId })
    const { figures } = await keyFigures(db, auditor, { asOf: '2027-12-31' })
    expect(figures.find((one) => one.name === 'people')).toMatchObject({ value: 1, definition: 'counts.definition.people' })
  })
})

test('what ends soon is listed by its last day, page by page, each once', async ({ db }) => {
  const days = ['2027-08-30', '2027-06-02', '2027-07-15', '2027-06-02', '2027-08-30']
  for (const [at, expiresOn] of days.entries()) await aCertificate(db, { expiresOn, issuedOn: `2024-03-0${at + 1}` })
  await aCertificate(db, { expiresOn: '2027-09-01', issuedOn: '2024-03-09' })
  const listed: (string | null)[] = []
  const serials = new Set<string>()
  for (let cursor: string | undefined, more = true; more;) {
    const page = await listCertificates(db, auditor, { state: 'expiring', asOf: '2027-06-02', limit: 2, cursor })
    for (const one of page.items) {
      listed.push(one.expiresOn)
      serials.add(one.serial)
    }
    cursor = page.cursor ?? undefined
    more = page.cursor !== null
  }
  expect([listed, serials.size]).toEqual([days.toSorted(), 5])
})

test('a list of all tells what became of each certificate', async ({ db }) => {
  const first = await aCertificate(db, { issuedOn: '2027-03-01' })
  const second = await replaced(db, first, { issuedOn: '2027-04-01' })
  const third = await aCertificate(db, { issuedOn: '2027-03-02' })
  await revoked(db, third, new Date('2027-05-01T00:00:00Z'))
  const fourth = await aCertificate(db, { issuedOn: '2027-03-03', expiresOn: '2027-05-31' })
  const { items } = await listCertificates(db, auditor, { which: 'all', asOf: '2027-06-01' })
  expect(items.map((item) => [item.serial, item.status, item.predecessor, item.successor])).toEqual([
    [fourth.serial, 'expired', null, null], [third.serial, 'revoked', null, null], [second.serial, 'valid', first.serial, null], [first.serial, 'replaced', null, second.serial],
  ])
  expect(items[0]).toMatchObject({ holderName: 'Рақымбаева Нұргүл Ерланқызы', entry: fourth.entrySeq })
})

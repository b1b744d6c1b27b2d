import { eq, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { facilities, merges, persons, regions } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { countCertificates, definitionOf, type ExplainedFigure, explainedFigures, explainFigure } from '#modules/counts/index.ts'
import { added, type Change } from '#modules/counts/changes.ts'
import { certificatesHappened, partsOf, peopleHappened } from '#modules/counts/happened.ts'
import { placementsIn } from '#modules/counts/placements.ts'
import { endOfDay } from '#modules/day.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anAuditor, aPerson, aRegion, aTrainee, texts } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, replaced, revoked } from './register.ts'
import { sentAgain } from './sentAgain.ts'

const auditor = system('test')
const add = (changes: readonly { change: number }[] | null) => changes!.reduce((sum, { change }) => sum + change, 0)

describe('the difference from an earlier day', () => {
  test('says what was issued, replaced and revoked since', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2027-03-01' })
    const corrected = await aCertificate(db, { issuedOn: '2027-03-02' })
    const gone = await aCertificate(db, { issuedOn: '2027-03-03' })
    const fresh = await aCertificate(db, { issuedOn: '2027-04-05' })
    await replaced(db, corrected, { issuedOn: '2027-04-06' })
    await revoked(db, gone, new Date('2027-04-07T06:00:00Z'))
    const brief = await aCertificate(db, { issuedOn: '2027-04-08' })
    await revoked(db, brief, new Date('2027-04-09T06:00:00Z'))
    const { value, compared } = await explainFigure(db, auditor, { figure: 'certificates', since: '2027-03-31', asOf: '2027-04-30' })
    expect({ before: compared!.before, value, unexplained: compared!.unexplained }).toEqual({ before: 3, value: 3, unexplained: 0 })
    expect(compared!.changes).toEqual([
      { reason: 'issued', events: 2, change: 2, serials: [fresh.serial, brief.serial] },
      { reason: 'replaced', events: 2, change: 0, serials: expect.arrayContaining([corrected.serial]) },
      { reason: 'revoked', events: 2, change: -2, serials: [gone.serial, brief.serial] },
    ])
  })

  test('says what has passed its last day, and what counts at a day outside the period', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2024-04-10', expiresOn: '2027-04-10' })
    await aCertificate(db, { issuedOn: '2024-04-11', expiresOn: '2027-06-10' })
    const valid = await explainFigure(db, auditor, { figure: 'valid', since: '2027-04-10', asOf: '2027-04-11' })
    expect([valid.compared!.before, valid.value, valid.compared!.changes!.map((one) => [one.reason, one.change])]).toEqual([2, 1, [['expired', -1]]])
    await aCertificate(db, { issuedOn: '2027-05-02', countedOn: '2027-05-02' })
    const counted = await explainFigure(db, auditor, { figure: 'certificates', to: '2027-04-30', since: '2027-04-30', asOf: '2027-05-31' })
    expect(counted.compared).toMatchObject({ before: 2, changes: [], outside: 1, unexplained: 0 })
  })

  test('knows that a certificate corrected after its last day is none in force', async ({ db }) => {
    const old = await aCertificate(db, { issuedOn: '2027-03-01', expiresOn: '2027-03-02' })
    await replaced(db, old, { issuedAt: new Date('2027-03-05T06:00:00Z'), issuedOn: '2027-03-05', expiresOn: old.expiresOn })
    const { value, compared } = await explainFigure(db, auditor, { figure: 'valid', since: '2027-03-01', asOf: '2027-03-31' })
    expect([compared!.before, value, compared!.unexplained, add(compared!.changes)]).toEqual([1, 0, 0, -1])
  })

  test('follows a record that was kept and later given up itself', async ({ db }) => {
    const [first, second, third] = [await aCertificate(db), await aCertificate(db), await aCertificate(db)].map((one) => one.personId) as [string, string, string]
    for (const [personId, intoId, mergedAt] of [[first, second, new Date('2027-04-01T07:00:00Z')], [second, third, new Date('2027-05-01T07:00:00Z')]] as const) {
      await db.insert(merges).values({ personId, intoId, mergedAt, moved: Buffer.alloc(1) })
      // As a merge does it: a pointer never leads to a record that points on.
      await db.update(persons).set({ mergedInto: intoId }).where(eq(persons.mergedInto, personId))
      await db.update(persons).set({ mergedInto: intoId, mergedAt }).where(eq(persons.id, personId))
    }
    const { value, compared } = await explainFigure(db, auditor, { figure: 'people', since: '2027-04-15', asOf: '2027-06-01' })
    expect([compared!.before, value, compared!.unexplained]).toEqual([2, 1, 0])
    expect(compared!.changes).toMatchObject([{ reason: 'merged', events: 1, change: -1 }])
  })

  test('names both what came and what went in between', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2027-03-01' })
    await rolledBack(db, async (tx) => {
      await aCertificate(tx, { issuedOn: '2027-04-01', expiresOn: '2027-04-20' })
      const { compared } = await explainFigure(tx, auditor, { figure: 'valid', since: '2027-03-31', asOf: '2027-04-30' })
      expect(compared).toMatchObject({ before: 1, unexplained: 0 })
      expect(compared!.changes!.map((one) => [one.reason, one.change])).toEqual([['issued', 1], ['expired', -1]])
    })
  })
})

/** A region that was made of a part of another one. */
const anHeir = (db: Db, code: string, validFrom: string, predecessorCode: string) =>
  db.insert(regions).values({ code, kato: `${code.slice(3)}0000000`, names: texts(code), validFrom, predecessorCode })

test('parts of all ids meet without a gap', () => {
  const parts = partsOf(3)
  expect(parts.map(({ below }) => below)).toEqual([...parts.slice(1).map(({ from }) => from), null])
  expect(parts[0]!.from).toBe('00000000-0000-0000-0000-000000000000')
  expect(partsOf(1)).toEqual([{ from: '00000000-0000-0000-0000-000000000000', below: null }])
})

describe('the reform of regions', () => {
  test('places lie in the newest region of their line that is there already', () => {
    const units = [
      { code: 'KZ-63', validFrom: '1932-02-20', predecessorCode: null }, { code: 'KZ-10', validFrom: '2022-06-08', predecessorCode: 'KZ-63' }, { code: 'KZ-99', validFrom: '2030-01-01', predecessorCode: 'KZ-10' },
      { code: 'KZ-35', validFrom: '1936-07-29', predecessorCode: null },
    ]
    const [reform, later] = [new Date('2022-06-07T18:00:00Z'), new Date('2029-12-31T19:00:00Z')]
    expect(placementsIn('KZ-63', units)).toEqual([{ code: 'KZ-63', from: null, until: null }, { code: 'KZ-10', from: null, until: reform }, { code: 'KZ-99', from: null, until: reform }])
    expect(placementsIn('KZ-10', units)).toEqual([{ code: 'KZ-10', from: reform, until: null }, { code: 'KZ-99', from: reform, until: later }])
    expect(placementsIn('KZ-35', units)).toEqual([{ code: 'KZ-35', from: null, until: null }])
    expect(placementsIn('KZ-11', units)).toEqual([])
    // An heir of an heir that was made earlier takes everything with it, and a line that leads round in a circle ends.
    expect(placementsIn('KZ-10', [units[0]!, { ...units[1]!, validFrom: '2031-01-01' }, units[2]!])).toEqual([{ code: 'KZ-10', from: new Date('2030-12-31T19:00:00Z'), until: null }])
    expect(placementsIn('KZ-63', [{ ...units[0]!, predecessorCode: 'KZ-10' }, units[1]!])).toHaveLength(2)
  })

  test('Semey: the region of issue never changes, the region of its workplaces moves on 8 June 2022, and the reasons add up', async ({ db }) => {
    const old = await aRegion(db, 'KZ-63')
    await anHeir(db, 'KZ-10', '2022-06-08', 'KZ-63')
    const cohort = await aCohort(db, { centreId: (await aCentre(db, { regionCode: 'KZ-63' })).id })
    const [semey, oskemen] = [await aFacility(db, { regionCode: 'KZ-63', names: texts('Семей қаласының №2 емханасы') }), await aFacility(db, { regionCode: 'KZ-63' })]
    const issued = async (facilityId: string | null, issuedOn: string, regionCode = old.code) => aCertificate(db, { cohortId: cohort.id, facilityId, issuedOn, regionCode, expiresOn: '2024-12-31' }, Number(issuedOn.slice(0, 4)))
    const moved = [await issued(semey.id, '2021-04-05'), await issued(semey.id, '2021-09-14')]
    const revokedOne = await issued(semey.id, '2021-05-06')
    await revoked(db, revokedOne, new Date('2022-01-10T06:00:00Z'))
    await issued(oskemen.id, '2021-10-11')
    // Of an unknown workplace, so that it goes by its centre.
    await issued(null, '2021-11-15')
    const count = async (name: 'region' | 'present-region', code: string, asOf?: string) => (await countCertificates(db, auditor, { asOf, where: { [name]: code } })).total
    const counted = { ofIssue: await count('region', 'KZ-63', '2022-12-31'), lying: await count('present-region', 'KZ-63', '2022-12-31') }
    expect(counted).toEqual({ ofIssue: 4, lying: 4 })

    await db.update(facilities).set({ regionCode: 'KZ-10' }).where(eq(facilities.id, semey.id))
    const fresh = await issued(semey.id, '2022-10-03', 'KZ-10')
    const at = async (asOf?: string) => ({ ofIssue: [await count('region', 'KZ-63', asOf), await count('region', 'KZ-10', asOf)], lying: [await count('present-region', 'KZ-63', asOf), await count('present-region', 'KZ-10', asOf)] })
    expect(await at('2021-12-31')).toEqual({ ofIssue: [5, 0], lying: [5, 0] })
    expect(await at('2022-06-07')).toEqual({ ofIssue: [4, 0], lying: [4, 0] })
    expect(await at('2022-06-08')).toEqual({ ofIssue: [4, 0], lying: [2, 2] })
    expect(await at('2022-12-31')).toEqual({ ofIssue: [4, 1], lying: [2, 3] })
    expect(await at()).toEqual({ ofIssue: [4, 1], lying: [2, 3] })
    expect((await countCertificates(db, auditor, { asOf: '2022-06-07', by: ['present-region'] })).rows).toEqual([{ 'present-region': 'KZ-63', count: 4 }])
    expect((await countCertificates(db, auditor, { by: ['present-region'] })).rows).toEqual([{ 'present-region': 'KZ-10', count: 3 }, { 'present-region': 'KZ-63', count: 2 }])

    const explain = async (figure: ExplainedFigure, where: object) => {
      const { value, compared } = await explainFigure(db, auditor, { figure, since: '2021-12-31', asOf: '2022-12-31', where })
      return { before: compared!.before, value, changes: compared!.changes!.map((one) => [one.reason, one.events, one.change]), unexplained: compared!.unexplained, serials: compared!.changes!.find((one) => one.reason === 'reform')?.serials }
    }
    expect(await explain('certificates', { region: 'KZ-63' })).toEqual({ before: 5, value: 4, changes: [['revoked', 1, -1]], unexplained: 0, serials: undefined })
    const serials = moved.map((one) => one.serial)
    for (const figure of ['certificates', 'people', 'valid'] as const) {
      expect(await explain(figure, { 'present-region': 'KZ-63' })).toEqual({ before: 5, value: 2, changes: [['revoked', 1, -1], ['reform', 2, -2]], unexplained: 0, serials })
      expect(await explain(figure, { 'present-region': 'KZ-10' })).toEqual({ before: 0, value: 3, changes: [['issued', 1, 1], ['reform', 2, 2]], unexplained: 0, serials })
    }
    expect(fresh.regionCode).toBe('KZ-10')
  })
})

test('of any history the reasons add up to the difference: certificates, people and valid ones, in any cut', async ({ db }) => {
  await aRegion(db, 'KZ-43')
  await aRegion(db, 'KZ-31')
  const people: string[] = []
  for (let n = 0; n < 8; n++) people.push((await aPerson(db)).id)
  // Regions that are made while it goes on, the second of a part of the first; places lie in them, before and after.
  await anHeir(db, 'KZ-90', '2027-02-10', 'KZ-43')
  await anHeir(db, 'KZ-91', '2027-03-20', 'KZ-90')
  const groups = [await aCohort(db), await aCohort(db), await aCohort(db, { centreId: (await aCentre(db, { regionCode: 'KZ-91' })).id })]
  const places: (string | null)[] = [null]
  for (const regionCode of ['KZ-43', 'KZ-31', 'KZ-90', 'KZ-91']) places.push((await aFacility(db, { regionCode })).id)
  const dayOf = (n: number) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10)
  const event = fc.record({
    person: fc.nat(7), group: fc.nat(2), day: fc.nat(100), region: fc.constantFrom('KZ-43', 'KZ-31'), place: fc.nat(4), later: fc.integer({ min: 1, max: 60 }), expires: fc.option(fc.integer({ min: 1, max: 100 }), { nil: null }),
    fate: fc.constantFrom('kept', 'kept', 'revoked', 'replaced', 'replaced-then-revoked'), moves: fc.boolean(), kind: fc.constantFrom(undefined, undefined, undefined, 'attendance'),
  })
  // Of a pair the one leads to the other: for good, or for a while.
  const joining = fc.record({ pair: fc.nat(3), day: fc.nat(100), later: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }) })
  const asked = fc.record({ figure: fc.constantFrom<ExplainedFigure[]>('certificates', 'people', 'valid'), since: fc.nat(130), span: fc.integer({ min: 1, max: 90 }), from: fc.option(fc.nat(100), { nil: undefined }), region: fc.option(fc.constantFrom('KZ-43', 'KZ-31'), { nil: undefined }), lying: fc.constantFrom(undefined, undefined, 'KZ-43', 'KZ-90', 'KZ-91', 'KZ-31'), state: fc.constantFrom(undefined, undefined, 'valid', 'expired') })
  await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 18 }), fc.uniqueArray(joining, { maxLength: 3, selector: ({ pair }) => pair }), fc.array(asked, { minLength: 6, maxLength: 6 }), async (events, joinings, questions) => {
    await rolledBack(db, async (tx) => {
      const taken = new Set<string>()
      for (const one of events) {
        if (taken.has(`${one.person} ${one.group}`)) continue
        taken.add(`${one.person} ${one.group}`)
        const row = await aCertificate(tx, { personId: people[one.person]!, cohortId: groups[one.group]!.id, issuedOn: dayOf(one.day), regionCode: one.region, facilityId: places[one.place]!, expiresOn: one.expires === null ? null : dayOf(one.day + one.expires), ...(one.kind ? { kind: one.kind } : {}) })
        const then = new Date(row.issuedAt.getTime() + one.later * 24 * 3_600_000)
        let last = row
        if (one.fate.startsWith('replaced')) last = await replaced(tx, row, { issuedAt: then, issuedOn: then.toISOString().slice(0, 10), expiresOn: row.expiresOn, kind: row.kind, ...(one.moves ? { regionCode: 'KZ-31' } : {}) })
        if (one.fate.endsWith('revoked')) await revoked(tx, last, new Date(then.getTime() + 3_600_000))
      }
      for (const { pair, day, later } of joinings) {
        const [personId, intoId] = [people[2 * pair]!, people[2 * pair + 1]!]
        const mergedAt = new Date(`${dayOf(day)}T09:00:00Z`)
        const undoneAt = later === null ? null : new Date(mergedAt.getTime() + later * 24 * 3_600_000)
        await tx.insert(merges).values({ personId, intoId, mergedAt, moved: undoneAt ? null : Buffer.alloc(1), undoneAt, undoneBecause: undoneAt ? 'екі адам' : null })
        if (!undoneAt) await tx.update(persons).set({ mergedInto: intoId, mergedAt }).where(eq(persons.id, personId))
      }
      for (const { figure, since, span, from, region, lying, state } of questions) {
        const cut = { from: from === undefined ? undefined : dayOf(from), asOf: dayOf(since + span), where: { region, 'present-region': lying, state } as object }
        const { value, compared } = await explainFigure(tx, auditor, { figure, since: dayOf(since), ...cut })
        const earlier = await explainFigure(tx, auditor, { figure, ...cut, asOf: dayOf(since) })
        expect({ figure, before: compared!.before, unexplained: compared!.unexplained }).toEqual({ figure, before: earlier.value, unexplained: 0 })
        expect(compared!.before + add(compared!.changes)).toBe(value)
      }
    })
  }), { numRuns: 25 })
}, 120_000)

test('records that were once joined are followed one by one, and everybody else is summed where the rows are: both say the same', async ({ db }) => {
  const people: string[] = []
  for (let n = 0; n < 5; n++) people.push((await aPerson(db)).id)
  const groups = [await aCohort(db), await aCohort(db), await aCohort(db)]
  const dayOf = (n: number) => new Date(Date.UTC(2027, 0, 1 + n)).toISOString().slice(0, 10)
  const event = fc.record({ person: fc.nat(4), group: fc.nat(2), day: fc.nat(60), later: fc.integer({ min: 1, max: 40 }), expires: fc.option(fc.integer({ min: 1, max: 60 }), { nil: null }), fate: fc.constantFrom('kept', 'revoked', 'replaced') })
  await fc.assert(fc.asyncProperty(fc.uniqueArray(event, { maxLength: 12, selector: ({ person, group }) => `${person} ${group}` }), fc.nat(80), fc.constantFrom(undefined, 'valid', 'expired'), async (events, since, state) => {
    await rolledBack(db, async (tx) => {
      for (const one of events) {
        const row = await aCertificate(tx, { personId: people[one.person]!, cohortId: groups[one.group]!.id, issuedOn: dayOf(one.day), expiresOn: one.expires === null ? null : dayOf(one.day + one.expires) })
        const then = new Date(row.issuedAt.getTime() + one.later * 24 * 3_600_000)
        if (one.fate === 'replaced') await replaced(tx, row, { issuedAt: then, issuedOn: then.toISOString().slice(0, 10), expiresOn: row.expiresOn })
        if (one.fate === 'revoked') await revoked(tx, row, then)
      }
      const explain = async () => (await explainFigure(tx, auditor, { figure: 'people', since: dayOf(since), asOf: dayOf(since + 45), where: { state } as object })).compared!
      const summed = await explain()
      // The parts of a large register add up to the whole.
      const between = { cut: { where: {}, asOf: endOfDay(dayOf(since + 45)), live: false }, days: sql`true`, state: state ?? 'any', since: endOfDay(dayOf(since)), places: null } as const
      for (const happened of [certificatesHappened, peopleHappened]) {
        const sums = (changes: Change[]) => added(changes).map(({ reason, events: many, change, serials }) => ({ reason, many, change, serials: serials.toSorted() }))
        const parts: Change[] = []
        for (const part of partsOf(7)) parts.push(...(await rows<Change>(tx, happened(between, part))))
        expect(sums(parts)).toEqual(sums(await rows<Change>(tx, happened(between))))
      }
      // A join with a record that holds nothing, undone long before, changes no number.
      const [mergedAt, undoneAt] = [new Date('2026-01-01T06:00:00Z'), new Date('2026-01-02T06:00:00Z')]
      for (const personId of people) await tx.insert(merges).values({ personId, intoId: (await aPerson(tx)).id, mergedAt, undoneAt, undoneBecause: 'екі адам', moved: null })
      const plain = ({ changes, ...rest }: typeof summed) => ({ ...rest, changes: changes!.map(({ reason, events: many, change }) => ({ reason, many, change })) })
      expect(plain(await explain())).toEqual(plain(summed))
    })
  }), { numRuns: 20 })
}, 120_000)

test('what ends soon is compared without reasons', async ({ db }) => {
  await aCertificate(db, { issuedOn: '2027-01-05', expiresOn: '2027-06-01' })
  const { value, compared } = await explainFigure(db, auditor, { figure: 'expiring', since: '2027-02-01', asOf: '2027-04-01' })
  expect([value, compared!.before, compared!.changes]).toEqual([1, 0, null])
})

test('the query that is shown is the query that is asked: sent with its parameters it answers the same number', async ({ db }) => {
  const one = await aCertificate(db, { issuedOn: '2027-03-01', expiresOn: '2027-05-01' })
  await aCertificate(db, { issuedOn: '2027-03-02' })
  for (const figure of explainedFigures) {
    const { value, query } = await explainFigure(db, auditor, { figure, asOf: '2027-04-01', where: { region: one.regionCode } })
    expect([figure, (await sentAgain<{ count: number }>(db, query))[0]!.count]).toEqual([figure, value])
    const { now, past } = definitionOf(figure)
    expect(now.text).toContain('select')
    expect(past.text).toContain('certificates')
  }
})

test('explained to auditors, and to a coordinator of the own centre', async ({ db }) => {
  const cohort = await aCohort(db)
  await aCertificate(db, { cohortId: cohort.id })
  const cut = { figure: 'certificates', asOf: '2027-12-31', since: '2027-01-01' } as const
  expect((await explainFigure(db, await anAuditor(db), cut)).value).toBe(1)
  const coordinator = await aCoordinator(db, cohort.centreId)
  expect((await explainFigure(db, coordinator, { ...cut, where: { centre: cohort.centreId } })).value).toBe(1)
  for (const actor of [coordinator, await aTrainee(db)]) await expect(explainFigure(db, actor, cut)).rejects.toMatchObject({ code: 'permission.denied' })
})

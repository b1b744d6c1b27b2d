import { randomUUID } from 'node:crypto'
import Papa from 'papaparse'
import * as fc from 'fast-check'
import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, attempts, cohorts, colleges, enrolments, entries, followups, regrades, seats, targets } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { explainFigure } from '#modules/counts/index.ts'
import { explainedHere, explainOverview, explainRevoked, exportOverview, overview, type Overview, overviewDefinitions, overviewNames, overviewTables } from '#modules/overview/index.ts'
import { endOfDay, periodBefore } from '#modules/day.ts'
import { trendMonths } from '#modules/overview/periods.ts'
import { setNeed } from '#modules/planning/index.ts'
import { courseQuality } from '#modules/quality/index.ts'
import { addDays } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, anEdition, aPerson, aRegion, aRoom, aTrainee, seated, texts } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { sentAgain } from '#tests/modules/counts/sentAgain.ts'
import { aCertificate, aDemonstration, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'

const auditor = system('test')
const asOf = new Date('2027-12-31T08:00:00Z')

test.for([
  [{ from: '2027-01-01', to: '2027-12-31' }, { from: '2026-01-01', to: '2026-12-31' }],
  [{ from: '2028-03-01', to: '2028-03-31' }, { from: '2028-01-30', to: '2028-02-29' }],
  [{ from: '2027-05-05', to: '2027-05-05' }, { from: '2027-05-04', to: '2027-05-04' }],
  [{ from: '2005-01-01', to: '2026-12-31' }, { from: '1990-01-01', to: '2004-12-31' }],
] as const)('before %j comes %j', ([period, before]) => {
  expect(periodBefore(period)).toEqual(before)
})

test.for([['1990-01-01', '1990-01-01'], ['1990-01-01', '2026-11-24'], ['2005-01-01', '2026-11-24'], ['2199-01-01', '2199-12-31']])('is there for any days that may be asked for: %s to %s', async ([from, to], { db }) => {
  await aRegion(db, 'KZ-43')
  expect((await overview(db, auditor, { from: from!, to: to! })).period).toEqual({ from, to })
})

test('a trend is of the twelve months that end with the day’s', () => {
  expect(trendMonths('2027-02-28')).toEqual(['2026-03', '2026-04', '2026-05', '2026-06', '2026-07', '2026-08', '2026-09', '2026-10', '2026-11', '2026-12', '2027-01', '2027-02'])
})

type Cohort = Awaited<ReturnType<typeof aCohort>>

/** Two regions, two centres, two courses in four cohorts of 2026 and 2027, and a pool of people. */
async function aCountry(db: Db) {
  for (const code of ['KZ-43', 'KZ-31']) await aRegion(db, code)
  const people: string[] = []
  for (let n = 0; n < 10; n++) people.push((await aPerson(db)).id)
  const groups: { cohort: Cohort; course: string; demonstration: boolean }[] = []
  for (const [course, demonstration, startsOn, state] of [
    ['imci', false, '2027-03-01', 'closed'], ['imci', false, '2026-10-05', 'closed'], ['home-visiting', false, '2027-06-07', 'running'], ['home-visiting', false, '2027-09-06', 'cancelled'], ['imci', true, '2027-03-08', 'closed'], ['home-visiting', false, '2027-05-03', 'draft'],
  ] as const) {
    const edition = await anEdition(db, { course, demonstration })
    const centre = await aCentre(db, { regionCode: 'KZ-43' })
    const room = await aRoom(db, { centreId: centre.id })
    groups.push({ cohort: await aCohort(db, { editionId: edition.id, centreId: centre.id, roomId: room.id, roomCapacity: room.capacity, startsOn, endsOn: addDays(startsOn, 4), state, capacity: 20 }), course, demonstration })
  }
  return { people, groups }
}

const within = (day: string, { from, to }: { from: string; to: string }) => day >= from && day <= to
const figure = (told: Overview, name: string) => told.figures.find((one) => one.name === name)!

test('certificates, people, revoked, valid, regions, months, professions and plan are what a naive count says, for any history', async ({ db }) => {
  const { people, groups } = await aCountry(db)
  const day = fc.integer({ min: 0, max: 700 }).map((n) => addDays('2026-01-01', n))
  const event = fc.record({
    person: fc.nat(people.length - 1), group: fc.nat(groups.length - 1), day, region: fc.constantFrom('KZ-43', 'KZ-31'), profession: fc.constantFrom('midwife', 'feldsher', null), lasts: fc.option(fc.integer({ min: 1, max: 800 }), { nil: null }),
    fate: fc.constantFrom('kept', 'kept', 'revoked', 'replaced'), later: fc.integer({ min: 1, max: 60 }),
  })
  await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 20 }), day, day, async (events, one, other) => {
    await rolledBack(db, async (tx) => {
      const known: { row: Certificate; revokedOn: string | null; standing: boolean; course: string; demonstration: boolean }[] = []
      const taken = new Set<string>()
      for (const each of events) {
        const key = `${each.person} ${each.group}`
        if (taken.has(key)) continue
        taken.add(key)
        const { cohort, course, demonstration } = groups[each.group]!
        const expiresOn = each.lasts === null ? null : addDays(each.day, each.lasts)
        const row = await aCertificate(tx, { personId: people[each.person]!, cohortId: cohort.id, issuedOn: each.day, regionCode: each.region, profession: each.profession, expiresOn })
        const then = addDays(each.day, each.later)
        if (each.fate === 'revoked') await revoked(tx, row, new Date(`${then}T06:00:00Z`))
        known.push({ row, course, demonstration, revokedOn: each.fate === 'revoked' ? then : null, standing: each.fate === 'kept' })
        if (each.fate === 'replaced') known.push({ row: await replaced(tx, row, { issuedAt: new Date(`${then}T06:00:00Z`), issuedOn: then, expiresOn }), course, demonstration, revokedOn: null, standing: true })
      }
      await tx.insert(targets).values([{ centreId: groups[0]!.cohort.centreId, year: 2027, course: 'imci', people: 30 }, { centreId: groups[0]!.cohort.centreId, year: 2027, course: 'imci', profession: 'midwife', people: 5 }])
      const real = known.filter((each) => !each.demonstration)
      const standing = real.filter((each) => each.standing)
      const period = one <= other ? { from: one, to: other } : { from: other, to: one }
      const told = await overview(tx, auditor, period, asOf)
      const inPeriod = (days: typeof period) => standing.filter(({ row }) => within(row.countedOn, days))
      for (const [days, at] of [[period, 'value'], [periodBefore(period), 'before']] as const) {
        expect(figure(told, 'certificates')[at]).toBe(inPeriod(days).length)
        expect(figure(told, 'people')[at]).toBe(new Set(inPeriod(days).map(({ row }) => row.personId)).size)
        expect(figure(told, 'revoked')[at]).toBe(real.filter((each) => each.revokedOn !== null && within(each.revokedOn, days)).length)
      }
      const inForce = standing.filter(({ row }) => row.expiresOn === null || row.expiresOn >= '2027-12-31')
      expect(figure(told, 'valid').value).toBe(inForce.length)
      for (const region of told.regions) {
        const here = (days: typeof period) => inPeriod(days).filter(({ row }) => row.regionCode === region.region)
        expect(region).toEqual({ region: region.region, certificates: here(period).length, before: here(told.before).length, people: new Set(here(period).map(({ row }) => row.personId)).size })
      }
      const monthly = standing.filter(({ row }) => row.countedOn <= period.to && told.months.includes(row.countedOn.slice(0, 7)))
      expect(told.trend.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(monthly.length)
      for (const { region, counts } of told.trend) expect(counts).toEqual(told.months.map((month) => monthly.filter(({ row }) => row.regionCode === region && row.countedOn.startsWith(month)).length))
      for (const { profession, counts } of told.professions) expect(counts).toEqual(told.courses.map((course) => inPeriod(period).filter((each) => each.row.profession === profession && each.course === course).length))
      expect(told.professions.flatMap(({ counts }) => counts).reduce((sum, count) => sum + count, 0)).toBe(inPeriod(period).length)
      const year = told.plan.year
      const done = (centre: string, course: string) => new Set(standing.filter((each) => each.row.countedOn.startsWith(`${year}`) && each.row.centreId === centre && each.course === course).map(({ row }) => row.personId)).size
      for (const line of told.plan.rows) {
        expect(line.certified).toBe(done(line.centre, line.course))
        expect(line.planned).toBe(year === 2027 && line.centre === groups[0]!.cohort.centreId && line.course === 'imci' ? 35 : 0)
      }
      expect(told.plan.rows).toHaveLength(new Set([...(year === 2027 ? [`${groups[0]!.cohort.centreId} imci`] : []), ...standing.filter(({ row }) => row.countedOn.startsWith(`${year}`)).map((each) => `${each.row.centreId} ${each.course}`)]).size)
    })
  }), { numRuns: 15 })
}, 120_000)

/** Both tests of a cohort, and how the nth of these people sits one, out of ten. */
async function bothTests(db: Db, cohort: Cohort, people: readonly string[]) {
  const common = { cohortId: cohort.id, editionId: cohort.editionId, minutes: 30, attempts: 3, retakeDays: 1, itemCount: 10, passPercent: 70, opensAt: new Date('2027-03-01T00:00:00Z') }
  const [pre, post] = await db.insert(assessments).values([{ ...common, name: 'pre-test', kind: 'pre-test' }, { ...common, name: 'post-test', kind: 'post-test' }]).returning()
  const sat = async (at: number, assessmentId: string, score: number, number = 1) => (await db.insert(attempts).values({
    assessmentId, cohortId: cohort.id, personId: people[at]!, number, seed: randomUUID(), form: [], closesAt: new Date('2027-03-02T00:00:00Z'), finishedAt: new Date('2027-03-01T06:00:00Z'), score, maximum: 10, passed: score >= 7,
  }).returning({ id: attempts.id }))[0]!.id
  return { pre: pre!.id, post: post!.id, sat }
}

describe('seats, visits, tests and the need', () => {
  const period = { from: '2027-01-01', to: '2027-12-31' }

  test('seats are of cohorts that are neither drafts nor cancelled, of now’s sort, by the day they begin', async ({ db }) => {
    const { people, groups } = await aCountry(db)
    await seated(db, groups[0]!.cohort, ...people.slice(0, 3))
    await seated(db, groups[1]!.cohort, ...people.slice(0, 2))
    await seated(db, groups[2]!.cohort, people[5]!)
    await seated(db, groups[4]!.cohort, people[6]!)
    await db.insert(enrolments).values({ cohortId: groups[2]!.cohort.id, personId: people[7]!, state: 'offered', source: 'self', ticket: 9, offerExpiresAt: new Date('2027-05-01T00:00:00Z') })
    await db.insert(seats).values({ cohortId: groups[2]!.cohort.id, seat: 2, capacity: 20, personId: people[7]!, state: 'offered' })
    expect((await overview(db, auditor, period, asOf)).seats).toEqual({ now: { all: 40, done: 4 }, before: { all: 20, done: 2 } })
    const told = await explainOverview(db, auditor, { figure: 'seats', ...period }, asOf)
    expect(told.lines.map(({ cells }) => cells)).toEqual([[40, 20], [4, 2]])
    expect(told.cohorts!.rows.map(({ id, all, done }) => [id, all, done])).toEqual([[groups[2]!.cohort.id, 20, 1], [groups[0]!.cohort.id, 20, 3]])
    expect(await sentAgain(db, told.queries[0]!)).toEqual([{ all: 40, done: 4 }])
    await aDemonstration(db)
    expect((await overview(db, auditor, period, asOf)).seats.now).toEqual({ all: 20, done: 1 })
  })

  test('a visit is due from the first day of its time, unless it was cancelled', async ({ db }) => {
    const { people, groups } = await aCountry(db)
    const { cohort } = groups[0]!
    await seated(db, cohort, ...people.slice(0, 6))
    const visit = (at: number, dueFrom: string, more: Partial<typeof followups.$inferInsert> = {}) => db.insert(followups).values({ cohortId: cohort.id, personId: people[at]!, dueFrom, dueUntil: addDays(dueFrom, 14), ...more })
    const made = (on: string) => ({ visitedOn: on, agreed: true, recordedAt: new Date(`${on}T06:00:00Z`) })
    await visit(0, '2027-04-02')
    await visit(1, '2027-04-02', made('2027-04-10'))
    await visit(2, '2027-04-02', { cancelled: 'жұмыстан кетті' })
    await visit(3, '2026-12-31', made('2027-01-04'))
    await visit(4, '2027-06-01', made('2027-06-30'))
    await visit(5, '2027-11-30')
    expect((await overview(db, auditor, period, new Date('2027-11-29T12:00:00Z'))).visits).toEqual({ now: { all: 3, done: 2 }, before: { all: 1, done: 1 } })
    expect((await overview(db, auditor, period, new Date('2027-11-29T20:00:00Z'))).visits.now).toEqual({ all: 4, done: 2 })
    const told = await explainOverview(db, auditor, { figure: 'visits', ...period }, new Date('2027-11-29T20:00:00Z'))
    expect([told.lines.map(({ cells }) => cells), told.cohorts!.rows.map(({ id, all, done }) => [id, all, done])]).toEqual([[[4, 1], [2, 1]], [[cohort.id, 4, 2]]])
  })

  test('a gain is of first sittings of both tests, with the interval of a hand-made reckoning', async ({ db }) => {
    const { people, groups } = await aCountry(db)
    const { cohort } = groups[0]!
    await seated(db, cohort, ...people.slice(0, 4))
    const { pre, post, sat } = await bothTests(db, cohort, people)
    for (const [at, before, after] of [[0, 4, 8], [1, 5, 7], [2, 6, 9]] as const) {
      await sat(at, pre, before)
      await sat(at, post, after)
    }
    await sat(1, post, 10, 2)
    await sat(3, pre, 1)
    // Differences 40, 20 and 30: mean 30, standard deviation 10, t(0.975; 2) = 4.3027, so 30 ± 24.84.
    const [gain, ...rest] = (await overview(db, auditor, period, asOf)).gains
    expect(rest).toEqual([])
    expect(gain).toMatchObject({ course: 'imci', n: 3, pre: 50, post: 80, mean: 30 })
    expect(gain!.interval!.from).toBeCloseTo(30 - 24.841, 2)
    expect(gain!.interval!.to).toBeCloseTo(30 + 24.841, 2)
    expect((await overview(db, auditor, { from: '2027-04-01', to: '2027-12-31' }, asOf)).gains).toEqual([])
    const told = await explainOverview(db, auditor, { figure: 'gain', ...period }, asOf)
    expect([told.lines, told.cohorts!.rows.map(({ id, all }) => [id, all])]).toEqual([[{ about: { course: 'imci' }, cells: [3, 0, 30, null] }], [[cohort.id, 3]]])
  })

  test('a gain is what the quality page says, whatever was marked again, whoever withdrew and whichever group is open', async ({ db }) => {
    const { people, groups } = await aCountry(db)
    const classes = await Promise.all([0, 1, 2].map(async (at) => {
      const { cohort } = groups[at]!
      await seated(db, cohort, ...people.slice(0, 5))
      return { cohort, ...(await bothTests(db, cohort, people)) }
    }))
    const [closed, earlier, running] = classes as [typeof classes[0], typeof classes[0], typeof classes[0]]
    for (const { pre, post, sat } of classes) {
      for (const [at, before, after] of [[0, 4, 8], [1, 5, 7], [2, 6, 9], [3, 1, 10]] as const) {
        await sat(at, pre, before)
        await sat(at, post, after)
      }
    }
    const leave = async (one: Cohort, personId: string) => {
      await db.delete(seats).where(and(eq(seats.cohortId, one.id), eq(seats.personId, personId)))
      await db.update(enrolments).set({ state: 'withdrawn' }).where(and(eq(enrolments.cohortId, one.id), eq(enrolments.personId, personId)))
    }
    await leave(closed.cohort, people[3]!)
    // A question was thrown out twice: of nine points, then of eight. Differences are 40 and 20, and 7/8 - 60 = 27.5 in the end.
    const [marked] = await db.select({ id: attempts.id }).from(attempts).where(and(eq(attempts.assessmentId, closed.post), eq(attempts.personId, people[2]!)))
    await db.insert(regrades).values([{ score: 9, maximum: 9 }, { score: 7, maximum: 8 }].map((again, at) => ({ attemptId: marked!.id, number: at + 1, removed: ['imci-1-danger-01'], passed: true, ...again })))

    const both = async (asked: typeof period, course: string) => {
      const { gain } = (await courseQuality(db, auditor, { course, ...asked })).whole.learning
      const shown = (await overview(db, auditor, asked, asOf)).gains.find((one) => one.course === course)
      expect(shown ?? null).toEqual(gain.n === 0 ? null : { course, n: gain.n, pre: gain.pre!.mean, post: gain.post!.mean, mean: gain.mean, interval: gain.interval })
      return shown
    }
    expect(await both(period, 'imci')).toMatchObject({ n: 3, mean: (40 + 20 + 27.5) / 3 })
    expect(await both(period, 'home-visiting')).toBeUndefined()
    expect(await both({ from: '2026-01-01', to: '2027-12-31' }, 'imci')).toMatchObject({ n: 3 + 4, mean: (40 + 20 + 27.5 + 40 + 20 + 30 + 90) / 7 })
    await leave(earlier.cohort, people[3]!)
    expect(await both({ from: '2026-01-01', to: '2027-12-31' }, 'imci')).toMatchObject({ n: 3 + 3 })
    await db.update(cohorts).set({ state: 'closed' }).where(eq(cohorts.id, running.cohort.id))
    expect(await both(period, 'home-visiting')).toMatchObject({ n: 4, mean: (40 + 20 + 30 + 90) / 4 })
    const told = await explainOverview(db, auditor, { figure: 'gain', ...period }, asOf)
    expect(told.cohorts!.rows.map(({ id, all }) => [id, all]).toSorted()).toEqual([[closed.cohort.id, 3], [running.cohort.id, 4]].toSorted())
    expect((await sentAgain(db, told.queries[0]!)).map(({ course, n }) => [course, n])).toEqual([['home-visiting', 4], ['imci', 3]])
  })

  test('coverage is of people of the profession with a certificate in force, in the country once and in each region', async ({ db }) => {
    const { people, groups } = await aCountry(db)
    const nurse = (at: number, group: number, more: object = {}) => aCertificate(db, { personId: people[at]!, cohortId: groups[group]!.cohort.id, profession: 'patronage-nurse', ...more })
    await nurse(0, 0)
    await nurse(0, 2, { regionCode: 'KZ-31' })
    await nurse(1, 0, { expiresOn: '2027-12-31' })
    await nurse(2, 0, { expiresOn: '2027-12-30' })
    await revoked(db, await nurse(3, 0))
    await nurse(4, 0, { profession: 'midwife' })
    const need = { profession: 'patronage-nurse' as const, year: 2025, needed: 100, source: 'test source', invented: false }
    for (const regionCode of [undefined, 'KZ-43', 'KZ-31']) await setNeed(db, auditor, { ...need, regionCode, invented: regionCode !== undefined })
    expect((await overview(db, auditor, period, asOf)).coverage.map((one) => [one.regionCode, one.certified, one.invented]).toSorted()).toEqual([['KZ-31', 1, true], ['KZ-43', 2, true], [null, 2, false]].toSorted())
    // The cut to which each line leads says the same number, and there it has its reasons.
    const told = await explainOverview(db, auditor, { figure: 'coverage', ...period }, asOf)
    expect(told.lines).toHaveLength(3)
    for (const { cells, made } of told.lines) expect((await explainFigure(db, auditor, { figure: 'people', ...made, asOf: asOf.toISOString() })).value).toBe(cells[2])
  })
})

test('revocations are told with what was added since an earlier day, why, and which', async ({ db }) => {
  const { people, groups } = await aCountry(db)
  const issued = (at: number) => aCertificate(db, { personId: people[at]!, cohortId: groups[0]!.cohort.id })
  const [first, second, back, other] = [await issued(0), await issued(1), await issued(2), await issued(3)]
  await revoked(db, first, new Date('2027-03-10T06:00:00Z'))
  await revoked(db, second, new Date('2027-04-10T06:00:00Z'))
  await revoked(db, back, new Date('2027-04-11T06:00:00Z'), true)
  await revoked(db, other, new Date('2028-01-10T06:00:00Z'))
  const period = { from: '2027-01-01', to: '2027-12-31' }
  const told = await explainRevoked(db, auditor, { ...period, since: '2027-03-31' }, asOf)
  expect([told.value, told.before.value, told.compared]).toEqual([3, 0, {
    since: endOfDay('2027-03-31'), before: 1, unexplained: 0,
    changes: [{ reason: 'revoked', events: 1, change: 1, serials: [second.serial] }, { reason: 'taken-back', events: 1, change: 1, serials: [back.serial] }],
  }])
  expect(told.because.map(({ takenBack, count }) => [takenBack, count])).toEqual([[false, 2], [true, 1]])
  expect(told.rows.map(({ serial, on }) => [serial, on])).toEqual([[back.serial, '2027-04-11'], [second.serial, '2027-04-10'], [first.serial, '2027-03-10']])
  expect(await sentAgain(db, told.query)).toEqual([{ count: 3 }])
  expect((await overview(db, auditor, period, asOf)).figures.find(({ name }) => name === 'revoked')!.value).toBe(3)
})

test('a plan is told beside the year before, and each line leads to its people', async ({ db }) => {
  const { people, groups } = await aCountry(db)
  const { centreId } = groups[0]!.cohort
  await aCertificate(db, { personId: people[0]!, cohortId: groups[0]!.cohort.id })
  await aCertificate(db, { personId: people[1]!, cohortId: groups[0]!.cohort.id })
  await db.insert(targets).values({ centreId, course: 'imci', year: 2027, regionCode: 'KZ-43', people: 40 })
  const { lines, queries } = await explainOverview(db, auditor, { figure: 'plan', from: '2027-01-01', to: '2027-12-31' }, asOf)
  expect(lines).toMatchObject([{ about: { centre: centreId, course: 'imci' }, cells: [40, 0, 2, 0] }])
  expect((await explainFigure(db, auditor, { figure: 'people', ...lines[0]!.made })).value).toBe(2)
  expect(await sentAgain(db, queries[0]!)).toEqual([{ centre: centreId, course: 'imci', planned: 40, certified: 2 }])
})

test('every other figure names its definition and its queries, and the funnel begins with the listed', async ({ db }) => {
  await aRegion(db, 'KZ-43')
  await db.insert(colleges).values({ regionCode: 'KZ-43', names: texts('Қызылорда медициналық жоғары колледжі') })
  for (const { name, definition, queries } of await overviewDefinitions(db, auditor, { from: '2027-01-01', to: '2027-12-31' }, asOf)) {
    expect(queries.length, name).toBeGreaterThan(0)
    for (const query of queries) await sentAgain(db, query)
    expect(definition).toMatch(/definition/)
  }
  expect((await explainOverview(db, auditor, { figure: 'adoption', from: '2027-01-01', to: '2027-12-31' }, asOf)).lines[0]).toEqual({ about: { word: 'national.listed' }, cells: [1] })
})

test('the file holds the period, the moment and every block of the page, and the ledger tells of it', async ({ db }) => {
  const { people, groups } = await aCountry(db)
  await aCertificate(db, { personId: people[0]!, cohortId: groups[0]!.cohort.id })
  await setNeed(db, auditor, { profession: 'patronage-nurse', year: 2025, needed: 10, source: '=HYPERLINK("x")', invented: true })
  const actor = await anAuditor(db)
  const asked = { from: '2027-01-01', to: '2027-12-31' }
  const told = overviewTables('en', await overview(db, actor, asked, asOf), await overviewNames(db, 'en'))
  const file = await exportOverview(db, actor, { ...asked, format: 'csv', locale: 'en' }, asOf)
  const lines = Papa.parse<string[]>(Buffer.from(file.bytes).toString().slice(1), { delimiter: ';' }).data.map((row) => row.join(';'))
  for (const { rows } of Object.values(told)) for (const row of rows) expect(lines).toContain(row.map((cell) => String(cell ?? '')).join(';'))
  expect(file.rows).toBe(Object.values(told).reduce((sum, { rows }) => sum + rows.length - 1, 0))
  expect(lines.find((line) => line.includes('HYPERLINK'))).toContain('Made up for the demonstration: =HYPERLINK')
  const recorded = (await db.select().from(entries)).filter((one) => one.kind === 'list.exported')
  expect(recorded).toHaveLength(1)
  expect(JSON.stringify(recorded[0])).toContain(file.digest)
  const book = await exportOverview(db, actor, { ...asked, format: 'xlsx', locale: 'kk' }, asOf)
  expect(Buffer.from(book.bytes).subarray(0, 2).toString()).toBe('PK')
})

test('is for auditors and the system, and for nobody else', async ({ db }) => {
  const asked = { from: '2027-01-01', to: '2027-12-31' }
  await expect(overview(db, await anAuditor(db), asked, asOf)).resolves.toMatchObject({ period: asked })
  for (const other of [visitor, await aTrainee(db), await anAdministrator(db), await aCoordinator(db, (await aCentre(db)).id)]) {
    await expect(overview(db, other, asked, asOf)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(explainRevoked(db, other, asked, asOf)).rejects.toMatchObject({ code: 'permission.denied' })
    for (const figure of explainedHere) await expect(explainOverview(db, other, { figure, ...asked }, asOf)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(exportOverview(db, other, { ...asked, format: 'csv', locale: 'kk' }, asOf)).rejects.toMatchObject({ code: 'permission.denied' })
  }
  await expect(overview(db, auditor, { from: '2027-02-01', to: '2027-01-01' }, asOf)).rejects.toMatchObject({ name: 'ZodError' })
})

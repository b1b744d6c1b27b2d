import Papa from 'papaparse'
import * as fc from 'fast-check'
import { colleges, entries, targets } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { explainFigure } from '#modules/counts/index.ts'
import { explainedHere, explainOverview, explainRevoked, exportOverview, overview, type Overview, overviewDefinitions, overviewNames, overviewTables } from '#modules/overview/index.ts'
import { endOfDay, periodBefore } from '#modules/day.ts'
import { trendMonths } from '#modules/overview/periods.ts'
import { setNeed } from '#modules/planning/index.ts'
import { addDays } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aRegion, aTrainee, texts } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { sentAgain } from '#tests/modules/counts/sentAgain.ts'
import { aCertificate, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'
import { aCountry, asOf } from './country.ts'

const auditor = system('test')

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

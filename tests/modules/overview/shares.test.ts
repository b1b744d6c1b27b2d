import { and, eq } from 'drizzle-orm'
import { attempts, cohorts, enrolments, followups, regrades, seats } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { explainFigure } from '#modules/counts/index.ts'
import { explainOverview, overview } from '#modules/overview/index.ts'
import { setNeed } from '#modules/planning/index.ts'
import { courseQuality } from '#modules/quality/index.ts'
import { addDays } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { seated } from '#tests/factories.ts'
import { sentAgain } from '#tests/modules/counts/sentAgain.ts'
import { aCertificate, aDemonstration, revoked } from '#tests/modules/counts/register.ts'
import { aCountry, asOf, bothTests, type Cohort } from './country.ts'

const auditor = system('test')

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

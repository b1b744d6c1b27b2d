import { eq } from 'drizzle-orm'
import { assessments, attempts, cohorts, entries, evaluations, followups, indicatorValues, settings } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { gains } from '#modules/assessment/gains.ts'
import { gainsOfSums } from '#modules/assessment/index.ts'
import { courseQuality, type ExplainedLevel, explainQuality, exportQuality, qualityDefinitions } from '#modules/quality/index.ts'
import { type AnsweredIn, centreOutliers, type CohortFacts, cohortOutliers, itemOutliers } from '#modules/quality/outliers.ts'
import { chanceOf, differenceInterval, shareInterval } from '#modules/quality/rules.ts'
import { giveOpinion, importStory, indicators, indicatorsOf } from '#modules/followup/index.ts'
import type { Db } from '#db/client.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, anAdministrator, anAuditor, aRegion } from '#tests/factories.ts'
import { sentAgain } from '#tests/modules/counts/sentAgain.ts'
import { aFinishedClass, anOpinion, daysAgo } from '#tests/modules/followup/cast.ts'

describe('rules', () => {
  test.each([
    [0, 10, 0, 0.2775], [10, 10, 0.7225, 1], [5, 10, 0.2366, 0.7634], [81, 263, 0.2553, 0.3662],
  ])('the interval of %i of %i is Wilson’s', (hits, n, from, to) => {
    const interval = shareInterval(hits, n)!
    expect(interval.from).toBeCloseTo(from, 3)
    expect(interval.to).toBeCloseTo(to, 3)
  })

  test('nobody has no interval, and 56 of 70 less 48 of 80 lies from 0.0524 to 0.3339 (Newcombe 1998, method 10)', () => {
    expect(shareInterval(0, 0)).toBeNull()
    const interval = differenceInterval({ hits: 56, n: 70 }, { hits: 48, n: 80 })!
    expect(interval.from).toBeCloseTo(0.0524, 3)
    expect(interval.to).toBeCloseTo(0.3339, 3)
  })

  test('Fisher’s tea: all four right by chance once in 70, three or more 17 times', () => {
    expect(chanceOf('many', { hits: 4, n: 4 }, { hits: 0, n: 4 })).toBeCloseTo(1 / 70, 10)
    expect(chanceOf('many', { hits: 3, n: 4 }, { hits: 1, n: 4 })).toBeCloseTo(17 / 70, 10)
    expect(chanceOf('few', { hits: 1, n: 4 }, { hits: 3, n: 4 })).toBeCloseTo(17 / 70, 10)
    expect(chanceOf('few', { hits: 4, n: 4 }, { hits: 4, n: 4 })).toBeCloseTo(1, 10)
  })

  test('a gain from sums is the gain from pairs', () => {
    const seed = Date.now() % 1_000_000
    let state = seed
    const random = () => (state = (state * 16_807 + 7) % 2_147_483_647) / 2_147_483_647
    for (let round = 0; round < 200; round++) {
      const pairs = Array.from({ length: Math.floor(random() * 40) }, () => ({ pre: Math.floor(random() * 101), post: Math.floor(random() * 101) }))
      const sums = { n: pairs.length, pre: 0, preSquares: 0, post: 0, postSquares: 0, gain: 0, gainSquares: 0 }
      for (const { pre, post } of pairs) Object.assign(sums, { pre: sums.pre + pre, preSquares: sums.preSquares + pre ** 2, post: sums.post + post, postSquares: sums.postSquares + post ** 2, gain: sums.gain + post - pre, gainSquares: sums.gainSquares + (post - pre) ** 2 })
      const [expected, got] = [gains(pairs), gainsOfSums(sums)]
      for (const name of ['mean', 'sd', 'normalised', 't', 'p'] as const) {
        if (expected[name] === null) expect(got[name], `seed ${seed}`).toBeNull()
        else expect(got[name], `seed ${seed}`).toBeCloseTo(expected[name], 6)
      }
      if (expected.interval) expect(got.interval!.from, `seed ${seed}`).toBeCloseTo(expected.interval.from, 6)
      else expect(got.interval).toBeNull()
    }
  })
})

describe('what stands out', () => {
  const usual = { centre: 'usual', n: 400, hits: 320 }
  test.each([
    ['ten of ten, where four in five pass: chance explains it', [usual, { centre: 'x', n: 10, hits: 10 }], []],
    ['forty of forty: it does not', [usual, { centre: 'x', n: 40, hits: 40 }], ['centre-everyone x']],
    ['nine people are never judged', [usual, { centre: 'x', n: 9, hits: 0 }], []],
    ['twelve of forty', [usual, { centre: 'x', n: 40, hits: 12 }], ['centre-few x']],
    ['everybody passes everywhere', [{ ...usual, hits: 400 }, { centre: 'x', n: 40, hits: 40 }], []],
    ['nobody to compare with', [{ centre: 'x', n: 40, hits: 40 }], []],
  ])('centres: %s', (_, centres, expected) => {
    expect(centreOutliers(centres).filter((one) => 'centre' in one && one.centre === 'x').map((one) => `${one.kind} ${'centre' in one ? one.centre : ''}`)).toEqual(expected)
  })

  const answered = (item: string, language: string, hits: number, n = 40): AnsweredIn => ({ edition: 'e', item, language, hits, n })
  const rest = ['kk', 'ru'].flatMap((language) => ['b', 'c', 'd'].map((item) => answered(item, language, 32)))
  test.each([
    ['failed in one language', [answered('a', 'kk', 8), answered('a', 'ru', 34)], ['a kk']],
    ['failed in both: the question is hard', [answered('a', 'kk', 8), answered('a', 'ru', 15)], []],
    ['nine in a language', [answered('a', 'kk', 0, 9), answered('a', 'ru', 34)], []],
    ['a difference that chance explains', [answered('a', 'kk', 4, 10), answered('a', 'ru', 6, 10)], []],
    ['one language only', [answered('a', 'kk', 2)], []],
  ])('questions: %s', (_, own, expected) => {
    expect(itemOutliers([...rest, ...own]).map((one) => (one.kind === 'item-language' ? `${one.item} ${one.language}` : one.kind))).toEqual(expected)
  })

  test('readers of a language who know less of everything fail no question for the language', () => {
    const all = ['a', 'b', 'c', 'd'].flatMap((item) => [answered(item, 'kk', 12), answered(item, 'ru', 34)])
    expect(itemOutliers(all)).toEqual([])
  })

  const facts: CohortFacts = { cohort: 'k', centre: 'x', createdOn: '2026-03-01', endsOn: '2026-03-14', issuedOn: '2026-03-15', certificates: 20, sittings: 20, hurried: 1 }
  test.each([
    ['as usual', {}, []],
    ['certified on the day it was entered', { createdOn: '2026-03-15' }, ['cohort-same-day']],
    ['certified before it ended', { issuedOn: '2026-03-13' }, ['cohort-early']],
    ['hurried', { hurried: 11 }, ['cohort-hurried']],
    ['half is not most', { hurried: 10 }, []],
    ['nine who hurried', { sittings: 9, hurried: 9 }, []],
    ['no certificate', { issuedOn: null }, []],
  ])('cohorts: %s', (_, values, expected) => {
    expect(cohortOutliers([{ ...facts, ...values }]).map(({ kind }) => kind)).toEqual(expected)
  })
})

/** A closed class of seven with both tests (none before of the last), visits of which four were made, and six opinions. */
async function aTestedClass(db: Db) {
  const made = await aFinishedClass(db, 7, { ended: 60 })
  const test = (kind: 'pre-test' | 'post-test') => ({ cohortId: made.cohortId, editionId: made.cohort.editionId, name: kind, kind, minutes: 30, attempts: 3, retakeDays: 0, itemCount: 10, passPercent: 70, opensAt: new Date('2020-01-01') })
  const [pre, post] = await db.insert(assessments).values([test('pre-test'), test('post-test')]).returning()
  const sat = (assessmentId: string, personId: string, number: number, score: number) => ({ assessmentId, cohortId: made.cohortId, personId, number, seed: 's', form: [], language: 'kk' as const, startedAt: new Date('2020-01-01T00:00:00Z'), closesAt: new Date('2020-01-01T01:00:00Z'), finishedAt: new Date('2020-01-01T00:20:00Z'), score, maximum: 10, passed: score >= 7 })
  const pairs = [[3, 8], [4, 6], [5, 9], [2, 7], [6, 10], [5, 5]] as const
  for (const [at, [before, after]] of pairs.entries()) await db.insert(attempts).values([sat(pre!.id, made.ids[at]!, 1, before), sat(post!.id, made.ids[at]!, 1, after), sat(post!.id, made.ids[at]!, 2, 10)])
  await db.insert(attempts).values(sat(post!.id, made.ids[6]!, 1, 9))
  for (const [at, personId] of made.ids.slice(0, 4).entries()) await db.update(followups).set({ visitedOn: daysAgo(25), agreed: at > 0, recordedAt: new Date() }).where(eq(followups.personId, personId))
  await db.update(followups).set({ cancelled: 'көшіп кетті' }).where(eq(followups.personId, made.ids[6]!))
  return { ...made, pairs }
}

describe('the levels of a course', () => {
  test('each figure is what a class gives by hand; a second sitting and a person without a pre-test stay out of the gain', async ({ db }) => {
    const { pairs, cohortId } = await aTestedClass(db)
    await db.insert(evaluations).values(Array.from({ length: 6 }, (_, at) => ({ cohortId, points: { aims: 3 + (at % 3), trainers: 5 }, locale: 'kk' as const, givenOn: daysAgo(50) })))
    const told = await courseQuality(db, await anAuditor(db), { course: 'imci' })
    const expected = gains(pairs.map(([pre, post]) => ({ pre: pre * 10, post: post * 10 })))
    expect(told.whole.learning).toMatchObject({ sat: 7, passed: 5, gain: { n: 6 } })
    expect(told.whole.learning.gain.mean).toBeCloseTo(expected.mean!, 8)
    expect(told.whole.learning.gain.interval!.to).toBeCloseTo(expected.interval!.to, 6)
    expect(told.whole.learning.gain.normalised).toBeCloseTo(expected.normalised!, 8)
    expect(told.whole.behaviour).toEqual({ done: 4, due: 6, awaited: 0, cancelled: 1, agreed: 3 })
    expect(told.whole.reaction.n).toBe(6)
    expect(told.whole.reaction.points!.mean).toBeCloseTo(4.5, 8)
    expect(told.items.find(({ id }) => id === 'aims')).toMatchObject({ n: 6, points: { mean: 4 } })
    const explain = (figure: ExplainedLevel, more: object = {}) => explainQuality(db, system('test'), { figure, course: 'imci', ...more })
    expect((await explain('learning')).lines.map(({ cells }) => cells[0])).toEqual([6, told.whole.learning.gain.pre!.mean, told.whole.learning.gain.post!.mean, told.whole.learning.gain.mean, told.whole.learning.gain.normalised])
    expect((await explain('behaviour')).lines.map(({ cells }) => cells)).toEqual([[6, 0], [4, 0], [3, 0]])
    expect((await explain('reaction')).lines.map(({ cells }) => cells)).toEqual([[6, 0], [4.5, null]])
    for (const [figure, all, done] of [['reaction', 6, null], ['learning', 6, null], ['behaviour', 6, 4]] as const) {
      const { cohorts: behind, queries } = await explain(figure)
      expect(behind!.rows.map((one) => [one.id, one.all, one.done])).toEqual([[cohortId, all, done]])
      for (const query of queries) expect((await sentAgain(db, query)).length).toBeGreaterThan(0)
    }
    // What was in the period before stands beside it: the class ended sixty days ago.
    expect((await explain('behaviour', { from: daysAgo(30), to: daysAgo(0) })).lines.map(({ cells }) => cells)).toEqual([[0, 6], [0, 4], [0, 3]])
    for (const all of [told.regions, told.quarters]) {
      expect(all).toHaveLength(1)
      expect(all[0]).toMatchObject({ reaction: { n: 6 }, learning: { sat: 7 }, behaviour: { done: 4 } })
    }
    expect((await courseQuality(db, await anAuditor(db), { course: 'imci', region: 'KZ-71' })).whole.learning.sat).toBe(0)
    expect((await courseQuality(db, await anAuditor(db), { course: 'imci', to: daysAgo(61) })).whole.learning.sat).toBe(0)
  })

  test('four opinions of a class are nobody’s to see, though another class has many', async ({ db }) => {
    const [few, many] = [await aFinishedClass(db, 4, { ended: 1 }), await aFinishedClass(db, 6, { ended: 1 })]
    for (const one of few.people) await giveOpinion(db, one, anOpinion(few.cohortId, { points: { aims: 1 } }))
    for (const one of many.people) await giveOpinion(db, one, anOpinion(many.cohortId))
    const auditor = await anAuditor(db)
    const tomorrow = new Date(Date.now() + 86_400_000)
    expect((await courseQuality(db, auditor, { course: 'imci' })).whole.reaction.n).toBe(0)
    const told = await courseQuality(db, auditor, { course: 'imci' }, tomorrow)
    expect(told.whole.reaction).toMatchObject({ n: 6, points: { mean: 4 } })
    expect(told.items.find(({ id }) => id === 'aims')!.points.mean).toBe(4)
  })

  test('open cohorts and, outside a demonstration, demonstration editions are left out', async ({ db }) => {
    const { cohortId } = await aTestedClass(db)
    const auditor = await anAuditor(db)
    await db.update(cohorts).set({ state: 'running' }).where(eq(cohorts.id, cohortId))
    expect((await courseQuality(db, auditor, { course: 'imci' })).whole.learning.sat).toBe(0)
    await db.update(cohorts).set({ state: 'closed' }).where(eq(cohorts.id, cohortId))
    await db.insert(settings).values({ name: 'demonstration', value: true })
    expect((await courseQuality(db, auditor, { course: 'imci' })).whole.learning.sat).toBe(0)
  })

  test('for auditors only; a file is recorded with its rows and says nobody’s name', async ({ db }) => {
    const { people, coordinator } = await aTestedClass(db)
    for (const one of [people[0]!, coordinator, await anAdministrator(db)]) {
      await expect(courseQuality(db, one, { course: 'imci' })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(explainQuality(db, one, { course: 'imci', figure: 'reaction' })).rejects.toMatchObject({ code: 'permission.denied' })
      expect(() => qualityDefinitions(db, one, 'imci')).toThrow()
    }
    const file = await exportQuality(db, await anAuditor(db), { course: 'imci', format: 'csv', locale: 'ru' })
    expect(Buffer.from(file.bytes).toString()).toContain('2. Обучение')
    const [entry] = await db.select().from(entries)
    expect(JSON.parse(entry!.body)).toMatchObject({ kind: 'list.exported', facts: { list: 'quality:imci:all', rows: file.rows, digest: file.digest } })
  })
})

describe('indicators', () => {
  test('each has three names, a note and known courses; what is told of them names its source', () => {
    expect(indicators().length).toBeGreaterThan(5)
    expect(indicators().flatMap(({ story }) => story).every(({ source }) => source.length > 10)).toBe(true)
  })

  test('the story stands once, by place and year, and a value that was replaced is not told', async ({ db }) => {
    await aRegion(db, 'KZ-43')
    await aCentre(db)
    for (let turn = 0; turn < 2; turn++) await importStory(db, system('test'))
    const signs = (await indicatorsOf(db, { course: 'imci' })).find(({ id }) => id === 'danger-signs')!
    expect(signs.places).toMatchObject([{ region: 'KZ-43', facility: null, values: [{ year: 2016, value: 51 }, { year: 2017, value: 63 }] }])
    const told = await explainQuality(db, system('test'), { figure: 'results', course: 'imci' })
    expect(told.lines.find(({ about }) => about.texts === signs.names)).toMatchObject({ about: { region: 'KZ-43' }, cells: [2017, 63, 2016, 51] })
    expect((await sentAgain(db, told.queries[0]!)).length).toBeGreaterThan(1)
    await db.update(indicatorValues).set({ replacedAt: new Date() }).where(eq(indicatorValues.year, 2017))
    expect((await indicatorsOf(db, { course: 'imci' })).find(({ id }) => id === 'danger-signs')!.places[0]!.values).toHaveLength(1)
    expect(await indicatorsOf(db, { region: 'KZ-71' })).toEqual([])
    await expect(importStory(db, await anAdministrator(db).then((one) => ({ ...one, memberships: [] })))).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

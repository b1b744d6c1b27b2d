import type { Db } from '#db/client.ts'
import { type editions, logbook } from '#db/schema/index.ts'
import { caseWordsOf, changeCase, logbookOf, logCase, namesOfCase, practiceKind, resultsOf } from '#modules/assessment/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, anEdition, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const guidelines = { chart: ['who-imci-2014'], triage: ['who-etat-2016', 'who-pocket-book-2013'], home: ['nurturing-care-2018', 'home-visitor-modules'] }
const today = dayOf(new Date(), 'Asia/Qyzylorda')
const later = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)

/** A running course of a kind, and a case as its form would send it. */
async function aCourseOf(db: Db, kind: keyof typeof guidelines) {
  const { outline } = await anEdition(db)
  const names = { kk: 'x', ru: 'x', en: 'x' }
  const { id: editionId } = await anEdition(db, { outline: { ...outline, guidelines: guidelines[kind].map((id) => ({ id, year: 2016, titles: names })) } as typeof editions.$inferInsert.outline })
  const cohort = await aCohort(db, { state: 'running', startsOn: later(-2), endsOn: later(2), editionId })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  const seen = { cohortId: cohort.id, date: today, ageGroup: 'child' as const, setting: kind === 'home' ? ('home' as const) : ('outpatient' as const), signs: [], classifications: [] }
  return { cohort, trainee, trainer: await aTrainer(db, cohort.centreId), seen }
}
const practiceOf = async (db: Db, cohortId: string, personId: string) => (await resultsOf(db, cohortId, [personId])).get(personId)!.practice

describe('what may be picked fits the course', () => {
  test('a course of the chart, of triage, of home visits, by its guidelines; the chart where several are taught', () => {
    for (const [kind, ids] of Object.entries(guidelines)) expect([kind, practiceKind(ids)]).toEqual([kind, kind])
    expect(practiceKind([...guidelines.triage, ...guidelines.chart, ...guidelines.home])).toBe('chart')
    expect(practiceKind(['some-other-guideline'])).toBe('chart')
  })

  test('triage: its emergency and priority signs and its three categories, in colours of its own', () => {
    const { child, 'young-infant': infant, 'not-recorded': none } = caseWordsOf(guidelines.triage)
    expect([child, none]).toEqual([infant, null])
    expect(child.boxes.map(({ box }) => box)).toEqual(['emergency', 'priority', 'category'])
    expect(child.boxes.flatMap(({ signs }) => signs.map(({ id }) => id))).toEqual(expect.arrayContaining(['centralCyanosis', 'avpu.pain', 'majorBurns']))
    expect(child.boxes.at(-1)!.rules.map(({ id, colour }) => [id, colour])).toEqual([['emergency', 'triage-red'], ['priority', 'triage-yellow'], ['queue', 'triage-green']])
  })

  test('home visits: the five components and the level of service; before birth only what concerns the mother', () => {
    const { child, 'not-recorded': antenatal } = caseWordsOf(guidelines.home)
    expect(child.boxes.map(({ box }) => box)).toEqual(['health', 'nutrition', 'safety', 'responsive-care', 'early-learning', 'level'])
    const offered = antenatal!.boxes.flatMap(({ signs }) => signs.map(({ id }) => id))
    expect(offered).toContain('mother-nutrition')
    expect(offered).not.toContain('breastfeeding-difficulty')
    expect(antenatal!.boxes.at(-1)!.rules).toHaveLength(4)
  })

  test.for([
    ['triage', { signs: ['sunkenEyes', 'weakFastPulse'], classifications: ['emergency'] }],
    ['home', { visit: 'newborn', ageGroup: 'young-infant', signs: ['breastfeeding-difficulty'], classifications: ['level-progressive'] }],
    ['home', { visit: 'antenatal', ageGroup: 'not-recorded', signs: ['mother-nutrition'], classifications: ['level-universal'] }],
  ] as const)('a case of %s is kept and read back by its own words', async ([kind, facts], { db }) => {
    const { cohort, trainee, seen } = await aCourseOf(db, kind)
    await logCase(db, trainee, { ...seen, ...facts, signs: [...facts.signs], classifications: [...facts.classifications] })
    const [one] = (await logbookOf(db, trainee, { cohortId: cohort.id })).people[0]!.written
    const { signs, rules } = namesOfCase(one!)
    expect([signs.map(({ id }) => id), rules.map(({ id }) => id)]).toEqual([facts.signs.toSorted(), facts.classifications])
    expect(one!.visit).toBe('visit' in facts ? facts.visit : null)
  })

  test.for([
    ['triage', 'a classification of the chart', { classifications: ['RESP-2'] }, 'logbook.sign'],
    ['triage', 'a kind of visit', { visit: 'routine' }, 'logbook.visit'],
    ['chart', 'a kind of visit', { visit: 'routine', setting: 'home' }, 'logbook.visit'],
    ['chart', 'no age', { ageGroup: 'not-recorded' }, 'logbook.visit'],
    ['home', 'a sign of the chart', { signs: ['fever'] }, 'logbook.sign'],
    ['home', 'a baby’s sign before birth', { visit: 'antenatal', ageGroup: 'not-recorded', signs: ['breastfeeding-difficulty'] }, 'logbook.sign'],
    ['home', 'an antenatal visit to a child', { visit: 'antenatal' }, 'logbook.visit'],
    ['home', 'no age at another visit', { visit: 'routine', ageGroup: 'not-recorded' }, 'logbook.visit'],
    ['home', 'a visit in hospital', { visit: 'routine', setting: 'inpatient' }, 'logbook.visit'],
  ] as const)('a course of %s refuses %s, and so does a correction', async ([kind, , change, code], { db }) => {
    const { trainee, seen } = await aCourseOf(db, kind)
    await expect(logCase(db, trainee, { ...seen, ...change } as never)).rejects.toMatchObject({ code })
    const { caseId } = await logCase(db, trainee, seen)
    await expect(changeCase(db, trainee, { ...seen, ...change, caseId } as never)).rejects.toMatchObject({ code })
    expect(await db.select().from(logbook)).toMatchObject([{ signs: [], classifications: [], visit: null, ageGroup: 'child' }])
  })

  test('a correction may turn a visit to a child into an antenatal one, and the same case sent with another visit is another', async ({ db }) => {
    const { trainee, seen } = await aCourseOf(db, 'home')
    const { caseId } = await logCase(db, trainee, { ...seen, visit: 'routine' })
    await changeCase(db, trainee, { ...seen, caseId, visit: 'antenatal', ageGroup: 'not-recorded' })
    expect(await db.select().from(logbook)).toMatchObject([{ visit: 'antenatal', ageGroup: 'not-recorded' }])
    await expect(logCase(db, trainee, { ...seen, caseId, visit: 'routine' })).rejects.toMatchObject({ code: 'logbook.sent' })
  })
})

test('two real visits count, an antenatal one among them; a simulated one never does', async ({ db }) => {
  const { cohort, trainee, trainer, seen } = await aCourseOf(db, 'home')
  const whose = { ...seen, personId: trainee.personId! }
  await logCase(db, trainer, { ...whose, visit: 'antenatal', ageGroup: 'not-recorded' })
  await logCase(db, trainer, { ...whose, visit: 'newborn', ageGroup: 'young-infant' })
  for (const visit of ['antenatal', 'routine'] as const)
    await logCase(db, trainer, { ...whose, setting: 'simulation', visit, ageGroup: visit === 'antenatal' ? 'not-recorded' : 'child' })
  expect(await practiceOf(db, cohort.id, trainee.personId!)).toEqual({ cases: 2, youngInfants: 1, simulated: 2, waiting: 0 })
})

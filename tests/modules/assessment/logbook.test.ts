import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, entries, logbook, seats } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { caseWordsOf, changeCase, confirmCases, logbookOf, logCase, resultsOf, withdrawCase } from '#modules/assessment/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { describe } from 'vitest'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, actorFor, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const today = dayOf(new Date(), 'Asia/Qyzylorda')
const later = (days: number) => new Date(Date.parse(today) + days * 86_400_000).toISOString().slice(0, 10)

async function aGroup(db: Db, state: 'running' | 'open' | 'closed' = 'running') {
  const cohort = await aCohort(db, { state, startsOn: later(-2), endsOn: later(2) })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  const seen = { cohortId: cohort.id, date: today, ageGroup: 'child' as const, setting: 'outpatient' as const, signs: [], classifications: [] }
  return { cohort, trainee, trainer: await aTrainer(db, cohort.centreId), seen }
}
const practiceOf = async (db: Db, cohortId: string, personId: string) => (await resultsOf(db, cohortId, [personId])).get(personId)!.practice

/** All that waits in a cohort, as a trainer's page shows it. */
async function shown(db: Db, cohortId: string) {
  const rows = await db.select().from(logbook).where(eq(logbook.cohortId, cohortId))
  return rows.map((row) => ({ caseId: row.id, recordedAt: row.recordedAt.toISOString() }))
}
const moment = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('writing a case down', () => {
  test('one’s own case waits for a trainer and counts for nothing yet', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    expect(await logCase(db, trainee, seen)).toMatchObject({ confirmed: false })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toEqual({ cases: 0, youngInfants: 0, simulated: 0, waiting: 1 })
  })

  test('what a trainer writes down for somebody is confirmed by that, and the ledger tells it', async ({ db }) => {
    const { cohort, trainee, trainer, seen } = await aGroup(db)
    expect(await logCase(db, trainer, { ...seen, personId: trainee.personId! })).toMatchObject({ confirmed: true })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toMatchObject({ cases: 1, waiting: 0 })
    expect(JSON.parse((await db.select().from(entries))[0]!.body)).toMatchObject({ kind: 'practice.confirmed', facts: { cohort: cohort.id, cases: 1 } })
  })

  test('the same case sent twice is kept once; the same page with other facts is refused', async ({ db }) => {
    const { trainee, seen } = await aGroup(db)
    const sent = { ...seen, caseId: '0f0e9e86-5a0c-4e39-9a2b-6d1b7c0b9d11' }
    await logCase(db, trainee, sent)
    expect(await logCase(db, trainee, sent)).toEqual({ caseId: sent.caseId, confirmed: false })
    await expect(logCase(db, trainee, { ...sent, ageGroup: 'young-infant' })).rejects.toMatchObject({ code: 'logbook.sent' })
    expect(await db.$count(logbook)).toBe(1)
  })

  test('another person’s case is not found by its id', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    const other = await aTrainee(db)
    await db.insert(enrolments).values({ cohortId: cohort.id, personId: other.personId!, state: 'enrolled', source: 'coordinator', ticket: 77 })
    const { caseId } = await logCase(db, trainee, seen)
    for (const attempt of [logCase(db, other, { ...seen, caseId }), changeCase(db, other, { ...seen, caseId }), withdrawCase(db, other, { caseId })]) {
      await expect(attempt).rejects.toMatchObject({ code: 'object.not-found' })
    }
    expect(await db.$count(logbook)).toBe(1)
  })

  test.for([1, -3])('a day %i days away is refused', async (days, { db }) => {
    const { trainee, seen } = await aGroup(db)
    await expect(logCase(db, trainee, { ...seen, date: later(days) })).rejects.toMatchObject({ code: 'logbook.date' })
    expect(await db.$count(logbook)).toBe(0)
  })

  test('the hundred and first case of a day is refused, that of the next day is not', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    await db.insert(logbook).values(Array.from({ length: 100 }, () => ({ ...seen, cohortId: cohort.id, personId: trainee.personId! })))
    await expect(logCase(db, trainee, seen)).rejects.toMatchObject({ code: 'logbook.full' })
    await logCase(db, trainee, { ...seen, date: later(-1) })
    expect(await db.$count(logbook)).toBe(101)
  })

  test('practice begins with the course, and goes on for those who come back after it', async ({ db }) => {
    const open = await aGroup(db, 'open')
    await expect(logCase(db, open.trainee, open.seen)).rejects.toMatchObject({ code: 'observation.not-running' })
    const closed = await aGroup(db, 'closed')
    await logCase(db, closed.trainee, closed.seen)
    expect(await db.$count(logbook)).toBe(1)
  })

  test('those without a seat, and another centre’s trainer, find nothing; a coordinator may not', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    const whose = { ...seen, personId: trainee.personId! }
    await expect(logCase(db, await aTrainee(db), seen)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(logCase(db, await aTrainee(db), whose)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(logCase(db, await aTrainer(db, (await aCentre(db)).id), whose)).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(logCase(db, await aCoordinator(db, cohort.centreId), whose)).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await db.$count(logbook)).toBe(0)
  })

  test('there is no room for words: a name in place of a sign is refused', async ({ db }) => {
    const { trainee, seen } = await aGroup(db)
    for (const signs of [['Асан Үсенов'], ['900101300123'], ['fever', 'x'.repeat(81)]]) {
      await expect(logCase(db, trainee, { ...seen, signs })).rejects.toMatchObject({ code: 'logbook.sign' })
    }
    expect(await db.$count(logbook)).toBe(0)
  })
})

describe('what may be picked', () => {
  test('signs and classifications of the course’s guideline for the age, kept once and in one order', async ({ db }) => {
    const { trainee, seen } = await aGroup(db)
    await logCase(db, trainee, { ...seen, signs: ['sunkenEyes', 'skinPinch.slow', 'diarrhoea', 'diarrhoea'], classifications: ['DEH-2'] })
    expect(await db.select().from(logbook)).toMatchObject([{ edition: 'who-imci-2014', signs: ['diarrhoea', 'skinPinch.slow', 'sunkenEyes'], classifications: ['DEH-2'] }])
  })

  test.for([
    ['a young infant’s sign for a child', { signs: ['umbilicusRedOrPus'] }],
    ['a child’s classification for a young infant', { ageGroup: 'young-infant' as const, classifications: ['DEH-2'] }],
    ['a measurement', { signs: ['temperatureC'] }],
    ['a choice that says that all is well', { signs: ['skinPinch.at-once'] }],
    ['a status of HIV', { signs: ['motherHivTest.positive'] }],
    ['a sign of another case in a correction', { signs: ['no-such-sign'] }],
  ] as const)('refused: %s', async ([, change], { db }) => {
    const { trainee, seen } = await aGroup(db)
    await expect(logCase(db, trainee, { ...seen, ...change } as never)).rejects.toMatchObject({ code: 'logbook.sign' })
    const { caseId } = await logCase(db, trainee, seen)
    await expect(changeCase(db, trainee, { ...seen, ...change, caseId } as never)).rejects.toMatchObject({ code: 'logbook.sign' })
    expect(await db.select().from(logbook)).toMatchObject([{ signs: [], classifications: [], ageGroup: 'child' }])
  })

  test('each age group has its own edition where the course teaches two', () => {
    const { child, 'young-infant': infant } = caseWordsOf(['who-imci-2014', 'who-young-infant-2019'])
    expect([child.edition, infant.edition]).toEqual(['who-imci-2014', 'who-young-infant-2019'])
    expect(caseWordsOf(['who-imci-2014'])['young-infant'].edition).toBe('who-imci-2014')
    for (const { boxes } of [child, infant]) {
      expect(new Set(boxes.map(({ box }) => box)).size).toBe(boxes.length)
      expect(boxes.flatMap(({ rules }) => rules).length).toBeGreaterThan(5)
      expect(boxes.some(({ box }) => box.includes('hiv'))).toBe(false)
    }
  })
})

describe('until it is confirmed', () => {
  test('a case is corrected and taken back', async ({ db }) => {
    const { trainee, seen } = await aGroup(db)
    const { caseId } = await logCase(db, trainee, seen)
    await changeCase(db, trainee, { ...seen, caseId, ageGroup: 'young-infant', setting: 'inpatient' })
    expect(await db.select().from(logbook)).toMatchObject([{ id: caseId, ageGroup: 'young-infant', setting: 'inpatient' }])
    await withdrawCase(db, trainee, { caseId })
    expect(await db.$count(logbook)).toBe(0)
  })

  test('then it is final, for the verbs and for the table', async ({ db }) => {
    const { cohort, trainee, trainer, seen } = await aGroup(db)
    const { caseId } = await logCase(db, trainee, seen)
    await confirmCases(db, trainer, { cohortId: cohort.id, cases: await shown(db, cohort.id) })
    for (const actor of [trainee, trainer]) {
      await expect(changeCase(db, actor, { ...seen, caseId, ageGroup: 'young-infant' })).rejects.toMatchObject({ code: 'logbook.confirmed' })
      await expect(withdrawCase(db, actor, { caseId })).rejects.toMatchObject({ code: 'logbook.confirmed' })
    }
    await expect(db.transaction((tx) => tx.delete(logbook))).rejects.toMatchObject({ cause: { code: '23001' } })
    await expect(db.transaction((tx) => tx.update(logbook).set({ ageGroup: 'young-infant' }))).rejects.toMatchObject({ cause: { code: '23001' } })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toMatchObject({ cases: 1, youngInfants: 0 })
  })

  test('a case written on the last day may be corrected afterwards, but not moved to a day outside the course', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    const [old] = await db.insert(logbook).values({ ...seen, cohortId: cohort.id, personId: trainee.personId!, date: later(-9) }).returning()
    await changeCase(db, trainee, { ...seen, caseId: old!.id, date: later(-9), ageGroup: 'young-infant' })
    await expect(changeCase(db, trainee, { ...seen, caseId: old!.id, date: later(-8) })).rejects.toMatchObject({ code: 'logbook.date' })
  })
})

describe('confirming', () => {
  test('many at once, of several people, counted by what they are', async ({ db }) => {
    const cohort = await aCohort(db, { state: 'running', startsOn: later(-2), endsOn: later(2) })
    const [one, other, trainer] = [await aTrainee(db), await aTrainee(db), await aTrainer(db, cohort.centreId)]
    await seated(db, cohort, one.personId!, other.personId!)
    const seen = { cohortId: cohort.id, date: today, ageGroup: 'child' as const, setting: 'outpatient' as const, signs: [], classifications: [] }
    for (const ageGroup of ['child', 'child', 'young-infant'] as const) await logCase(db, one, { ...seen, ageGroup })
    await logCase(db, one, { ...seen, ageGroup: 'young-infant', setting: 'simulation' })
    await logCase(db, other, seen)
    expect(await confirmCases(db, trainer, { cohortId: cohort.id, cases: await shown(db, cohort.id) })).toEqual({ confirmed: 5 })
    expect(await practiceOf(db, cohort.id, one.personId!)).toEqual({ cases: 3, youngInfants: 2, simulated: 1, waiting: 0 })
    expect(await practiceOf(db, cohort.id, other.personId!)).toEqual({ cases: 1, youngInfants: 0, simulated: 0, waiting: 0 })
    expect(await db.$count(entries)).toBe(1)
  })

  test('twice changes nothing: who confirmed it first stays', async ({ db }) => {
    const { cohort, trainee, trainer, seen } = await aGroup(db)
    await logCase(db, trainee, seen)
    const page = { cohortId: cohort.id, cases: await shown(db, cohort.id) }
    await confirmCases(db, trainer, page)
    expect(await confirmCases(db, await aTrainer(db, cohort.centreId), page)).toEqual({ confirmed: 0 })
    expect(await db.select().from(logbook)).toMatchObject([{ confirmedBy: trainer.personId }])
    expect(await db.$count(entries)).toBe(1)
  })

  test('nobody confirms what they were not shown: a case changed or taken back meanwhile holds all of them up', async ({ db }) => {
    const { cohort, trainee, trainer, seen } = await aGroup(db)
    const [first, second] = [await logCase(db, trainee, seen), await logCase(db, trainee, seen)]
    const page = { cohortId: cohort.id, cases: await shown(db, cohort.id) }
    await moment()
    await changeCase(db, trainee, { ...seen, caseId: first.caseId, ageGroup: 'young-infant' })
    await expect(confirmCases(db, trainer, page)).rejects.toMatchObject({ code: 'logbook.changed' })
    const again = { cohortId: cohort.id, cases: await shown(db, cohort.id) }
    await withdrawCase(db, trainee, { caseId: second.caseId })
    await expect(confirmCases(db, trainer, again)).rejects.toMatchObject({ code: 'logbook.changed' })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toMatchObject({ cases: 0, waiting: 1 })
  })

  test('a trainer who sits in the group confirms no case of their own, and with it none at all', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    const both = await actorFor(db, (await aTrainee(db)).personId!, { role: 'trainee' }, { role: 'trainer', centreId: cohort.centreId })
    await db.insert(enrolments).values({ cohortId: cohort.id, personId: both.personId!, state: 'enrolled', source: 'coordinator', ticket: 77 })
    await logCase(db, trainee, seen)
    expect(await logCase(db, both, seen)).toMatchObject({ confirmed: false })
    await expect(confirmCases(db, both, { cohortId: cohort.id, cases: await shown(db, cohort.id) })).rejects.toMatchObject({ code: 'logbook.own' })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toMatchObject({ cases: 0, waiting: 1 })
  })

  test('for trainers of the centre only', async ({ db }) => {
    const { cohort, trainee, seen } = await aGroup(db)
    await logCase(db, trainee, seen)
    const page = { cohortId: cohort.id, cases: await shown(db, cohort.id) }
    for (const actor of [await aCoordinator(db, cohort.centreId), system('jobs')]) await expect(confirmCases(db, actor, page)).rejects.toMatchObject({ code: 'permission.denied' })
    for (const actor of [trainee, await aTrainer(db, (await aCentre(db)).id)]) await expect(confirmCases(db, actor, page)).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await practiceOf(db, cohort.id, trainee.personId!)).toMatchObject({ cases: 0 })
  })

  test('a case of another cohort, or of someone who has left, is not taken along', async ({ db }) => {
    const { cohort, trainee, trainer, seen } = await aGroup(db)
    const elsewhere = await aGroup(db)
    await logCase(db, elsewhere.trainee, elsewhere.seen)
    await expect(confirmCases(db, trainer, { cohortId: cohort.id, cases: await shown(db, elsewhere.cohort.id) })).rejects.toMatchObject({ code: 'logbook.changed' })
    await logCase(db, trainee, seen)
    await db.delete(seats).where(eq(seats.personId, trainee.personId!))
    await db.update(enrolments).set({ state: 'withdrawn' }).where(eq(enrolments.personId, trainee.personId!))
    await expect(confirmCases(db, trainer, { cohortId: cohort.id, cases: await shown(db, cohort.id) })).rejects.toMatchObject({ code: 'logbook.changed' })
    expect(await db.$count(entries)).toBe(0)
  })
})

test('a trainer reads everybody’s logbook, a trainee their own', async ({ db }) => {
  const { cohort, trainee, trainer, seen } = await aGroup(db)
  const other = await aTrainee(db)
  await db.insert(enrolments).values({ cohortId: cohort.id, personId: other.personId!, state: 'enrolled', source: 'coordinator', ticket: 77 })
  const { caseId } = await logCase(db, trainee, seen)
  expect((await logbookOf(db, trainer, { cohortId: cohort.id })).people.find((one) => one.personId === trainee.personId)).toMatchObject({ written: [{ caseId, confirmedAt: null }], practice: { waiting: 1 } })
  expect((await logbookOf(db, trainer, { cohortId: cohort.id })).people).toHaveLength(2)
  expect((await logbookOf(db, other, { cohortId: cohort.id })).people).toMatchObject([{ personId: other.personId, written: [] }])
  await expect(logbookOf(db, await aTrainee(db), { cohortId: cohort.id })).rejects.toMatchObject({ code: 'object.not-found' })
})

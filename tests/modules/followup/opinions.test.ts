import { eq, getTableColumns, sql } from 'drizzle-orm'
import { rows } from '#db/rows.ts'
import { entries, evaluations, evaluators } from '#db/schema/index.ts'
import { evaluationForm, giveOpinion, myEvaluation, opinionsOf } from '#modules/followup/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, aTrainee } from '#tests/factories.ts'
import { aFinishedClass, anOpinion, daysAgo } from './cast.ts'

describe('anonymity', () => {
  test('no column of an opinion could name a person or a moment, and who gave one is kept without it', () => {
    expect(Object.keys(getTableColumns(evaluations)).sort()).toEqual(['cohortId', 'givenOn', 'id', 'liked', 'locale', 'points', 'suggestion'])
    expect(getTableColumns(evaluations).givenOn.getSQLType()).toBe('date')
    expect(Object.keys(getTableColumns(evaluators)).sort()).toEqual(['cohortId', 'personId'])
  })

  test('the ledger tells nothing, no job or letter is left, and neither list leads to the other on the disk', async ({ db }) => {
    const { cohortId, people } = await aFinishedClass(db, 6, { ended: 1 })
    for (const [index, one] of people.entries()) await giveOpinion(db, one, anOpinion(cohortId, { liked: `пікір ${index}` }))
    expect(await db.$count(entries)).toBe(0)
    const [left] = await rows<{ jobs: number; notices: number }>(
      db,
      sql`select (select count(*)::int from jobs) as jobs, (select count(*)::int from notices) as notices`,
    )
    expect(left).toEqual({ jobs: 0, notices: 0 })
    // The number of the transaction that wrote a row: one for all, so that it pairs nobody with anything.
    const [written] = await rows<{ opinions: number; names: number }>(
      db,
      sql`
      select (select count(distinct xmin::text)::int from evaluations where cohort_id = ${cohortId}::uuid) as opinions, (select count(distinct xmin::text)::int from evaluators where cohort_id = ${cohortId}::uuid) as names`,
    )
    expect(written).toEqual({ opinions: 1, names: 1 })
    expect(await db.$count(evaluations)).toBe(6)
    expect(await db.$count(evaluators)).toBe(6)
  })

  test('the rows of the two lists don’t lie in the order in which they were written', async ({ db }) => {
    const { cohortId, people, ids } = await aFinishedClass(db, 12, { ended: 1 })
    for (const [index, one] of people.entries()) await giveOpinion(db, one, anOpinion(cohortId, { liked: String(index).padStart(2, '0') }))
    const opinions = await rows<{ liked: string }>(db, sql`select liked from evaluations where cohort_id = ${cohortId}::uuid order by ctid`)
    const names = await rows<{ id: string }>(db, sql`select person_id as id from evaluators where cohort_id = ${cohortId}::uuid order by ctid`)
    // Twelve things fall into a given order once in 479 million times.
    const order = opinions.map((one) => Number(one.liked))
    expect(order).not.toEqual(order.toSorted((one, other) => one - other))
    expect(names.map((one) => one.id)).not.toEqual(ids)
    expect(names.map((one) => ids.indexOf(one.id))).not.toEqual(order)
  })
})

describe('giving an opinion', () => {
  test('a second one of the same person is refused, and there is one', async ({ db }) => {
    const { cohortId, people } = await aFinishedClass(db, 1, { ended: 1 })
    await giveOpinion(db, people[0]!, anOpinion(cohortId))
    await expect(giveOpinion(db, people[0]!, anOpinion(cohortId))).rejects.toMatchObject({ code: 'opinion.given' })
    expect(await db.$count(evaluations)).toBe(1)
    expect((await myEvaluation(db, people[0]!, { cohortId })).state).toBe('given')
  })

  test('it opens on the last day and closes with the last day of the visits', async ({ db }) => {
    const early = await aFinishedClass(db, 1, { ended: -2, state: 'running' })
    await expect(giveOpinion(db, early.people[0]!, anOpinion(early.cohortId))).rejects.toMatchObject({ code: 'opinion.early' })
    expect((await myEvaluation(db, early.people[0]!, early)).state).toBe('early')
    const late = await aFinishedClass(db, 1, { ended: 44 })
    await expect(giveOpinion(db, late.people[0]!, anOpinion(late.cohortId))).rejects.toMatchObject({ code: 'opinion.over' })
    expect((await myEvaluation(db, late.people[0]!, late)).state).toBe('over')
    expect(await db.$count(evaluators)).toBe(0)
  })

  test('every item is answered, with one to five points, and nothing else', async ({ db }) => {
    const { cohortId, people } = await aFinishedClass(db, 1, { ended: 1 })
    const [first, ...rest] = Object.entries(anOpinion(cohortId).points)
    for (const points of [Object.fromEntries(rest), Object.fromEntries([first!, ...rest, ['lunch', 3]])]) {
      await expect(giveOpinion(db, people[0]!, { ...anOpinion(cohortId), points })).rejects.toMatchObject({ code: 'opinion.items' })
    }
    expect(await db.$count(evaluators)).toBe(0)
    await giveOpinion(db, people[0]!, anOpinion(cohortId))
  })

  test('without a seat there is no course to speak of', async ({ db }) => {
    const { cohortId, coordinator } = await aFinishedClass(db, 1, { ended: 1 })
    for (const stranger of [await aTrainee(db), coordinator]) {
      await expect(giveOpinion(db, stranger, anOpinion(cohortId))).rejects.toMatchObject({ code: 'object.not-found' })
      await expect(myEvaluation(db, stranger, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
    }
    expect(await db.$count(evaluations)).toBe(0)
  })
})

describe('what the centre sees', () => {
  test('nothing of four opinions, all of five, from the next day on', async ({ db }) => {
    const { cohortId, people, trainer, cohort } = await aFinishedClass(db, 6, { ended: 1 })
    const tomorrow = new Date(Date.now() + 86_400_000)
    for (const one of people.slice(0, 4)) await giveOpinion(db, one, anOpinion(cohortId, { liked: 'жақсы' }))
    expect(await opinionsOf(db, trainer, { cohortId }, tomorrow)).toMatchObject({
      seats: 6,
      given: 4,
      shown: 0,
      items: [],
      liked: [],
      suggestions: [],
    })
    await giveOpinion(db, people[4]!, anOpinion(cohortId, { points: { aims: 1 }, suggestion: 'көбірек практика' }))
    expect(await opinionsOf(db, trainer, { cohortId })).toMatchObject({ given: 5, shown: 0, items: [], liked: [] })
    const seen = await opinionsOf(db, trainer, { cohortId }, tomorrow)
    expect(seen).toMatchObject({ shown: 5, liked: ['жақсы', 'жақсы', 'жақсы', 'жақсы'], suggestions: ['көбірек практика'] })
    expect(seen.items).toHaveLength(evaluationForm().items.length)
    expect(seen.items.find((one) => one.id === 'aims')).toMatchObject({ mean: 17 / 5, counts: [1, 0, 0, 4, 0] })
    // One that comes alone on a later day waits for four more.
    await db.update(evaluations).set({ givenOn: cohort.endsOn })
    await giveOpinion(db, people[5]!, anOpinion(cohortId, { points: { aims: 5 }, liked: 'соңғы' }))
    const later = await opinionsOf(db, trainer, { cohortId }, tomorrow)
    expect(later).toMatchObject({ given: 6, shown: 5 })
    expect(later.items).toEqual(seen.items)
    expect(later.liked).not.toContain('соңғы')
  })

  test('only those who work there', async ({ db }) => {
    const { cohortId, people } = await aFinishedClass(db, 1, { ended: 1 })
    const stranger = await aCoordinator(db, (await aCentre(db)).id)
    for (const one of [people[0]!, stranger, await anAdministrator(db)])
      await expect(opinionsOf(db, one, { cohortId })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('the day kept is the centre’s', async ({ db }) => {
    const { cohortId, people } = await aFinishedClass(db, 1, { ended: 1 })
    await giveOpinion(db, people[0]!, anOpinion(cohortId))
    const [kept] = await db.select({ day: evaluations.givenOn }).from(evaluations).where(eq(evaluations.cohortId, cohortId))
    expect(kept!.day).toBe(new Intl.DateTimeFormat('en-CA', { timeZone: 'Asia/Qyzylorda' }).format(new Date()))
    expect(kept!.day >= daysAgo(0)).toBe(true)
  })
})

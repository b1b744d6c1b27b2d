import { randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import { rows } from '#db/rows.ts'
import { entries, evaluations, evaluators, followups } from '#db/schema/index.ts'
import { giveOpinion, planFollowups, recordFollowup } from '#modules/followup/index.ts'
import { aFinishedClass, anOpinion, aVisit } from '#tests/modules/followup/cast.ts'
import { expect, outcome, test } from './server.ts'

const times = <Result>(count: number, work: (index: number) => Promise<Result>) =>
  Promise.all(Array.from({ length: count }, (_, index) => work(index)))

test('twenty opinions of one person at once are one', async ({ db }) => {
  const { cohortId, people } = await aFinishedClass(db, 1, { ended: 1 })
  const words = await times(20, () => outcome(giveOpinion(db, people[0]!, anOpinion(cohortId))))
  expect(words.toSorted()).toEqual(['done', ...Array.from({ length: 19 }, () => 'opinion.given')])
  expect(await db.$count(evaluations, eq(evaluations.cohortId, cohortId))).toBe(1)
})

test('a whole group at once loses no opinion, and the last transaction has written every row of both lists', async ({ db }) => {
  const { cohortId, people } = await aFinishedClass(db, 12, { ended: 1 })
  expect(await times(12, (index) => outcome(giveOpinion(db, people[index]!, anOpinion(cohortId))))).toEqual(Array.from({ length: 12 }, () => 'done'))
  expect(await db.$count(evaluations, eq(evaluations.cohortId, cohortId))).toBe(12)
  expect(await db.$count(evaluators, eq(evaluators.cohortId, cohortId))).toBe(12)
  const written = await rows<{ by: string }>(
    db,
    sql`
    select distinct xmin::text as by from evaluations where cohort_id = ${cohortId}::uuid union select distinct xmin::text from evaluators where cohort_id = ${cohortId}::uuid`,
  )
  expect(written).toHaveLength(1)
})

test('the same form of a visit sent ten times at once is one visit, and another form is refused', async ({ db }) => {
  const { cohortId, personId, trainer, coordinator } = await aFinishedClass(db, 1)
  const form = aVisit({ cohortId, personId })
  expect(await times(10, () => outcome(recordFollowup(db, trainer, form)))).toEqual(Array.from({ length: 10 }, () => 'done'))
  expect(await outcome(recordFollowup(db, coordinator, { ...form, clientId: randomUUID() }))).toBe('followup.recorded')
  expect(await db.$count(entries, eq(entries.kind, 'followup.recorded'))).toBe(1)
})

test('visits planned by the job and by hand at once are planned once', async ({ db }) => {
  const { cohortId, coordinator } = await aFinishedClass(db, 5, { state: 'closed' })
  await db.delete(followups).where(eq(followups.cohortId, cohortId))
  const planned = await times(8, () => planFollowups(db, coordinator, { cohortId }))
  expect(planned.reduce((sum, one) => sum + one.planned, 0)).toBe(5)
})

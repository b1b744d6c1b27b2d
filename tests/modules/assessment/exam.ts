import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attempts, type cohorts, editions, items } from '#db/schema/index.ts'
import { assessmentsOf, type Choice, startAttempt } from '#modules/assessment/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { aCohort, anEdition, aTrainee, seated, texts } from '#tests/factories.ts'

/** Words that only a key or a rationale contains: if one of them reaches a trainee, a key has. */
export const canaries = { rationale: 'CANARY-RATIONALE', rule: 'CANARY-RULE', tolerance: 0.625 }

/**
 * A running cohort with one trainee in a seat and a post-test of three questions: `one` (right: yes), `all` (right: p and r)
 * and `number` (right: 50 ± 0.625 breaths per minute). `every` adds one of each other kind, with credit in part: `some` (right:
 * t and u), `order` (right: first, second, third) and `pairs` (right: see `rightOfEvery`). `assessment` changes the test itself.
 */
export async function anExam(db: Db, values: { rules?: Partial<Outline['rules']>; outline?: object; cohort?: Partial<typeof cohorts.$inferInsert>; assessment?: object; every?: boolean; begun?: boolean; course?: string } = {}) {
  const base = await anEdition(db, values.course ? { course: values.course } : {})
  const outline = base.outline as unknown as Outline
  const assessments = [{ id: 'post-test', kind: 'post-test', minutes: 30, items: values.every ? 6 : 3, bank: 'exam', titles: texts('Қорытынды тестілеу'), ...values.assessment }]
  const [edition] = await db.insert(editions).values({ ...base, id: undefined, number: base.number + 1000, contentHash: `${base.contentHash}-exam`, outline: { ...outline, assessments, rules: { ...outline.rules, ...values.rules }, ...values.outline } }).returning()
  const body = { prompt: texts('Сұрақ'), rationale: texts(canaries.rationale), lesson: 'imci-1-01', source: { guideline: 'who-imci-2014', rule: canaries.rule } }
  await db.insert(items).values([
    { editionId: edition!.id, id: 'one', bank: 'exam', kind: 'single', topic: 'a', body: { ...body, options: ['yes', 'no', 'perhaps'].map((id) => ({ id, text: texts(`Жауап ${id}`) })), key: ['yes'] } },
    { editionId: edition!.id, id: 'all', bank: 'exam', kind: 'multiple', topic: 'b', body: { ...body, options: ['p', 'q', 'r', 's'].map((id) => ({ id, text: texts(`Жауап ${id}`) })), key: ['p', 'r'] } },
    { editionId: edition!.id, id: 'number', bank: 'exam', kind: 'numeric', topic: 'c', body: { ...body, key: { value: 50, tolerance: canaries.tolerance, unit: 'breaths-per-minute' } } },
  ])
  if (values.every) {
    const listed = (...ids: string[]) => ids.map((id) => ({ id, text: texts(`Жауап ${id}`) }))
    await db.insert(items).values([
      { editionId: edition!.id, id: 'some', bank: 'exam', kind: 'multiple', topic: 'd', body: { ...body, credit: 'part', options: listed('t', 'u', 'v', 'w'), key: ['t', 'u'] } },
      { editionId: edition!.id, id: 'order', bank: 'exam', kind: 'ordering', topic: 'e', body: { ...body, credit: 'part', options: listed('second', 'third', 'first'), key: ['first', 'second', 'third'] } },
      { editionId: edition!.id, id: 'pairs', bank: 'exam', kind: 'matching', topic: 'f', body: { ...body, credit: 'part', left: listed('cough', 'cold'), options: listed('rest', 'drink', 'refer'), key: rightOfEvery.pairs } },
    ])
  }
  const cohort = await aCohort(db, { editionId: edition!.id, state: 'running', ...values.cohort })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  const test = async () => (await assessmentsOf(db, trainee, { cohortId: cohort.id }))[0]!
  const assessmentId = (await test())?.id
  const attemptId = values.begun === false ? '' : (await startAttempt(db, trainee, { assessmentId })).attemptId
  return { cohort, trainee, assessmentId, attemptId, test, edition: edition! }
}

/** All points of the questions that `every` adds: two each. */
export const rightOfEvery: { some: Choice; order: Choice; pairs: [string, string][] } = { some: ['u', 't'], order: ['first', 'second', 'third'], pairs: [['cough', 'drink'], ['cold', 'rest']] }

export const right = { one: ['yes'], all: ['r', 'p'], number: { value: 50, unit: 'breaths-per-minute' as const } }

/** Moves an unfinished attempt into the past, so that its time ran out this many seconds ago. */
export const letTimePass = (db: Db, attemptId: string, seconds: number) =>
  db.update(attempts).set({ startedAt: new Date(Date.now() - 3_600_000), closesAt: new Date(Date.now() - seconds * 1000) }).where(eq(attempts.id, attemptId))

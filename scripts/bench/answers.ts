import { assessmentsOf, saveAnswer, startAttempt } from '#modules/assessment/index.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { changeState, enrol } from '#modules/cohorts/index.ts'
import { system } from '#modules/actor.ts'
import { readToken } from '#modules/people/index.ts'
import { choose } from './attempt.ts'
import { callApi } from './caller.ts'
import { perSecond, row, type Row } from './measure.ts'
import { openRaw, replay } from './rawSql.ts'
import type { Bench } from './stage.ts'

const questions = 10

/** Single answers saved and acknowledged through HTTP, against the same SQL alone with each call's question of who is asking. Attempts are begun before. */
export async function benchAnswers(stage: Bench): Promise<Row[]> {
  const { people } = stage
  const half = people.length / 2
  const cohortId = await stage.openCohort(people.length)
  const begun = await stage.withDatabase(async ({ db }) => {
    for (const one of people) await enrol(db, system('bench'), { cohortId, personId: one.personId })
    await changeState(db, system('bench'), { cohortId, to: 'running' }, sealAttendance)
    const assessmentId = (await assessmentsOf(db, people[0]!.actor, { cohortId })).find(({ kind }) => kind === 'post-test')!.id
    const attempts = []
    for (const { actor } of people) attempts.push(await startAttempt(db, actor, { assessmentId }))
    return attempts
  })

  await stage.startServer()
  // A token's first use in a while is noted: that write is not what is measured.
  for (const { bearer } of people) await callApi(stage.origin, bearer, 'GET', '/me')
  const ours = await perSecond(half * questions, async (index) => {
    const person = index % half
    const { attemptId, items } = begun[person]!
    const item = items[Math.floor(index / half)]!
    const answer = await callApi(stage.origin, people[person]!.bearer, 'PUT', `/attempts/${attemptId}/answers/${item.id}`, { choice: choose(item), sequence: 1 })
    if (answer.status !== 200) throw new Error(`an answer was answered ${answer.status}: ${answer.text}`)
  })
  await stage.stopServer()

  const raw = await openRaw(stage.databaseUrl, stage.dataDir)
  const sample = begun[half]!
  const [item] = sample.items
  // The first look at an attempt is kept by the process: what is captured is the save that every further answer costs.
  const save = async () => raw.capture((db) => saveAnswer(db, people[half]!.actor, { attemptId: sample.attemptId, itemId: item!.id, sequence: 1, choice: choose(item!) as never }))
  await save()
  const statements = await save()
  const others = people.slice(half + 1)
  const asking = await raw.capture(async (db) => {
    for (const { bearer } of others) await readToken(db, bearer)
  })
  const alone = await perSecond(others.length * questions, async (index) => {
    const person = index % others.length
    const { attemptId, items } = begun[half + 1 + person]!
    const own = items[Math.floor(index / others.length)]!
    await raw.run(asking[person]!.text, asking[person]!.params)
    for (const { text, params } of replay(statements, [[sample.attemptId, attemptId], [item!.id, own.id]])) await raw.run(text, params)
  })
  await raw.close()
  return [row('answers saved through HTTP against the same SQL alone', stage.kind, ours, alone, 'answers/s', '≥ 0.5')]
}

import { sealAttendance } from '#modules/attendance/index.ts'
import { randomUUID } from 'node:crypto'
import { changeState, enrol } from '#modules/cohorts/index.ts'
import { assessmentsOf, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { system } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { readToken } from '#modules/people/index.ts'
import { callApi } from './caller.ts'
import { perSecond, row, type Row } from './measure.ts'
import { openRaw, replay } from './rawSql.ts'
import type { Bench } from './stage.ts'

const questions = 10

type Asked = { id: string; kind: string; options: { id: string }[]; left?: { id: string }[] }

/** An answer of the shape that the question asks for. */
export function choose({ kind, options, left = [] }: Asked): string[] | [string, string][] {
  const [first] = options
  if (!first) return []
  return kind === 'matching' ? left.map(({ id }): [string, string] => [id, first.id]) : kind === 'ordering' ? options.map(({ id }) => id) : [first.id]
}

/**
 * Attempts of ten answered questions (start, ten answers, hand in: twelve calls) through HTTP, against the same SQL alone:
 * every statement that the calls send, with each call's question of who is asking.
 */
export async function benchAttempt(stage: Bench): Promise<Row[]> {
  const { people } = stage
  const cohortId = await stage.openCohort(stage.people.length)
  const assessmentId = await stage.withDatabase(async ({ db }) => {
    for (const one of people) await enrol(db, system('bench'), { cohortId, personId: one.personId })
    await changeState(db, system('bench'), { cohortId, to: 'running' }, sealAttendance)
    return (await assessmentsOf(db, people[0]!.actor, { cohortId })).find(({ kind }) => kind === 'post-test')!.id
  })

  await stage.startServer()
  // A token's first use in a while is noted: that write is not what is measured.
  for (const { bearer } of people) await callApi(stage.origin, bearer, 'GET', '/me')
  const half = people.length / 2
  const ours = await perSecond(half, async (index) => {
    const { bearer } = people[index]!
    const call = async (method: string, path: string, body?: unknown) => {
      const answer = await callApi(stage.origin, bearer, method, path, body)
      if (answer.status >= 300) throw new Error(`${method} ${path} answered ${answer.status}: ${answer.text}`)
      return JSON.parse(answer.text) as { attemptId: string; items: Asked[] }
    }
    const { attemptId, items } = await call('POST', `/assessments/${assessmentId}/attempts`)
    for (const [at, item] of items.slice(0, questions).entries()) await call('PUT', `/attempts/${attemptId}/answers/${item.id}`, { choice: choose(item), sequence: at + 1 })
    await call('POST', `/attempts/${attemptId}/submission`)
  })
  await stage.stopServer()

  const raw = await openRaw(stage.databaseUrl, stage.dataDir)
  const sample = people[half]!
  let attemptId = ''
  let items: Awaited<ReturnType<typeof startAttempt>>['items'] = []
  const start = await raw.capture(async (db) => {
    ;({ attemptId, items } = await startAttempt(db, sample.actor, { assessmentId }))
  })
  const answers = await raw.capture(async (db) => {
    for (const [at, item] of items.slice(0, questions).entries()) await saveAnswer(db, sample.actor, { attemptId, itemId: item.id, sequence: at + 1, choice: choose(item) })
  })
  const submit = await raw.capture((db) => submitAttempt(db, sample.actor, { attemptId }))
  const others = people.slice(half + 1)
  const asking = await raw.capture(async (db) => {
    for (const { bearer } of others) await readToken(db, bearer)
  })
  const alone = await perSecond(others.length, async (index) => {
    const { personId } = others[index]!
    const ask = () => raw.run(asking[index]!.text, asking[index]!.params)
    const person = [[sample.personId, personId], [subjectOf(sample.personId), subjectOf(personId)]] as const
    const swaps = [...person, [attemptId, randomUUID()] as const]
    await ask()
    await raw.inTransaction(async (run) => {
      for (const { text, params } of replay(start, swaps)) await run(text, params)
    })
    for (const { text, params } of replay(answers, swaps)) {
      await ask()
      await raw.run(text, params)
    }
    await ask()
    await raw.inTransaction(async (run) => {
      for (const { text, params } of replay(submit, swaps)) await run(text, params)
    })
  })
  await raw.close()
  return [row('ten-question attempts through HTTP against the same SQL alone', stage.kind, ours, alone, 'attempts/s', '≥ 0.5')]
}

import { setTimeout as pause } from 'node:timers/promises'
import { subjectOf } from '#modules/keys/index.ts'
import type { ChurnAnswer, ChurnJob } from './enrolClient.ts'
import { classes, expect, inProcess, test } from './server.ts'

type Sample = { id: string; capacity: number; seats: number; highest: number; enrolled: number; queued: number }

test('while people come and go and capacities change, every snapshot has enrolled ≤ capacity and no free seat beside a queue', async ({ url, db, sql }) => {
  const { cohortIds, trainees } = await classes(db, { cohorts: 4, trainees: 40, capacity: 6 })
  const personIds = trainees.map((one) => one.personId!)
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`churn: SEED=${seed}`)

  const end = new AbortController()
  const samples: Sample[] = []
  const sampler = (async () => {
    while (!end.signal.aborted) {
      samples.push(...(await sql.begin('isolation level repeatable read read only', (tx) => tx<Sample[]>`
        select c.id, c.capacity,
          (select count(*)::int from seats s where s.cohort_id = c.id) as seats,
          (select coalesce(max(s.seat), 0)::int from seats s where s.cohort_id = c.id) as highest,
          (select count(*)::int from enrolments e where e.cohort_id = c.id and e.state = 'enrolled') as enrolled,
          (select count(*)::int from enrolments e where e.cohort_id = c.id and e.state = 'queued') as queued
        from cohorts c where c.id = any(${cohortIds}::uuid[])`)))
      await pause(20)
    }
  })()
  const job = (half: number): ChurnJob => ({ kind: 'churn', cohortIds, personIds, seed: seed + 1000 * half, seconds: 8, clients: 20, capacities: [3, 6, 6, 10] })
  const counts = await Promise.all([0, 1].map((half) => inProcess<ChurnAnswer>(url, job(half))))
  end.abort()
  await sampler

  const happened: ChurnAnswer = {}
  for (const one of counts) for (const [what, times] of Object.entries(one)) happened[what] = (happened[what] ?? 0) + times
  console.info(`churn: ${samples.length} samples,`, JSON.stringify(happened))
  expect(Object.keys(happened).filter((what) => !expected.has(what))).toEqual([])
  for (const what of ['enrol: done', 'withdraw: done', 'capacity: done', 'capacity: cohort.capacity-below-taken']) expect(happened[what]).toBeGreaterThan(0)

  expect(samples.length).toBeGreaterThan(100)
  expect(samples.filter((one) => one.queued > 0).length).toBeGreaterThan(0)
  const wrong = samples.filter((one) => one.enrolled > one.capacity || one.highest > one.capacity || one.seats !== one.enrolled || (one.seats < one.capacity && one.queued > 0))
  expect(wrong).toEqual([])

  for (const cohortId of cohortIds) {
    const rows = await sql<{ personId: string; state: string }[]>`select person_id as "personId", state from enrolments where cohort_id = ${cohortId} and state <> 'withdrawn' order by ticket`
    const told = replay(await sql<{ body: string }[]>`select body from entries where kind like 'cohort.%' and body like ${`%${cohortId}%`} order by seq`)
    expect(told.jumped).toEqual([])
    expect(told.queue).toEqual(rows.filter((one) => one.state === 'queued').map((one) => subjectOf(one.personId)))
    expect([...told.seated].sort()).toEqual(rows.filter((one) => one.state === 'enrolled').map((one) => subjectOf(one.personId)).sort())
  }
})

const expected = new Set([
  'enrol: done', 'enrol: cohort.already-enrolled', 'withdraw: done', 'withdraw: object.not-found', 'capacity: done', 'capacity: cohort.capacity-below-taken',
])

/** What the ledger says: who sits, who waits in which order, and whoever was promoted out of turn. */
function replay(entries: readonly { body: string }[]) {
  const seated = new Set<string>()
  let queue: string[] = []
  const jumped: string[] = []
  for (const { body } of entries) {
    const { kind, facts: { subject } } = JSON.parse(body) as { kind: string; facts: { subject: string } }
    if (kind === 'cohort.enrolled') seated.add(subject)
    if (kind === 'cohort.queued') queue.push(subject)
    if (kind === 'cohort.promoted') {
      if (queue[0] !== subject) jumped.push(subject)
      queue = queue.filter((one) => one !== subject)
      seated.add(subject)
    }
    if (kind === 'cohort.withdrawn' && !seated.delete(subject)) queue = queue.filter((one) => one !== subject)
  }
  return { seated, queue, jumped }
}

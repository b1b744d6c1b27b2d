import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { closeAttendance, markAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { changeCapacity, changeState, enrol, withdraw } from '#modules/cohorts/index.ts'
import { scheduleCohort } from '#modules/timetable/index.ts'
import { aCoordinator, anEdition, aRoom } from '#tests/factories.ts'
import { classes, expect, outcome, test } from './server.ts'

const actor = system('test')

/** How many connections of the product wait for a lock now. */
const waiting = async (sql: Sql) => (await sql<{ n: number }[]>`select count(*)::int as n from pg_stat_activity where wait_event_type = 'Lock' and application_name = 'besik'`)[0]!.n

/**
 * Starts the works one after the other while somebody else holds a row that each of them needs, so that all stand at the
 * barrier in this order; then lets go. Held is either the cohort (nobody has begun) or the ledger's head (the first has
 * written everything but its entry).
 */
async function atBarrier(sql: Sql, barrier: 'cohort' | 'ledger', cohortId: string, works: (() => Promise<string>)[]): Promise<string[]> {
  const holder = await sql.reserve()
  try {
    await holder`begin`
    if (barrier === 'cohort') await holder`select from cohorts where id = ${cohortId} for update`
    else await holder`select from heads for update`
    const running: Promise<string>[] = []
    for (const work of works) {
      const before = await waiting(sql)
      const last = work()
      running.push(last)
      for (let tries = 0; (await waiting(sql)) <= before; tries++) {
        // A work that is refused before it needs the held row does not wait: it is done.
        if (tries > 5 && (await Promise.race([last.then(() => true), pause(20).then(() => false)]))) break
        if (tries > 300) throw new Error('nobody came to the barrier')
        await pause(10)
      }
    }
    await holder`commit`
    return await Promise.all(running)
  } finally {
    holder.release()
  }
}

/** Three people with a cohort of two seats: the first two sit, the third waits if `full`. */
async function scene(db: Db, people: number, capacity: number, state: 'open' | 'running' = 'open') {
  const { cohortIds: [cohortId], trainees } = await classes(db, { cohorts: 1, trainees: 4, capacity }, { state })
  const ids = trainees.map((one) => one.personId!)
  for (const id of ids.slice(0, people)) await enrol(db, actor, { cohortId: cohortId!, personId: id })
  return { cohortId: cohortId!, ids }
}

async function standing(sql: Sql, cohortId: string, ids: string[]) {
  const seats = await sql<{ person: string }[]>`select person_id as person from seats where cohort_id = ${cohortId} order by seat`
  const queue = await sql<{ person: string }[]>`select person_id as person from enrolments where cohort_id = ${cohortId} and state = 'queued' order by ticket`
  const short = (list: readonly { person: string }[]) => list.map((one) => ids.indexOf(one.person)).join('')
  return `${short(seats)}|${short(queue)}`
}

type Work = (db: Db, cohortId: string, ids: string[]) => Promise<string>
const comes = (who: number): Work => (db, cohortId, ids) => outcome(enrol(db, actor, { cohortId, personId: ids[who]! }))
const goes = (who: number): Work => (db, cohortId, ids) => outcome(withdraw(db, actor, { cohortId, personId: ids[who]! }))
const resizes = (capacity: number): Work => (db, cohortId) => outcome(changeCapacity(db, actor, { cohortId, capacity }))
const cancels: Work = (db, cohortId) => outcome(changeState(db, actor, { cohortId, to: 'cancelled' }, sealAttendance))

const pairs: [name: string, people: number, capacity: number, first: Work, second: Work, outcomes: string[], standing: string][] = [
  ['enrol, then withdraw: the newcomer waits and moves up', 2, 2, comes(2), goes(0), ['queued', 'done'], '21|'],
  ['withdraw, then enrol: the newcomer takes the free seat', 2, 2, goes(0), comes(2), ['done', 'enrolled'], '21|'],
  ['withdraw before somebody who waits, then enrol: the newcomer does not jump the queue', 3, 2, goes(0), comes(3), ['done', 'queued'], '21|3'],
  ['enrol, then withdraw before somebody who waits', 3, 2, comes(3), goes(0), ['queued', 'done'], '21|3'],
  ['withdraw, then fewer seats', 2, 2, goes(0), resizes(1), ['done', 'done'], '1|'],
  ['fewer seats, then withdraw: refused, for both seats were taken', 2, 2, resizes(1), goes(0), ['cohort.capacity-below-taken', 'done'], '1|'],
  ['withdraw with a queue, then fewer seats: refused, for the queue moved up', 3, 2, goes(0), resizes(1), ['done', 'cohort.capacity-below-taken'], '21|'],
  ['more seats, then enrol', 3, 2, resizes(3), comes(3), ['done', 'queued'], '012|3'],
  ['enrol, then more seats', 3, 2, comes(3), resizes(4), ['queued', 'done'], '0123|'],
  ['the same person twice', 1, 2, comes(1), comes(1), ['enrolled', 'cohort.already-enrolled'], '01|'],
  ['the same person twice, into the queue', 2, 2, comes(2), comes(2), ['queued', 'cohort.already-enrolled'], '01|2'],
  ['two people for the last seat', 1, 2, comes(1), comes(2), ['enrolled', 'queued'], '01|2'],
  ['the same person leaving twice: one seat becomes free', 3, 2, goes(0), goes(0), ['done', 'object.not-found'], '21|'],
  ['cancel, then enrol', 2, 2, cancels, comes(2), ['cancelled', 'cohort.over'], '|'],
  ['enrol, then cancel', 2, 2, comes(2), cancels, ['queued', 'cancelled'], '|'],
]

test.for(pairs.flatMap((pair) => (['cohort', 'ledger'] as const).map((barrier) => [barrier, ...pair] as const)))(
  'at the %s: %s',
  async ([barrier, , people, capacity, first, second, outcomes, expected], { db, sql }) => {
    const { cohortId, ids } = await scene(db, people, capacity)
    expect(await atBarrier(sql, barrier, cohortId, [first, second].map((work) => () => work(db, cohortId, ids)))).toEqual(outcomes)
    expect(await standing(sql, cohortId, ids)).toBe(expected)
  },
)

test('a mark that waits while attendance is being closed is refused', async ({ db, sql }) => {
  const { cohortId, ids } = await scene(db, 1, 2, 'running')
  const closes = () => outcome(closeAttendance(db, actor, { cohortId }))
  const marks = () => outcome(markAttendance(db, actor, { cohortId, marks: [{ personId: ids[0]!, date: '2027-03-01', half: 'am', mark: 'present' }] }))
  expect(await atBarrier(sql, 'ledger', cohortId, [closes, marks])).toEqual(['done', 'cohort.attendance-closed'])
  expect(await sql`select from attendance where cohort_id = ${cohortId}`).toHaveLength(0)
})

test('one room, ten coordinators, the same week: one cohort', async ({ db, sql }) => {
  const edition = await anEdition(db)
  const room = await aRoom(db)
  const coordinator = await aCoordinator(db, room.centreId)
  const plan = { centreId: room.centreId, roomId: room.id, course: 'imci', edition: edition.number, language: 'kk' as const, startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25 }
  const outcomes = await Promise.all(Array.from({ length: 10 }, () => outcome(scheduleCohort(db, coordinator, plan))))
  expect(outcomes.sort()).toEqual([...Array<string>(9).fill('cohort.room-taken'), 'done'])
  expect(await sql`select from cohorts where room_id = ${room.id}`).toHaveLength(1)
})

import { sql, type SQL } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrol } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aRoom } from '#tests/factories.ts'
import { aClass, stateOf } from './cast.ts'

// What the schema itself refuses, with the code above it out of the way.

async function aFullClass(db: Db) {
  const cast = await aClass(db, 4, { capacity: 2 })
  for (const id of cast.ids.slice(0, 3)) await enrol(db, cast.coordinator, { cohortId: cast.cohortId, personId: id })
  return cast
}
type Cast = Awaited<ReturnType<typeof aFullClass>>

const unique = '23505'
const foreign = '23503'
const check = '23514'
const seat = (cohortId: string, number: number, capacity: number, personId: string, state = 'enrolled') =>
  sql`insert into seats (cohort_id, seat, capacity, person_id, state) values (${cohortId}, ${number}, ${capacity}, ${personId}, ${state})`
const enrolled = (cohortId: string, personId: string, state = 'enrolled', ticket = 99) =>
  sql`insert into enrolments (cohort_id, person_id, state, source, ticket) values (${cohortId}, ${personId}, ${state}, 'self', ${ticket})`

test.for<[string, string, (cast: Cast) => SQL[]]>([
  ['the same seat sold twice', unique, ({ cohortId, ids }) => [enrolled(cohortId, ids[3]!), seat(cohortId, 1, 2, ids[3]!)]],
  ['two seats for one person', unique, ({ cohortId, ids }) => [sql`update cohorts set capacity = 3 where id = ${cohortId}`, seat(cohortId, 3, 3, ids[0]!)]],
  ['a seat above the capacity', check, ({ cohortId, ids }) => [enrolled(cohortId, ids[3]!), seat(cohortId, 3, 2, ids[3]!)]],
  ['a seat numbered zero', check, ({ cohortId, ids }) => [enrolled(cohortId, ids[3]!), seat(cohortId, 0, 2, ids[3]!)]],
  ['a seat that lies about the capacity', foreign, ({ cohortId, ids }) => [enrolled(cohortId, ids[3]!), seat(cohortId, 3, 3, ids[3]!)]],
  ['a seat for somebody who waits', foreign, ({ cohortId, ids }) => [sql`update cohorts set capacity = 3 where id = ${cohortId}`, seat(cohortId, 3, 3, ids[2]!)]],
  ['a seat that says its person waits', check, ({ cohortId, ids }) => [sql`update cohorts set capacity = 3 where id = ${cohortId}`, seat(cohortId, 3, 3, ids[2]!, 'queued')]],
  ['a seat for somebody who never came', foreign, ({ cohortId, ids }) => [sql`update cohorts set capacity = 3 where id = ${cohortId}`, seat(cohortId, 3, 3, ids[3]!)]],
  ['sending a seated person back to the queue, seat and all', check, ({ cohortId, ids }) => [sql`update enrolments set state = 'queued' where cohort_id = ${cohortId} and person_id = ${ids[0]}`]],
  ['a second enrolment of one person', unique, ({ cohortId, ids }) => [enrolled(cohortId, ids[0]!, 'queued')]],
  ['two people with one ticket', unique, ({ cohortId, ids }) => [enrolled(cohortId, ids[3]!, 'queued', 1)]],
  ['fewer seats than the highest taken number', check, ({ cohortId }) => [sql`update cohorts set capacity = 1 where id = ${cohortId}`]],
  ['more seats than the room has', check, ({ cohortId }) => [sql`update cohorts set capacity = 31 where id = ${cohortId}`]],
  ['a copy of the room’s capacity that lies', foreign, ({ cohortId }) => [sql`update cohorts set room_capacity = 500 where id = ${cohortId}`]],
  ['a room that shrinks below its cohort', check, ({ cohort }) => [sql`update rooms set capacity = 1 where id = ${cohort.roomId}`]],
  ['the last day before the first', check, ({ cohortId }) => [sql`update cohorts set ends_on = '2027-02-28' where id = ${cohortId}`]],
  ['a state that nobody knows', check, ({ cohortId }) => [sql`update cohorts set state = 'paused' where id = ${cohortId}`]],
  ['attendance of somebody who never came', foreign, ({ cohortId, ids }) => [sql`insert into attendance (cohort_id, person_id, date, half, mark) values (${cohortId}, ${ids[3]}, '2027-03-01', 'am', 'present')`]],
])('the database refuses %s', async ([, code, attack], { db }) => {
  const cast = await aFullClass(db)
  const before = await stateOf(db, cast.cohortId)
  await expect(db.transaction(async (tx) => { for (const statement of attack(cast)) await tx.execute(statement) })).rejects.toMatchObject({ cause: { code } })
  expect(await stateOf(db, cast.cohortId)).toEqual(before)
})

test('the database refuses a room of another centre', async ({ db }) => {
  const { cohortId } = await aFullClass(db)
  const elsewhere = await aRoom(db)
  await expect(db.transaction((tx) => tx.execute(sql`update cohorts set room_id = ${elsewhere.id} where id = ${cohortId}`))).rejects.toMatchObject({ cause: { code: foreign } })
})

import type { Sql } from 'postgres'
import { expect, test } from './server.ts'

// The control: seats sold the way one writes it first. If these ever stop overselling, the race is too slow to prove
// anything about the real verb, and the other tests here are worthless.

const capacity = 25
const people = Array.from({ length: 100 }, (_, index) => index)

type Sell = (sql: Sql, person: number) => Promise<unknown>

const checkThenInsert: Sell = (sql, person) =>
  sql.begin(async (tx) => {
    const [taken] = await tx<{ n: number }[]>`select count(*)::int as n from scratch_seats`
    if (taken!.n < capacity) await tx`insert into scratch_seats (person) values (${person})`
  })

const insertWhereCount: Sell = (sql, person) =>
  sql`insert into scratch_seats (person) select ${person}::int where (select count(*) from scratch_seats) < ${capacity}`

const lockThenInsert: Sell = (sql, person) =>
  sql.begin(async (tx) => {
    await tx`select from scratch_cohort for update`
    const [taken] = await tx<{ n: number }[]>`select count(*)::int as n from scratch_seats`
    if (taken!.n < capacity) await tx`insert into scratch_seats (person) values (${person})`
  })

async function mostSold(sql: Sql, sell: Sell, trials: number) {
  await sql`create table if not exists scratch_seats (person int)`
  await sql`drop table if exists scratch_cohort`
  await sql`create table scratch_cohort as select 1 as id`
  let most = 0
  for (let trial = 0; trial < trials; trial++) {
    await sql`truncate scratch_seats`
    await Promise.all(people.map((person) => sell(sql, person)))
    const [sold] = await sql<{ n: number }[]>`select count(*)::int as n from scratch_seats`
    most = Math.max(most, sold!.n)
  }
  return most
}

test('checking and then inserting oversells', async ({ sql }) => {
  expect(await mostSold(sql, checkThenInsert, 10)).toBeGreaterThan(capacity)
})

test('counting inside the insert oversells too', async ({ sql }) => {
  expect(await mostSold(sql, insertWhereCount, 30)).toBeGreaterThan(capacity)
})

test('the same with a lock in front does not', async ({ sql }) => {
  expect(await mostSold(sql, lockThenInsert, 10)).toBe(capacity)
})

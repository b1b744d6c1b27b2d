import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { system } from '#modules/actor.ts'
import { duplicates } from '#modules/people/index.ts'
import { crowd } from '#scripts/bench/duplicates.ts'
import { aFacility } from '#tests/factories.ts'
import { expect, test } from './server.ts'

const people = 20_000

type Touched = { scanned: number; found: number }

/** Rows of the register that some work touched: those of scans through it, and those found by an index. */
const touchedBy = (db: Db, work: (tx: Db) => Promise<unknown>) =>
  db.transaction(async (tx): Promise<Touched> => {
    // So small a table is soon read as a whole: told not to, the database must find an index for every part of the work.
    await tx.execute(sql`set local enable_seqscan = off`)
    // What the connection did before may not have been handed over yet, and is counted too.
    const count = async () => (await rows<Touched>(tx, sql`select seq_tup_read::int as scanned, idx_tup_fetch::int as found from pg_stat_xact_user_tables where relname = 'persons'`))[0]!
    const before = await count()
    await work(tx)
    const after = await count()
    return { scanned: after.scanned - before.scanned, found: after.found - before.found }
  })

test('a page of duplicates among many people goes through indexes, and through a part of the register only', async ({ db }) => {
  for (let n = 0; n < 20; n++) await aFacility(db, { regionCode: n % 2 === 0 ? 'KZ-43' : 'KZ-75' })
  await crowd(db, people)
  await db.execute(sql`vacuum analyze persons`)
  const [someone] = await rows<{ id: string }>(db, sql`select id from persons where iin_lookup is null order by folded, id offset 4000 limit 1`)

  for (const [what, filter] of Object.entries({ first: {}, next: { cursor: someone!.id }, one: { personId: someone!.id } })) {
    const { scanned, found } = await touchedBy(db, (tx) => duplicates(tx, system('test'), { limit: 10, ...filter }))
    expect([what, scanned, found < people / 4 ? 0 : found]).toEqual([what, 0, 0])
  }
  expect((await duplicates(db, system('test'), { limit: 10 })).items.length).toBeGreaterThanOrEqual(10)

  // The control: what everybody would do first touches everybody.
  const naive = await touchedBy(db, (tx) => tx.execute(sql`select one.id from persons one join persons other on one.id < other.id and one.family_key = other.family_key and one.given_key = other.given_key order by one.folded limit 10`))
  expect(naive.scanned + naive.found).toBeGreaterThan(people)
})

import { asc, sql } from 'drizzle-orm'
import { entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'

const facts = { subject: 'a'.repeat(32) }

test('entries continue one another', async ({ db }) => {
  await record(db, system('test'), 'person.erased', facts)
  await record(db, system('test'), 'person.erased', facts)
  const [first, second] = await db.select().from(entries).orderBy(asc(entries.seq))
  expect(first!.prev).toEqual(Buffer.alloc(32))
  expect(second!.prev).toEqual(first!.hash)
})

test('an entry can be neither changed nor deleted nor emptied', async ({ db }) => {
  await record(db, system('test'), 'person.erased', facts)
  for (const attack of [sql`update entries set kind = 'x'`, sql`delete from entries`, sql`truncate entries`]) {
    await expect(db.transaction((tx) => tx.execute(attack))).rejects.toMatchObject({ cause: { code: '23001' } })
  }
})

import { asc } from 'drizzle-orm'
import { entries, heads, nodes } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { record, recordMany, type Telling, verifyLedger } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'

const actor = system('test')
const telling = (rows: number): Telling => ({ kind: 'list.exported', facts: { list: 'certificates', rows, digest: 'a'.repeat(64) }, at: new Date(Date.UTC(2024, 0, 1, 0, 0, rows)) })

test.for([[0, 1], [0, 2], [1, 3], [3, 5], [7, 1], [7, 64], [8, 100]] as const)('after %d entries, %d at once continue the chain and its tree, and single ones go on from them', async ([before, many], { db }) => {
  for (let n = 0; n < before; n++) await record(db, actor, 'list.exported', { list: 'x', rows: n, digest: 'b'.repeat(64) })
  expect(await recordMany(db, actor, Array.from({ length: many }, (_, n) => telling(n)))).toBe(before + 1)
  expect(await record(db, actor, 'list.exported', { list: 'x', rows: 1, digest: 'b'.repeat(64) })).toBe(before + many + 1)
  expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: before + many + 1 })
  const kept = await db.select().from(entries).orderBy(asc(entries.seq)).offset(before).limit(many)
  expect(kept.map((entry) => [JSON.parse(entry.body).facts.rows, entry.at.toISOString()])).toEqual(Array.from({ length: many }, (_, n) => [n, telling(n).at.toISOString()]))
})

test('they are the very rows that single ones would have been, node by node', async ({ db }) => {
  await recordMany(db, actor, Array.from({ length: 23 }, (_, n) => telling(n)))
  const addresses = (await db.select().from(nodes).orderBy(asc(nodes.level), asc(nodes.index))).map(({ level, index }) => [level, index])
  const expected = [0, 1, 2, 3, 4].flatMap((level) => Array.from({ length: Math.floor(23 / 2 ** level) }, (_, index) => [level, index]))
  expect(addresses).toEqual(expected)
})

test('none at all is answered with the next number and writes nothing', async ({ db }) => {
  expect(await recordMany(db, actor, [])).toBe(1)
  expect(await db.select({ seq: heads.seq }).from(heads)).toEqual([{ seq: 0 }])
})

test('facts that don’t fit their kind are our own fault: nothing is written', async ({ db }) => {
  const wrong = { ...telling(2), facts: { list: 'x', rows: 'many', digest: 'short' } } as unknown as Telling
  await expect(recordMany(db, actor, [telling(1), wrong])).rejects.toThrow()
  expect(await db.$count(entries)).toBe(0)
})

import { asc } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { entries, heads, nodes } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record, takeCheckpoint } from '#modules/ledger/index.ts'
import { GrowingTree } from '#modules/ledger/merkle.ts'
import { entryHash } from '#modules/ledger/walk.ts'
import { expect, test } from '#tests/database.ts'
import { anAuditor } from '#tests/factories.ts'
import { rolledBack } from './ledgers.ts'

const facts = { subject: 'a'.repeat(32) }

test('entries continue one another', async ({ db }) => {
  await record(db, system('test'), 'person.erased', facts)
  await record(db, system('test'), 'person.erased', facts)
  const [first, second] = await db.select().from(entries).orderBy(asc(entries.seq))
  expect(first!.prev).toEqual(Buffer.alloc(32))
  expect(second!.prev).toEqual(first!.hash)
})

test.for([
  ['changed', 'update entries set kind = kind'], ['deleted', 'delete from entries'], ['emptied', 'truncate entries'],
  ['taken from the tree', 'delete from nodes'], ['exchanged in the tree', 'update nodes set hash = hash'], ['unsigned', 'delete from checkpoints'],
] as const)('what is recorded can not be %s', async ([, attack], { db }) => {
  await record(db, system('test'), 'person.erased', facts)
  await takeCheckpoint(db, system('test'), {})
  await expect(db.transaction((tx) => tx.execute(attack))).rejects.toMatchObject({ cause: { code: '23001' } })
})

test('an entry can be put only where the chain goes on', async ({ db }) => {
  await record(db, system('test'), 'person.erased', facts)
  const [first] = await db.select().from(entries)
  for (const forged of [{ seq: 2, prev: Buffer.alloc(32) }, { seq: 3, prev: first!.hash }]) {
    const insert = db.transaction((tx) => tx.insert(entries).values({ ...first!, ...forged, hash: Buffer.alloc(32, 7) }))
    await expect(insert).rejects.toMatchObject({ cause: { code: '23001' } })
  }
})

test('nothing is appended when the head disagrees with the last entry', async ({ db }) => {
  await record(db, system('test'), 'person.erased', facts)
  await db.update(heads).set({ hash: Buffer.alloc(32, 1) })
  await expect(db.transaction((tx) => record(tx as unknown as Db, system('test'), 'person.erased', facts))).rejects.toMatchObject({ cause: { code: '23001' } })
  expect(await db.$count(entries)).toBe(1)
})

test('facts that do not fit their kind are refused and nothing is written', async ({ db }) => {
  await expect(record(db, system('test'), 'person.erased', { subject: 'Нұргүл' })).rejects.toThrow()
  expect(await db.$count(entries)).toBe(0)
})

test('the database and this code compute the same hashes and the same tree', async ({ db }) => {
  await fc.assert(fc.asyncProperty(fc.array(fc.tuple(fc.string({ unit: 'grapheme', maxLength: 40 }), fc.nat()), { minLength: 1, maxLength: 40 }), async (lists) => {
    await rolledBack(db, async (tx) => {
      for (const [list, rows] of lists) await record(tx, system('test'), 'list.exported', { list: list.replaceAll('\0', ''), rows, digest: '0'.repeat(64) })
      const tree = new GrowingTree()
      const expected = new Map<string, string>()
      let prev = '00'.repeat(32)
      for (const row of await tx.select().from(entries).orderBy(asc(entries.seq))) {
        const hash = entryHash(prev, row.seq, row.body)
        expect(row).toMatchObject({ prev: Buffer.from(prev, 'hex'), hash: Buffer.from(hash, 'hex') })
        for (const node of tree.append(row.hash)) expected.set(`${node.level}/${node.index}`, node.hash.toString('hex'))
        prev = hash
      }
      expect(new Map((await tx.select().from(nodes)).map((row) => [`${row.level}/${row.index}`, row.hash.toString('hex')]))).toEqual(expected)
      expect(await tx.select().from(heads)).toMatchObject([{ seq: lists.length, hash: Buffer.from(prev, 'hex') }])
    })
  }), { numRuns: 15 })
})

test('an entry names who acted without naming a person', async ({ db }) => {
  const auditor = await anAuditor(db)
  for (const actor of [auditor, system('jobs'), visitor]) await record(db, actor, 'person.erased', facts)
  const bodies = (await db.select().from(entries).orderBy(asc(entries.seq))).map((row) => JSON.parse(row.body))
  expect(bodies.map((body) => body.by)).toEqual([subjectOf(auditor.personId!), 'system:jobs', 'visitor'])
  expect(JSON.stringify(bodies)).not.toContain(auditor.personId)
})

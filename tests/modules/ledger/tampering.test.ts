import * as fc from 'fast-check'
import { entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { keepPublicKeys, type KeptNote, takeCheckpoint, verifyLedger } from '#modules/ledger/index.ts'
import { describe, expect, test as base } from '#tests/database.ts'
import { aLedger, asIntruder, rolledBack } from './ledgers.ts'
import { type Prepared, signed, size, tamperings } from './tamperings.ts'

// 1,000 ways to tamper with copies of a ledger; a tenth of them without TORTURE.
const runs = process.env['TORTURE'] === '1' ? Math.ceil(1000 / tamperings.length) : Math.ceil(100 / tamperings.length)
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

const test = base.extend<{ prepared: Prepared }>({
  prepared: async ({ db }, use) => {
    await keepPublicKeys(db)
    const notes: KeptNote[] = []
    let at = 0
    for (const next of signed) {
      await aLedger(db, next - at)
      notes.push({ name: `${next}.txt`, note: (await takeCheckpoint(db, system('test'), {})).note })
      at = next
    }
    const rows = await db.select().from(entries).orderBy(entries.seq)
    await use({ notes, lines: rows.map((row) => ({ ...row, at: row.at.toISOString(), prev: row.prev.toString('hex'), hash: row.hash.toString('hex') })) })
  },
})

describe(`each tampering is found and named by its first bad entry (${runs * tamperings.length} copies, seed ${seed})`, () => {
  test.for(tamperings)('$name', { timeout: 300_000 }, async ({ tamper, bad, until }, { db, prepared }) => {
    expect((await verifyLedger(db, { notes: prepared.notes })).ok).toBe(true)
    await asIntruder(db)
    let done = 0
    await fc.assert(fc.asyncProperty(fc.integer({ min: 1, max: size - 1 }), fc.nat(), async (k, more) => {
      await rolledBack(db, async (tx) => {
        const other = k + 1 + (more % (size - k))
        await tamper(tx, k, other, prepared)
        const { ok, firstBad } = await verifyLedger(tx, { notes: prepared.notes })
        expect([ok, firstBad?.seq, ...(until ? [firstBad?.until] : [])]).toEqual([false, bad(k, other), ...(until ? [until(k)] : [])])
        done++
      })
    }), { seed, numRuns: runs, examples: [[1, 0], [size - 1, 0]] })
    expect(done).toBeGreaterThanOrEqual(runs)
    expect((await verifyLedger(db, { notes: prepared.notes })).ok).toBe(true)
  })
})

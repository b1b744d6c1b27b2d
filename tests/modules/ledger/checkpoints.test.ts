import { count, eq } from 'drizzle-orm'
import { createPublicKey, verify } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { environment } from '#db/environment.ts'
import { checkpoints, entries, heads, nodes } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { publicHalf } from '#modules/keys/index.ts'
import {
  BrokenLedger, checkpointCovering, checkpointFolder, consistency, continues, inclusion, isSigned, keepCheckpoints, keepPublicKeys, keptNotes, latestCheckpoint, publicKeys, readNote,
  rootOfPath, takeCheckpoint, UnreadableNote, verifierKey,
} from '#modules/ledger/index.ts'
import { keyHash } from '#modules/ledger/note.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCoordinator, aCentre, anAuditor } from '#tests/factories.ts'
import { aLedger, asIntruder, rolledBack } from './ledgers.ts'

const actor = system('test')
const spki = () => publicHalf('checkpoint').spki

// A folder of this file's own: other tests keep checkpoints of other ledgers.
const folder = mkdtempSync(join(tmpdir(), 'besik-checkpoints-'))
const before = environment().dataDir
beforeAll(() => void (environment().dataDir = folder))
afterAll(() => {
  environment().dataDir = before
  rmSync(folder, { recursive: true, force: true })
})

describe('a checkpoint', () => {
  test('is a signed note: origin, size, root, an empty line and a signature that plain Ed25519 accepts', async ({ db }) => {
    await aLedger(db, 5)
    const { note, size, root } = await takeCheckpoint(db, actor, {})
    const lines = note.split('\n')
    expect(lines).toEqual(['besik/ledger', '5', Buffer.from(root, 'hex').toString('base64'), '', expect.stringMatching(/^— besik\/ledger [A-Za-z0-9+/]+=*$/), ''])
    expect(size).toBe(5)
    const signature = Buffer.from(lines[4]!.split(' ')[2]!, 'base64')
    expect(signature).toHaveLength(4 + 64)
    const key = createPublicKey({ key: Buffer.from(spki(), 'base64'), format: 'der', type: 'spki' })
    expect(verify(null, Buffer.from(`${lines.slice(0, 3).join('\n')}\n`), key, signature.subarray(4))).toBe(true)
  })

  test('names its key as common verifiers do', () => {
    // The published key of the Go checksum database, whose hash is in its own name.
    const go = Buffer.from('Ac4zctda0e5eza+HJyk9SxEdh+s3Ux18htTTAD8OuAn8', 'base64').subarray(1).toString('base64')
    expect(keyHash(go, 'sum.golang.org').toString('hex')).toBe('033de0ae')
    expect(verifierKey(spki())).toMatch(/^besik\/ledger\+[0-9a-f]{8}\+A[A-Za-z0-9+/]{43}$/)
  })

  test('is kept in the table and in a file, once, however often it is asked for', async ({ db }) => {
    await aLedger(db, 3)
    const first = await takeCheckpoint(db, actor, {})
    const again = await takeCheckpoint(db, await anAuditor(db), {})
    expect(again.note).toBe(first.note)
    expect(await db.select({ n: count() }).from(checkpoints)).toEqual([{ n: 1 }])
    expect(await readFile(join(checkpointFolder(), '3.txt'), 'utf8')).toBe(first.note)
    expect((await readdir(checkpointFolder())).filter((name) => name.startsWith('.'))).toEqual([])
  })

  test('over nothing yet can be taken too', async ({ db }) => {
    expect(await takeCheckpoint(db, actor, {})).toMatchObject({ size: 0, root: 'e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855' })
  })

  test('is for auditors and the system to take', async ({ db }) => {
    for (const other of [visitor, await aCoordinator(db, (await aCentre(db)).id)]) await expect(takeCheckpoint(db, other, {})).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await latestCheckpoint(db)).toBeNull()
  })

  test('of another history gets a file beside the old one', async ({ db }) => {
    await rolledBack(db, async (tx) => {
      await aLedger(tx, 4)
      await takeCheckpoint(tx, actor, {})
    })
    const kept = await readFile(join(checkpointFolder(), '4.txt'), 'utf8')
    await aLedger(db, 4)
    const { note } = await takeCheckpoint(db, actor, {})
    expect(await readFile(join(checkpointFolder(), '4.txt'), 'utf8')).toBe(kept)
    expect((await keptNotes()).filter((one) => one.note === note)).toHaveLength(1)
    expect(note).not.toBe(kept)
  })

  test('is never signed over a history that forgets an earlier one', async ({ db }) => {
    await aLedger(db, 6)
    await takeCheckpoint(db, actor, {})
    await aLedger(db, 2)
    await asIntruder(db)
    await rolledBack(db, async (tx) => {
      await tx.update(nodes).set({ hash: Buffer.alloc(32) }).where(eq(nodes.level, 2))
      await expect(takeCheckpoint(tx, actor, {})).rejects.toBeInstanceOf(BrokenLedger)
    })
    await rolledBack(db, async (tx) => {
      await tx.update(heads).set({ hash: Buffer.alloc(32) })
      await expect(takeCheckpoint(tx, actor, {})).rejects.toBeInstanceOf(BrokenLedger)
    })
    await rolledBack(db, async (tx) => {
      await tx.update(heads).set({ seq: 4 })
      await expect(takeCheckpoint(tx, actor, {})).rejects.toBeInstanceOf(BrokenLedger)
    })
    expect((await latestCheckpoint(db))?.size).toBe(6)
  })
})

describe('the job', () => {
  const day = 24 * 60 * 60 * 1000

  test('signs from the first entry on, then every 100 entries or once a day when there is something new', async ({ db }) => {
    expect(await keepCheckpoints(db)).toBeNull()
    await aLedger(db, 1)
    expect((await keepCheckpoints(db))?.size).toBe(1)
    await aLedger(db, 99)
    expect(await keepCheckpoints(db)).toBeNull()
    await aLedger(db, 1)
    expect((await keepCheckpoints(db))?.size).toBe(101)
    expect(await keepCheckpoints(db, new Date(Date.now() + 2 * day))).toBeNull()
    await aLedger(db, 1)
    expect(await keepCheckpoints(db)).toBeNull()
    expect((await keepCheckpoints(db, new Date(Date.now() + day + 1000)))?.size).toBe(102)
  })

  test('writes the file that a crash left out', async ({ db }) => {
    await aLedger(db, 7)
    const { note } = await takeCheckpoint(db, actor, {})
    await rm(join(checkpointFolder(), '7.txt'))
    await keepCheckpoints(db)
    expect(await readFile(join(checkpointFolder(), '7.txt'), 'utf8')).toBe(note)
  })
})

describe('a head that covers an entry', () => {
  test('is the latest one when it does, and otherwise a new one', async ({ db }) => {
    await aLedger(db, 2)
    expect((await checkpointCovering(db, 2)).size).toBe(2)
    await aLedger(db, 3)
    expect((await checkpointCovering(db, 1)).size).toBe(2)
    expect((await checkpointCovering(db, 3)).size).toBe(5)
    await expect(checkpointCovering(db, 6)).rejects.toBeInstanceOf(RangeError)
  })
})

test('each entry proves that it is under each later head, and each head continues each earlier one', async ({ db }) => {
  const heads: { size: number; root: Buffer }[] = []
  for (let size = 1; size <= 20; size++) {
    await aLedger(db, 1)
    heads.push({ size, root: Buffer.from((await takeCheckpoint(db, actor, {})).root, 'hex') })
  }
  const hashes = (await db.select().from(entries).orderBy(entries.seq)).map((row) => row.hash)
  const bytes = (path: string[]) => path.map((hash) => Buffer.from(hash, 'hex'))
  for (const { size, root } of heads) {
    for (let seq = 1; seq <= size; seq++) {
      const proof = await inclusion(db, seq, size)
      expect(rootOfPath(hashes[seq - 1]!, proof.position, proof.size, bytes(proof.path))).toEqual(root)
      expect(continues(heads[seq - 1]!, { size, root }, bytes(await consistency(db, seq, size)))).toBe(true)
    }
  }
  await expect(inclusion(db, 21, 20)).rejects.toBeInstanceOf(RangeError)
  await expect(consistency(db, 5, 4)).rejects.toBeInstanceOf(RangeError)
})

describe('a note', () => {
  const good = async (db: Parameters<typeof aLedger>[0]) => {
    await aLedger(db, 3)
    return (await takeCheckpoint(db, actor, {})).note
  }

  test('that was changed is unreadable or unsigned', async ({ db }) => {
    const note = await good(db)
    expect(isSigned(readNote(note), [spki()])).toBe(true)
    for (let at = 0; at < note.length; at++) {
      const changed = note.slice(0, at) + (note[at] === 'A' ? 'B' : 'A') + note.slice(at + 1)
      let accepted = false
      try {
        accepted = isSigned(readNote(changed), [spki()])
      } catch (error) {
        expect(error).toBeInstanceOf(UnreadableNote)
      }
      expect(accepted, changed).toBe(false)
    }
  })

  test('by a stranger counts for nothing, and a witness beside our own does no harm', async ({ db }) => {
    const note = await good(db)
    expect(isSigned(readNote(note), [publicHalf('certificate').spki])).toBe(false)
    expect(isSigned(readNote(note), [])).toBe(false)
    expect(isSigned(readNote(`${note}— witness.example/one ${Buffer.alloc(76, 3).toString('base64')}\n`), [spki()])).toBe(true)
  })

  test.for(['', 'besik/ledger\n3\n', 'other/log\n3\nAAAA\n\n— x AAAA\n', 'besik/ledger\n03\nAAAA\n\n— besik/ledger AAAAAAAA\n', 'besik/ledger\n3\nAAAA\n\n— besik/ledger AAAAAAAA\n', 'besik/ledger\r\n3\r\n', 'x'.repeat(200_000)])(
    'that is none is refused: %j',
    (text) => expect(() => readNote(text)).toThrow(UnreadableNote),
  )
})

test('public keys become known once and keep their dates', async ({ db }) => {
  await keepPublicKeys(db)
  const first = await publicKeys(db)
  await keepPublicKeys(db)
  expect(await publicKeys(db)).toEqual(first)
  expect(first.map((key) => key.purpose).toSorted()).toEqual(['certificate', 'checkpoint'])
  expect(first.map((key) => key.kid)).toContain(publicHalf('checkpoint').kid)
})

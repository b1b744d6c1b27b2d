import { desc, eq } from 'drizzle-orm'
import { createHash, randomUUID } from 'node:crypto'
import { existsSync } from 'node:fs'
import { mkdir, open, readdir, readFile, rename } from 'node:fs/promises'
import { join } from 'node:path'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { kept } from '#db/kept.ts'
import { checkpoints } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { rootOfPath } from './merkle.ts'
import { signNote } from './note.ts'
import { signingKey } from './signingKey.ts'
import { BrokenLedger, headOf, inclusion, rootAt } from './tree.ts'

/** A signed tree head over the first `size` entries; `note` is its text in signed-note form, `root` is hex. */
export type Checkpoint = { size: number; root: string; at: Date; note: string }

/** Where checkpoints are kept outside the database, so that who rewrites the one can't rewrite the other with it. */
export const checkpointFolder = () => join(environment().dataDir, 'checkpoints')

export const checkpointOf = (row: typeof checkpoints.$inferSelect): Checkpoint => ({ ...row, root: row.root.toString('hex') })

/** The checkpoint over the most entries, or null when there is none yet. */
export async function latestCheckpoint(db: Db): Promise<Checkpoint | null> {
  const [row] = await lastRow(db, {})
  return row ? checkpointOf(row) : null
}

const lastRow = kept((db) => db.select().from(checkpoints).orderBy(desc(checkpoints.size)).limit(1).prepare('latest_checkpoint'))

/**
 * The latest checkpoint if it covers entry `seq`, otherwise a new one over everything committed so far. Never call it in
 * the transaction that appended the entry: a head once signed is a promise, and a transaction may still roll back.
 */
export async function checkpointCovering(db: Db, seq: number): Promise<Checkpoint> {
  const latest = await latestCheckpoint(db)
  if (latest && latest.size >= seq) return latest
  const signed = await signHead(db)
  if (signed.size < seq) throw new RangeError(`the ledger has no entry ${seq} yet`)
  return signed
}

/**
 * Signs the head over everything committed, keeps it in the table and then in the folder. A size that has been signed
 * gives the same note again. Throws `BrokenLedger` when the tree disagrees with the head or with the last signed checkpoint:
 * a log never signs two histories.
 */
export async function signHead(db: Db): Promise<Checkpoint> {
  const { size, hash } = await headOf(db)
  const before = await latestCheckpoint(db)
  const root = await rootAt(db, size)
  if (size > 0 && !(await endsIn(db, size, hash, root))) throw new BrokenLedger(`the tree disagrees with entry ${size}`)
  if (before && (before.size > size || (await rootAt(db, before.size)).toString('hex') !== before.root)) {
    throw new BrokenLedger(`the ledger does not continue its checkpoint over ${before.size} entries`)
  }
  const signed = before?.size === size ? before : await transact(db, async (tx) => {
    const note = signNote(size, root, await signingKey(tx, 'checkpoint'))
    const [row] = await tx.insert(checkpoints).values({ size, root, at: new Date(), note }).onConflictDoNothing().returning()
    // Another process was a moment faster: its head is the one.
    return checkpointOf(row ?? (await tx.select().from(checkpoints).where(eq(checkpoints.size, size)))[0]!)
  })
  await keep(size, signed.note)
  return signed
}

/** True when the head's entry, with its inclusion path, leads to the root. */
async function endsIn(db: Db, size: number, hash: Buffer, root: Buffer): Promise<boolean> {
  const { position, path } = await inclusion(db, size, size)
  return rootOfPath(hash, position, size, path.map((one) => Buffer.from(one, 'hex')))?.equals(root) ?? false
}

/**
 * Writes a note to `<size>.txt`, whole or not at all. A file that says something else about the same size stays as
 * it is, and the note gets a name of its own: two histories must not cover one another.
 */
async function keep(size: number, note: string) {
  const folder = checkpointFolder()
  await mkdir(folder, { recursive: true })
  const usual = join(folder, `${size}.txt`)
  const kept = existsSync(usual) ? await readFile(usual, 'utf8') : null
  if (kept === note) return
  const name = kept === null ? `${size}.txt` : `${size}-${createHash('sha256').update(note).digest('hex').slice(0, 8)}.txt`
  const draft = join(folder, `.${name}.${randomUUID()}`)
  const file = await open(draft, 'wx', 0o644)
  await file.writeFile(note)
  await file.sync()
  await file.close()
  await rename(draft, join(folder, name))
}

/** A checkpoint's text, and the name of its file. */
export type KeptNote = { name: string; note: string }

/** The notes kept in a folder, by file name. None when there is no folder. */
export async function keptNotes(folder = checkpointFolder()): Promise<KeptNote[]> {
  if (!existsSync(folder)) return []
  const names = (await readdir(folder)).filter((name) => /^[0-9][0-9a-f-]*\.txt$/.test(name))
  return Promise.all(names.map(async (name) => ({ name, note: await readFile(join(folder, name), 'utf8') })))
}

/** After how many entries, or how many milliseconds, a new head is signed. */
const every = { entries: 100, milliseconds: 24 * 60 * 60 * 1000 }

/**
 * For the job: signs a head when there is none, 100 entries after the last one, or when the last one is a day old and
 * the ledger has grown. Also writes to the folder what only the table has, after a crash in between or a restore.
 */
export async function keepCheckpoints(db: Db, now = new Date()): Promise<Checkpoint | null> {
  const latest = await latestCheckpoint(db)
  const { size } = await headOf(db)
  const grown = size - (latest?.size ?? 0)
  const due = grown > 0 && (!latest || grown >= every.entries || now.getTime() - latest.at.getTime() >= every.milliseconds)
  if (latest) await keep(latest.size, latest.note)
  return due ? signHead(db) : null
}

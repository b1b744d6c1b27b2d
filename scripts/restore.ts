import { sql } from 'drizzle-orm'
import { createReadStream, existsSync } from 'node:fs'
import { createInterface } from 'node:readline'
import { createGunzip } from 'node:zlib'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { haveKeys } from '#modules/keys/index.ts'
import { type Command, type Context, type ExitCode, WrongUsage } from './command.ts'
import { dumped, type Dumped, type Line, schemaMark, tableOf, unpack } from './dumpFormat.ts'

class NotABackup extends Error {}

/** What a fresh database brings along, and what a server leaves in one that nobody has used, children before parents. All of it is in the backup too. */
const brought = ['reconciliations', 'jobs', 'needs', 'holidays', 'regions', 'publicKeys', 'certificateKinds', 'heads'] as const satisfies readonly Dumped[]

export const restore: Command = {
  name: 'restore',
  summary: 'fills an empty database from a backup',
  usage: 'restore FILE',
  run: fillEmpty,
}

/** Fills an empty database from the one file that is named, whole or not at all. */
export async function fillEmpty({ db, database, environment, args, print }: Context): Promise<ExitCode> {
  const [file] = args
  if (!file || args.length > 1) throw new WrongUsage('name one file')
  if (!existsSync(file)) throw new WrongUsage(`there is no file ${file}`)
  if (!haveKeys(environment.keysDir)) {
    print('KEYS_DIR holds no keys. Put the keys of the backed-up database there first: without them nobody can sign in and no number can be read.')
    return 2
  }
  await database.migrate()
  if (await isUsed(db)) {
    print('This database is not empty. Restore into a new one.')
    return 1
  }
  try {
    const rows = await transact(db, (tx) => fill(tx, file))
    print(`Restored ${rows} rows. Run besik ledger verify next.`)
    return 0
  } catch (error) {
    if (!(error instanceof NotABackup)) throw error
    print(`${error.message} Nothing was restored.`)
    return 1
  }
}

/** A row anywhere else than where a fresh database has some: it would stay beside what is restored. */
async function isUsed(db: Db): Promise<boolean> {
  for (const name of dumped) {
    if (!(brought as readonly Dumped[]).includes(name) && (await db.select({ one: sql`1` }).from(tableOf(name)).limit(1)).length > 0) return true
  }
  return false
}

/** Fills all tables or, when the file turns out not to be whole, none. */
export async function fill(tx: Db, file: string): Promise<number> {
  for (const name of brought) await tx.delete(tableOf(name))
  // Answers of finished attempts come back after their attempts: their own guard would refuse them.
  await tx.execute(sql`alter table answers disable trigger answers_final`)
  // Certificates were held against the kinds and accreditations of their own day, not against what has become of them since.
  await tx.execute(sql`alter table certificates disable trigger certificates_of_kind`)
  let count = 0
  let ended = false
  let first = true
  for await (const text of linesOf(file)) {
    const line = read(text)
    if (first) {
      if (!('besik' in line)) throw new NotABackup('This file is not a backup of Besik.')
      if (line.schema !== schemaMark()) throw new NotABackup('This backup was taken from another version. Restore it with that version, then upgrade.')
      first = false
    } else if ('end' in line) {
      if (line.rows !== count) throw new NotABackup('This backup has lost rows.')
      ended = true
    } else if ('table' in line) {
      const rows = line.rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, unpack(value)])))
      // PostgreSQL takes 65,535 parameters in one statement.
      const most = Math.floor(60_000 / Object.keys(rows[0]!).length)
      for (let at = 0; at < rows.length; at += most) await tx.insert(tableOf(line.table)).values(rows.slice(at, at + most))
      count += rows.length
    }
  }
  if (!ended) throw new NotABackup('This backup is cut off.')
  await tx.execute(sql`alter table answers enable trigger answers_final`)
  await tx.execute(sql`alter table certificates enable trigger certificates_of_kind`)
  return count
}

async function* linesOf(file: string): AsyncGenerator<string> {
  try {
    yield* createInterface({ input: createReadStream(file).pipe(createGunzip()) })
  } catch (error) {
    // What zlib says of a file that isn't gzip, or stops in the middle.
    if ((error as NodeJS.ErrnoException).code?.startsWith('Z_')) throw new NotABackup('This file is not a backup of Besik, or is cut off.')
    throw error
  }
}

function read(text: string): Line {
  try {
    return JSON.parse(text) as Line
  } catch {
    throw new NotABackup('This file is not a backup of Besik.')
  }
}

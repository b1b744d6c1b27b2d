import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Db } from '#db/client.ts'
import { type Command, WrongUsage } from './command.ts'
import { batchOf, dumped, type Line, orderOf, pack, schemaMark, tableOf } from './dumpFormat.ts'

/** Every row of every table, as of one moment, in batches. */
async function* lines(tx: Db): AsyncGenerator<string> {
  let count = 0
  const line = (value: Line) => `${JSON.stringify(value)}\n`
  yield line({ besik: 1, schema: schemaMark(), at: new Date().toISOString() })
  for (const name of dumped) {
    const [table, batch] = [tableOf(name), batchOf(name)]
    for (let offset = 0; ; offset += batch) {
      const rows = await tx.select().from(table).orderBy(...orderOf(name)).limit(batch).offset(offset)
      if (rows.length > 0) yield line({ table: name, rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, pack(value)]))) })
      count += rows.length
      if (rows.length < batch) break
    }
  }
  yield line({ end: true, rows: count })
}

export const backup: Command = {
  name: 'backup',
  summary: 'writes everything but the keys and the sessions to one file',
  usage: 'backup FILE',
  async run({ db, args, print }) {
    const [file] = args
    if (!file || args.length > 1) throw new WrongUsage('name one file')
    // Half a backup must not look like one: it gets its name when it is whole.
    const partial = `${file}.partial`
    await db.transaction(async (tx) => pipeline(Readable.from(lines(tx as unknown as Db)), createGzip(), createWriteStream(partial, { mode: 0o600 })), { isolationLevel: 'repeatable read', accessMode: 'read only' })
    await rename(partial, file)
    print(`Wrote ${file}. Keys are not in it: keep a copy of KEYS_DIR elsewhere.`)
    return 0
  },
}

import { createWriteStream } from 'node:fs'
import { rename } from 'node:fs/promises'
import { Readable } from 'node:stream'
import { pipeline } from 'node:stream/promises'
import { createGzip } from 'node:zlib'
import type { Db } from '#db/client.ts'
import { inSnapshot } from '#db/snapshot.ts'
import { batchOf, dumped, type Line, orderOf, pack, schemaMark, tableOf, withheldColumns, withheldTables } from './dumpFormat.ts'
import { describeDump } from './describeDump.ts'

type Which = {
  /** For other systems: with its own description and without what opens doors. */
  export: boolean
}

/** Every row of every table, as of one moment, in batches. */
export async function* linesOf(tx: Db, { export: handedOn }: Which): AsyncGenerator<string> {
  let count = 0
  const line = (value: Line) => `${JSON.stringify(value)}\n`
  yield line({ besik: 1, schema: schemaMark(), at: new Date().toISOString() })
  if (handedOn) yield line({ describes: describeDump() })
  for (const name of dumped) {
    if (handedOn && (withheldTables as readonly string[]).includes(name)) continue
    const [table, batch] = [tableOf(name), batchOf(name)]
    const hidden: readonly string[] = handedOn ? withheldColumns[name] ?? [] : []
    for (let offset = 0; ; offset += batch) {
      const rows = await tx.select().from(table).orderBy(...orderOf(name)).limit(batch).offset(offset)
      if (rows.length > 0) yield line({ table: name, rows: rows.map((row) => Object.fromEntries(Object.entries(row).map(([key, value]) => [key, hidden.includes(key) ? null : pack(value)]))) })
      count += rows.length
      if (rows.length < batch) break
    }
  }
  yield line({ end: true, rows: count })
}

/** Writes them to a file, packed. Half of it must not look like one: it gets its name when it is whole. */
export async function writeDump(db: Db, file: string, which: Which): Promise<void> {
  const partial = `${file}.partial`
  await inSnapshot(db, (tx) => pipeline(Readable.from(linesOf(tx, which)), createGzip(), createWriteStream(partial, { mode: 0o600 })))
  await rename(partial, file)
}

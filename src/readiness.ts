import { readdirSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { openKeys } from '#modules/keys/index.ts'

const migrations = readdirSync('db/migrations').filter((name) => name.endsWith('.sql')).length

/**
 * True when this process can do its work: the database answers within a second, its schema is this program's, the keys
 * are there and sign, and the ledger's head agrees with its last entry.
 */
export async function readiness(db: Db): Promise<boolean> {
  try {
    openKeys()
    const query = db.execute(sql`
      select (select count(*) from drizzle.__drizzle_migrations)::int as applied,
             (select h.seq = 0 or exists (select 1 from entries e where e.seq = h.seq and e.hash = h.hash) from heads h where h.id = 1) as sound`)
    const late = new Promise<never>((_, reject) => setTimeout(reject, 1000, new Error('late')).unref())
    const result = (await Promise.race([query, late])) as unknown as { rows: Row[] } | Row[]
    const row = ('rows' in result ? result.rows : result)[0]!
    return Number(row.applied) === migrations && row.sound === true
  } catch {
    return false
  }
}

type Row = { applied: unknown; sound: unknown }

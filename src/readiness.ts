import { readdirSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { keyInUse, openKeys, signers } from '#modules/keys/index.ts'

let migrations: number | undefined
/** How many migrations this program knows: counted when first asked, since commands that open no database run anywhere. */
const migrationsKnown = () => (migrations ??= readdirSync('db/migrations').filter((name) => name.endsWith('.sql')).length)

/**
 * True when this process can do its work: the database answers within a second, its schema is this program's, the keys
 * are there, sign and have not been ended without a successor here, and the ledger's head agrees with its last entry.
 */
export async function readiness(db: Db): Promise<boolean> {
  try {
    openKeys()
    const [certificate, checkpoint] = signers.map((purpose) => keyInUse(purpose).kid)
    const query = db.execute(sql`
      select (select count(*) from drizzle.__drizzle_migrations)::int as applied,
             not exists (select 1 from public_keys where not_after is not null and kid in (${certificate}, ${checkpoint})) as signs,
             (select h.seq = 0 or exists (select 1 from entries e where e.seq = h.seq and e.hash = h.hash) from heads h where h.id = 1) as sound`)
    const late = new Promise<never>((_, reject) => setTimeout(reject, 1000, new Error('late')).unref())
    const result = (await Promise.race([query, late])) as unknown as { rows: Row[] } | Row[]
    const row = ('rows' in result ? result.rows : result)[0]!
    return Number(row.applied) === migrationsKnown() && row.sound === true && row.signs === true
  } catch {
    return false
  }
}

type Row = { applied: unknown; sound: unknown; signs: unknown }

import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { KeptAggregate } from './aggregates.ts'

export const listName = (day: string) => `aggregate:${day}`

/** Those of these files of which the ledger tells, by their very digest: a process that died after writing one has told of none. */
export async function toldAggregates(db: Db, files: readonly KeptAggregate[]): Promise<Set<string>> {
  if (files.length === 0) return new Set()
  const lists = files.map(({ day }) => listName(day))
  const told = await rows<{ list: string; digest: string }>(db, sql`
    select e.facts->>'list' as list, e.facts->>'digest' as digest
      from (select x.body::jsonb->'facts' as facts from entries x where x.kind = 'list.exported') e
     where e.facts->>'list' in (${sql.join(lists.map((one) => sql`${one}`), sql`, `)})`)
  return new Set(files.filter(({ day, sha256 }) => told.some(({ list, digest }) => list === listName(day) && digest === sha256)).map(({ day }) => day))
}

import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { rootOf } from './ledgerFigures.ts'
import type { Difference } from './reconcile.ts'

/**
 * Which records are one human, by the register and by the ledger: each record that either of them says was given up for another must lead to
 * the same one. A record that differs is named by the certificates that were issued to it, or by its pseudonym when there is none.
 */
export async function compareJoins(db: Db, into: ReadonlyMap<string, string>, differ: (one: Difference) => void): Promise<void> {
  const joined = await rows<{ id: string; into: string | null }>(db, sql`
    select p.id::text as id, p.merged_into::text as into
      from persons p
     where p.merged_into is not null or exists (select from merges m where m.person_id = p.id)
     order by p.id`)
  const seen = new Set<string>()
  for (const one of joined) {
    const subject = subjectOf(one.id)
    seen.add(subject)
    if (rootOf(into, subject) === subjectOf(one.into ?? one.id)) continue
    const serials = await rows<{ serial: string }>(db, sql`select c.serial from certificates c where c.person_id = ${one.id}::uuid order by c.serial`)
    if (serials.length === 0) differ(unnamed(subject))
    for (const { serial } of serials) differ({ serial, source: 'register', problem: 'differs', field: 'holder' })
  }
  for (const subject of into.keys()) if (!seen.has(subject)) differ(unnamed(subject))
}

const unnamed = (subject: string): Difference => ({ serial: null, source: 'register', problem: 'differs', field: `holder ${subject}` })

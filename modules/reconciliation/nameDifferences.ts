import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { joinedAt } from '#modules/certificates/index.ts'
import { isDemonstration } from '#modules/counts/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import type { LedgerFigures } from './ledgerFigures.ts'
import { Serials } from './packed.ts'

/** What query and ledger say differently of one certificate at a moment; `issued` is said by one of them alone, and holders are named by the ledger's pseudonyms. */
export const namedFields = ['issued', 'region', 'course', 'profession', 'counted', 'expires', 'revoked', 'replaced', 'holder'] as const
export type NamedDifference = { serial: string; field: (typeof namedFields)[number]; query: string | null; ledger: string | null }

/** As many are named at most. */
const most = 200
const batch = 5000

type Row = Record<'serial' | 'region' | 'course' | 'counted' | 'holder', string> & Record<'profession' | 'expires' | 'revoked' | 'replaced', string | null>

/** Goes through the certificates that counted at a moment one by one, beside what the ledger said of each, and names those that differ. */
export async function nameDifferences(db: Db, ledger: LedgerFigures, asOf: Date): Promise<{ named: NamedDifference[]; more: number }> {
  const named: NamedDifference[] = []
  let more = 0
  const name = (one: NamedDifference) => void (named.length < most ? named.push(one) : more++)
  const seen = new Serials()
  const at = sql`${asOf.toISOString()}::timestamptz`
  for (let after = ''; ;) {
    const found = await rows<Row>(db, sql`
      with held as (
        select c.*
          from certificates c
         where c.serial > ${after}
           and c.issued_at <= ${at}
           and c.certifies
           and c.demonstration = ${isDemonstration}
         order by c.serial
         limit ${batch}::int
      )
      select c.serial, c.region_code as region, c.course, c.profession, c.counted_on::text as counted, c.expires_on::text as expires,
             (r.revoked_at at time zone 'Asia/Almaty')::date::text as revoked, s.serial as replaced,
             coalesce(j.into_id, p.merged_into, c.person_id)::text as holder
        from held c
        left join revocations  r on r.certificate_id = c.id and r.revoked_at <= ${at}
        left join certificates s on s.predecessor_id = c.id and s.issued_at  <= ${at}
        left join (${joinedAt(asOf)}) j on j.person_id = c.person_id
        left join persons p on p.id = c.person_id and p.merged_at <= ${at} and not exists (select from merges m where m.person_id = p.id)
       order by c.serial`)
    for (const row of found) {
      const { serial } = row
      seen.take(serial)
      const said = ledger.said(serial)
      if (!said) {
        name({ serial, field: 'issued', query: row.counted, ledger: null })
        continue
      }
      const told = { ...said.cell, counted: said.counted, revoked: said.revoked, expires: said.expires === undefined ? row.expires : said.expires }
      for (const field of ['region', 'course', 'profession', 'counted', 'expires', 'revoked'] as const) if (row[field] !== told[field]) name({ serial, field, query: row[field], ledger: told[field] })
      if ((row.replaced !== null) !== said.replaced) name({ serial, field: 'replaced', query: row.replaced, ledger: said.replaced ? serial : null })
      const holder = subjectOf(row.holder)
      if (holder !== said.holder) name({ serial, field: 'holder', query: holder, ledger: said.holder })
    }
    if (found.length < batch) break
    after = found.at(-1)!.serial
  }
  for (const serial of ledger.everySerial()) if (seen.find(serial) === undefined) name({ serial, field: 'issued', query: null, ledger: ledger.said(serial)!.counted })
  return { named, more }
}

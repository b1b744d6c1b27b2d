import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { cutInput, inDays, settle, today, within } from './cut.ts'
import { isDemonstration } from './definitions.ts'

export const certificatesInInput = cutInput.extend({ cohort: z.uuid() })

/** A certificate of a cohort: what it was worth at the moment asked for, and nothing of its holder but the profession. */
export type CertificateIn = {
  serial: string; status: 'valid' | 'expired' | 'revoked' | 'replaced'; takenBack: boolean; kind: string; certifies: boolean; profession: string | null
  issuedOn: string; countedOn: string; expiresOn: string | null
  /** In the cut's count. */
  counted: boolean
}

/**
 * Every certificate of a cohort that had been issued by the moment, those outside the cut too, so that it can be seen what a number leaves out: with
 * `counted` there are exactly as many as `cohortsIn` says. Names are not read. For auditors and the system.
 */
export async function certificatesIn(db: Db, actor: Actor, input: z.input<typeof certificatesInInput>): Promise<{ items: CertificateIn[]; asOf: Date }> {
  const { cohort, ...cut } = certificatesInInput.parse(input)
  const settled = settle(cut)

  permit(mayAudit(actor))

  const at = sql`${settled.asOf.toISOString()}::timestamptz`
  const items = await rows<CertificateIn>(db, sql`
    select c.serial, c.kind, c.certifies, c.profession, c.issued_on::text as "issuedOn", c.counted_on::text as "countedOn", c.expires_on::text as "expiresOn",
           case when r.certificate_id is not null           then 'revoked'
                when s.id             is not null           then 'replaced'
                when c.expires_on < ${today(settled)}::date then 'expired'
                                                            else 'valid' end as status,
           coalesce(r.taken_back, false) as "takenBack",
           (c.certifies and r.certificate_id is null and s.id is null and c.demonstration = ${isDemonstration} and ${within(settled)} and ${inDays(settled)}) as counted
      from certificates c
      left join revocations  r on r.certificate_id = c.id and r.revoked_at <= ${at}
      left join certificates s on s.predecessor_id = c.id and s.issued_at  <= ${at}
     where c.cohort_id = ${cohort}::uuid
       and c.issued_at <= ${at}
     order by c.serial`)
  return { items: items.map((one) => ({ ...one, counted: one.counted ?? false })), asOf: settled.asOf }
}

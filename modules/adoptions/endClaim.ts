import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates, colleges, persons, staffClaims } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { recordsOf } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { tellCollege } from './staffNotices.ts'
import { mayActFor } from './staffPolicy.ts'

export const endClaimInput = z.object({ claimId: z.uuid() })

/**
 * Ends a claim: the college names the certificate no longer. By staff of the college, when somebody has left or was claimed by mistake;
 * or by the holder, who may take a consent back at any time. The other side is told. Reports that were signed stay as they were.
 * Not found for anybody else. Refuses `staff.ended` what has ended or was declined.
 */
export function endClaim(db: Db, actor: Actor, { claimId }: z.infer<typeof endClaimInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(isSignedIn(actor))
    const [row] = await tx.select({ claim: staffClaims, serial: certificates.serial, names: colleges.names, holder: persons }).from(staffClaims)
      .innerJoin(certificates, eq(certificates.id, staffClaims.certificateId)).innerJoin(colleges, eq(colleges.id, staffClaims.collegeId)).innerJoin(persons, eq(persons.id, staffClaims.personId))
      .where(eq(staffClaims.id, claimId)).for('update', { of: staffClaims })
    const own = row !== undefined && (await recordsOf(tx, actor.personId!)).includes(row.claim.personId)
    const { claim, serial, names, holder } = found(row && (own || mayActFor(actor, row.claim)) ? row : null)

    if (claim.state === 'ended' || claim.state === 'declined') throw new Refusal('staff.ended')

    const now = new Date()
    await tx.update(staffClaims).set({ state: 'ended', endedAt: now, answeredAt: claim.answeredAt ?? now }).where(eq(staffClaims.id, claimId))
    if (own) await tellCollege(tx, claim, 'staff.withdrawn', serial)
    else await notify(tx, { personId: holder.id, recipient: holder.email, locale: holder.locale, kind: 'staff.removed', facts: { serial, college: names[holder.locale], link: `${environment().origin}/${holder.locale}/learn/colleges` } })
    await record(tx, actor, 'staff.claimed', { college: claim.collegeId, certificate: claim.certificateId, subject: subjectOf(claim.personId), change: 'ended' })
  })
}

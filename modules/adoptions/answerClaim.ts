import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificates, staffClaims } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { tellCollege } from './staffNotices.ts'

export const answerClaimInput = z.object({ claimId: z.uuid(), answer: z.enum(['consented', 'declined']) })

/**
 * The holder of claimed certificates answers a college, once: for every certificate of theirs that it has asked about. Answered the
 * same way again, nothing happens. Not found for anybody else. Refuses `staff.answered` when it was answered otherwise or has ended.
 */
export function answerClaim(db: Db, actor: Actor, { claimId, answer }: z.infer<typeof answerClaimInput>): Promise<{ state: 'consented' | 'declined' }> {
  return transact(db, async (tx) => {
    permit(isSignedIn(actor))
    const own = isRecordOf(staffClaims.personId, actor.personId!)
    const [claim] = await tx.select().from(staffClaims).where(and(eq(staffClaims.id, claimId), own)).for('update')
    const { collegeId, state } = found(claim)

    if (state === answer) return { state: answer }
    if (state !== 'asked') throw new Refusal('staff.answered')

    const now = new Date()
    const answered = await tx.update(staffClaims).set({ state: answer, answeredAt: now }).where(and(eq(staffClaims.collegeId, collegeId), own, eq(staffClaims.state, 'asked'))).returning()
    for (const one of answered) {
      const [certificate] = await tx.select({ serial: certificates.serial }).from(certificates).where(eq(certificates.id, one.certificateId))
      await tellCollege(tx, one, answer === 'consented' ? 'staff.consented' : 'staff.declined', certificate!.serial)
    }
    for (const one of answered) await record(tx, actor, 'staff.claimed', { college: collegeId, certificate: one.certificateId, subject: subjectOf(one.personId), change: answer })
    return { state: answer }
  })
}

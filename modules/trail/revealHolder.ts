import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import { certificates, statements } from '#db/schema/index.ts'
import { type Actor, isSystem, mayAudit } from '#modules/actor.ts'
import { serialInput } from '#modules/certificates/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp, takeLimit } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'

/** What a name may be looked at for. A closed list, so that the ledger can tell it without telling anything about anybody. */
export const purposes = ['complaint', 'authority', 'doubt', 'duplicate', 'inspection', 'incident'] as const
export type Purpose = (typeof purposes)[number]

export const revealHolderInput = z.object({
  serial: serialInput,
  purpose: z.enum(purposes),
  /** In one's own words, such as number and date of the letter that asks. May name people, so only its hash is kept. */
  reason: z.string().trim().min(5).max(300),
})

/** So many in an hour: enough for every case that is looked into, too few to copy the register. */
const most = { max: 30, seconds: 3600 }

/**
 * Tells an auditor who holds a certificate, and its code, which opens the public page with the name: no list, file or call tells an auditor
 * either of them. Needs step-up and a reason; the ledger tells who asked, for which certificate and what for. Refuses `limit.too-many` after thirty in an hour and
 * `certificate.erased` when there is no name any more.
 */
export async function revealHolder(db: Db, actor: Actor, { serial, purpose, reason }: z.infer<typeof revealHolderInput>): Promise<{ serial: string; name: string; code: string }> {
  permit(mayAudit(actor))
  demandStepUp(actor)
  if (!isSystem(actor)) await takeLimit(db, 'reveal-holder', actor.personId!, most)

  return transact(db, async (tx) => {
    const [row] = await tx.select({ id: certificates.id, personId: certificates.personId, code: certificates.code, name: statements.holderName })
      .from(certificates).leftJoin(statements, eq(statements.certificateId, certificates.id)).where(eq(certificates.serial, serial))
    const { id, personId, code, name } = found(row)
    if (name === null) throw new Refusal('certificate.erased')

    const hash = createHash('sha256').update(reason.normalize('NFC')).digest('hex')
    await record(tx, actor, 'holder.revealed', { certificate: id, serial, subject: subjectOf(personId), purpose, reason: hash })
    return { serial, name, code }
  })
}

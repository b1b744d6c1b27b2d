import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { revocations } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { line } from '#modules/text.ts'
import { endable } from './ending.ts'
import { hashOf } from './statement.ts'

export const serialInput = z.string().trim().toUpperCase().regex(/^KZ-\d{4}-\d{6}$/)

/** The reason is shown to everybody who checks the certificate. */
export const revokeCertificateInput = z.object({ serial: serialInput, reason: line(500).refine((text) => text.length >= 3, { error: 'field.too_small' }) })

/**
 * Takes a certificate back, for a reason that everybody who checks it will read. For ever: it keeps its serial and code, and
 * from now on says that it was revoked. By a coordinator of the centre that issued it or an administrator, after stepping
 * up. Refuses `certificate.already-revoked` and `certificate.already-replaced` (then the successor is the one to revoke).
 */
export function revokeCertificate(db: Db, actor: Actor, input: z.infer<typeof revokeCertificateInput>): Promise<{ serial: string; revokedAt: Date }> {
  return transact(db, async (tx) => {
    const { certificate, person } = await endable(tx, actor, input.serial)

    const revokedAt = new Date()
    const link = `${environment().origin}/${person.locale}/learn/documents`
    await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'certificate.revoked', facts: { serial: certificate.serial, reason: input.reason, link } })
    const entrySeq = await record(tx, actor, 'certificate.revoked', { certificate: certificate.id, serial: certificate.serial, subject: subjectOf(certificate.personId), reason: hashOf(input.reason), moment: revokedAt.toISOString() })
    await tx.insert(revocations).values({ certificateId: certificate.id, reason: input.reason, revokedAt, revokedBy: actor.personId, entrySeq })
    return { serial: certificate.serial, revokedAt }
  })
}

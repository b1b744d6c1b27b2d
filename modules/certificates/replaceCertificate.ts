import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { facilities, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { notify } from '#modules/notices/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { endable } from './ending.ts'
import { dimensionsKept, holderOf, issuingCohort, issuingStopped, unprintable } from './issuing.ts'
import { keepCertificate, newCertificateId } from './keepCertificate.ts'
import { readBack } from './readBack.ts'
import { serialInput } from './revokeCertificate.ts'
import { readStatement } from './statement.ts'

export const replaceCertificateInput = z.object({ serial: serialInput })

/**
 * Replaces a certificate whose name was wrong or has changed by a successor with a serial and code of its own, which names
 * it. The successor carries the person's name and work as they are now; what was taught, its evidence, the dimensions it is
 * counted by, the date it counts at and its last day stay those of the first. By a coordinator of the centre or an
 * administrator, after stepping up. Refuses what was revoked or replaced already, and while issuing is stopped.
 */
export async function replaceCertificate(db: Db, actor: Actor, input: z.infer<typeof replaceCertificateInput>): Promise<{ serial: string; code: string; replaces: string }> {
  const kept = await transact(db, async (tx) => {
    const { certificate, person } = await endable(tx, actor, input.serial)

    const [statement] = await tx.select().from(statements).where(eq(statements.certificateId, certificate.id))
    if (person.erasedAt || !statement) throw new Refusal('certificate.erased')
    if (await issuingStopped(tx)) throw new Refusal('certificate.issuing-stopped')
    const { v: _v, type: _t, salt: _s, kid: _k, predecessor: _p, ...before } = readStatement(statement.body)
    const [facility] = person.facilityId ? await tx.select().from(facilities).where(eq(facilities.id, person.facilityId)) : []
    const facts = { ...before, holder: holderOf({ person, facility: facility ?? null }) }
    const missing = unprintable(facts)
    if (missing.length > 0) throw new Refusal('certificate.unprintable', { characters: missing.join(' ') })
    const { centre } = found(await issuingCohort(tx, certificate.cohortId))

    const certificateId = newCertificateId()
    const issuedAt = new Date()
    await enqueue(tx, 'certificate.draw', { certificateId })
    const link = `${environment().origin}/${person.locale}/learn/documents`
    await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'certificate.replaced', facts: { serial: certificate.serial, link } })
    const successor = await keepCertificate(tx, actor, {
      certificateId, personId: certificate.personId, cohortId: certificate.cohortId, facts, evidence: certificate.evidence, issuedAt, issuedOn: dayOf(issuedAt, centre.timeZone),
      dimensions: dimensionsKept(certificate),
      countedOn: certificate.countedOn, expiresOn: certificate.expiresOn, predecessor: { id: certificate.id, serial: certificate.serial },
      renews: certificate.renewsId && before.renews ? { id: certificate.renewsId, serial: before.renews } : null,
    })
    await record(tx, actor, 'certificate.replaced', {
      certificate: certificate.id, serial: certificate.serial, successor: certificateId, successorSerial: successor.serial, subject: subjectOf(certificate.personId), moment: issuedAt.toISOString(),
    })
    return { ...successor, replaces: certificate.serial }
  })
  await readBack(db, [kept.certificateId])
  return { serial: kept.serial, code: kept.code, replaces: kept.replaces }
}

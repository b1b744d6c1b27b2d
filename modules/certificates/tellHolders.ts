import { and, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { batchCertificates, centres, certificates, editions, type persons, revocations, type Texts } from '#db/schema/index.ts'
import { notify } from '#modules/notices/index.ts'
import { lockKept } from './issuing.ts'

type Holder = Pick<typeof persons.$inferSelect, 'id' | 'email' | 'locale'>

/** Writes to a holder that a certificate was issued. */
export async function tellIssued(tx: Db, { id, email, locale }: Holder, { titles, centre }: { titles: Texts; centre: Texts }): Promise<void> {
  const link = `${environment().origin}/${locale}/learn/documents`
  await notify(tx, { personId: id, recipient: email, locale, kind: 'certificate.issued', facts: { course: titles[locale], centre: centre[locale], link } })
}

/**
 * Writes to everybody whose certificate of a batch is still theirs: not to who was erased since, and not where it was revoked or
 * replaced before anybody knew of it (of these the holder has read already).
 */
export async function tellHolders(tx: Db, batchId: string): Promise<void> {
  const successor = alias(certificates, 'successor')
  const told = await tx.select({ personId: certificates.personId, titles: editions.titles, centre: centres.names }).from(batchCertificates)
    .innerJoin(certificates, eq(certificates.id, batchCertificates.certificateId)).innerJoin(editions, eq(editions.id, certificates.editionId)).innerJoin(centres, eq(centres.id, certificates.centreId))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(eq(batchCertificates.batchId, batchId), isNull(revocations.certificateId), isNull(successor.id))).orderBy(certificates.personId)
  for (const { personId, titles, centre } of told) {
    const person = await lockKept(tx, personId)
    if (person && !person.erasedAt) await tellIssued(tx, person, { titles, centre })
  }
}

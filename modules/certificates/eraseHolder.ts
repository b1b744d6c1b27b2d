import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificateFiles, certificates, credentials, statements } from '#db/schema/index.ts'
import { forgetReader } from '#modules/courses/index.ts'

/**
 * Removes the names, PDFs and credentials of a person's certificates, in the transaction that erases the person: the database allows it
 * once `persons.erased_at` is set, and never otherwise. With the statements go their salts, so that the hashes in the ledger
 * say nothing any more; serial, dates and status stay, and so do the counts. What the person left at lessons goes too.
 */
export async function eraseHolder(tx: Db, personId: string): Promise<void> {
  const theirs = tx.select({ id: certificates.id }).from(certificates).where(eq(certificates.personId, personId))
  await tx.delete(certificateFiles).where(inArray(certificateFiles.certificateId, theirs))
  await tx.delete(credentials).where(inArray(credentials.certificateId, theirs))
  await tx.delete(statements).where(inArray(statements.certificateId, theirs))
  await forgetReader(tx, personId)
}

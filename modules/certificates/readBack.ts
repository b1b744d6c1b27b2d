import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, entries, statements } from '#db/schema/index.ts'
import { publicKeys } from '#modules/ledger/index.ts'
import { confirms, type Kept } from './confirm.ts'

/**
 * Reads certificates again after they were committed and holds each against its signature and its ledger entry: what a
 * register says about itself is believed only when the stored bytes say it. Throws when one is not as it was meant.
 */
export async function readBack(db: Db, certificateIds: readonly string[]): Promise<void> {
  if (certificateIds.length === 0) return
  const kept: Kept[] = await db.select({ certificate: certificates, body: statements.body, entry: entries }).from(certificates)
    .leftJoin(statements, eq(statements.certificateId, certificates.id)).leftJoin(entries, eq(entries.seq, certificates.entrySeq))
    .where(inArray(certificates.id, [...certificateIds]))
  const keys = await publicKeys(db)
  const wrong = kept.filter((one) => one.body === null || confirms(one, keys) !== 'confirmed').map((one) => one.certificate.serial)
  if (wrong.length > 0 || kept.length !== certificateIds.length) throw new Error(`certificates read back differ from what was issued: ${wrong.join(', ') || 'some are missing'}`)
}

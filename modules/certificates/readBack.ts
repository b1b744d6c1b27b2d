import { eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, entries, statements } from '#db/schema/index.ts'
import { publicKeys } from '#modules/ledger/index.ts'
import { confirms, type Kept } from './confirm.ts'
import { stopIssuing } from './stopIssuing.ts'

type Found = { wrong: string[]; serial: string }

/**
 * Reads certificates again after they were committed and holds each against its signature and its ledger entry: what a
 * register says about itself is believed only when the stored bytes say it. Answers the ids of those that are not as they were
 * meant, with the first of their serials, or null. `erasable` are old ones, whose statement may be gone with the person's data.
 */
export async function differing(db: Db, certificateIds: readonly string[], { erasable = false } = {}): Promise<Found | null> {
  if (certificateIds.length === 0) return null
  const kept: Kept[] = await db.select({ certificate: certificates, body: statements.body, entry: entries }).from(certificates)
    .leftJoin(statements, eq(statements.certificateId, certificates.id)).leftJoin(entries, eq(entries.seq, certificates.entrySeq))
    .where(inArray(certificates.id, [...certificateIds]))
  const keys = await publicKeys(db)
  const right = new Set(kept.filter((one) => (erasable || one.body !== null) && confirms(one, keys) === 'confirmed').map((one) => one.certificate.id))
  const wrong = certificateIds.filter((id) => !right.has(id))
  const serials = kept.filter((one) => wrong.includes(one.certificate.id)).map((one) => one.certificate.serial)
  return wrong.length === 0 ? null : { wrong, serial: serials.toSorted()[0] ?? wrong[0]! }
}

/** For who has just issued: reads back, and stops all issuing when one is not as it was meant. Answers the ids of those. */
export async function readBack(db: Db, certificateIds: readonly string[]): Promise<string[]> {
  const found = await differing(db, certificateIds)
  if (found) await stopIssuing(db, 'read-back', found.serial)
  return found?.wrong ?? []
}

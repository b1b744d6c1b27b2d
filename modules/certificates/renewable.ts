import { and, eq, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { certificates, revocations } from '#db/schema/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { lastDay } from './rules.ts'
import { isDemonstration } from './standing.ts'

/** In its last so many months a certificate is renewed by the next one of its course; one that has longer to go stands beside it. */
export const renewalMonths = 12

/** What is asked about a certificate before a later one of the same course and person renews it. */
export type Earlier = { id: string; serial: string; certifies: boolean; issuedOn: string; expiresOn: string | null; revoked: boolean; replaced: boolean; renewed: boolean }

/**
 * Which of a person's certificates of one course a new one renews on this day (of its centre), or null: the one that ends last
 * of those that certify, have a last day, are neither revoked nor replaced nor renewed, and are in their last year or past it.
 * A certificate for ever has nothing to renew, and a statement of attendance proves nothing that could be. Pure.
 */
export function renewedBy<One extends Earlier>(earlier: readonly One[], today: string): One | null {
  const due = earlier.filter((one) => one.certifies && !one.revoked && !one.replaced && !one.renewed && one.expiresOn !== null && lastDay(one.expiresOn, -renewalMonths)! <= today)
  return due.toSorted((one, other) => other.expiresOn!.localeCompare(one.expiresOn!) || other.issuedOn.localeCompare(one.issuedOn) || other.serial.localeCompare(one.serial))[0] ?? null
}

/**
 * The certificate that a new one of this course renews, for `personId`, the record of the person that is kept: of any of their
 * records. Asked inside the transaction, which holds the person: two issues of one person see each other's renewal. A
 * renewal counts for the whole line of replacements that the renewed certificate stands in, and also when it was revoked
 * since: a certificate is renewed once. A demonstration's certificates renew each other only.
 */
export async function renewable(tx: Db, personId: string, course: string, today: string): Promise<{ id: string; serial: string } | null> {
  const successor = alias(certificates, 'successor')
  const earlier = await tx.select({
    id: certificates.id, serial: certificates.serial, certifies: certificates.certifies, issuedOn: certificates.issuedOn, expiresOn: certificates.expiresOn,
    revoked: sql<boolean>`${revocations.certificateId} is not null`, replaced: sql<boolean>`${successor.id} is not null`,
    // A line of replacements is of one record in one cohort.
    renewed: sql<boolean>`exists (select from certificates line join certificates renewal on renewal.renews_id = line.id
      where line.person_id = ${certificates.personId} and line.cohort_id = ${certificates.cohortId} and line.certifies = ${certificates.certifies})`,
  }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(isRecordOf(certificates.personId, personId), eq(certificates.course, course), eq(certificates.demonstration, sql`${isDemonstration}`)))
  const one = renewedBy(earlier, today)
  return one && { id: one.id, serial: one.serial }
}

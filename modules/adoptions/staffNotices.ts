import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { memberships, persons, type staffClaims } from '#db/schema/index.ts'
import { notify } from '#modules/notices/index.ts'

/** Writes to whoever claimed a certificate, as long as they are staff of the college: the holder has answered, or has ended it. */
export async function tellCollege(tx: Db, claim: Pick<typeof staffClaims.$inferSelect, 'collegeId' | 'claimedBy'>, kind: 'staff.consented' | 'staff.declined' | 'staff.withdrawn', serial: string) {
  if (!claim.claimedBy) return
  const [one] = await tx.select({ id: persons.id, email: persons.email, locale: persons.locale }).from(persons)
    .innerJoin(memberships, and(eq(memberships.personId, persons.id), eq(memberships.role, 'college'), eq(memberships.collegeId, claim.collegeId), isNull(memberships.until)))
    .where(eq(persons.id, claim.claimedBy))
  if (one) await notify(tx, { personId: one.id, recipient: one.email, locale: one.locale, kind, facts: { serial, link: `${environment().origin}/${one.locale}/college/staff` } })
}

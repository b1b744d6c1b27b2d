import { and, eq, gt, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { invitations, persons } from '#db/schema/index.ts'
import { heldBy } from './findPerson.ts'
import { hashInvitation, type InvitationKind } from './invitation.ts'
import { hasConsented } from './queries.ts'
import { isStaff, minimumLength } from './rules.ts'

export type InvitationView = { kind: InvitationKind; givenName: string; login: string | null; minimumLength: number; needsConsent: boolean }

/** What the page behind a link needs to show, or null when it no longer opens anything. Looking uses nothing up. */
export async function invitationOf(db: Db, token: string): Promise<InvitationView | null> {
  const [row] = await db
    .select({ kind: invitations.kind, person: persons })
    .from(invitations)
    .innerJoin(persons, eq(persons.id, invitations.personId))
    .where(and(eq(invitations.hash, hashInvitation(token)), isNull(invitations.usedAt), gt(invitations.expiresAt, new Date()), isNull(persons.suspendedAt), isNull(persons.erasedAt), isNull(persons.mergedInto)))
  if (!row) return null
  const { kind, person } = row
  const secondFactor = person.totpConfirmedAt !== null || isStaff(await heldBy(db, person.id))
  return {
    kind, givenName: person.givenName, login: person.email ?? person.phone, minimumLength: minimumLength(secondFactor),
    needsConsent: kind !== 'reset' && !(await hasConsented(db, person.id)),
  }
}

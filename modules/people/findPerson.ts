import { and, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { memberships, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { normaliseEmail, normalisePhone } from './contact.ts'
import { visibleTo } from './policy.ts'
import { isDemoPerson } from './session.ts'

export type PersonRow = typeof persons.$inferSelect
export type MembershipRow = typeof memberships.$inferSelect

/** A person, locked for change, with the roles held now; not found unless the actor may see them. Erased people and duplicates can't be changed any more. */
export async function lockPerson(tx: Db, actor: Actor, personId: string): Promise<{ person: PersonRow; held: MembershipRow[] }> {
  const [row] = await tx.select().from(persons).where(and(eq(persons.id, personId), visibleTo(actor))).for('update')
  const person = found(row)
  if (person.erasedAt) throw new Refusal('person.erased')
  if (person.mergedInto) throw new Refusal('person.merged')
  return { person, held: await heldBy(tx, personId) }
}

/** The roles a person holds now. */
export const heldBy = (tx: Db, personId: string) => tx.select().from(memberships).where(and(eq(memberships.personId, personId), isNull(memberships.until)))

/** Whether this person is one of a demonstration's, who need no second factor. */
export async function isDemo(tx: Db, personId: string): Promise<boolean> {
  const [row] = await tx.select({ demo: isDemoPerson }).from(persons).where(eq(persons.id, personId))
  return row?.demo ?? false
}

/** Whom an e-mail address or phone number signs in, or undefined. A duplicate's leads to the record that is kept. */
export async function personByLogin(db: Db, login: string): Promise<PersonRow | undefined> {
  const email = normaliseEmail(login)
  const phone = email ? null : normalisePhone(login)
  if (!email && !phone) return undefined
  const [row] = await db.select().from(persons).where(email ? sql`lower(${persons.email}) = ${email}` : eq(persons.phone, phone!))
  if (!row?.mergedInto) return row
  const [kept] = await db.select().from(persons).where(eq(persons.id, row.mergedInto))
  return kept
}

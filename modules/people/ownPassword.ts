import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import type { PersonRow } from './findPerson.ts'
import { verifyPassword } from './password.ts'
import { takeLimit } from './takeLimit.ts'

/**
 * The actor's own row, once the password has been asked again and was right. Ten tries in a quarter of an hour, counted
 * apart from sign-ins so that a forgotten tab can't lock its owner out. Throws `session.wrong-password`, naming the form's
 * `field`.
 */
export async function proveOwnPassword(db: Db, actor: Actor, password: string, field: string): Promise<PersonRow> {
  const person = await ownRow(db, actor)
  await takeLimit(db, 'step-up', person.id, { max: 10, seconds: 900 })
  if (!(await verifyPassword(person.passwordHash, password))) throw new Refusal('session.wrong-password', {}, { [field]: 'field.password-wrong' })
  return person
}

/** The actor's own row. */
export async function ownRow(db: Db, actor: Actor): Promise<PersonRow> {
  permit(actor.kind === 'person')
  return found((await db.select().from(persons).where(eq(persons.id, actor.personId!)))[0])
}

import { TOTP } from 'otpauth'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons, sessions } from '#db/schema/index.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { acceptInvitation, confirmTotp, invitePerson, readSession, signIn, startTotp } from '#modules/people/index.ts'
import { system } from '#modules/actor.ts'
import { actorFor, aPerson } from '#tests/factories.ts'

export const password = 'үш қоян тауға шықты'

type Role = Parameters<typeof actorFor>[2]

/** A person who can sign in with `password`, and the e-mail to do it with. */
export async function aSignIn(db: Db, ...roles: Role[]) {
  const email = `${crypto.randomUUID()}@example.kz`
  const person = await aPerson(db, { email })
  await actorFor(db, person.id, ...roles)
  const { link } = await invitePerson(db, system('test'), { personId: person.id })
  await acceptInvitation(db, visitor, { token: link.split('/').at(-1)!, password, consent: true })
  return { personId: person.id, login: email, password }
}

/** Signs in and reads the session back, as the next request would. */
export async function signedIn(db: Db, who: { login: string; password: string }, code?: string) {
  const { token } = await signIn(db, visitor, { login: who.login, password: who.password, code })
  return { token, ...(await readSession(db, token))! }
}

/** Sets up a second factor for the actor; answers the token of the new session, the recovery codes and what shows the codes. */
export async function withTotp(db: Db, actor: Actor) {
  const { secret } = await startTotp(db, actor)
  const totp = new TOTP({ secret, algorithm: 'SHA1', digits: 6, period: 30 })
  const codeAt = (steps: number) => totp.generate({ timestamp: Date.now() + steps * 30_000 })
  const done = await confirmTotp(db, actor, { code: codeAt(-1) })
  return { ...done, codeAt }
}

/** Moves a session's times, as hours would. */
export async function moveSession(db: Db, personId: string, values: Partial<typeof sessions.$inferInsert>) {
  await db.update(sessions).set(values).where(eq(sessions.personId, personId))
}

export const rowOf = async (db: Db, personId: string) => (await db.select().from(persons).where(eq(persons.id, personId)))[0]!
export const minutesAgo = (n: number) => new Date(Date.now() - n * 60_000)
export const minutesAhead = (n: number) => new Date(Date.now() + n * 60_000)

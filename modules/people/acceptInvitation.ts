import { and, eq, gt, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents, invitations, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { normaliseEmail, normalisePhone } from './contact.ts'
import { refuseTaken, takenAtOnce } from './details.ts'
import { heldBy, type PersonRow } from './findPerson.ts'
import { hashInvitation, voidInvitations } from './invitation.ts'
import { hashPassword } from './password.ts'
import { passwordProblem } from './passwordRules.ts'
import { hasConsented } from './queries.ts'
import { consentVersion, isStaff } from './rules.ts'
import { endSessions } from './session.ts'
import { takeLimit } from './takeLimit.ts'

/**
 * `token` is a link's token or what was typed from a slip; `login` an e-mail address or phone for somebody who has neither;
 * `consent` is needed once. `address` comes from the request.
 */
export const acceptInvitationInput = z.object({
  token: z.string().trim().min(1, 'field.required').max(100),
  password: z.string().min(1, 'field.required').max(1024),
  login: z.string().trim().max(254).optional(),
  consent: z.boolean().default(false),
  locale: z.enum(['kk', 'ru', 'en']).optional(),
  address: z.string().optional(),
})

/**
 * Sets a password through an invitation, reset link or slip, once: of many at the same moment one wins. Every session
 * ends, wrong tries are forgotten, and the next sign-in still asks for the second factor. Throws `invitation.unusable` for
 * one that is unknown, used or out of date, alike; `input.invalid` for a password that won't do, a missing consent or sign-in.
 */
export async function acceptInvitation(db: Db, _visitor: Actor, input: z.input<typeof acceptInvitationInput>): Promise<{ personId: string }> {
  if (input.address) await takeLimit(db, 'invitation', input.address, { max: 60, seconds: 600 })
  const hash = hashInvitation(input.token)
  const first = await openBy(db, hash)
  await judge(db, first, input)
  const passwordHash = await hashPassword(input.password)

  return transact(db, async (tx) => {
    const [person] = await tx.select().from(persons).where(eq(persons.id, first.person.id)).for('update')
    const { kind } = await openBy(tx, hash)

    const login = await judge(tx, { kind, person: person! }, input)

    const now = new Date()
    await tx.update(invitations).set({ usedAt: now }).where(eq(invitations.hash, hash))
    await voidInvitations(tx, person!.id)
    await tx
      .transaction((inner) => inner.update(persons).set({ passwordHash, failedSignIns: 0, lockedUntil: null, locale: input.locale, ...login }).where(eq(persons.id, person!.id)))
      .catch(takenAtOnce)
    if (input.consent && !(await hasConsented(tx, person!.id))) await tx.insert(consents).values({ personId: person!.id, version: consentVersion, locale: input.locale ?? person!.locale, givenAt: now })
    await endSessions(tx, person!.id)
    await notify(tx, { personId: person!.id, recipient: person!.email, locale: person!.locale, kind: 'account.password-changed' })
    return { personId: person!.id }
  })
}

/** The open way in behind a hash and its person. */
async function openBy(db: Db, hash: string) {
  const [row] = await db
    .select({ kind: invitations.kind, person: persons })
    .from(invitations)
    .innerJoin(persons, eq(persons.id, invitations.personId))
    .where(and(eq(invitations.hash, hash), isNull(invitations.usedAt), gt(invitations.expiresAt, new Date()), isNull(persons.suspendedAt), isNull(persons.erasedAt), isNull(persons.mergedInto)))
  if (!row) throw new Refusal('invitation.unusable')
  return row
}

/** The sign-in to add, if the person has none. Throws with every field that won't do. */
async function judge(db: Db, { kind, person }: { kind: string; person: PersonRow }, { password, login, consent }: z.input<typeof acceptInvitationInput>) {
  const wrong: Record<string, string> = {}
  const secondFactor = person.totpConfirmedAt !== null || isStaff(await heldBy(db, person.id))
  const problem = passwordProblem(password, { secondFactor, own: [person.familyName, person.givenName, person.email, person.phone, login] })
  if (problem) wrong['password'] = problem
  if (kind !== 'reset' && !consent && !(await hasConsented(db, person.id))) wrong['consent'] = 'field.consent'

  const added: { email?: string; phone?: string } = {}
  if (!person.email && !person.phone) {
    const email = login ? normaliseEmail(login) : null
    const phone = login && !email ? normalisePhone(login) : null
    if (email) added.email = email
    else if (phone) added.phone = phone
    else wrong['login'] = login ? 'field.login' : 'field.login-needed'
  }
  if (Object.keys(wrong).length > 0) throw new Refusal('input.invalid', {}, wrong)
  await refuseTaken(db, { email: added.email, phone: added.phone, iin: undefined, passport: undefined }, person.id)
  return added
}

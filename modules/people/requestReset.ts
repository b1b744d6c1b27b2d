import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { fold } from '#modules/words/index.ts'
import { personByLogin } from './findPerson.ts'
import { invitationLink, openInvitation } from './invitation.ts'
import { evenly } from './password.ts'
import { takeLimit } from './takeLimit.ts'

/** `address` comes from the request. */
export const requestResetInput = z.object({ login: z.string().trim().min(1, 'field.required').max(254), address: z.string().optional() })

/**
 * Mails a link, good once within thirty minutes, to set a new password. Answers the same, and as evenly in time, for
 * somebody unknown, suspended or without an e-mail address. Throws `limit.too-many`: three an hour for a login, known or
 * not, and ten an hour from an address.
 */
export async function requestReset(db: Db, visitor: Actor, { login, address }: z.infer<typeof requestResetInput>): Promise<void> {
  const started = performance.now()
  if (address) await takeLimit(db, 'reset-address', address, { max: 10, seconds: 3600 })
  await takeLimit(db, 'reset', fold(login), { max: 3, seconds: 3600 })

  await transact(db, async (tx) => {
    const person = await personByLogin(tx, login)
    if (!person?.email || person.suspendedAt || person.erasedAt) return

    const { token, expiresAt } = await openInvitation(tx, visitor, person.id, 'reset')
    await notify(tx, {
      personId: person.id, recipient: person.email, locale: person.locale, kind: 'account.reset',
      facts: { name: person.givenName, link: invitationLink(person.locale, token), until: expiresAt },
    })
  })
  await evenly(started)
}

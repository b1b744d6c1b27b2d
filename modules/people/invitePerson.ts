import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { lockPerson } from './findPerson.ts'
import { invitationLink, openInvitation } from './invitation.ts'
import { mayChangePerson } from './policy.ts'

export const invitePersonInput = z.object({ personId: z.uuid() })

/**
 * Mails a link, good once within seven days, by which the person sets a password. Earlier links stop working. The link is
 * answered too, for the command line; a page never shows it. Refuses whoever may not change this person
 * (`permission.denied`), a suspended one (`person.suspended`) and one without an e-mail address (`person.no-email`: print a
 * slip), unless the command line asks.
 */
export function invitePerson(db: Db, actor: Actor, input: z.infer<typeof invitePersonInput>): Promise<{ link: string; expiresAt: Date }> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, input.personId)

    permit(mayChangePerson(actor, held))

    if (person.suspendedAt) throw new Refusal('person.suspended')
    if (!person.email && actor.kind !== 'system') throw new Refusal('person.no-email')

    const { token, expiresAt } = await openInvitation(tx, actor, person.id, 'invitation')
    const link = invitationLink(person.locale, token)
    await notify(tx, { personId: person.id, recipient: person.email, locale: person.locale, kind: 'account.invitation', facts: { name: person.givenName, link, until: expiresAt } })
    return { link, expiresAt }
  })
}

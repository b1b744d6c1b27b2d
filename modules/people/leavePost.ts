import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { lockPerson } from './findPerson.ts'
import { mayChangePerson } from './policy.ts'
import { endWork, openWork, today } from './work.ts'

export const leavePostInput = z.object({ personId: z.uuid(), on: z.iso.date('field.date'), reason: line(300) })

/**
 * Notes that a person has left their post on a day, and why: maternity leave, another town, another trade. Nothing is known of
 * their work then until somebody says where it is. Courses and certificates stay.
 * Refuses whoever may not change the person, and a day in the future or before the post began (`person.left-day`, with the
 * first day), or when no post is known (`person.no-post`).
 */
export function leavePost(db: Db, actor: Actor, { personId, on, reason }: z.infer<typeof leavePostInput>): Promise<void> {
  return transact(db, async (tx) => {
    const { person, held } = await lockPerson(tx, actor, personId)

    permit(mayChangePerson(actor, held))

    const open = await openWork(tx, person.id)
    if (!open) throw new Refusal('person.no-post')
    if (on > today() || on < open.since) throw new Refusal('person.left-day', { since: open.since })

    await endWork(tx, open, on, reason)
    await tx.update(persons).set({ facilityId: null }).where(eq(persons.id, person.id))
  })
}

import { and, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { adoptions, colleges, editions, memberships, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { givenFacts, stepDay } from './facts.ts'
import { mayInvite } from './policy.ts'
import { beginAdoption } from './startAdoption.ts'
import { keepStep } from './steps.ts'

export const inviteCollegesInput = z.object({
  collegeIds: z.array(z.uuid()).min(1, { error: 'field.none-chosen' }).max(200).prefault([]),
  editionId: z.uuid(),
  /** The day of the invitation. */
  on: stepDay,
  facts: givenFacts.invited.default({}),
})

/**
 * Invites colleges to adopt an edition and writes to their staff. Those that have an adoption of it already are left as they are and
 * named in the answer (`known`). By an administrator. Not found for an edition or college that is none; refuses a closed college and a
 * day that has not come.
 */
export function inviteColleges(db: Db, actor: Actor, { collegeIds, editionId, on, facts }: z.infer<typeof inviteCollegesInput>): Promise<{ invited: { collegeId: string; adoptionId: string }[]; known: string[] }> {
  return transact(db, async (tx) => {
    permit(mayInvite(actor))

    // In one order, so that two invitations at once wait for one another instead of for ever.
    const wanted = [...new Set(collegeIds)].toSorted()
    await tx.select({ id: colleges.id }).from(colleges).where(inArray(colleges.id, wanted)).orderBy(colleges.id).for('update')
    const known = (await tx.select({ id: adoptions.collegeId }).from(adoptions).where(and(eq(adoptions.editionId, editionId), inArray(adoptions.collegeId, wanted)))).map((one) => one.id)

    const invited = []
    for (const collegeId of wanted.filter((id) => !known.includes(id))) {
      const adoption = await beginAdoption(tx, actor, collegeId, editionId)
      await tell(tx, collegeId, editionId, adoption.id)
      invited.push({ collegeId, adoption })
    }
    for (const { adoption } of invited) await keepStep(tx, actor, adoption, { state: 'invited', on, facts })
    return { invited: invited.map(({ collegeId, adoption }) => ({ collegeId, adoptionId: adoption.id })), known }
  })
}

/** Writes to everybody who works for the college. */
async function tell(tx: Db, collegeId: string, editionId: string, adoptionId: string) {
  const [college] = await tx.select({ names: colleges.names }).from(colleges).where(eq(colleges.id, collegeId))
  const [edition] = await tx.select({ titles: editions.titles, number: editions.number }).from(editions).where(eq(editions.id, editionId))
  const { names } = found(college)
  const { titles, number } = found(edition)
  const people = await tx.selectDistinct({ id: persons.id, email: persons.email, locale: persons.locale }).from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(eq(memberships.collegeId, collegeId), eq(memberships.role, 'college'), isNull(memberships.until), isNull(persons.suspendedAt), isNull(persons.erasedAt)))
  for (const { id, email, locale } of people) {
    const facts = { college: names[locale], course: titles[locale], edition: String(number), link: `${environment().origin}/${locale}/college/adoptions/${adoptionId}` }
    await notify(tx, { personId: id, recipient: email, locale, kind: 'adoption.invited', facts })
  }
}

import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, facilities, supervisions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { answersAll, supervisionForm } from './forms.ts'
import { maySupervise, permitAt } from './policy.ts'
import { isStaffAt } from './staff.ts'
import { words } from '#modules/text.ts'

export const recordSupervisionInput = z.object({
  centreId: z.uuid(),
  facilityId: z.uuid(),
  visitedOn: z.iso.date(),
  /** Who made the visit; whoever records it when absent. */
  supervisorId: z.uuid().optional(),
  checklist: z.record(z.string().max(60), z.boolean()),
  burnout: z.array(z.string().max(60)).max(20).default([]),
  /** Difficult cases that were talked over, without a name. */
  cases: words(4000).nullish(),
  agreed: words(4000).nullish(),
  nextOn: z.iso.date().optional(),
  /** Patronage nurses used for other duties. */
  otherDuties: z.coerce.number().int().min(0).max(1000).default(0),
})

/**
 * Writes a supportive-supervision visit into a facility's log. Not found for a facility that is none. Refuses `supervision.future`,
 * `supervision.next` for a next visit that is not after this one, `supervision.supervisor` for somebody who does not work at the
 * centre, and `supervision.items` unless exactly the checklist's items are answered and each sign of burnout is one of the form's.
 */
export function recordSupervision(db: Db, actor: Actor, input: z.input<typeof recordSupervisionInput>): Promise<{ id: string }> {
  const { supervisorId = actor.personId!, ...facts } = recordSupervisionInput.parse(input)
  return transact(db, async (tx) => {
    const [row] = await tx.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, facts.centreId))
    const centre = found(row)

    permitAt(maySupervise(actor, facts), actor, facts)

    const [facility] = await tx.select({ id: facilities.id }).from(facilities).where(eq(facilities.id, facts.facilityId))
    found(facility)
    if (facts.visitedOn > dayOf(new Date(), centre.timeZone)) throw new Refusal('supervision.future', {}, { visitedOn: 'field.future' })
    if (facts.nextOn && facts.nextOn <= facts.visitedOn) throw new Refusal('supervision.next', {}, { nextOn: 'field.not-later' })
    if (!(await isStaffAt(tx, supervisorId, facts.centreId))) throw new Refusal('supervision.supervisor')
    const form = supervisionForm()
    const signs = [...new Set(facts.burnout)]
    if (!answersAll(form.checklist, facts.checklist) || !signs.every((id) => form.burnout.some((one) => one.id === id)))
      throw new Refusal('supervision.items')

    const [made] = await tx
      .insert(supervisions)
      .values({ ...facts, burnout: signs.toSorted(), cases: facts.cases ?? '', agreed: facts.agreed ?? '', supervisorId, recordedBy: actor.personId })
      .returning({ id: supervisions.id })
    return made!
  })
}

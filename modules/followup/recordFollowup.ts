import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { followups } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { caseWordsOf } from '#modules/assessment/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { answersAll, visitForm } from './forms.ts'
import { mayRecordVisit } from './policy.ts'
import { agrees } from './rules.ts'
import { words } from './text.ts'
import { lockVisit, type Observed } from './visit.ts'

const rules = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)).max(30)
const answers = z.record(z.string().max(60), z.boolean())

/** What is written down of a visit. */
export const visitShape = z.object({
  /** Made on the device before the form is sent, so that a form sent twice is one visit. */
  clientId: z.uuid(),
  visitedOn: z.iso.date(),
  ageGroup: z.enum(['child', 'young-infant'], { error: 'field.required' }),
  /** Rules of the protocol edition by which the trainee classified the child; none when nothing was classified. */
  trainee: rules,
  /** And the supervisor. */
  supervisor: rules.min(1, 'field.none-chosen'),
  performance: answers,
  caregiver: answers,
  support: answers,
  actions: words(2000).nullish(),
})

export const recordFollowupInput = visitShape.extend({ cohortId: z.uuid(), personId: z.uuid() })

type Input = z.infer<typeof recordFollowupInput>

/**
 * Records the visit to a trainee at work, once: whether trainee and supervisor agree follows from what each classified. The same
 * form sent again is the same visit. Not found for a visit that is not planned. Refuses `followup.recorded` when another form was
 * recorded, `followup.cancelled`, `followup.before-course` for a day before the course ended, `followup.future`,
 * `followup.classification` for ids that the course's protocol edition does not have for that age, and `followup.items` unless
 * exactly the form's items are answered.
 */
export function recordFollowup(db: Db, actor: Actor, input: Input): Promise<{ agreed: boolean }> {
  return transact(db, async (tx) => {
    const { visit, endsOn, today, guidelines, ...place } = await lockVisit(tx, actor, input)

    permit(mayRecordVisit(actor, place, visit.personId))

    const { edition, boxes } = caseWordsOf(guidelines)[input.ageGroup]
    const observed: Observed = {
      edition,
      ageGroup: input.ageGroup,
      trainee: sorted(input.trainee),
      supervisor: sorted(input.supervisor),
      performance: input.performance,
      caregiver: input.caregiver,
    }
    const facts = { visitedOn: input.visitedOn, observed, support: input.support, actions: input.actions || null }
    if (visit.visitedOn !== null) {
      if (visit.clientId === input.clientId && sameFacts(visit, facts)) return { agreed: visit.agreed! }
      throw new Refusal('followup.recorded')
    }
    if (visit.cancelled !== null) throw new Refusal('followup.cancelled')
    if (input.visitedOn < endsOn) throw new Refusal('followup.before-course', { day: endsOn })
    if (input.visitedOn > today) throw new Refusal('followup.future')
    const known = new Set(boxes.flatMap((box) => box.rules.map(({ id }) => id)))
    if (![...observed.trainee, ...observed.supervisor].every((id) => known.has(id))) throw new Refusal('followup.classification')
    const form = visitForm()
    if (!answersAll(form.performance, input.performance) || !answersAll(form.caregiver, input.caregiver) || !answersAll(form.support, input.support))
      throw new Refusal('followup.items')
    // The sender's id is another visit's: somebody changed the person on a page that had been sent.
    const [other] = await tx.select({ personId: followups.personId }).from(followups).where(eq(followups.clientId, input.clientId))
    if (other) throw new Refusal('followup.recorded')

    const agreed = agrees(observed.trainee, observed.supervisor)
    await tx
      .update(followups)
      .set({
        ...facts,
        observed,
        agreed,
        clientId: input.clientId,
        supervisorId: visit.supervisorId ?? actor.personId,
        recordedBy: actor.personId,
        recordedAt: new Date(),
      })
      .where(and(eq(followups.cohortId, visit.cohortId), eq(followups.personId, visit.personId)))
    await record(tx, actor, 'followup.recorded', { cohort: visit.cohortId, subject: subjectOf(visit.personId), agreed })
    return { agreed }
  })
}

const sorted = (ids: readonly string[]) => [...new Set(ids)].toSorted()

type Facts = { visitedOn: string; observed: Observed; support: Record<string, boolean>; actions: string | null }

/** Whether a stored visit says what was sent. The database gives an object's keys back in an order of its own. */
function sameFacts(visit: typeof followups.$inferSelect, sent: Facts) {
  const plain = ({ visitedOn, observed, support, actions }: { [Key in keyof Facts]: unknown }) =>
    JSON.stringify(inOrder({ visitedOn, observed, support, actions }))
  return plain(visit) === plain(sent)
}

const inOrder = (value: unknown): unknown =>
  value !== null && typeof value === 'object' && !Array.isArray(value)
    ? Object.fromEntries(
        Object.entries(value)
          .toSorted(([one], [other]) => (one < other ? -1 : 1))
          .map(([key, inner]) => [key, inOrder(inner)]),
      )
    : value

import { z } from 'zod'
import { visitKinds } from '#db/schema/index.ts'
import { type CaseAge, caseWordsOf, type PracticeKind, type VisitKind } from '#modules/assessment/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { answersAll, visitForm } from './forms.ts'
import { words } from '#modules/text.ts'

/** What a supervisor saw the trainee do: ids of an edition and of a form, and no word that could name a child or a family. */
export type Observed = {
  /** Which form was filled in, and its version: a child by the chart, a child triaged, a family at home. */
  form: PracticeKind
  version: number
  /** The edition that the ids of both are of. */
  edition: string
  /** `not-recorded` at an antenatal visit, where there is no child yet. */
  ageGroup: CaseAge | 'not-recorded'
  /** Which visit to the family; null where no home is visited. */
  visit: VisitKind | null
  /** What the trainee made of it, and what the supervisor did, by the edition's rules. */
  trainee: string[]
  supervisor: string[]
  performance: Record<string, boolean>
  caregiver: Record<string, boolean>
}

const rules = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/)).max(30)
const answers = z.record(z.string().max(60), z.boolean())

/** What was seen on a visit, as it is sent. */
export const seenShape = z.object({
  visitedOn: z.iso.date(),
  ageGroup: z.enum(['child', 'young-infant', 'not-recorded'], { error: 'field.required' }),
  /** For a course of home visiting, which visit to the family. */
  visit: z.enum(visitKinds).nullish(),
  /** Rules of the edition by which the trainee classified, one category or level where it has those; none when nothing was chosen. */
  trainee: rules,
  /** And the supervisor. */
  supervisor: rules.min(1, 'field.none-chosen'),
  performance: answers,
  caregiver: answers,
  support: answers,
  actions: words(2000).nullish(),
})
export type Sent = z.infer<typeof seenShape>

/** What a visit says, as it is stored. */
export type VisitFacts = { visitedOn: string; observed: Observed; support: Record<string, boolean>; actions: string | null }
type Course = { endsOn: string; today: string; guidelines: readonly string[] }

/**
 * The facts of a visit as a course with these guidelines may have them. Throws `followup.before-course` for a day before the
 * course ended, `followup.future`, `followup.visit` for a kind of visit that does not fit, `followup.classification` for ids that
 * the course's edition does not have for that age, and `followup.items` unless exactly the form's items are answered.
 */
export function checkedVisit({ endsOn, today, guidelines }: Course, sent: Sent): VisitFacts {
  if (sent.visitedOn < endsOn) throw new Refusal('followup.before-course', { day: endsOn })
  if (sent.visitedOn > today) throw new Refusal('followup.future')
  const known = caseWordsOf(guidelines)
  const visit = sent.visit ?? null
  if ((visit !== null) !== (known.kind === 'home') || (visit === 'antenatal') !== (sent.ageGroup === 'not-recorded')) throw new Refusal('followup.visit')
  const { edition, boxes } = known[sent.ageGroup]!
  const ids = new Set(boxes.flatMap((box) => box.rules.map(({ id }) => id)))
  const [trainee, supervisor] = [sorted(sent.trainee), sorted(sent.supervisor)]
  const single = known.kind !== 'chart'
  if (![...trainee, ...supervisor].every((id) => ids.has(id)) || (single && (trainee.length > 1 || supervisor.length > 1))) throw new Refusal('followup.classification')
  const form = visitForm(known.kind)
  const { performance, caregiver, support } = sent
  if (!answersAll(form.performance, performance) || !answersAll(form.caregiver, caregiver) || !answersAll(form.support, support)) throw new Refusal('followup.items')
  const observed: Observed = { form: known.kind, version: form.version, edition, ageGroup: sent.ageGroup, visit, trainee, supervisor, performance, caregiver }
  return { visitedOn: sent.visitedOn, observed, support, actions: sent.actions || null }
}

const sorted = (ids: readonly string[]) => [...new Set(ids)].toSorted()

/** What is stored of an observation, in today's shape: those without a form were made by the first one there was. */
export function readObserved(stored: Record<string, unknown>): Observed {
  return { form: 'chart', version: 1, visit: null, ...stored } as Observed
}

type Stored = { visitedOn: string | null; observed: Record<string, unknown> | null; support: Record<string, boolean> | null; actions: string | null }

/** Whether a stored visit says what was sent. The database gives an object's keys back in an order of its own. */
export function saysTheSame(stored: Stored, sent: VisitFacts): boolean {
  const plain = (one: { [Key in keyof VisitFacts]: unknown }) => JSON.stringify(inOrder([one.visitedOn, one.observed, one.support, one.actions]))
  return plain({ ...stored, observed: stored.observed && readObserved(stored.observed) }) === plain(sent)
}

const inOrder = (value: unknown): unknown =>
  Array.isArray(value)
    ? value.map(inOrder)
    : value !== null && typeof value === 'object'
      ? Object.fromEntries(
          Object.entries(value)
            .toSorted(([one], [other]) => (one < other ? -1 : 1))
            .map(([key, inner]) => [key, inOrder(inner)]),
        )
      : value

import type { Db } from '#db/client.ts'
import { evaluations, evaluators, followups } from '#db/schema/index.ts'
import { caseWordsOf } from '#modules/assessment/index.ts'
import type { IssuingCohort } from '#modules/certificates/index.ts'
import { editionOf } from '#modules/courses/index.ts'
import { evaluationForm, type Observed, visitForm, windowAfter } from '#modules/followup/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import type { Telling } from '#modules/ledger/index.ts'
import type { Desk } from './desk.ts'
import type { Holder } from './people.ts'
import { later, momentOf } from './plan.ts'
import { seededId } from './seeded.ts'

/** Visits are made in the fifth week after the course's own, within the days in which they are due. */
const weeksLater = 5

type Class = { monday: string; taught: IssuingCohort; holders: readonly Holder[] }
/** What is filled in on a visit after a course of an edition, for the nth of them. */
type Form = (n: number) => { observed: Observed; agreed: boolean; support: Record<string, boolean> }

/** What comes after each class of a synthetic register: opinions on its last day, and a visit to everybody, of which two of three are made. */
export class Afterwards {
  readonly #desk: Desk
  readonly #forms: ReadonlyMap<string, Form>
  readonly #due: Class[] = []
  #opinions = 0
  #visits = 0

  private constructor(desk: Desk, forms: ReadonlyMap<string, Form>) {
    this.#desk = desk
    this.#forms = forms
  }

  static async prepare(tx: Db, desk: Desk, editionIds: readonly string[]): Promise<Afterwards> {
    const forms = new Map<string, Form>()
    for (const editionId of editionIds) forms.set(editionId, formOf((await editionOf(tx, editionId)).outline.guidelines.map(({ id }) => id)))
    return new Afterwards(desk, forms)
  }

  /** Opinions of four of five, with nothing that leads from one to who gave it. */
  opine(one: Class): void {
    const { cohort } = one.taught
    const givers = one.holders.filter((_, index) => index % 5 !== 4)
    this.#desk.add(evaluators, givers.map(({ person }) => ({ cohortId: cohort.id, personId: person.id })).toReversed())
    const { items } = evaluationForm()
    this.#desk.add(evaluations, givers.map(() => {
      const n = this.#opinions++
      const points = Object.fromEntries(items.map(({ id }, item) => [id, 5 - ((n * 5 + item * 7) % 3 === 0 ? 1 : 0) - (item === n % 11 ? 2 : 0)]))
      return { id: seededId('opinion', n), cohortId: cohort.id, points, locale: n % 4 === 3 ? ('ru' as const) : ('kk' as const), givenOn: cohort.endsOn }
    }))
    this.#due.push(one)
  }

  /** The visits of this week; at the end, those that are still to come are planned. Answers what the ledger is told. */
  visit(monday: string): Telling[] {
    const until = later(monday, -7 * weeksLater)
    return this.#due.splice(0, this.#due.filter((one) => one.monday <= until).length).flatMap((one) => this.#plan(one, later(monday, 2)))
  }

  planRest(): void {
    for (const one of this.#due.splice(0)) this.#plan(one, null)
  }

  #plan({ taught: { cohort }, holders }: Class, on: string | null): Telling[] {
    const form = this.#forms.get(cohort.editionId)!
    const told: Telling[] = []
    this.#desk.add(followups, holders.map(({ person }) => {
      const n = this.#visits++
      const planned = { cohortId: cohort.id, personId: person.id, ...windowAfter(cohort.endsOn), visitedOn: null, observed: null, agreed: null, support: null, cancelled: null, clientId: null, recordedAt: null }
      if (on === null || n % 3 === 2) return planned
      if (n % 30 === 3) return { ...planned, cancelled: 'Синтетикалық тізілімде: жұмыстан кетті' }
      const recordedAt = momentOf(on, 9, told.length)
      const filled = form(n)
      told.push({ kind: 'followup.recorded', at: recordedAt, facts: { cohort: cohort.id, subject: subjectOf(person.id), agreed: filled.agreed } })
      return { ...planned, ...filled, visitedOn: on, clientId: seededId('visit', n), recordedAt }
    }))
    return told
  }
}

function formOf(guidelines: readonly string[]): Form {
  const { kind, child } = caseWordsOf(guidelines)
  const form = visitForm(kind)
  const rules = child.boxes.flatMap((box) => box.rules.map(({ id }) => id))
  const met = (items: readonly { id: string }[], n: number) => Object.fromEntries(items.map(({ id }, at) => [id, (n + at) % 6 !== 5]))
  return (n) => {
    const agreed = n % 7 !== 4
    const supervisor = rules[n % rules.length]!
    return {
      agreed, support: met(form.support, n * 3),
      observed: {
        form: kind, version: form.version, edition: child.edition, ageGroup: 'child', visit: kind === 'home' ? 'routine' : null,
        trainee: [agreed ? supervisor : rules[(n + 1) % rules.length]!], supervisor: [supervisor], performance: met(form.performance, n), caregiver: met(form.caregiver, n + 1),
      },
    }
  }
}

import type { Db } from '#db/client.ts'
import { answers, assessments, attempts } from '#db/schema/index.ts'
import { type Choice, drawForm, type Form, grade, reaches } from '#modules/assessment/index.ts'
import { banksOf, editionOf, type Item, itemsOf, type OutlineAssessment } from '#modules/courses/index.ts'
import type { IssuingCohort } from '#modules/certificates/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import type { Telling } from '#modules/ledger/index.ts'
import type { Desk } from './desk.ts'
import type { Holder } from './people.ts'
import { later, momentOf } from './plan.ts'
import { seededBytes, seededId } from './seeded.ts'

/** Questions of each test: a certificate has ten answers, five before the course and five after it. */
const asked = 5
const formsOfEach = 24

type Question = { id: string; right: Choice; wrong: Choice; points: [wrong: number, right: number] }
type Sheet = { seed: string; form: Form; questions: Question[]; maximum: number }
type Test = Pick<typeof assessments.$inferInsert, 'name' | 'kind' | 'minutes' | 'attempts' | 'retakeDays' | 'passPercent'> & { kind: 'pre-test' | 'post-test'; sheets: Sheet[] }

/** A first and a last test for everybody of a synthetic register: questions of the edition, drawn as the product draws them and marked by its rule. */
export class Testing {
  readonly #desk: Desk
  readonly #tests: ReadonlyMap<string, Test[]>
  #cohorts = 0
  #sittings = 0

  private constructor(desk: Desk, tests: ReadonlyMap<string, Test[]>) {
    this.#desk = desk
    this.#tests = tests
  }

  static async prepare(tx: Db, desk: Desk, editionIds: readonly string[]): Promise<Testing> {
    const tests = new Map<string, Test[]>()
    for (const editionId of editionIds) {
      const { outline } = await editionOf(tx, editionId)
      const items = [...(await itemsOf(tx, editionId)).values()]
      const made = (['pre-test', 'post-test'] as const).flatMap((kind): Test[] => {
        const one = outline.assessments.find((assessment) => assessment.kind === kind)
        const bank = one ? items.filter((item) => banksOf(one).includes(item.bank)) : []
        if (!one || bank.length < asked) return []
        const limits = kind === 'pre-test' ? { attempts: 1, retakeDays: 0, passPercent: 0 } : { attempts: outline.rules.attempts, retakeDays: outline.rules.retakeDays, passPercent: outline.rules.passPercent }
        return [{ name: one.id, kind, minutes: one.minutes, ...limits, sheets: sheetsOf(one, bank) }]
      })
      tests.set(editionId, made)
    }
    return new Testing(desk, tests)
  }

  /** The tests of a class, sat on its Monday and its Friday; answers what the ledger is told of them. */
  sit(monday: string, { cohort }: IssuingCohort, holders: readonly Holder[]): Telling[] {
    const told: Telling[] = []
    const nth = this.#cohorts++
    for (const test of this.#tests.get(cohort.editionId) ?? []) {
      const { sheets, ...limits } = test
      const id = seededId(`assessment ${test.kind}`, nth)
      const first = test.kind === 'pre-test'
      const startedAt = first ? momentOf(monday, 4, 0) : momentOf(later(monday, 4), 7, 0)
      const finishedAt = new Date(startedAt.getTime() + 12 * 60_000)
      this.#desk.add(assessments, [{ id, cohortId: cohort.id, editionId: cohort.editionId, ...limits, itemCount: asked, day: null, opensAt: momentOf(monday, 3, 0), closesAt: null }])
      const sat: (typeof attempts.$inferInsert)[] = []
      const given: (typeof answers.$inferInsert)[] = []
      for (const { person } of holders) {
        const number = this.#sittings++
        const attemptId = seededId('attempt', number)
        const dice = seededBytes('sitting', number)
        const sheet = sheets[dice[0]! % sheets.length]!
        const right = rightOnes(sheet, first ? 1 + (dice[1]! % 4) : 4 + (dice[1]! % 2), test.passPercent, dice[2]!)
        const score = sheet.questions.reduce((sum, { points }, at) => sum + points[right.has(at) ? 1 : 0], 0)
        const passed = reaches(score, sheet.maximum, test.passPercent)
        sat.push({
          id: attemptId, assessmentId: id, cohortId: cohort.id, personId: person.id, number: 1, seed: sheet.seed, form: sheet.form, language: cohort.language, startedAt,
          closesAt: new Date(startedAt.getTime() + test.minutes * 60_000), finishedAt, score, maximum: sheet.maximum, passed,
        })
        for (const [at, question] of sheet.questions.entries()) {
          given.push({ attemptId, itemId: question.id, sequence: at + 1, choice: right.has(at) ? question.right : question.wrong, savedAt: new Date(startedAt.getTime() + (at + 1) * 90_000) })
        }
        told.push({ kind: 'attempt.finished', at: finishedAt, facts: { cohort: cohort.id, subject: subjectOf(person.id), assessment: id, attempt: attemptId, passed } })
      }
      this.#desk.add(attempts, sat)
      this.#desk.add(answers, given)
    }
    return told
  }
}

/** Which of the questions are answered right: so many from some place on, and all of them where fewer would not pass. */
function rightOnes({ questions, maximum }: Sheet, many: number, passPercent: number, from: number): ReadonlySet<number> {
  const chosen = new Set(Array.from({ length: many }, (_, index) => (from + index) % questions.length))
  const score = questions.reduce((sum, { points }, at) => sum + points[chosen.has(at) ? 1 : 0], 0)
  return reaches(score, maximum, passPercent) ? chosen : new Set(questions.keys())
}

function sheetsOf(test: OutlineAssessment, bank: readonly Item[]): Sheet[] {
  return Array.from({ length: formsOfEach }, (_, n) => {
    const seed = seededBytes(`form ${test.id}`, n).toString('hex').slice(0, 32)
    const form = drawForm(bank, asked, seed)
    const items = form.map(({ id }) => bank.find((item) => item.id === id)!)
    const questions = items.map((item): Question => {
      const [right, wrong] = [item.kind === 'numeric' ? { value: item.body.key.value, unit: item.body.key.unit } : item.body.key, wrongOf(item)]
      return { id: item.id, right, wrong, points: [worth(item, wrong), worth(item, right)] }
    })
    return { seed, form, questions, maximum: grade(items, new Map()).maximum }
  })
}

const worth = (item: Item, choice: Choice) => grade([item], new Map([[item.id, choice]])).score

function wrongOf({ kind, body }: Item): Choice {
  switch (kind) {
    case 'numeric': return { value: body.key.value + body.key.tolerance + 7, unit: body.key.unit }
    case 'matching': return body.key.map(([left], index): [string, string] => [left, body.key[(index + 1) % body.key.length]![1]])
    case 'ordering': return body.key.toReversed()
    default: return body.options.filter((option) => !body.key.includes(option.id)).slice(0, 1).map((option) => option.id)
  }
}

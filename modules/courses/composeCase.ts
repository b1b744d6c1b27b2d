import { type Answer, boxesOf, type Classification, classificationRows, classify, type Dose, type FluidPart, generateCase } from '#modules/protocols/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Locale, number, t } from '#modules/words/index.ts'
import { editionText, inEach, joined, reasonOf, say, type Texts, vignetteOf } from './caseText.ts'
import { type BankItem, type CaseFacts, type CaseItem, units } from './itemShapes.ts'

/** Why a case can't become a question. */
type Problem = { field: string; reason: 'field.content.unknown' | 'field.content.case-incomplete' | 'field.content.case-answer' }
export type Composed = { item: BankItem } | { problem: Problem }

/** What a question asks and what is right, as the protocols answer it. */
type Asked = { question: Texts; reasons: Texts; rules: string[] } & (
  | { kind: 'single' | 'multiple'; options: { id: string; text: Texts }[]; key: string[] }
  | { kind: 'numeric'; key: { value: number; tolerance: number; unit: (typeof units)[number] } }
)

const fail = (field: string, reason: Problem['reason']): { problem: Problem } => ({ problem: { field, reason } })

/**
 * Makes a question of a case: the child in words, what is asked, the options, the key and the reasons all come from the
 * protocols and from nobody's pen. The same findings and the same edition give the same question for ever; a finding that is
 * missing is a problem told with its name, never a guess.
 */
export function composeCase(item: CaseItem): Composed {
  const { kind: _, case: described, generate, ask, boxes, dose, form, distractors, credit, ...rest } = item
  const own = { ask, ...(boxes ? { boxes } : {}), ...(dose ? { dose } : {}), ...(form ? { form } : {}), ...(distractors ? { distractors } : {}) }
  try {
    const { edition, findings, story } = described ? { ...described, story: vignetteOf(described.child, described.findings, classify(described.findings, described)) } : drawn(generate!)
    const asked = askOf({ ...own, edition, findings })
    if ('problem' in asked) return asked
    const { question, reasons, rules, kind, key } = asked
    const words = {
      prompt: joined([story, question], '\n'),
      rationale: joined([reasons, editionText(edition)], ' '),
      case: { ...own, edition, findings, ...(generate ? { seed: generate.seed } : {}), rules },
    }
    if (kind === 'numeric') return { item: { ...rest, ...words, kind, key } }
    if (kind === 'single') return { item: { ...rest, ...words, kind, options: asked.options, key } }
    return { item: { ...rest, ...words, kind, ...(credit ? { credit } : {}), options: asked.options, key } }
  } catch (error) {
    // An edition, an age or a row that the protocols don't know is the author's slip; anything else is ours.
    if (error instanceof Refusal || error instanceof RangeError) return fail('case', 'field.content.unknown')
    throw error
  }
}

function drawn(wish: NonNullable<CaseItem['generate']>): Pick<CaseFacts, 'edition' | 'findings'> & { story: Texts } {
  const { findings, vignette } = generateCase(wish)
  return { edition: wish.edition, findings: Object.fromEntries(Object.entries(findings).flatMap(([id, value]) => (value === undefined ? [] : [[id, value]]))), story: vignette }
}

/** What is asked about a case and what is right, worked out anew from its facts: for freezing, and for the proof that a frozen key still holds. */
export function askOf(facts: Omit<CaseFacts, 'rules' | 'seed'>): Asked | { problem: Problem } {
  const answer = classify(facts.findings, { edition: facts.edition })
  switch (facts.ask) {
    case 'classifications':
      return askClassifications(answer, facts)
    case 'disposition':
      return askDisposition(answer)
    case 'dose':
      return askDose(answer, facts)
    case 'fluid':
      return askFluid(answer)
  }
}

const optionId = (name: string) => name.toLowerCase()
const reasonsOf = (answer: Answer, among: readonly Classification[]) => joined(among.map((one) => reasonOf(one, answer.ageGroup)), ' ')

function askClassifications(answer: Answer, { edition, boxes, distractors }: Pick<CaseFacts, 'edition' | 'boxes' | 'distractors'>): Asked | { problem: Problem } {
  const known = boxesOf(edition, answer.ageGroup)
  const unknown = boxes?.find((name) => !known.some(({ box }) => box === name))
  if (unknown) return fail(`boxes.${unknown}`, 'field.content.unknown')
  const within = (box: string) => !boxes || boxes.includes(box)
  const open = answer.incomplete.find(({ box }) => within(box))
  if (open) return fail(`case.${open.missing[0] ?? open.box}`, 'field.content.case-incomplete')
  const right = answer.classifications.filter(({ box }) => within(box))
  if (right.length === 0) return fail('boxes', 'field.content.case-answer')

  const asked = known.filter(({ box }) => (boxes ? boxes.includes(box) : right.some((one) => one.box === box)))
  const rows = known.flatMap(({ box }) => classificationRows(edition, box, answer.ageGroup).map((row) => ({ ...row, box })))
  const missing = distractors?.find((rule) => !rows.some((row) => row.rule === rule))
  if (missing) return fail(`distractors.${missing}`, 'field.content.unknown')
  const isRight = (rule: string) => right.some((one) => one.rule === rule)
  const beside = rows.filter((row) => !isRight(row.rule) && (distractors ? distractors.includes(row.rule) : asked.some(({ box }) => box === row.box)))
  if (beside.length === 0) return fail('distractors', 'field.content.case-answer')
  const options = rows.filter((row) => isRight(row.rule) || beside.includes(row)).map((row) => ({ id: optionId(row.rule), text: row.name }))
  const many = asked.length > 1 || right.length > 1
  return {
    kind: many ? 'multiple' : 'single', options, key: right.map((one) => optionId(one.rule)), rules: right.map((one) => one.rule), reasons: reasonsOf(answer, right),
    question: say(many ? 'vignette.ask.classifications' : 'vignette.ask.classification', (locale) => ({ boxes: asked.map(({ title }) => title[locale]).join(', ') })),
  }
}

const usual = ['refer-urgently', 'treat-at-clinic', 'home-care'] as const

function askDisposition(answer: Answer): Asked | { problem: Problem } {
  const { disposition, colour, certain } = answer.overall
  if (!certain) return fail(`case.${answer.missing[0] ?? 'findings'}`, 'field.content.case-incomplete')
  const deciding = answer.classifications.filter((one) => one.colour === colour)
  const options = [...usual.filter((one) => one !== disposition), disposition].map((id) => ({ id, text: say(`vignette.disposition.${id}`) }))
  return { kind: 'single', question: say('vignette.ask.disposition'), options, key: [disposition], rules: deciding.map((one) => one.rule), reasons: reasonsOf(answer, deciding) }
}

/** A number that may be a range: its middle, and as tolerance what it reaches to either side. */
const middle = (amount: number | [number, number]) => (Array.isArray(amount) ? { value: (amount[0] + amount[1]) / 2, tolerance: (amount[1] - amount[0]) / 2 } : { value: amount, tolerance: 0 })
const amountOf = (locale: Locale, amount: number | [number, number], unit: (typeof units)[number]) =>
  unit === 'tablets' && !Array.isArray(amount) ? t(locale, 'vignette.tablets', { n: amount }) : `${[amount].flat().map((one) => number(locale, one)).join('–')} ${t(locale, `unit.${unit}`)}`
const asUnit = (unit: string) => units.find((one) => one === unit || one === `${unit}s`)

function askDose(answer: Answer, { dose: name, form = 1 }: Pick<CaseFacts, 'dose' | 'form'>): Asked | { problem: Problem } {
  const ordering = answer.classifications.find((one) => one.doses.some(({ dose }) => dose === name))
  const found: Dose | undefined = ordering?.doses.find(({ dose }) => dose === name)
  const amount = found?.amounts[form - 1]
  const unit = amount && asUnit(amount.unit)
  if (!ordering || !found || !amount || !unit) return fail('dose', 'field.content.case-answer')
  return {
    kind: 'numeric', key: { ...middle(amount.amount), unit }, rules: [ordering.rule],
    question: say('vignette.ask.dose', (locale) => ({ drug: found.drug[locale], form: amount.form[locale], unit: t(locale, `unit.${unit}`) })),
    reasons: joined([
      reasonOf(ordering, answer.ageGroup),
      say('vignette.why.amount', (locale) => ({ what: `${found.drug[locale]} (${amount.form[locale]})`, amount: amountOf(locale, amount.amount, unit) })),
    ], ' '),
  }
}

/** The first amount of the plan that the classification of dehydration orders. */
function askFluid(answer: Answer): Asked | { problem: Problem } {
  const ordering = answer.classifications.find((one) => one.fluids)
  const part: FluidPart | undefined = ordering?.fluids?.parts[0]
  if (!ordering || !part) return answer.missing.length ? fail(`case.${answer.missing[0]}`, 'field.content.case-incomplete') : fail('ask', 'field.content.case-answer')
  const { title } = ordering.fluids!
  const { minutes } = part
  const time = minutes === undefined ? undefined : minutes >= 120 && minutes % 60 === 0 ? say('vignette.time.hours', () => ({ n: minutes / 60 })) : say('vignette.time.minutes', () => ({ n: minutes }))
  return {
    // Amounts by weight are rounded to whole ml: whoever leaves the half is right too.
    kind: 'numeric', key: { ...middle(part.ml), tolerance: Math.max(1, middle(part.ml).tolerance), unit: 'ml' }, rules: [ordering.rule],
    question: time ? say('vignette.ask.fluid', (locale) => ({ time: time[locale] })) : say('vignette.ask.fluid.stool'),
    reasons: joined([
      reasonOf(ordering, answer.ageGroup),
      inEach((locale) => `${title[locale]}.`),
      say('vignette.why.amount', (locale) => ({ what: part.name[locale], amount: amountOf(locale, part.ml, 'ml') })),
    ], ' '),
  }
}

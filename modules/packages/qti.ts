import type { Question, Test } from './questions.ts'
import { escapeXml } from './tree.ts'

// Questions in the Common Cartridge profile of QTI 1.2: single and multiple choice, fill in the blank, essay.

/** Mark of a question, a whole number from 0 to 99. */
const weight = 1

const field = (label: string, entry: string | number) => `<qtimetadatafield><fieldlabel>${label}</fieldlabel><fieldentry>${escapeXml(String(entry))}</fieldentry></qtimetadatafield>`
const material = (text: string) => `<material><mattext texttype="text/html">${escapeXml(paragraphs(text))}</mattext></material>`
const paragraphs = (text: string) => text.split('\n').map((line) => `<p>${escapeXml(line)}</p>`).join('')

type Piece = { ident: string; title: string; prompt: string; rationale: string } & (
  | { profile: 'cc.multiple_choice.v0p1'; choices: { label: string; text: string }[]; right: string }
  | { profile: 'cc.multiple_response.v0p1'; choices: { label: string; text: string }[]; right: string[] }
  | { profile: 'cc.fib.v0p1'; answers: string[] }
  | { profile: 'cc.essay.v0p1' }
)

/** Words that the profile needs and a question lacks, in the language of the package. */
export type Wording = { pair: (prompt: string, left: string) => string; order: (prompt: string, steps: string) => string; unit: (prompt: string, unit: string) => string }

/**
 * What the profile can hold of a question. Pairs become one single choice for each thing on the left; an order becomes a free
 * answer that a teacher marks, with the right order as its feedback; a number takes every value within its tolerance, by steps
 * of its last digit.
 */
export function piecesOf(question: Question, wording: Wording): Piece[] {
  const said = { ident: identOf(question.id), title: question.title, prompt: question.prompt, rationale: question.rationale }
  switch (question.kind) {
    case 'single':
      return [{ ...said, profile: 'cc.multiple_choice.v0p1', choices: question.choices, right: question.right }]
    case 'multiple':
      return [{ ...said, profile: 'cc.multiple_response.v0p1', choices: question.choices, right: question.right }]
    case 'numeric':
      return [{ ...said, profile: 'cc.fib.v0p1', prompt: wording.unit(question.prompt, question.unit), answers: valuesWithin(question.value, question.tolerance) }]
    case 'ordering': {
      const jumbled = question.choices.toSorted((one, other) => (one.label < other.label ? -1 : 1)).map((one) => `${one.label}) ${one.text}`).join('; ')
      return [{ ...said, profile: 'cc.essay.v0p1', prompt: wording.order(question.prompt, jumbled), rationale: `${question.choices.map((one) => one.label).join(', ')}. ${question.rationale}` }]
    }
    case 'matching':
      return question.left.map(({ text, right }, index) => ({
        ...said, ident: `${said.ident}_${index + 1}`, title: `${said.title} (${index + 1})`, prompt: wording.pair(question.prompt, text), profile: 'cc.multiple_choice.v0p1', choices: question.choices, right,
      }))
  }
}

/** Every value that counts as right, in steps of the last decimal, with a point and with a comma. At most 41 steps: beyond that the value alone. */
export function valuesWithin(value: number, tolerance: number): string[] {
  const decimals = Math.max(...[value, tolerance].map((one) => (String(one).split('.')[1] ?? '').length))
  const step = 10 ** -decimals
  const steps = Math.round(tolerance / step)
  const values = steps > 20 ? [value] : Array.from({ length: 2 * steps + 1 }, (_, index) => value + (index - steps) * step)
  return [...new Set(values.flatMap((one) => [one.toFixed(decimals), one.toFixed(decimals).replace('.', ',')]))]
}

export const identOf = (id: string) => `Q_${id.replace(/[^A-Za-z0-9]+/g, '_')}`

const namespace = 'xmlns="http://www.imsglobal.org/xsd/ims_qtiasiv1p2" xmlns:xsi="http://www.w3.org/2001/XMLSchema-instance"'
/** The schema that each version names. */
const schemas = {
  '1.1': 'http://www.imsglobal.org/xsd/ims_qtiasiv1p2 http://www.imsglobal.org/profile/cc/ccv1p1/ccv1p1_qtiasiv1p2p1_v1p0.xsd',
  '1.3': 'http://www.imsglobal.org/xsd/ims_qtiasiv1p2 http://www.imsglobal.org/profile/cc/ccv1p3/ccv1p3_qtiasiv1p2p1_v1p0.xsd',
}

/** A test as an assessment of a cartridge: one section with all its questions. */
export function assessmentXml(version: '1.1' | '1.3', test: Test, wording: Wording): string {
  const metadata = [
    field('cc_profile', 'cc.exam.v0p1'), field('qmd_assessmenttype', 'Examination'), field('qmd_scoretype', 'Percentage'),
    field('cc_maxattempts', test.attempts ?? 'unlimited'), field('qmd_timelimit', test.minutes),
  ]
  const items = test.questions.flatMap((question) => piecesOf(question, wording)).map(itemXml)
  return `<?xml version="1.0" encoding="UTF-8"?>
<questestinterop ${namespace} xsi:schemaLocation="${schemas[version]}">
<assessment ident="${identOf(test.id)}" title="${escapeXml(test.title)}">
<qtimetadata>${metadata.join('')}</qtimetadata>
<section ident="root_section">
${items.join('\n')}
</section>
</assessment>
</questestinterop>
`
}

function itemXml(piece: Piece): string {
  const { ident, title, profile } = piece
  return `<item ident="${ident}" title="${escapeXml(title)}"><itemmetadata><qtimetadata>${field('cc_profile', profile)}${field('cc_weighting', weight)}</qtimetadata></itemmetadata>`
    + `<presentation>${material(piece.prompt)}${response(piece)}</presentation>`
    + `<resprocessing><outcomes><decvar maxvalue="100" minvalue="0" varname="SCORE" vartype="Decimal"/></outcomes>`
    + `<respcondition continue="Yes"><conditionvar><other/></conditionvar><displayfeedback feedbacktype="Response" linkrefid="general_fb"/></respcondition>${conditions(piece)}</resprocessing>`
    + `<itemfeedback ident="general_fb"><flow_mat>${material(piece.rationale)}</flow_mat></itemfeedback></item>`
}

function response(piece: Piece): string {
  if (piece.profile === 'cc.fib.v0p1') return '<response_str ident="response1" rcardinality="Single"><render_fib prompt="Dashline"/></response_str>'
  if (piece.profile === 'cc.essay.v0p1') return '<response_str ident="response1" rcardinality="Single"><render_fib prompt="Box"/></response_str>'
  const cardinality = piece.profile === 'cc.multiple_choice.v0p1' ? 'Single' : 'Multiple'
  const labels = piece.choices.map((one) => `<response_label ident="${one.label}"><material><mattext texttype="text/plain">${escapeXml(one.text)}</mattext></material></response_label>`)
  return `<response_lid ident="response1" rcardinality="${cardinality}"><render_choice>${labels.join('')}</render_choice></response_lid>`
}

const right = '<setvar varname="SCORE" action="Set">100</setvar>'

function conditions(piece: Piece): string {
  switch (piece.profile) {
    case 'cc.essay.v0p1':
      return ''
    case 'cc.fib.v0p1':
      return `<respcondition continue="No"><conditionvar>${piece.answers.map((one) => `<varequal respident="response1" case="No">${one}</varequal>`).join('')}</conditionvar>${right}</respcondition>`
    case 'cc.multiple_choice.v0p1':
      return `<respcondition continue="No"><conditionvar><varequal respident="response1">${piece.right}</varequal></conditionvar>${right}</respcondition>`
    case 'cc.multiple_response.v0p1': {
      // An importer takes for right what stands by itself, and for wrong what stands directly inside <not>.
      const all = piece.choices.map((one) => {
        const equal = `<varequal respident="response1" case="Yes">${one.label}</varequal>`
        return piece.right.includes(one.label) ? equal : `<not>${equal}</not>`
      })
      return `<respcondition continue="No"><conditionvar><and>${all.join('')}</and></conditionvar>${right}</respcondition>`
    }
  }
}

import { boxesOf, classificationRows, protocolEditions, triageTable } from '#modules/protocols/index.ts'
import type { ContentProblem } from './checkCourse.ts'
import type { Bank, BankItem } from './itemShapes.ts'
import { banksOf, type BlueprintRow, type CourseSource, type OutlineAssessment } from './shapes.ts'

type Note = (file: string, field: string, reason: ContentProblem['reason']) => void

/** What the questions of a course say that can't be true: keys that name nothing, ids used twice, topics that nobody listed. */
export function checkBanks({ course, banks, lessons }: CourseSource, note: Note) {
  twice(banks.map((bank) => bank.bank), (id) => note(`questions/${id}.yaml`, 'bank', 'field.content.duplicate'))
  const everywhere = banks.flatMap((bank) => bank.items.map((item) => item.id))
  const listed = (list: readonly { id: string }[] | undefined, id: string) => !list || list.some((one) => one.id === id)
  for (const bank of banks) {
    const file = `questions/${bank.bank}.yaml`
    if (bank.course !== course.course) note(file, 'course', 'field.content.misnamed')
    for (const item of bank.items) {
      if (everywhere.filter((id) => id === item.id).length > 1) note(file, `${item.id}.id`, 'field.content.duplicate')
      if (!lessons.some((lesson) => lesson.id === item.lesson)) note(file, `${item.id}.lesson`, 'field.content.unknown')
      if (!course.guidelines.some((one) => one.id === item.source.guideline)) note(file, `${item.id}.source.guideline`, 'field.content.unknown')
      if (!hasRule(item.source)) note(file, `${item.id}.source.rule`, 'field.content.unknown')
      if (!listed(course.topics, item.topic)) note(file, `${item.id}.topic`, 'field.content.unknown')
      if (!listed(course.competencies, item.competency)) note(file, `${item.id}.competency`, 'field.content.unknown')
      checkKey(item, (field, reason) => note(file, `${item.id}.${field}`, reason))
    }
  }
}

/** Parts of a chart that are no row of a box and still teach something: conventions, counting, plans, advice. */
const besideRows = [
  'B0-AGE', 'B0-BOXES', 'B0-COLOUR', 'B0-STEPS', 'RESP-COUNT', 'RESP-WHEEZE', 'PLAN-A', 'PLAN-B', 'PLAN-C', 'RETURN-COUGH', 'RETURN-DIARRHOEA', 'RETURN-FEVER',
]
const rules = new Map<string, Set<string>>()

/** Whether a guideline has the rule that a question names. Of a guideline that is not in content/protocols nothing is known. */
function hasRule({ guideline, rule }: BankItem['source']): boolean {
  const edition = protocolEditions().find(({ id }) => id === guideline)
  if (!edition || besideRows.includes(rule)) return true
  let known = rules.get(guideline)
  if (!known) {
    const groups = edition.covers.filter((one) => one !== 'triage')
    const rows = groups.flatMap((group) => boxesOf(guideline, group).flatMap(({ box }) => classificationRows(guideline, box, group).map((row) => row.rule)))
    rules.set(guideline, (known = new Set([...rows, ...(edition.covers.includes('triage') ? triageRules(guideline) : [])])))
  }
  return known.has(rule)
}

/** Triage has no rows: its rules are its steps, its categories, and what it says of oxygen and shock. */
function triageRules(guideline: string): string[] {
  const { emergency, priority, categories } = triageTable(guideline)
  return [...emergency.map(({ step }) => step), ...priority.map(({ step }) => step), ...categories.map(({ category }) => category), 'oxygen', 'shock'].map((name) => `ETAT-${name.toUpperCase()}`)
}

function checkKey(item: BankItem, note: (field: string, reason: ContentProblem['reason']) => void) {
  if (item.kind === 'numeric') return
  const unique = (field: string, things: readonly { id: string }[]) => twice(things.map((one) => one.id), (id) => note(`${field}.${id}`, 'field.content.duplicate'))
  if (item.kind === 'ordering') return unique('steps', item.steps)
  unique('options', item.options)
  const options = item.options.map((option) => option.id)
  if (item.kind === 'matching') {
    unique('left', item.left)
    const left = item.left.map((one) => one.id)
    for (const id of left) if (!item.key[id]) note(`key.${id}`, 'field.content.missing-pair')
    for (const [id, option] of Object.entries(item.key)) if (!left.includes(id) || !options.includes(option)) note(`key.${id}`, 'field.content.unknown')
    return
  }
  twice(item.key, (id) => note(`key.${id}`, 'field.content.duplicate'))
  if (item.key.some((id) => !options.includes(id))) note('key', 'field.content.unknown')
  if (item.kind === 'multiple' && item.key.length === options.length) note('key', 'field.content.all-right')
}

/** True when a question belongs to a row of a blueprint. */
export const fitsRow = (item: { topic: string; competency?: string | undefined }, row: BlueprintRow) =>
  (!row.topic || item.topic === row.topic) && (!row.competency || item.competency === row.competency)

/** What the tests of a course ask of its banks: enough questions for the form, and for another one when it may be sat again. */
export function checkTests({ course, banks }: CourseSource, note: (field: string, reason: ContentProblem['reason']) => void) {
  twice(course.assessments.map((one) => one.id), (id) => note(`assessments.${id}`, 'field.content.duplicate'))
  const counting = new Set(course.assessments.filter((one) => one.kind !== 'quiz').flatMap(banksOf))
  for (const assessment of course.assessments) {
    const field = `assessments.${assessment.id}`
    const from = banksOf(assessment)
    if (from.some((name) => !banks.some((bank) => bank.bank === name))) {
      note(`${field}.bank`, 'field.content.unknown')
      continue
    }
    if (assessment.day && !course.days.some((day) => day.day === assessment.day)) note(`${field}.day`, 'field.content.unknown')
    // A quiz shows its right answers: it may not share a bank with a test that counts.
    if (assessment.kind === 'quiz' && from.some((name) => counting.has(name))) note(`${field}.bank`, 'field.content.shared-bank')
    const attempts = assessment.attempts ?? (assessment.kind === 'pre-test' ? 1 : assessment.kind === 'quiz' ? 2 : course.rules.attempts)
    checkFilling(assessment, banks.filter((bank) => from.includes(bank.bank)), attempts > 1 ? 2 : 1, (at, reason) => note(`${field}${at}`, reason))
  }
}

/** `forms` is how many forms without a common question the bank must give. */
function checkFilling(assessment: OutlineAssessment, banks: readonly Bank[], forms: number, note: (field: string, reason: ContentProblem['reason']) => void) {
  const items = banks.flatMap((bank) => bank.items)
  const rows = assessment.blueprint
  if (!rows) {
    if (items.length < assessment.items) note('.items', 'field.content.too-few')
    return
  }
  if (rows.reduce((sum, row) => sum + row.items, 0) !== assessment.items) note('.blueprint', 'field.content.sum')
  for (const [index, row] of rows.entries()) {
    const found = items.filter((item) => fitsRow(item, row)).length
    if (found < row.items) note(`.blueprint.${index}`, 'field.content.too-few')
    else if (found < forms * row.items) note(`.blueprint.${index}`, 'field.content.too-few-for-retake')
  }
  // Rows that share a question could take it from each other.
  if (items.some((item) => rows.filter((row) => fitsRow(item, row)).length > 1)) note('.blueprint', 'field.content.overlap')
}

const twice = (ids: string[], tell: (id: string) => void) => new Set(ids.filter((id, index) => ids.indexOf(id) !== index)).forEach(tell)

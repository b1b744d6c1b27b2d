import { expect, test } from 'vitest'
import { askOf, contentFolder, freezeItem, type Item, readCourse } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'
import { grade } from '#modules/assessment/index.ts'
import { composeCase } from '#modules/courses/composeCase.ts'
import type { CaseItem } from '#modules/courses/itemShapes.ts'

const texts = (kk: string, ru: string, en: string) => ({ kk, ru, en })
const well = { notAbleToDrink: 'no', vomitsEverything: 'no', convulsions: 'no', lethargicOrUnconscious: 'no', convulsingNow: 'no' }
const cough = { ageMonths: 9, ...well, coughOrDifficultBreathing: 'yes', coughDays: 3, breathsPerMinute: 52, chestIndrawing: 'no', stridor: 'no', wheeze: 'no' }
const rest = { fever: 'no', temperatureC: 36.7, earProblem: 'no', oedemaBothFeet: 'no', weightForHeightZ: 0, muacMm: 140, palmarPallor: 'none' }
const dry = { ageMonths: 20, weightKg: 10.5, ...well, ...rest, coughOrDifficultBreathing: 'no', diarrhoea: 'yes', diarrhoeaDays: 2, bloodInStool: 'no', restlessIrritable: 'no', sunkenEyes: 'yes', drinking: 'normally', skinPinch: 'very-slow' }

const described = (findings: Record<string, string | number>, values: Partial<CaseItem> = {}): CaseItem => ({
  id: 'q', kind: 'case', topic: 't', lesson: 'l', competency: 'c', difficulty: 'medium', source: { guideline: 'who-imci-2014', rule: 'RESP-2' }, ask: 'classifications', boxes: ['cough'],
  case: { edition: 'who-imci-2014', child: texts('Аружан', 'Аружан', 'Aruzhan'), findings }, ...values,
})
const made = (item: CaseItem) => {
  const composed = composeCase(item)
  if ('problem' in composed) throw new Error(JSON.stringify(composed.problem))
  return composed.item
}

test('the key of a classification is what the protocol says, and the options are the rows of its box', () => {
  expect(made(described(cough))).toMatchObject({ kind: 'single', key: ['resp-2'], options: [{ id: 'resp-1' }, { id: 'resp-2', text: { en: 'PNEUMONIA' } }, { id: 'resp-3' }], case: { rules: ['RESP-2'], edition: 'who-imci-2014' } })
})

test.each([[49, 'resp-3'], [50, 'resp-2']])('at 9 months %i breaths are %s: the key follows the finding', (breathsPerMinute, key) => {
  expect(made(described({ ...cough, breathsPerMinute }))).toMatchObject({ key: [key] })
})

test('several boxes make a question with several right answers', () => {
  const item = made(described({ ...cough, convulsions: 'yes' }, { boxes: ['danger-signs', 'cough'], credit: 'part' }))
  expect(item).toMatchObject({ kind: 'multiple', credit: 'part', key: ['gds-1', 'resp-1'] })
})

test('an author may choose the wrong options by their rules', () => {
  const item = made(described(cough, { distractors: ['RESP-1', 'GDS-1'] }))
  expect(item.kind === 'single' && item.options.map((option) => option.id)).toEqual(['gds-1', 'resp-1', 'resp-2'])
})

test.each([
  ['plan C, first part: 30 ml/kg in 30 minutes from 12 months', dry, { value: 315, tolerance: 1, unit: 'ml' }],
  ['plan C under 12 months: the same ml/kg', { ...dry, ageMonths: 11, weightKg: 9 }, { value: 270, tolerance: 1, unit: 'ml' }],
  ['plan B: 75 ml/kg over 4 hours', { ...dry, skinPinch: 'slow' }, { value: 788, tolerance: 1, unit: 'ml' }],
  ['plan A: a range after each loose stool', { ...dry, skinPinch: 'at-once', sunkenEyes: 'no' }, { value: 75, tolerance: 25, unit: 'ml' }],
])('fluid by %s', (_, findings, key) => {
  expect(made(described(findings, { ask: 'fluid' }))).toMatchObject({ kind: 'numeric', key })
})

test('a dose is asked in one of the forms that the edition has, by weight', () => {
  const heavy = { ...cough, ageMonths: 26, weightKg: 11, breathsPerMinute: 44 }
  expect(made(described(heavy, { ask: 'dose', dose: 'amoxicillin', form: 1 }))).toMatchObject({ kind: 'numeric', key: { value: 2, tolerance: 0, unit: 'tablets' } })
  expect(made(described(heavy, { ask: 'dose', dose: 'amoxicillin', form: 2 }))).toMatchObject({ key: { value: 10, tolerance: 0, unit: 'ml' } })
})

test.each([
  ['a danger sign', { ...dry, convulsions: 'yes' }, 'refer-urgently'], ['severe dehydration alone', dry, 'treat-here'], ['nothing but loose stools', { ...dry, skinPinch: 'at-once', sunkenEyes: 'no' }, 'home-care'],
])('what to do with a child with %s', (_, findings, key) => {
  const item = made(described(findings, { ask: 'disposition' }))
  expect(item).toMatchObject({ kind: 'single', key: [key] })
  expect(item.kind === 'single' && item.options.map((option) => option.id)).toContain(key)
})

test.each<[string, CaseItem, { field: string; reason: string }]>([
  ['breaths that nobody counted', described({ ...cough, breathsPerMinute: 'unknown' }), { field: 'case.breathsPerMinute', reason: 'field.content.case-incomplete' }],
  ['a disposition that another box could still worsen', described(cough, { ask: 'disposition' }), { field: 'case.diarrhoea', reason: 'field.content.case-incomplete' }],
  ['fluid for a child without diarrhoea', described({ ...cough, ...rest, diarrhoea: 'no' }, { ask: 'fluid' }), { field: 'ask', reason: 'field.content.case-answer' }],
  ['a dose that nobody ordered', described(cough, { ask: 'dose', dose: 'iron' }), { field: 'dose', reason: 'field.content.case-answer' }],
  ['a box that does not apply', described({ ...cough, ...rest }, { boxes: ['measles'] }), { field: 'boxes', reason: 'field.content.case-answer' }],
  ['a box that is not there', described(cough, { boxes: ['teeth'] }), { field: 'boxes.teeth', reason: 'field.content.unknown' }],
  ['a distractor that is no rule', described(cough, { distractors: ['RESP-9'] }), { field: 'distractors.RESP-9', reason: 'field.content.unknown' }],
  ['an edition that is not there', described(cough, { case: { edition: 'who-1995', child: texts('А', 'А', 'A'), findings: cough } }), { field: 'case', reason: 'field.content.unknown' }],
  ['a child of six years', described({ ...cough, ageMonths: 72 }), { field: 'case', reason: 'field.content.unknown' }],
])('told, not guessed: %s', (_, item, problem) => {
  expect(composeCase(item)).toEqual({ problem })
})

test('a child drawn from a seed is the same child every time, with a story in three languages', () => {
  const wish: CaseItem = { ...described({}), case: undefined, ask: 'disposition', boxes: undefined, generate: { edition: 'who-imci-2014', seed: 'proof', ageGroup: 'child', severity: 'pink' } }
  const [one, other] = [made(wish), made(wish)]
  expect(one).toEqual(other)
  expect(new Set(locales.map((locale) => one.prompt[locale])).size).toBe(3)
  expect(one.case).toMatchObject({ seed: 'proof', findings: { ageMonths: expect.any(Number) } })
})

const frozen = readCourse(contentFolder(), 'imci').banks.flatMap((bank) => bank.items.filter((item) => item.case).map((item): [string, Item, typeof item] => [item.id, freezeItem('0b1e7c1e-0000-4000-8000-000000000000', bank.bank, item), item]))

test('the course has cases of every way to ask, described and drawn', () => {
  expect(frozen.length).toBeGreaterThanOrEqual(6)
  expect([...new Set(frozen.map(([, item]) => item.body.case!.ask))].sort()).toEqual(['classifications', 'disposition', 'dose', 'fluid'])
  expect(frozen.some(([, item]) => item.body.case!.seed)).toBe(true)
})

test.each(frozen)('%s: the frozen key is what the protocols work out from the frozen facts', (_, item, written) => {
  const again = askOf(item.body.case!)
  if ('problem' in again) throw new Error(JSON.stringify(again.problem))
  expect(again.rules).toEqual(item.body.case!.rules)
  if (item.kind === 'numeric') return expect('key' in again && again.key).toEqual(item.body.key)
  if (again.kind === 'numeric' || (item.kind !== 'single' && item.kind !== 'multiple')) throw new Error('another kind')
  // Opaque ids say nothing: what the key means is in the options' texts.
  const meant = item.body.key.map((key) => item.body.options.find((option) => option.id === key)!.text.kk).sort()
  expect(again.key.map((key) => again.options.find((option) => option.id === key)!.text.kk).sort()).toEqual(meant)
  expect(grade([item], new Map([[item.id, item.body.key]]))).toMatchObject({ right: { [item.id]: true } })
  expect('key' in written && written.key).toEqual(again.key)
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { type Findings, findingsOf, triage } from '#modules/protocols/index.ts'

const fields = findingsOf('who-etat-2016', 'triage', { fourthDehydrationSign: 'on' }).flatMap((one) => one.findings)
/** A child looked at in every way and found well, with what is told. */
const seen = (told: Findings): Findings => ({ ageMonths: 40, ...Object.fromEntries(fields.filter((one) => one.kind === 'yes-no').map((one) => [one.id, 'no'])), avpu: 'alert', capillaryRefillSeconds: 1, ...told })

test.each<[string, Findings, string, string, number, string[]]>([
  ['8 months, gasping', { ageMonths: 8, notBreathingOrGasping: 'yes' }, 'emergency', 'red', 1, ['A']],
  ['1 year, cold hands, refill 4 s, pulse weak and fast', { ageMonths: 12, coldHands: 'yes', capillaryRefillSeconds: 4, weakFastPulse: 'yes' }, 'emergency', 'red', 1, ['C']],
  ['3 years, fits on arrival', { ageMonths: 36, convulsingNow: 'yes' }, 'emergency', 'red', 1, ['C']],
  ['2 years, no diarrhoea, sunken eyes, very slow pinch, wasted', { ageMonths: 24, sunkenEyes: 'yes', skinPinchVerySlow: 'yes', severeMalnutrition: 'yes' }, 'priority', 'yellow', 2, ['M']],
  ['4 years, swallowed tablets 1 hour ago, alert', { ageMonths: 48, poisoning: 'yes' }, 'priority', 'yellow', 2, ['P']],
  ['6 years, runny nose', { ageMonths: 72 }, 'queue', 'green', 3, []],
  ['1 month', { ageMonths: 1 }, 'priority', 'yellow', 2, ['T']],
  ['2 months', { ageMonths: 2 }, 'queue', 'green', 3, []],
])('%s', (_, told, category, colour, corridor, letters) => {
  const answer = triage(seen(told))
  expect(answer).toMatchObject({ category, colour, corridor: { number: corridor }, complete: true })
  expect((category === 'emergency' ? answer.emergency : answer.priority).map((one) => one.letter)).toEqual(letters)
})

test('emergency signs are told in the order A, B, C, C, D, each with its first actions', () => {
  const answer = triage(seen({ diarrhoea: 'yes', sunkenEyes: 'yes', lethargic: 'yes', convulsingNow: 'yes', coldHands: 'yes', capillaryRefillSeconds: 5, weakFastPulse: 'yes', centralCyanosis: 'yes', obstructedBreathing: 'yes' }))
  expect(answer.emergency.map((one) => one.step)).toEqual(['airway', 'breathing', 'circulation', 'coma-convulsion', 'dehydration'])
  expect(answer.actions.map((one) => one.action)).toEqual(['call-help', 'choking', 'open-airway', 'airway', 'oxygen', 'stop-bleeding', 'oxygen', 'keep-warm', 'vein', 'shock-fluid', 'airway', 'oxygen', 'recovery-position', 'glucose', 'diazepam', 'plan-c'])
})

describe('shock needs all three signs', () => {
  const shock = { coldHands: 'yes', capillaryRefillSeconds: 3.5, weakFastPulse: 'yes', weightKg: 10 }
  test.each([['capillary refill of 3 s', { capillaryRefillSeconds: 3 }], ['warm hands', { coldHands: 'no' }], ['a strong pulse', { weakFastPulse: 'no' }]])('%s: no rapid infusion', (_, told) => {
    expect(triage(seen({ ...shock, ...told }))).toMatchObject({ category: 'queue', shock: { fluid: 'none', ml: null } })
  })

  test.each<[string, Findings, object]>([
    ['usual', {}, { fluid: 'usual', ml: [100, 200], minutes: [30, 60], againMl: 100 }],
    ['severe malnutrition', { severeMalnutrition: 'yes' }, { fluid: 'severe-malnutrition', ml: [100, 150], minutes: 60, againMl: null }],
    ['severe anaemia', { severePallor: 'yes' }, { fluid: 'severe-anaemia', ml: null }],
    ['not weighed', { weightKg: undefined }, { fluid: 'usual', ml: null, againMl: null }],
  ])('%s', (_, told, expected) => {
    expect(triage(seen({ ...shock, ...told })).shock).toMatchObject(expected)
  })
})

describe('oxygen', () => {
  test.each<[string, Findings, string, number]>([
    ['respiratory distress alone at 91 %', { severeRespiratoryDistress: 'yes', oxygenSaturation: 91 }, 'no', 90],
    ['respiratory distress alone at 89 %', { severeRespiratoryDistress: 'yes', oxygenSaturation: 89 }, 'yes', 90],
    ['another emergency sign at 93 %', { severeRespiratoryDistress: 'yes', convulsingNow: 'yes', oxygenSaturation: 93 }, 'yes', 94],
    ['another emergency sign at 94 %', { convulsingNow: 'yes', oxygenSaturation: 94 }, 'no', 94],
    ['no emergency sign at 90 %', { oxygenSaturation: 90 }, 'no', 90],
    ['no emergency sign at 89 %', { oxygenSaturation: 89 }, 'yes', 90],
    ['an emergency without a measurement', { convulsingNow: 'yes' }, 'yes', 94],
    ['no sign and no measurement', {}, 'unknown', 90],
  ])('%s', (_, told, give, below) => {
    expect(triage(seen(told)).oxygen).toMatchObject({ give, below })
  })
})

test('dehydration with severe malnutrition is treated with ReSoMal, and the fourth sign counts only when it is switched on', () => {
  expect(triage(seen({ diarrhoea: 'yes', sunkenEyes: 'yes', skinPinchVerySlow: 'yes', severeMalnutrition: 'yes' })).actions.map((one) => one.action)).toEqual(['resomal'])
  const two = seen({ diarrhoea: 'yes', sunkenEyes: 'yes', drinksPoorlyOrUnable: 'yes' })
  expect([triage(two).category, triage(two, { switches: { fourthDehydrationSign: 'on' } }).category]).toEqual(['queue', 'emergency'])
})

const anyChild = fc.record(Object.fromEntries(fields.filter((one) => one.id !== 'weightKg').map((one) => [one.id, one.kind === 'yes-no' ? fc.constantFrom('no', 'no', 'no', 'no', 'yes') : one.kind === 'choice' ? fc.constantFrom(...one.options!.map((option) => option.id)) : one.id === 'ageMonths' ? fc.constantFrom(1, 2, 40) : fc.constantFrom(1, 3, 4)]))) as fc.Arbitrary<Record<string, string | number>>
const urgency = { emergency: 2, priority: 1, queue: 0 }

test('one more sign never lowers the category, and an unknown one never counts as absent', () => {
  fc.assert(fc.property(anyChild, fc.subarray(fields.map((one) => one.id)), (whole, gone) => {
    const category = triage(whole).category
    for (const { id } of fields.filter((one) => one.kind === 'yes-no')) expect(urgency[triage({ ...whole, [id]: 'yes' }).category]).toBeGreaterThanOrEqual(urgency[category])
    const part = triage(Object.fromEntries(Object.entries(whole).filter(([id]) => !gone.includes(id))))
    expect(urgency[part.category]).toBeLessThanOrEqual(urgency[category])
    if (part.complete) expect(part.category).toBe(category)
  }), { numRuns: 400 })
})

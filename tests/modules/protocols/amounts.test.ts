import { describe, expect, test } from 'vitest'
import { doseOf, dosesOf, doseTable, fluidPlan, fluidTable } from '#modules/protocols/index.ts'

const imci = 'who-imci-2014'
const amounts = (edition: string, dose: string, child: Parameters<typeof doseOf>[2]) => {
  const found = doseOf(edition, dose, child)
  return [found.by, ...found.amounts.map(({ amount, unit }) => `${String(amount)} ${unit}`)]
}

test.each<[string, Parameters<typeof doseOf>[2], string[]]>([
  ['amoxicillin', { weightKg: 3.9, ageMonths: 3 }, ['outside-table']],
  ['amoxicillin', { weightKg: 4, ageMonths: 3 }, ['weight', '1 tablet', '5 ml']],
  ['amoxicillin', { weightKg: 9.9, ageMonths: 20 }, ['weight', '1 tablet', '5 ml']],
  ['amoxicillin', { weightKg: 10, ageMonths: 11 }, ['weight', '2 tablet', '10 ml']],
  ['amoxicillin', { weightKg: 14, ageMonths: 30 }, ['weight', '3 tablet', '15 ml']],
  ['amoxicillin', { weightKg: 20, ageMonths: 59 }, ['outside-table']],
  ['amoxicillin', { ageMonths: 11 }, ['age', '1 tablet', '5 ml']],
  ['amoxicillin', { ageMonths: 12 }, ['age', '2 tablet', '10 ml']],
  ['amoxicillin', { ageMonths: 36 }, ['age', '3 tablet', '15 ml']],
  ['ciprofloxacin', { ageMonths: 5 }, ['age', '0.5 tablet']],
  ['ciprofloxacin', { ageMonths: 6 }, ['age', '1 tablet']],
  ['paracetamol', { weightKg: 13.9, ageMonths: 30 }, ['weight', '100 mg']],
  ['paracetamol', { ageMonths: 30 }, ['weight-needed']],
  ['iron', { weightKg: 5.9, ageMonths: 3 }, ['weight', '1 ml']],
  ['iron', { weightKg: 6, ageMonths: 3 }, ['weight', '1.25 ml']],
  ['iron', { weightKg: 10, ageMonths: 30 }, ['weight', '2 ml', '0.5 tablet']],
  ['ampicillin-im', { weightKg: 8, ageMonths: 10 }, ['weight', '400 mg']],
  ['gentamicin-im', { weightKg: 8, ageMonths: 10 }, ['weight', '60 mg']],
  ['gentamicin-im', { ageMonths: 10 }, ['weight-needed']],
  ['gentamicin-im-young-infant', { weightKg: 3, ageDays: 6 }, ['weight', '15 mg']],
  ['gentamicin-im-young-infant', { weightKg: 3, ageDays: 7 }, ['weight', '22.5 mg']],
  ['diazepam-rectal', { weightKg: 4.9, ageMonths: 4 }, ['outside-table']],
  ['diazepam-rectal', { weightKg: 5, ageMonths: 4 }, ['weight', '0.5 ml']],
  ['diazepam-rectal', { weightKg: 7, ageMonths: 8 }, ['weight', '1 ml']],
  ['vitamin-a', { ageMonths: 5 }, ['age', '50000 iu']],
  ['vitamin-a', { ageMonths: 6 }, ['age', '100000 iu']],
  ['vitamin-a', { ageMonths: 12 }, ['age', '200000 iu']],
  ['zinc', { ageMonths: 5 }, ['age', '10 mg']],
  ['zinc', { ageMonths: 6 }, ['age', '20 mg']],
  ['zinc', { ageMonths: 1 }, ['outside-table']],
  ['amoxicillin-young-infant', { weightKg: 3.9, ageDays: 20 }, ['weight', '125 mg']],
  ['amoxicillin-young-infant', { weightKg: 4, ageDays: 20 }, ['weight', '250 mg']],
])('%s for %o', (dose, child, expected) => {
  expect(amounts(imci, dose, child)).toEqual(expected)
})

test.each([[1.5, 0.8, 0.2], [2.5, 1.2, 0.4], [4, 1.5, 0.6]])('the 2019 booklet gives injections by weight band: %f kg', (weightKg, ampicillin, gentamicin) => {
  const later = 'who-young-infant-2019'
  expect([amounts(later, 'ampicillin-young-infant-2019', { weightKg, ageDays: 9 }), amounts(later, 'gentamicin-young-infant-2019', { weightKg, ageDays: 9 })]).toEqual([['weight', `${ampicillin} ml`], ['weight', `${gentamicin} ml`]])
})

test('every dose of every age group can be drawn as a table', () => {
  for (const dose of [...dosesOf(imci, 'child'), ...dosesOf('who-young-infant-2019', 'young-infant')]) expect(doseTable('who-young-infant-2019', dose).lines.length).toBeGreaterThan(0)
  expect(doseTable(imci, 'amoxicillin').lines.map(({ weight, amounts: given }) => [weight!.from, given[0]!.amount])).toEqual([[4, 1], [10, 2], [14, 3]])
})

describe('fluid plans', () => {
  const parts = (plan: 'A' | 'B' | 'C', child: { weightKg?: number; ageMonths: number }) => fluidPlan(imci, plan, child).parts.map(({ part, ml, minutes }) => [part, ml, ...(minutes === undefined ? [] : [minutes])])

  test.each([[23, [50, 100]], [24, [100, 200]]])('A: after each loose stool at %i months', (ageMonths, ml) => {
    expect(parts('A', { ageMonths })).toEqual([['after-each-loose-stool', ml]])
    expect(fluidPlan(imci, 'A', { ageMonths })).toMatchObject({ packets: 2, zinc: { dose: 'zinc' } })
  })

  test('A: a young infant gets no zinc', () => {
    expect(fluidPlan('who-young-infant-2019', 'A', { ageMonths: 1 }).zinc).toBeNull()
  })

  test('B: 75 ml for each kilogram in 4 hours; clean water as well under 6 months if not breastfed', () => {
    expect(parts('B', { weightKg: 8, ageMonths: 10 })).toEqual([['ors', 600, 240]])
    expect(parts('B', { weightKg: 6, ageMonths: 5 })).toEqual([['ors', 450, 240], ['water', [100, 200], 240]])
  })

  test.each([[3, [200, 450]], [4, [450, 800]], [12, [800, 960]], [24, [960, 1600]]])('B: by age only when the weight is unknown: %i months', (ageMonths, ml) => {
    const plan = fluidPlan(imci, 'B', { ageMonths })
    expect([plan.by, plan.parts[0]!.ml, plan.parts[0]!.confidence]).toEqual(['age', ml, 'recalled'])
  })

  test.each([[10, 8, [240, 60], [560, 300], 360], [11, 9, [270, 60], [630, 300], 360], [12, 9, [270, 30], [630, 150], 180]])('C at %i months and %i kg', (ageMonths, weightKg, first, then, reassess) => {
    const plan = fluidPlan(imci, 'C', { weightKg, ageMonths })
    expect(plan.parts.slice(0, 2).map(({ ml, minutes }) => [ml, minutes])).toEqual([first, then])
    expect(plan.parts.slice(2).map(({ part, ml, perHour }) => [part, ml, perHour])).toEqual([['ors-per-hour', 5 * weightKg, true], ['tube-per-hour', 20 * weightKg, true]])
    expect(plan.reassessMinutes).toBe(reassess)
  })

  test('C without a weight computes nothing', () => {
    expect(fluidPlan(imci, 'C', { ageMonths: 10 })).toMatchObject({ by: 'weight-needed', parts: [] })
  })

  test('the printed tables are there for lessons', () => {
    expect(fluidTable(imci, 'B').mlPerKg).toBe(75)
    expect(fluidTable('who-young-infant-2019', 'C').steps.map(({ first }) => first.minutes)).toEqual([60, 30])
  })
})

import { describe, expect, test } from 'vitest'
import { type AgeGroup, classify, findingsShape, generateCase, zScore } from '#modules/protocols/index.ts'

const charts: [AgeGroup, string][] = [['child', 'who-imci-2014'], ['young-infant', 'who-imci-2014'], ['young-infant', 'who-young-infant-2019']]
const wishes = charts.flatMap(([ageGroup, edition]) => (['pink', 'yellow', 'green'] as const).map((severity) => ({ ageGroup, edition, severity })))
const seeds = Array.from({ length: 60 }, (_, seed) => seed)

describe.each(wishes)('$severity $ageGroup by $edition', (wish) => {
  const made = seeds.map((seed) => generateCase({ seed, ...wish }))

  test('the colour is what classify says, every box is decided, and the findings fit the schema', () => {
    for (const { findings } of made) {
      expect(classify(findings, { edition: wish.edition })).toMatchObject({ complete: true, overall: { colour: wish.severity } })
      expect(findingsShape(wish.edition).safeParse(findings).success).toBe(true)
    }
  })

  test('the findings fit together: weight for the age, no thirst in a young infant, nothing asked that was not entered', () => {
    for (const { findings } of made) {
      const days = wish.ageGroup === 'child' ? ((findings['ageMonths'] as number) + 0.5) * 30.4375 : (findings['ageDays'] as number)
      expect(Math.abs(zScore({ indicator: 'weight-for-age', sex: findings['sex'] as 'F', weightKg: findings['weightKg'] as number, ageDays: Math.round(days) })!)).toBeLessThan(1.7)
      if (wish.ageGroup === 'young-infant') expect(findings).not.toHaveProperty('drinking')
      if (findings['diarrhoea'] === 'no') expect(findings).not.toHaveProperty('skinPinch')
      if (findings['muacMm'] !== undefined) expect(findings['ageMonths']).toBeGreaterThanOrEqual(6)
    }
  })

  test('the story is told in three languages, names the same numbers in each, and leaves no hole', () => {
    for (const { vignette } of made) {
      const numbers = (text: string) => (text.replace(/(?<=\d),(?=\d)/g, '.').match(/\d+(\.\d+)?/g) ?? []).map(Number).sort((a, b) => a - b)
      expect([numbers(vignette.ru), numbers(vignette.kk)]).toEqual([numbers(vignette.en), numbers(vignette.en)])
      for (const text of Object.values(vignette)) expect(text).not.toMatch(/[{}]|undefined|NaN/)
    }
  })
})

test('the same seed gives the same child, another seed another', () => {
  const wish = { ageGroup: 'child', edition: 'who-imci-2014', severity: 'yellow' } as const
  expect(generateCase({ seed: 'a', ...wish })).toEqual(generateCase({ seed: 'a', ...wish }))
  expect(new Set(seeds.map((seed) => JSON.stringify(generateCase({ seed, ...wish }).findings))).size).toBeGreaterThan(50)
})

test('cases are varied: most rules of the chart come up in three hundred children', () => {
  const rules = new Set(wishes.filter(({ ageGroup }) => ageGroup === 'child').flatMap((wish) => Array.from({ length: 100 }, (_, seed) => generateCase({ seed: `v${seed}`, ...wish }).answer.classifications.map((one) => one.rule)).flat()))
  expect(rules.size).toBeGreaterThan(20)
})

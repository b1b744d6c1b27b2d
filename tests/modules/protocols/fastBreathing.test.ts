import { expect, test } from 'vitest'
import { classify, fastBreathingLimits } from '#modules/protocols/index.ts'

test('the limits of an edition are those of its charts, youngest first, and leave no age out', () => {
  // WHO IMCI chart booklet 2014: 60 (twice) up to 2 months, 50 up to 12 months, 40 up to 5 years.
  expect(fastBreathingLimits('who-imci-2014')).toEqual([
    { ageMonths: { from: 0, below: 2 }, limit: 60, second: true },
    { ageMonths: { from: 2, below: 12 }, limit: 50, second: false },
    { ageMonths: { from: 12, below: 60 }, limit: 40, second: false },
  ])
  expect(fastBreathingLimits('who-young-infant-2019')).toContainEqual({ ageMonths: { from: 0, below: 2 }, limit: 60, second: true })
})

test('they are the limits by which a child with a cough is classified, on both sides and at every border of age', () => {
  const calm = { coughOrDifficultBreathing: 'yes', chestIndrawing: 'no', stridor: 'no', wheeze: 'no', notAbleToDrink: 'no', vomitsEverything: 'no', convulsions: 'no', lethargicOrUnconscious: 'no', convulsingNow: 'no', oxygenSaturation: 97 }
  for (const { ageMonths, limit } of fastBreathingLimits('who-imci-2014').filter((one) => one.ageMonths.from >= 2)) {
    for (const age of [ageMonths.from, ageMonths.below - 1]) {
      const rules = [limit - 1, limit].map((breathsPerMinute) => {
        const { classifications } = classify({ ...calm, ageMonths: age, breathsPerMinute }, { edition: 'who-imci-2014' })
        return classifications.find((one) => one.box === 'cough')?.rule
      })
      expect([age, rules]).toEqual([age, ['RESP-3', 'RESP-2']])
    }
  }
})

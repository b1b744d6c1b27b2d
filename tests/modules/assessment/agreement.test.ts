import { expect, test } from 'vitest'
import { agreement } from '#modules/assessment/agreement.ts'

const pairs = (both: number, first: number, second: number, none: number): [boolean, boolean][] => [
  ...Array.from({ length: both }, (): [boolean, boolean] => [true, true]), ...Array.from({ length: first }, (): [boolean, boolean] => [true, false]),
  ...Array.from({ length: second }, (): [boolean, boolean] => [false, true]), ...Array.from({ length: none }, (): [boolean, boolean] => [false, false]),
]

test.for([
  // The textbook's fifty applications: 20 yes and 15 no by both.
  { name: 'fifty applications', of: pairs(20, 5, 10, 15), observed: '0.700', expected: '0.500', kappa: '0.400', adjusted: '0.400' },
  // Equal agreement of 60 of 100, yet another kappa where the two lean to different sides.
  { name: 'leaning alike', of: pairs(45, 15, 25, 15), observed: '0.600', expected: '0.540', kappa: '0.130', adjusted: '0.200' },
  { name: 'leaning apart', of: pairs(25, 35, 5, 35), observed: '0.600', expected: '0.460', kappa: '0.259', adjusted: '0.200' },
  // Nearly everybody passes: much agreement, low kappa, and the adjusted figure says why.
  { name: 'nearly all yes', of: pairs(90, 5, 5, 0), observed: '0.900', expected: '0.905', kappa: '-0.053', adjusted: '0.800' },
  { name: 'opposites', of: pairs(0, 10, 10, 0), observed: '0.000', expected: '0.500', kappa: '-1.000', adjusted: '-1.000' },
])('$name', ({ of, ...figures }) => {
  const found = agreement(of)
  for (const name of ['observed', 'expected', 'kappa', 'adjusted'] as const) expect(found[name]!.toFixed(3)).toBe(figures[name])
})

test('Cohen’s interval: 0.4 of fifty, give or take 1.96 · 0.1296', () => {
  const { interval } = agreement(pairs(20, 5, 10, 15))
  expect([interval!.from.toFixed(4), interval!.to.toFixed(4)]).toEqual(['0.1460', '0.6540'])
})

test('kappa is undefined, not nought, where both said yes throughout; the share stands', () => {
  expect(agreement(pairs(12, 0, 0, 0))).toEqual({ n: 12, observed: 1, expected: 1, kappa: null, interval: null, adjusted: 1 })
  expect(agreement([])).toEqual({ n: 0, observed: null, expected: null, kappa: null, interval: null, adjusted: null })
})

test('full agreement is a kappa of one without an interval of no width', () => {
  expect(agreement(pairs(5, 0, 0, 5))).toMatchObject({ kappa: 1, interval: null })
})

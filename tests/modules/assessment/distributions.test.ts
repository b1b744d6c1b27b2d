import { describe, expect, test } from 'vitest'
import { incompleteBeta, logGamma, quantileOfF, quantileOfT, twoSided } from '#modules/assessment/distributions.ts'

// Printed tables: NIST/SEMATECH e-Handbook 1.3.6.7 for F and t; the columns for 97.5 % from R's qf to as many digits.
test.for([
  [0.95, 1, 1, '161.448'], [0.95, 5, 10, '3.326'], [0.95, 10, 20, '2.348'], [0.99, 5, 10, '5.636'], [0.9, 3, 7, '3.074'],
  [0.975, 1, 1, '647.789'], [0.975, 2, 2, '39.000'], [0.975, 10, 10, '3.717'], [0.975, 4, 20, '3.515'], [0.975, 9, 30, '2.575'], [0.975, 24, 120, '1.760'],
] as const)('F at %f with %d and %d degrees of freedom is %s', ([p, above, below, value]) => {
  expect(quantileOfF(p, above, below).toFixed(3)).toBe(value)
})

test('the lower end of F is one over the upper end with the degrees changed over', () => {
  for (const [above, below] of [[9, 81], [499, 7000], [1, 3]] as const) expect(quantileOfF(0.025, above, below) * quantileOfF(0.975, below, above)).toBeCloseTo(1, 10)
})

test.for([[1, '12.706'], [2, '4.303'], [9, '2.262'], [24, '2.064'], [30, '2.042'], [120, '1.980']] as const)('t at 97.5 % with %d degrees of freedom is %s', ([freedom, value]) => {
  expect(quantileOfT(0.975, freedom).toFixed(3)).toBe(value)
  expect(quantileOfT(0.025, freedom).toFixed(3)).toBe(`-${value}`)
})

describe('what they are made of', () => {
  test('gamma at whole and half numbers', () => {
    expect(logGamma(5)).toBeCloseTo(Math.log(24), 12)
    expect(logGamma(0.5)).toBeCloseTo(Math.log(Math.PI) / 2, 12)
    expect(logGamma(0.25)).toBeCloseTo(1.2880225246980774, 12)
    expect(logGamma(171)).toBeCloseTo(706.5730622457874, 9)
  })
  test('the incomplete beta function where it can be worked out by hand', () => {
    expect(incompleteBeta(0.3, 1, 1)).toBeCloseTo(0.3, 14)
    expect(incompleteBeta(0.3, 2, 1)).toBeCloseTo(0.09, 14)
    expect(incompleteBeta(0.5, 7.5, 7.5)).toBeCloseTo(0.5, 14)
    expect([incompleteBeta(0, 2, 3), incompleteBeta(1, 2, 3)]).toEqual([0, 1])
  })
  test('quantiles lead back to their probability', () => {
    for (const freedom of [1, 2, 5, 40, 900]) for (const p of [0.6, 0.9, 0.975, 0.999]) expect(1 - twoSided(quantileOfT(p, freedom), freedom) / 2).toBeCloseTo(p, 10)
  })
})

import { describe, expect, test } from 'vitest'
import { readProtocols, zScore } from '#modules/protocols/index.ts'

/** Figures of the WHO growth standards, with the weights at -3 and -2 that follow from them. */
const vectors: [measure: 'length' | 'height', sex: 'F' | 'M', cm: number, L: number, M: number, S: number, minus3: number, minus2: number][] = [
  ['length', 'F', 50, -0.3833, 3.3518, 0.09068, 2.59, 2.81],
  ['length', 'F', 65, -0.3833, 7.0812, 0.09119, 5.46, 5.94],
  ['length', 'F', 75, -0.3833, 9.149, 0.09005, 7.08, 7.69],
  ['length', 'M', 50, -0.3521, 3.3278, 0.0889, 2.58, 2.8],
  ['length', 'M', 65, -0.3521, 7.2666, 0.08223, 5.74, 6.19],
  ['length', 'M', 75, -0.3521, 9.5032, 0.08295, 7.49, 8.09],
  ['height', 'F', 90, -0.3833, 12.6461, 0.08911, 9.8, 10.64],
  ['height', 'F', 100, -0.3833, 15.2246, 0.09088, 11.75, 12.77],
  ['height', 'F', 110, -0.3833, 18.6043, 0.09428, 14.22, 15.51],
  ['height', 'M', 90, -0.3521, 12.8864, 0.08032, 10.23, 11.02],
  ['height', 'M', 100, -0.3521, 15.3576, 0.08229, 12.12, 13.09],
  ['height', 'M', 110, -0.3521, 18.5158, 0.088, 14.38, 15.61],
]

const measured = (measure: 'length' | 'height', cm: number) => (measure === 'length' ? { ageMonths: 12, lengthCm: cm } : { ageMonths: 36, heightCm: cm })

test.each(vectors)('%s %s %d cm: the figures are those of WHO, and the cut-offs follow', (measure, sex, cm, L, M, S, minus3, minus2) => {
  const table = readProtocols().growth.tables[`weight-for-${measure},${sex}`]
  const row = Math.round((cm - table.from) / table.step)
  expect([table.L[row], table.M[row], table.S[row]]).toEqual([L, M, S])
  const z = (weightKg: number) => zScore({ indicator: 'weight-for-height', sex, weightKg, ...measured(measure, cm) })!
  expect([z(minus3 - 0.01) < -3, z(minus3 + 0.01) > -3, z(minus2 - 0.01) < -2, z(minus2 + 0.01) > -2, Math.abs(z(M)) < 1e-9]).toEqual([true, true, true, true, true])
})

describe('how a child was measured', () => {
  const girl = { indicator: 'weight-for-height' as const, sex: 'F' as const, weightKg: 11 }
  test('a length at 2 years or more is 0.7 cm too long, a height before is 0.7 cm too short', () => {
    expect(zScore({ ...girl, ageMonths: 24, lengthCm: 85.7 })).toBe(zScore({ ...girl, ageMonths: 24, heightCm: 85 }))
    expect(zScore({ ...girl, ageMonths: 23, heightCm: 84.3 })).toBe(zScore({ ...girl, ageMonths: 23, lengthCm: 85 }))
    expect(zScore({ ...girl, ageMonths: 24, lengthCm: 85.7 })).not.toBe(zScore({ ...girl, ageMonths: 24, heightCm: 85.7 }))
  })

  test('the tables have ends', () => {
    expect([zScore({ ...girl, ageMonths: 12, lengthCm: 44.9 }), zScore({ ...girl, ageMonths: 12, lengthCm: 110.1 }), zScore({ ...girl, ageMonths: 30, heightCm: 64.9 }), zScore({ ...girl, ageMonths: 30, heightCm: 120.1 })]).toEqual([null, null, null, null])
    for (const cm of [45, 110]) expect(zScore({ ...girl, ageMonths: 12, lengthCm: cm })).not.toBeNull()
    expect([zScore({ ...girl, ageMonths: 30 }), zScore({ ...girl, weightKg: 0, ageMonths: 30, heightCm: 90 })]).toEqual([null, null])
  })
})

test('weight for age is by the day: a boy of 3.3 kg at birth is in the middle, at a month he is not', () => {
  const boy = (weightKg: number, ageDays: number) => zScore({ indicator: 'weight-for-age', sex: 'M', weightKg, ageDays })!
  expect(Math.abs(boy(3.3464, 0))).toBeLessThan(0.001)
  expect(boy(3.3464, 30)).toBeLessThan(-1.5)
  expect(zScore({ indicator: 'weight-for-age', sex: 'M', weightKg: 10, ageDays: 1857 })).toBeNull()
})

test('the source of the figures is named', () => {
  expect(readProtocols().growth.source.publisher).toBe('World Health Organization')
})

import type { Growth, Indicator, Sex } from './growth.ts'
import { readProtocols } from './readProtocols.ts'

/** L, M and S at a measure (cm, or completed days), to the nearest line of the table; null outside it. */
export function lmsAt(growth: Growth, indicator: Indicator, sex: Sex, at: number): { L: number; M: number; S: number } | null {
  const table = growth.tables[`${indicator},${sex}`]
  const row = Math.round((at - table.from) / table.step)
  if (!(row >= 0 && row < table.L.length)) return null
  return { L: table.L[row]!, M: table.M[row]!, S: table.S[row]! }
}

/** z = ((weight / M)^L − 1) / (S · L), as the WHO Child Growth Standards define it; WHO's own correction beyond ±3 is not applied. */
const z = ({ L, M, S }: { L: number; M: number; S: number }, weightKg: number) => ((weightKg / M) ** L - 1) / (S * L)

export type Measured =
  | { indicator: 'weight-for-age'; sex: Sex; weightKg: number; ageDays: number }
  | { indicator: 'weight-for-height'; sex: Sex; weightKg: number; ageMonths: number; lengthCm?: number | undefined; heightCm?: number | undefined }

/**
 * The z-score of a weight (kg): for age (completed days), or for length or height (cm, by age in completed months).
 * A child under 2 years is measured lying and compared by length, an older one standing and by height; a length taken at 2 years or
 * more is 0.7 cm longer than the height, and a height taken earlier 0.7 cm shorter than the length [WHO Child Growth Standards].
 * Null when something is missing or lies outside the tables.
 */
export function zScore(measured: Measured, growth: Growth = readProtocols().growth): number | null {
  const { sex, weightKg } = measured
  if (!(weightKg > 0)) return null
  if (measured.indicator === 'weight-for-age') {
    const lms = lmsAt(growth, 'weight-for-age', sex, measured.ageDays)
    return lms && z(lms, weightKg)
  }
  const { ageMonths, lengthCm, heightCm } = measured
  const lying = ageMonths < 24
  const cm = lying ? (lengthCm ?? (heightCm === undefined ? NaN : heightCm + 0.7)) : (heightCm ?? (lengthCm === undefined ? NaN : lengthCm - 0.7))
  const lms = lmsAt(growth, lying ? 'weight-for-length' : 'weight-for-height', sex, cm)
  return lms && z(lms, weightKg)
}

/** The weight (kg) at a z-score: the same formula the other way round. */
export const weightAt = ({ L, M, S }: { L: number; M: number; S: number }, score: number) => M * (1 + L * S * score) ** (1 / L)

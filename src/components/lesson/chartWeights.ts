import { type AgeGroup, dosesOf, doseTable } from '#modules/protocols/index.ts'

/** From which weight to below which the dose tables of an edition go for an age group, kg, and the whole kilograms between: as far as a printed table reaches. */
export function chartWeights(edition: string, group: AgeGroup): { from: number; below: number; whole: number[] } {
  const bands = dosesOf(edition, group).flatMap((dose) => doseTable(edition, dose).lines.flatMap(({ weight }) => weight ?? []))
  const [from, below] = [Math.min(...bands.map((band) => band.from)), Math.max(...bands.map((band) => band.below))]
  const first = Math.ceil(from)
  return { from, below, whole: Array.from({ length: Math.ceil(below) - first }, (_, n) => first + n) }
}

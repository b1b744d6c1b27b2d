/** From so many to so many, both included, drawn in one shade: 1 is the faintest. */
export type Shade = { shade: number; from: number; to: number }

const most = 4

/**
 * Shades for whole numbers, of equal width and at most four, from the faintest: few numbers get few shades, so that every shade in
 * the legend can occur. Nothing (0) has no shade: «none» is not a small number.
 */
export function shadesFor(values: readonly number[]): Shade[] {
  const top = Math.max(0, ...values)
  if (top === 0) return []
  const width = Math.ceil(top / most)
  const many = Math.ceil(top / width)
  // The last shades of the scale, so that the largest number is always the darkest.
  return Array.from({ length: many }, (_, index) => ({ shade: most - many + index + 1, from: index * width + 1, to: index === many - 1 ? top : (index + 1) * width }))
}

/** The shade of a number; 0 is none. */
export const shadeOf = (shades: readonly Shade[], value: number) => shades.find(({ from, to }) => value >= from && value <= to)?.shade ?? 0

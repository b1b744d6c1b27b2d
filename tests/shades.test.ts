import { describe, expect, test } from 'vitest'
import { shadeOf, shadesFor } from '#src/components/chart/shades.ts'

describe('shades of a map', () => {
  test.for([
    ['nothing anywhere', [0, 0], []],
    ['one', [0, 1], [[4, 1, 1]]],
    ['few numbers, few shades', [1, 3], [[2, 1, 1], [3, 2, 2], [4, 3, 3]]],
    ['many', [0, 10], [[1, 1, 3], [2, 4, 6], [3, 7, 9], [4, 10, 10]]],
    ['hundreds', [46, 401], [[1, 1, 101], [2, 102, 202], [3, 203, 303], [4, 304, 401]]],
  ] as const)('%s', ([, values, expected]) => {
    expect(shadesFor(values).map(({ shade, from, to }) => [shade, from, to])).toEqual(expected)
  })

  test('every number falls into one shade, a larger one never into a fainter, the largest into the darkest, and none is none', () => {
    for (let top = 1; top <= 300; top++) {
      const shades = shadesFor([0, top])
      const seen = Array.from({ length: top }, (_, at) => shadeOf(shades, at + 1))
      expect(seen.every((shade, at) => shade >= 1 && shade <= 4 && shade >= (seen[at - 1] ?? 0)), `${top}`).toBe(true)
      expect([shadeOf(shades, 0), seen.at(-1)]).toEqual([0, 4])
      expect(shades.every(({ from, to }) => from <= to)).toBe(true)
    }
  })
})

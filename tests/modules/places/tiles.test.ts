import { describe, expect, test } from 'vitest'
import { matchRegion, readRegions, regionTiles } from '#modules/places/index.ts'

describe('the map of tiles', () => {
  const tiles = regionTiles()

  test('has one tile for every region, and no two on the same place', () => {
    expect(tiles.map(({ code }) => code).toSorted()).toEqual(readRegions().map(({ code }) => code).toSorted())
    expect(new Set(tiles.map(({ row, column }) => `${row} ${column}`)).size).toBe(tiles.length)
  })

  test.for(['kk', 'ru', 'en'] as const)('tells the tiles apart by their letters in %s', (locale) => {
    expect(new Set(tiles.map(({ letters }) => letters[locale])).size).toBe(tiles.length)
  })
})

describe('a region as lists write it', () => {
  const regions = readRegions()
  test.for([
    ['KZ-43', 'KZ-43'], ['430000000', 'KZ-43'], ['Қызылорда облысы', 'KZ-43'], ['Кызылорда', 'KZ-43'], ['Кызылординская область', 'KZ-43'], ['Кызылординская обл.', 'KZ-43'],
    ['Абай облысы / область Абай', 'KZ-10'], ['г. Астана', 'KZ-71'], ['Astana', 'KZ-71'], ['Алматы облысы', 'KZ-19'], ['Алматы қаласы', 'KZ-75'], ['ВКО', null], ['Алматы облысы / город Алматы', null], ['Атлантида', null], ['', null], ['/', null],
  ] as const)('«%s» is %s', ([text, code]) => {
    expect(matchRegion(regions, text)?.code ?? null).toBe(code)
  })

  test('by any of its names in content', () => {
    for (const { code, names } of regions) for (const name of Object.values(names)) expect([name, matchRegion(regions, name)?.code]).toEqual([name, code])
  })
})

import { sql } from 'drizzle-orm'
import fc from 'fast-check'
import { rows } from '#db/rows.ts'
import { type Choice, fits, grade, maximumOf, pointsOf } from '#modules/assessment/index.ts'
import type { Item } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { sat } from './randomBank.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
console.info(`seed ${seed}`)
const runs = 5000

/** The rules of marking once more, in other words than the program's: what each part of an answer earns, counted one by one. */
function marked(item: Item, choice: Choice | undefined): number {
  const list = Array.isArray(choice) ? choice : []
  if (item.kind === 'numeric') {
    if (!choice || Array.isArray(choice)) return 0
    const { value, tolerance } = item.body.key
    return choice.value >= value - tolerance - 1e-9 && choice.value <= value + tolerance + 1e-9 ? 1 : 0
  }
  if (item.kind === 'single') return list[0] === item.body.key[0] ? 1 : 0
  const part = item.body.credit === 'part'
  if (item.kind === 'ordering') {
    const neighbours = (order: readonly unknown[]) => order.slice(1).map((step, at) => `${String(order[at])} ${String(step)}`)
    const found = neighbours(list).filter((pair) => neighbours(item.body.key).includes(pair)).length
    return part ? found : String(list) === String(item.body.key) ? 1 : 0
  }
  if (item.kind === 'matching') {
    const wanted = item.body.key.map(String)
    const found = list.filter((pair) => wanted.includes(String(pair))).length
    return part ? found : found === wanted.length ? 1 : 0
  }
  const hits = list.filter((option) => item.body.key.includes(option as string)).length
  const misses = list.length - hits
  if (!part) return hits === item.body.key.length && misses === 0 ? 1 : 0
  return hits > misses ? hits - misses : 0
}

test(`${runs} random sittings over random banks of all kinds: the stored answers and the frozen questions give the stored score`, async ({ db }) => {
  const sittings = fc.sample(sat, { seed, numRuns: runs })
  const kinds = new Set<string>()
  for (let from = 0; from < runs; from += 500) {
    const part = sittings.slice(from, from + 500)
    // What counts is what the database gives back, and what the edition's questions look like when they come out of it.
    const stored = await rows<{ items: Item[]; choices: Record<string, Choice> }>(db, sql`
      select one -> 'items' as items, one -> 'choices' as choices
      from jsonb_array_elements(${JSON.stringify(part.map(({ items, choices }) => ({ items, choices: Object.fromEntries(choices) })))}::jsonb) with ordinality as all_of(one, n) order by n`)
    for (const [at, { items, choices }] of part.entries()) {
      const given = new Map(choices)
      const now = grade(items, given)
      const later = grade(stored[at]!.items.toReversed(), new Map(Object.entries(stored[at]!.choices).toReversed()))
      expect({ score: later.score, maximum: later.maximum }).toEqual({ score: now.score, maximum: now.maximum })
      expect(later.points).toEqual(now.points)
      for (const item of items) {
        const choice = given.get(item.id)
        kinds.add(`${item.kind} ${'credit' in item.body ? item.body.credit : 'all'}`)
        if (choice) expect(fits(item, item.kind === 'numeric' ? [] : item.body.options.map((option) => option.id), choice)).toBe(true)
        expect(pointsOf(item, choice)).toBe(marked(item, choice))
        expect(Number.isInteger(maximumOf(item)) && now.points[item.id]! >= 0 && now.points[item.id]! <= maximumOf(item)).toBe(true)
      }
    }
  }
  expect([...kinds].sort()).toEqual(['matching all', 'matching part', 'multiple all', 'multiple part', 'numeric all', 'ordering all', 'ordering part', 'single all'])
}, 120_000)

test('the key itself earns all points, and nothing earns more', () => {
  fc.assert(fc.property(sat, ({ items }) => {
    const key = new Map(items.map((item): [string, Choice] => [item.id, item.kind === 'numeric' ? { value: item.body.key.value, unit: item.body.key.unit } : item.body.key]))
    const { score, maximum, right } = grade(items, key)
    expect(score).toBe(maximum)
    expect(Object.values(right).every(Boolean)).toBe(true)
    expect(grade(items, new Map()).score).toBe(0)
  }), { seed, numRuns: 500 })
})

import fc from 'fast-check'
import { expect, test } from 'vitest'
import { drawForm, type Form } from '#modules/assessment/index.ts'
import { type BlueprintRow, type Difficulty, fitsRow, type Item } from '#modules/courses/index.ts'
import { texts } from '#tests/factories.ts'

const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
console.info(`seed ${seed}`)

const difficulties: Difficulty[] = ['easy', 'medium', 'hard']
const level = (item: Item) => difficulties.indexOf(item.body.difficulty ?? 'medium') + 1
const question = (id: string, topic: string, values: { difficulty?: Difficulty; competency?: string } = {}): Item => ({
  id, bank: 'b', topic, kind: 'single',
  body: { prompt: texts('?'), rationale: texts('!'), lesson: 'l', source: { guideline: 'g', rule: 'r' }, options: ['a', 'b', 'c', 'd'].map((letter) => ({ id: `${letter}-${id}`, text: texts(letter) })), key: [`b-${id}`], ...values },
})
const bank = Array.from({ length: 30 }, (_, n) => question(`q${n}`, `topic ${n % 6}`))

test('the same seed draws the same form, and another seed another one', () => {
  expect(drawForm(bank, 15, 'seed')).toEqual(drawForm([...bank].reverse(), 15, 'seed'))
  expect(drawForm(bank, 15, 'seed')).not.toEqual(drawForm(bank, 15, 'other'))
})

test('without a blueprint a form has so many different questions with all their options, and asks about every topic', () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 6, max: 30 }), (draw, size) => {
    const form = drawForm(bank, size, draw)
    const drawn = form.map((entry) => bank.find((item) => item.id === entry.id)!)
    expect(new Set(form.map((entry) => entry.id)).size).toBe(size)
    expect(new Set(drawn.map((item) => item.topic)).size).toBe(6)
    for (const [index, entry] of form.entries()) expect(entry.options.toSorted()).toEqual((drawn[index] as Extract<Item, { kind: 'single' }>).body.options.map((option) => option.id).sort())
  }), { seed })
})

test('the place of the right option says nothing: over 500 forms it is as often first as last', () => {
  const places = [0, 0, 0, 0]
  for (let n = 0; n < 500; n++) for (const { id, options } of drawForm(bank, 15, `seed ${n}`)) places[options.indexOf(`b-${id}`)]!++
  const expected = (500 * 15) / 4
  const chiSquare = places.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(chiSquare).toBeLessThan(16.27) // three degrees of freedom, p = 0.001
})

test('the shuffle is fair: over 600 forms every question of a row is drawn about equally often', () => {
  const counts = new Map<string, number>()
  for (let n = 0; n < 600; n++) for (const { id } of drawForm(bank, [{ topic: 'topic 0', items: 2 }], `seed ${n}`)) counts.set(id, (counts.get(id) ?? 0) + 1)
  const expected = (600 * 2) / 5
  const chiSquare = [...counts.values()].reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(counts.size).toBe(5)
  expect(chiSquare).toBeLessThan(18.47) // four degrees of freedom, p = 0.001
})

test('a blueprint may ask for a topic, for a competency, or for both', () => {
  const mixed = [...bank, ...[1, 2, 3].map((n) => question(`t${n}`, 'plans', { competency: 'treat' })), ...[1, 2].map((n) => question(`c${n}`, 'plans', { competency: 'counsel' }))]
  const rows: BlueprintRow[] = [{ topic: 'topic 1', items: 2 }, { topic: 'plans', competency: 'counsel', items: 1 }, { competency: 'treat', items: 2 }]
  const form = drawForm(mixed, rows, 'x').map(({ id }) => mixed.find((item) => item.id === id)!)
  expect(rows.map((row) => form.filter((item) => fitsRow({ topic: item.topic, competency: item.body.competency }, row)).length)).toEqual([2, 1, 2])
  expect(form).toHaveLength(5)
})

/** A bank of up to four topics with questions of any difficulty, and a blueprint that it can fill at least `times` times. */
const aBank = (times: number) =>
  fc.array(fc.record({ items: fc.integer({ min: 1, max: 4 }), spare: fc.integer({ min: 0, max: 4 }), levels: fc.array(fc.constantFrom(...difficulties), { minLength: 20, maxLength: 20 }) }), { minLength: 1, maxLength: 4 }).map((topics) => ({
    rows: topics.map(({ items }, n): BlueprintRow => ({ topic: `t${n}`, items })),
    bank: topics.flatMap(({ items, spare, levels }, n) => Array.from({ length: items * times + spare }, (_, one) => question(`t${n}-${one}`, `t${n}`, { difficulty: levels[one]! }))),
  }))
const ids = (form: Form) => form.map((entry) => entry.id)
const hardness = (all: readonly Item[], form: Form) => form.reduce((sum, { id }) => sum + level(all.find((item) => item.id === id)!), 0)

test('a retake follows the same blueprint and asks nothing again while the bank can fill it twice', () => {
  fc.assert(fc.property(aBank(2), fc.string(), fc.string(), ({ bank: all, rows }, one, other) => {
    const first = drawForm(all, rows, one)
    const second = drawForm(all, rows, other, [first])
    for (const form of [first, second]) for (const row of rows) expect(form.filter(({ id }) => fitsRow(all.find((item) => item.id === id)!, row)).length).toBe(row.items)
    expect(ids(second).filter((id) => ids(first).includes(id))).toEqual([])
    expect(drawForm([...all].reverse(), rows, other, [first])).toEqual(second)
  }), { seed, numRuns: 500 })
})

test('a retake is about as hard as the first form by its authors’ meaning: within three steps in all', () => {
  fc.assert(fc.property(aBank(2), fc.string(), fc.string(), ({ bank: all, rows }, one, other) => {
    const first = drawForm(all, rows, one)
    const second = drawForm(all, rows, other, [first])
    expect(Math.abs(hardness(all, first) - hardness(all, second))).toBeLessThanOrEqual(3)
  }), { seed, numRuns: 1000 })
})

test('first forms of different people are exactly equally hard', () => {
  fc.assert(fc.property(aBank(1), fc.string(), fc.string(), ({ bank: all, rows }, one, other) => {
    expect(Math.abs(hardness(all, drawForm(all, rows, one)) - hardness(all, drawForm(all, rows, other)))).toBe(0)
  }), { seed, numRuns: 1000 })
})

test('when a bank is too small, as few questions as can be come back, those of longest ago first', () => {
  fc.assert(fc.property(aBank(1), fc.array(fc.string(), { minLength: 2, maxLength: 5 }), ({ bank: all, rows }, draws) => {
    const forms: Form[] = []
    for (const draw of draws) {
      const next = drawForm(all, rows, draw, forms)
      for (const row of rows) {
        const inRow = (entry: { id: string }) => fitsRow(all.find((item) => item.id === entry.id)!, row)
        const lastSeen = (entry: { id: string }) => forms.findLastIndex((form) => ids(form).includes(entry.id))
        const taken = next.filter(inRow)
        const left = all.filter((item) => inRow(item) && !ids(next).includes(item.id))
        // Nothing that stays away was seen longer ago than something that comes back.
        for (const stays of left) for (const comes of taken) expect(lastSeen(comes)).toBeLessThanOrEqual(lastSeen(stays))
        expect(taken).toHaveLength(row.items)
      }
      forms.push(next)
    }
  }), { seed, numRuns: 300 })
})

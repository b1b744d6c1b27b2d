import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Choice, drawForm, grade, reaches } from '#modules/assessment/index.ts'
import type { Item } from '#modules/courses/index.ts'
import { texts } from '#tests/factories.ts'

const text = { prompt: texts('?'), rationale: texts('!'), lesson: 'l', source: { guideline: 'g', rule: 'r' } }
const listed = (id: string, kind: 'single' | 'multiple', options: string[], key: string[], topic = 't'): Item =>
  ({ id, bank: 'b', topic, kind, body: { ...text, options: options.map((option) => ({ id: option, text: texts(option) })), key } })
const numeric = (id: string, value: number, tolerance: number): Item => ({ id, bank: 'b', topic: 't', kind: 'numeric', body: { ...text, key: { value, tolerance, unit: 'ml' } } })

const single = listed('s', 'single', ['a', 'b', 'c'], ['b'])
const multiple = listed('m', 'multiple', ['a', 'b', 'c', 'd'], ['a', 'c'])

test.each<[promise: string, item: Item, choice: Choice | undefined, points: number]>([
  ['the right option', single, ['b'], 1],
  ['a wrong option', single, ['a'], 0],
  ['nothing chosen', single, [], 0],
  ['no answer', single, undefined, 0],
  ['a number where an option is asked', single, { value: 1, unit: 'ml' }, 0],
  ['all right options', multiple, ['a', 'c'], 1],
  ['all right options in another order', multiple, ['c', 'a'], 1],
  ['a part of them', multiple, ['a'], 0],
  ['one too many', multiple, ['a', 'c', 'd'], 0],
  ['everything', multiple, ['a', 'b', 'c', 'd'], 0],
  ['the exact number', numeric('n', 600, 0), { value: 600, unit: 'ml' }, 1],
  ['a number beside it', numeric('n', 600, 0), { value: 601, unit: 'ml' }, 0],
  ['a number at the edge of the tolerance', numeric('n', 0.1, 0.2), { value: 0.3, unit: 'ml' }, 1],
  ['a number below the tolerance', numeric('n', 50, 3), { value: 46.9, unit: 'ml' }, 0],
  ['the number in another unit', numeric('n', 600, 0), { value: 600, unit: 'mg' }, 0],
  ['a list where a number is asked', numeric('n', 600, 0), ['600'], 0],
])('%s', (_, item, choice, points) => {
  expect(grade([item], new Map(choice ? [[item.id, choice]] : [])).score).toBe(points)
})

test('an answer to a question that is not in the form earns nothing', () => {
  expect(grade([single], new Map([['s', ['b']], ['m', ['a', 'c']]]))).toEqual({ score: 1, maximum: 1, right: { s: true } })
})

test.each([[10, 15, 70, false], [11, 15, 70, true], [0, 3, 0, true], [7, 10, 70, true], [3, 3, 100, true], [2, 3, 100, false]])('%i of %i points at a pass mark of %i percent: %s', (score, maximum, percent, passed) => {
  expect(reaches(score, maximum, percent)).toBe(passed)
})

const optionsOf = (item: Item) => (item.kind === 'numeric' ? [] : item.body.options.map((option) => option.id))
const bank = Array.from({ length: 30 }, (_, n) => listed(`q${n}`, 'single', ['a', 'b', 'c', 'd'].map((letter) => `${letter}${n}`), [`b${n}`], `topic ${n % 6}`))

test('the same seed draws the same form, and another seed another one', () => {
  expect(drawForm(bank, 15, 'seed')).toEqual(drawForm([...bank].reverse(), 15, 'seed'))
  expect(drawForm(bank, 15, 'seed')).not.toEqual(drawForm(bank, 15, 'other'))
})

test('a form has so many different questions with all their options, and asks about every topic', () => {
  fc.assert(fc.property(fc.string(), fc.integer({ min: 6, max: 30 }), (seed, size) => {
    const form = drawForm(bank, size, seed)
    const drawn = form.map((entry) => bank.find((item) => item.id === entry.id)!)
    expect(new Set(form.map((entry) => entry.id)).size).toBe(size)
    expect(new Set(drawn.map((item) => item.topic)).size).toBe(6)
    for (const [index, entry] of form.entries()) expect(entry.options.toSorted()).toEqual(optionsOf(drawn[index]!).sort())
  }), { verbose: true })
})

test('the place of the right option says nothing: over 500 forms it is as often first as last', () => {
  const places = [0, 0, 0, 0]
  for (let n = 0; n < 500; n++) for (const { id, options } of drawForm(bank, 15, `seed ${n}`)) places[options.indexOf(id.replace('q', 'b'))]!++
  const expected = (500 * 15) / 4
  const chiSquare = places.reduce((sum, count) => sum + (count - expected) ** 2 / expected, 0)
  expect(chiSquare).toBeLessThan(16.27) // three degrees of freedom, p = 0.001
})

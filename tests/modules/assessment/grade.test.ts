import { expect, test } from 'vitest'
import { type Choice, completion, fits, grade, reaches } from '#modules/assessment/index.ts'
import type { Item } from '#modules/courses/index.ts'
import { texts } from '#tests/factories.ts'

const text = { prompt: texts('?'), rationale: texts('!'), lesson: 'l', source: { guideline: 'g', rule: 'r' } }
const listed = (id: string, kind: 'single' | 'multiple', options: string[], key: string[], topic = 't'): Item =>
  ({ id, bank: 'b', topic, kind, body: { ...text, options: options.map((option) => ({ id: option, text: texts(option) })), key } })
const numeric = (id: string, value: number, tolerance: number): Item => ({ id, bank: 'b', topic: 't', kind: 'numeric', body: { ...text, key: { value, tolerance, unit: 'ml' } } })

const part = (item: Item): Item => ({ ...item, body: { ...item.body, credit: 'part' } }) as Item
const ordering = { ...listed('o', 'multiple', ['c', 'a', 'd', 'b'], ['a', 'b', 'c', 'd']), kind: 'ordering' } as Item
const matching: Item = {
  id: 'p', bank: 'b', topic: 't', kind: 'matching',
  body: { ...text, left: ['x', 'y', 'z'].map((id) => ({ id, text: texts(id) })), options: ['a', 'b', 'c', 'd'].map((id) => ({ id, text: texts(id) })), key: [['x', 'a'], ['y', 'b'], ['z', 'a']] },
}

const single = listed('s', 'single', ['a', 'b', 'c'], ['b'])
const multiple = listed('m', 'multiple', ['a', 'b', 'c', 'd'], ['a', 'c'])
const wide = part(listed('w', 'multiple', ['a', 'b', 'c', 'd', 'e'], ['a', 'b', 'c']))

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
  ['in part: all right options', wide, ['a', 'b', 'c'], 3],
  ['in part: two of three', wide, ['a', 'c'], 2],
  ['in part: two right and one wrong', wide, ['a', 'c', 'd'], 1],
  ['in part: everything ticked', wide, ['a', 'b', 'c', 'd', 'e'], 1],
  ['in part: one right and two wrong is never below nought', wide, ['a', 'd', 'e'], 0],
  ['in part: nothing', wide, [], 0],
  ['in part: pairs where options are asked', wide, [['a', 'b']], 0],
  ['the right order', ordering, ['a', 'b', 'c', 'd'], 1],
  ['one step out of order', ordering, ['a', 'b', 'd', 'c'], 0],
  ['in part: the right order', part(ordering), ['a', 'b', 'c', 'd'], 3],
  ['in part: the first step put last, the others still follow each other', part(ordering), ['b', 'c', 'd', 'a'], 2],
  ['in part: two halves swapped', part(ordering), ['c', 'd', 'a', 'b'], 2],
  ['in part: backwards', part(ordering), ['d', 'c', 'b', 'a'], 0],
  ['in part: an order without an end', part(ordering), ['a', 'b'], 1],
  ['an order that is a number', ordering, { value: 1, unit: 'ml' }, 0],
  ['all pairs', matching, [['z', 'a'], ['x', 'a'], ['y', 'b']], 1],
  ['two of three pairs', matching, [['x', 'a'], ['y', 'b']], 0],
  ['in part: two of three pairs, one wrong', part(matching), [['x', 'a'], ['y', 'c'], ['z', 'a']], 2],
  ['in part: all pairs', part(matching), [['x', 'a'], ['y', 'b'], ['z', 'a']], 3],
  ['in part: a wrong pair costs nothing', part(matching), [['x', 'b']], 0],
  ['in part: options where pairs are asked', part(matching), ['a', 'b'], 0],
])('%s', (_, item, choice, points) => {
  expect(grade([item], new Map(choice ? [[item.id, choice]] : [])).score).toBe(points)
})

test('an answer to a question that is not in the form earns nothing', () => {
  expect(grade([single], new Map([['s', ['b']], ['m', ['a', 'c']]]))).toEqual({ score: 1, maximum: 1, right: { s: true }, points: { s: 1 } })
})

test('points of all questions add up, and only full points are right', () => {
  const answers = new Map<string, Choice>([['s', ['b']], ['w', ['a', 'b']], ['p', [['x', 'a'], ['y', 'b']]]])
  expect(grade([single, wide, part(matching), part(ordering)], answers)).toEqual({ score: 1 + 2 + 2, maximum: 1 + 3 + 3 + 3, right: { s: true, w: false, p: false, o: false }, points: { s: 1, w: 2, p: 2, o: 0 } })
})

test.each<[what: string, item: Item, choice: Choice, fit: boolean]>([
  ['one option', single, ['a'], true], ['two options of one', single, ['a', 'b'], false], ['nothing', single, [], true], ['an unknown option', single, ['z'], false], ['a pair', single, [['a', 'b']], false],
  ['several options', multiple, ['d', 'a'], true], ['an option twice', multiple, ['a', 'a'], false], ['pairs', multiple, [['a', 'b']], false], ['a number', multiple, { value: 1, unit: 'ml' }, false],
  ['a number', numeric('n', 1, 0), { value: 9, unit: 'ml' }, true], ['another unit', numeric('n', 1, 0), { value: 9, unit: 'mg' }, false], ['a list', numeric('n', 1, 0), ['a'], false], ['nothing', numeric('n', 1, 0), [], true],
  ['all steps', ordering, ['d', 'c', 'b', 'a'], true], ['some steps', ordering, ['a', 'b'], false], ['a step twice', ordering, ['a', 'b', 'c', 'c'], false], ['nothing', ordering, [], true], ['pairs', ordering, [['a', 'b'], ['b', 'a'], ['c', 'd'], ['d', 'c']], false],
  ['some pairs', matching, [['y', 'd']], true], ['an option for two', matching, [['x', 'd'], ['y', 'd']], true], ['a left side twice', matching, [['x', 'a'], ['x', 'b']], false], ['an unknown left side', matching, [['a', 'a']], false],
  ['an unknown option', matching, [['x', 'z']], false], ['options', matching, ['a', 'b'], false],
])('%s for a question of its kind: %#', (_, item, choice, fit) => {
  expect(fits(item, item.kind === 'numeric' ? [] : item.body.options.map((option) => option.id), choice)).toBe(fit)
})

test.each<[Item, Choice | undefined, string]>([
  [single, undefined, 'empty'], [single, [], 'empty'], [single, ['a'], 'answered'], [multiple, ['a'], 'answered'], [ordering, ['a', 'b', 'c', 'd'], 'answered'],
  [matching, [], 'empty'], [matching, [['x', 'a']], 'part'], [matching, [['x', 'a'], ['y', 'a'], ['z', 'a']], 'answered'], [numeric('n', 1, 0), { value: 0, unit: 'ml' }, 'answered'],
])('a question is answered wholly, in part or not: %#', (item, choice, how) => {
  expect(completion({ kind: item.kind, left: item.kind === 'matching' ? item.body.left : undefined }, choice)).toBe(how)
})

test.each([[10, 15, 70, false], [11, 15, 70, true], [0, 3, 0, true], [7, 10, 70, true], [3, 3, 100, true], [2, 3, 100, false]])('%i of %i points at a pass mark of %i percent: %s', (score, maximum, percent, passed) => {
  expect(reaches(score, maximum, percent)).toBe(passed)
})

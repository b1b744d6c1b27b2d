import { describe, expect, test } from 'vitest'
import type { Item } from '#modules/courses/index.ts'
import { fits } from '#modules/assessment/fits.ts'
import type { Choice } from '#modules/assessment/index.ts'

const text = { kk: 'а', ru: 'а', en: 'a' }
const about = { prompt: text, rationale: text, lesson: 'one', source: { guideline: 'who-imci-2014', rule: 'GDS-1' } }
const listed = (...ids: string[]) => ids.map((id) => ({ id, text }))
const base = { id: 'one', bank: 'day-1', topic: 'cough' }

const items: Record<Item['kind'], Item> = {
  single: { ...base, kind: 'single', body: { ...about, options: listed('a', 'b'), key: ['a'] } },
  multiple: { ...base, kind: 'multiple', body: { ...about, options: listed('a', 'b', 'c'), key: ['a', 'b'] } },
  ordering: { ...base, kind: 'ordering', body: { ...about, options: listed('a', 'b', 'c'), key: ['a', 'b', 'c'] } },
  matching: { ...base, kind: 'matching', body: { ...about, left: listed('x', 'y'), options: listed('a', 'b'), key: [['x', 'a'], ['y', 'b']] } },
  numeric: { ...base, kind: 'numeric', body: { ...about, key: { value: 5, tolerance: 0, unit: 'ml' } } },
}
const offered = (kind: Item['kind']) => (kind === 'numeric' ? [] : (items[kind].body as { options: { id: string }[] }).options.map(({ id }) => id))

describe('what a question takes as an answer', () => {
  test.each<[Item['kind'], Choice, boolean]>([
    ['single', [], true], ['multiple', [], true], ['ordering', [], true], ['matching', [], true], ['numeric', [], true],
    ['single', ['a'], true], ['single', ['a', 'b'], false], ['single', ['z'], false], ['single', [['x', 'a']], false], ['single', { value: 5, unit: 'ml' }, false],
    ['multiple', ['a'], true], ['multiple', ['c', 'a', 'b'], true], ['multiple', ['a', 'a'], false], ['multiple', ['a', 'z'], false], ['multiple', [['x', 'a']], false],
    ['ordering', ['c', 'b', 'a'], true], ['ordering', ['c', 'b'], false], ['ordering', ['a', 'b', 'b'], false], ['ordering', ['a', 'b', 'z'], false],
    ['matching', [['x', 'a']], true], ['matching', [['x', 'b'], ['y', 'b']], true], ['matching', [['x', 'a'], ['x', 'b']], false], ['matching', [['z', 'a']], false], ['matching', [['x', 'z']], false], ['matching', ['a'], false],
    ['numeric', { value: -3.5, unit: 'ml' }, true], ['numeric', { value: 5, unit: 'mg' }, false], ['numeric', ['a'], false],
  ])('%s takes %j: %s', (kind, choice, taken) => expect(fits(items[kind], offered(kind), choice)).toBe(taken))
})

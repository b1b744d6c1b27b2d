import { describe, expect, test } from 'vitest'
import { adviceOn, adviceOnTest, type InLanguage } from '#modules/assessment/advice.ts'
import { optionShares } from '#modules/assessment/optionShares.ts'
import type { Item } from '#modules/courses/index.ts'
import { texts } from '#tests/factories.ts'

const item = (values: object = {}) => ({ id: 'q', n: 50, facility: 0.6, upperLower: 0.4, pointBiserial: 0.4, corrected: 0.3, ...values })
const language = (name: string, facility: number, values: Partial<InLanguage> = {}): InLanguage => ({ language: name, n: 60, facility, corrected: 0.3, test: 0.6, ...values })

describe('advice on a question', () => {
  test.for([
    { of: item(), advice: ['good'] },
    { of: item({ n: 49, corrected: -0.5, facility: 0.05 }), advice: [] },
    { of: item({ n: 0, facility: null, corrected: null }), advice: [] },
    { of: item({ corrected: -0.01 }), advice: ['negative'] },
    { of: item({ corrected: 0 }), advice: ['weak'] },
    { of: item({ corrected: 0.149 }), advice: ['weak'] },
    { of: item({ corrected: 0.15 }), advice: ['good'] },
    { of: item({ facility: 0.9 }), advice: ['good'] },
    { of: item({ facility: 0.91, corrected: 0.1 }), advice: ['weak', 'easy'] },
    { of: item({ facility: 1, corrected: null }), advice: ['easy'] },
    { of: item({ facility: 0.3 }), advice: ['good'] },
    { of: item({ facility: 0.29 }), advice: ['hard'] },
  ])('$of.n people, facility $of.facility, corrected $of.corrected: $advice', ({ of, advice }) => {
    expect(adviceOn(of, [])).toEqual(advice)
  })
  test.for([{ shares: [0.05, 0.35], advice: ['good'] }, { shares: [0.049, 0.35], advice: ['distractors'] }, { shares: [0, 0.4], advice: ['distractors'] }])('wrong options taken by $shares: $advice', ({ shares, advice }) => {
    expect(adviceOn(item(), shares.map((share) => ({ share })))).toEqual(advice)
  })
  test.for([
    { name: 'harder in one language', of: [language('kk', 0.4), language('ru', 0.7)], advice: ['languages'] },
    { name: 'as much harder as the whole test', of: [language('kk', 0.4, { test: 0.4 }), language('ru', 0.7, { test: 0.7 })], advice: ['good'] },
    { name: 'few people in one language', of: [language('kk', 0.4, { n: 49 }), language('ru', 0.7)], advice: ['good'] },
    { name: 'one language alone', of: [language('kk', 0.4)], advice: ['good'] },
  ])('$name', ({ of, advice }) => {
    expect(adviceOn(item(), [], of)).toEqual(advice)
  })
})

test.for([[49, 0.9, null], [50, 0.8, 'strong'], [50, 0.799, 'fair'], [50, 0.7, 'fair'], [50, 0.69, 'poor'], [500, null, null]] as const)('%d people and a reliability of %f: %s', ([n, reliability, advice]) => {
  expect(adviceOnTest({ n, reliability })).toBe(advice)
})

describe('who took what', () => {
  const body = { prompt: texts('?'), rationale: texts('!'), lesson: 'l', source: { guideline: 'g', rule: 'r' } }
  const options = ['a', 'b', 'c'].map((id) => ({ id, text: texts(id) }))
  const several: Item = { id: 'q', bank: 'b', topic: 't', kind: 'multiple', body: { ...body, options, key: ['a', 'c'] } }
  test('of several right options each counts for itself', () => {
    const { options: shares, unanswered } = optionShares(several, [['a', 'c'], ['a'], ['b', 'c'], [], undefined])
    expect(shares.map(({ id, key, n, share }) => [id, key, n, share])).toEqual([['a', true, 2, 0.4], ['b', false, 1, 0.2], ['c', true, 2, 0.4]])
    expect(unanswered).toBe(2)
  })
  test('numbers, the most frequent first', () => {
    const count: Item = { id: 'q', bank: 'b', topic: 't', kind: 'numeric', body: { ...body, key: { value: 40, tolerance: 3, unit: 'breaths-per-minute' } } }
    const given = [44, 43, 44, 40].map((value) => ({ value, unit: 'breaths-per-minute' }))
    expect(optionShares(count, given).numbers).toEqual([{ value: 44, key: false, n: 2, share: 0.5 }, { value: 40, key: true, n: 1, share: 0.25 }, { value: 43, key: true, n: 1, share: 0.25 }])
  })
  test('nobody was asked', () => {
    expect(optionShares(several, [])).toMatchObject({ unanswered: 0, options: [{ n: 0, share: 0 }, { n: 0 }, { n: 0 }] })
  })
})

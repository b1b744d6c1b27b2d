import { expect, test } from 'vitest'
import { gains } from '#modules/assessment/gains.ts'

test('Student’s ten sleepers of 1908: the paired t test as every textbook prints it', () => {
  const before = [0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8, 0, 2]
  const after = [1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6, 4.6, 3.4]
  const gain = gains(before.map((pre, index) => ({ pre, post: after[index]! })))
  expect({ n: gain.n, freedom: gain.freedom }).toEqual({ n: 10, freedom: 9 })
  expect(gain.mean).toBeCloseTo(1.58, 10)
  expect(gain.t!.toFixed(4)).toBe('4.0621')
  expect(gain.p!.toFixed(6)).toBe('0.002833')
  expect([gain.interval!.from.toFixed(7), gain.interval!.to.toFixed(7)]).toEqual(['0.7001142', '2.4598858'])
})

test('a class that knew half and learned half of the rest', () => {
  const gain = gains([{ pre: 40, post: 70 }, { pre: 60, post: 80 }])
  expect(gain).toMatchObject({ n: 2, mean: 25, normalised: 0.5 })
  expect(gain.pre!.mean).toBe(50)
  expect(gain.post!.mean).toBe(75)
})

test.for([
  { name: 'nobody sat both', pairs: [], gain: { n: 0, pre: null, mean: null, interval: null, normalised: null, t: null, p: null } },
  { name: 'one person', pairs: [{ pre: 40, post: 70 }], gain: { n: 1, mean: 30, normalised: 0.5, sd: null, interval: null, t: null } },
  { name: 'the same gain for everybody', pairs: [{ pre: 40, post: 60 }, { pre: 50, post: 70 }], gain: { n: 2, mean: 20, sd: 0, t: null, p: null } },
  { name: 'full marks before', pairs: [{ pre: 100, post: 100 }, { pre: 100, post: 90 }], gain: { n: 2, mean: -5, normalised: null } },
])('$name', ({ pairs, gain }) => {
  expect(gains(pairs)).toMatchObject(gain)
})

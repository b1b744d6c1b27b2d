import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { feldt } from '#modules/assessment/reliability.ts'
import { type Mark, type Marks, statisticsOf } from '#modules/assessment/statistics.ts'

/** Rows of ones and noughts as the marks of people. */
const marksOf = (...rows: string[]): Marks[] => rows.map((row) => new Map([...row].map((digit, index): [string, Mark] => [`q${index}`, { points: Number(digit), of: 1 }])))
/** As a table prints it. */
const printed = (value: number | null, digits = 4) => value?.toFixed(digits).replace('-0.0000', '0.0000')

describe('ten students and ten questions, as K. L. Wuensch published them (East Carolina University, KR20.txt)', () => {
  const { test: whole, items } = statisticsOf(marksOf('1111110110', '1011011101', '1111011001', '0010001000', '0000010010', '1110111111', '1101110111', '1111111101', '0101111101', '1101101110'))
  test('mean, variance and KR-20 are the published ones', () => {
    expect(whole).toMatchObject({ n: 10, questions: 10, pool: 10, sameForm: true, dichotomous: true, maximum: 10 })
    expect([printed(whole.mean, 1), printed(whole.sd! ** 2, 2), printed(whole.sd)]).toEqual(['6.6', '5.84', '2.4166'])
    expect([printed(whole.reliability), printed(whole.kr21), printed(whole.sem)]).toEqual(['0.6963', '0.6842', '1.3317'])
  })
  test('facility of each question', () => {
    expect(items.map((item) => printed(item.facility, 1)).join(' ')).toBe('0.7 0.7 0.6 0.7 0.6 0.8 0.7 0.7 0.5 0.6')
    expect(printed(items.reduce((sum, { facility }) => sum + facility! * (1 - facility!), 0), 2)).toBe('2.18')
  })
  test('point-biserial correlation, and corrected for the question itself', () => {
    expect(items.map((item) => printed(item.pointBiserial)).join(' ')).toBe('0.7946 0.7946 0.2027 0.6140 0.7095 0.4345 0.1625 0.7946 0.0828 0.6251')
    expect(items.map((item) => printed(item.corrected)).join(' ')).toBe('0.7059 0.7059 0.0000 0.4736 0.5839 0.2861 -0.0274 0.7059 -0.1236 0.4759')
  })
  test('upper less lower group of 27 %: three of ten, people tied at the edge in part', () => {
    // Above: F and H whole, A and G by half. Below: D and E whole, B, C, I and J by a quarter.
    expect(items.map((item) => printed(item.upperLower, 3)).join(' ')).toBe('0.750 0.750 0.333 0.333 0.833 0.417 0.000 0.750 0.250 0.583')
  })
  test('the other divisor would have made it 0.738', () => {
    expect(printed((10 / 9) * (1 - 2.18 / (whole.sd! ** 2 * (10 / 9))), 3)).toBe('0.738')
    expect(printed(whole.reliability, 3)).toBe('0.696')
  })
})

describe('Feldt’s interval', () => {
  test.for([
    // MRC Cognition and Brain Sciences Unit, C. Evans's R code: 0.913 of 873 people and 20 questions.
    { reliability: 0.913, n: 873, k: 20, from: 0.9044024, to: 0.9211588 },
    // Worked out by SciPy's F distribution.
    { reliability: 0.85, n: 89, k: 7, from: 0.7970649, to: 0.8931666 },
    { reliability: 0.6963470319634703, n: 10, k: 10, from: 0.3090704, to: 0.9112037 },
  ])('of $reliability with $n people and $k questions', ({ reliability, n, k, from, to }) => {
    const interval = feldt(reliability, n, k)!
    expect([printed(interval.from, 7), printed(interval.to, 7)]).toEqual([printed(from, 7), printed(to, 7)])
  })
  test('is undefined for one person or one question', () => {
    expect([feldt(0.5, 1, 10), feldt(0.5, 10, 1)]).toEqual([null, null])
  })
})

describe('what is undefined is not nought', () => {
  test.for([
    { name: 'nobody', people: [], figures: { n: 0, mean: null, sd: null, reliability: null, interval: null, kr21: null, sem: null } },
    { name: 'one person', people: marksOf('110'), figures: { n: 1, mean: 2, sd: 0, reliability: null, interval: null, kr21: null, sem: null } },
    { name: 'everybody alike', people: marksOf('101', '110', '011'), figures: { n: 3, mean: 2, sd: 0, reliability: null, kr21: null, sem: null } },
    { name: 'a single question', people: marksOf('1', '0', '1'), figures: { n: 3, questions: 1, reliability: null, interval: null, kr21: null } },
  ])('$name', ({ people, figures }) => {
    expect(statisticsOf(people).test).toMatchObject(figures)
  })
  test('a question that everybody answered rightly has a facility and no correlation', () => {
    const { items } = statisticsOf(marksOf('110', '101', '100', '111'))
    expect(items[0]).toEqual({ id: 'q0', n: 4, facility: 1, upperLower: 0, pointBiserial: null, corrected: null })
  })
})

test('questions of several points: Cronbach’s alpha, and no KR-21', () => {
  const rows = [[3, 1], [2, 1], [1, 0], [0, 0]].map((row) => new Map(row.map((points, index): [string, Mark] => [`q${index}`, { points, of: index === 0 ? 3 : 1 }])))
  const { test: whole, items } = statisticsOf(rows)
  // By hand: variances 1.25 and 0.25, of the totals 4, 3, 1, 0: 2.5. Alpha = 2 · (1 - 1.5 / 2.5) = 0.8.
  expect(whole.reliability).toBeCloseTo(0.8, 12)
  expect(whole).toMatchObject({ dichotomous: false, kr21: null, maximum: 4 })
  expect(items[0]!.facility).toBeCloseTo(0.5, 12)
})

describe('forms drawn from a bank', () => {
  const sat = (marks: Record<string, number>): Marks => new Map(Object.entries(marks).map(([id, points]) => [id, { points, of: 1 }]))
  test('each question is judged by the people who were asked it', () => {
    const { test: whole, items } = statisticsOf([sat({ a: 1, b: 1 }), sat({ a: 0, c: 1 }), sat({ b: 0, c: 0 })])
    expect(items.map(({ id, n, facility }) => [id, n, facility])).toEqual([['a', 2, 0.5], ['b', 2, 0.5], ['c', 2, 0.5]])
    expect(whole).toMatchObject({ n: 3, questions: 2, pool: 3, sameForm: false, interval: null, intervalBy: null })
  })

  test('the estimate from halves of the questions comes near that from all of them', () => {
    const count = 4000
    let seed = 7
    const lot = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    const whole: Marks[] = []
    const drawn: Marks[] = []
    for (let person = 0; person < count; person++) {
      const able = lot()
      const row = Array.from({ length: 20 }, (_, index): [string, Mark] => [`q${index}`, { points: lot() < 0.2 + 0.7 * able ? 1 : 0, of: 1 }])
      whole.push(new Map(row.slice(0, 10)))
      drawn.push(new Map(row.map((one) => ({ one, at: lot() })).sort((a, b) => a.at - b.at).slice(0, 10).map(({ one }) => one)))
    }
    const [same, mixed] = [statisticsOf(whole).test, statisticsOf(drawn).test]
    expect([same.intervalBy, mixed.intervalBy]).toEqual(['feldt', 'jackknife'])
    expect(Math.abs(same.reliability! - mixed.reliability!)).toBeLessThan(0.04)
    expect(mixed.interval!.to - mixed.interval!.from).toBeLessThan(0.04)
  })

  test('of a hundred and fifty classes about 95 in a hundred have an interval that holds the truth', () => {
    let seed = 11
    const lot = () => (seed = (seed * 48271) % 2147483647) / 2147483647
    const aClass = (size: number) => Array.from({ length: size }, (): Marks => {
      const able = Math.sqrt(-2 * Math.log(lot())) * Math.cos(2 * Math.PI * lot())
      const bank = Array.from({ length: 33 }, (_, index): [string, Mark] => [`q${index}`, { points: lot() < 1 / (1 + Math.exp(((index * 7) % 33) / 11 - 1.5 - 1.2 * able)) ? 1 : 0, of: 1 }])
      return new Map(bank.map((one) => ({ one, at: lot() })).sort((a, b) => a.at - b.at).slice(0, 15).map(({ one }) => one))
    })
    const truth = statisticsOf(aClass(10_000)).test.reliability!
    const intervals = Array.from({ length: 150 }, () => statisticsOf(aClass(60)).test.interval!)
    const holding = intervals.filter((interval) => interval.from <= truth && truth <= interval.to).length
    expect(holding / 150).toBeGreaterThan(0.89)
    expect(holding).toBeLessThan(150)
  })
})

test('for right-or-wrong tables KR-20 by its own formula, whoever stands first', () => {
  const table = fc.integer({ min: 2, max: 8 }).chain((k) => fc.array(fc.array(fc.integer({ min: 0, max: 1 }), { minLength: k, maxLength: k }), { minLength: 2, maxLength: 30 }))
  fc.assert(fc.property(table, (rows) => {
    const people = marksOf(...rows.map((row) => row.join('')))
    const { test: whole, items } = statisticsOf(people)
    const [n, k] = [rows.length, rows[0]!.length]
    const totals = rows.map((row) => row.reduce((a, b) => a + b, 0))
    const mean = totals.reduce((a, b) => a + b, 0) / n
    const variance = totals.reduce((sum, one) => sum + (one - mean) ** 2, 0) / n
    const pq = rows[0]!.map((_, item) => rows.reduce((sum, row) => sum + row[item]!, 0) / n).reduce((sum, p) => sum + p * (1 - p), 0)
    if (variance === 0) expect(whole.reliability).toBeNull()
    else expect(whole.reliability).toBeCloseTo((k / (k - 1)) * (1 - pq / variance), 9)
    const turned = statisticsOf(people.toReversed())
    for (const [index, item] of items.entries()) {
      for (const figure of ['facility', 'upperLower', 'pointBiserial', 'corrected'] as const) {
        if (item[figure] === null) expect(turned.items[index]![figure]).toBeNull()
        else expect(turned.items[index]![figure]).toBeCloseTo(item[figure], 9)
      }
    }
  }), { numRuns: 300 })
})

import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { checkDigit, checkIin, iinWarnings, maskNumber, normalisePassport } from '#modules/people/index.ts'

describe('check digit, two passes', () => {
  test.each(['791028302728', '061211600012', '900101350401', '050505500800', '010315604155'])('%s is valid', (iin) => expect(checkIin(iin)).toMatchObject({ valid: true, iin }))
  test.each<[text: string, problem: string]>([
    ['791028302729', 'check-digit'], ['79102830272', 'length'], ['7910283027280', 'length'], ['', 'length'], ['79102830272a', 'characters'], ['6,7022E+11', 'characters'],
    ...Array.from({ length: 10 }, (_, digit) => [`90010130080${digit}`, 'check-digit'] as [string, string]),
  ])('%s is not: %s', (text, problem) => expect(checkIin(text)).toEqual({ valid: false, problem }))

  test('the second weights come in only when the first pass gives ten', () => {
    expect(checkDigit('06121160001')).toBe(2)
    expect(checkDigit('90010135040')).toBe(1)
    expect(checkDigit('05050550080')).toBe(0)
    expect(checkDigit('90010130080')).toBeNull()
  })

  test('a single wrong digit is always noticed, unless both passes agree by the weights’ own rule', () => {
    fc.assert(fc.property(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 11, maxLength: 11 }), fc.integer({ min: 0, max: 10 }), fc.integer({ min: 1, max: 9 }), (digits, at, shift) => {
      const first = checkDigit(digits.join(''))
      const changed = digits.map((digit, index) => (index === at ? (digit + shift) % 10 : digit)).join('')
      // In the first pass every single change shows: the weights 1 to 10 have inverses modulo 11; weight 11 has none.
      fc.pre(first !== null && at !== 10 && digits.reduce((sum, digit, index) => sum + digit * (index + 1), 0) % 11 < 10)
      fc.pre([...changed].reduce((sum, digit, index) => sum + Number(digit) * (index + 1), 0) % 11 < 10)
      return checkDigit(changed) !== first
    }))
  })
})

test('spaces, hyphens and full-width digits are forgiven', () => {
  for (const text of ['7910 2830 2728', '791028-302728', '\u00a0791028302728 ', '７９１０２８３０２７２８']) expect(checkIin(text)).toMatchObject({ valid: true, iin: '791028302728' })
})

test('sex and birth date are told, never demanded', () => {
  expect(checkIin('791028302728')).toMatchObject({ sex: 'male', birthDate: '1979-10-28' })
  expect(iinWarnings('791028302728', 'female')).toEqual(['iin-sex-differs'])
  expect(iinWarnings('791028302728', 'male')).toEqual([])
  expect(iinWarnings('791028302728', null)).toEqual([])
  const impossible = '991331300010'
  const fixed = `${impossible.slice(0, 11)}${checkDigit(impossible)}`
  expect(checkIin(fixed)).toMatchObject({ valid: true, birthDate: null })
  expect(iinWarnings(fixed, 'male')).toEqual(['iin-date-impossible'])
})

test('a shown number tells people apart and no more', () => {
  expect(maskNumber('791028302728')).toBe('7910******28')
  expect(maskNumber('N12345678')).toBe('N1*****78')
  expect(maskNumber('AB123')).toBe('AB*23')
})

test('a passport number is compared without spaces and in capitals', () => {
  expect(normalisePassport(' n 123-456 78')).toBe('N12345678')
  expect(normalisePassport('12')).toBeNull()
  expect(normalisePassport("N1'; drop")).toBeNull()
})

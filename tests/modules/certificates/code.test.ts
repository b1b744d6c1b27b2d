import { expect, test } from 'vitest'
import { groupCode, readCode } from '#modules/certificates/index.ts'
import { newCode } from '#modules/certificates/code.ts'

const alphabet = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'

test('a new code has 27 characters that are not taken for one another, and is never given twice', () => {
  const codes = Array.from({ length: 5000 }, newCode)
  expect(new Set(codes).size).toBe(5000)
  for (const code of codes) {
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{27}$/)
    expect(readCode(code)).toBe(code)
  }
})

test('all characters are as likely as one another', () => {
  const counts = new Map<string, number>()
  for (let index = 0; index < 4000; index++) for (const character of newCode()) counts.set(character, (counts.get(character) ?? 0) + 1)
  const expected = (4000 * 27) / 32
  const chiSquare = [...alphabet].reduce((sum, one) => sum + ((counts.get(one) ?? 0) - expected) ** 2 / expected, 0)
  // 31 degrees of freedom: 74 is exceeded once in 100,000 runs.
  expect(chiSquare).toBeLessThan(74)
})

test('case, spaces, hyphens and the letters that look like digits are forgiven', () => {
  const code = '7Q2M9XKD4HTRV8PC3W5JYB6N10'
  const whole = [...alphabet].map((last) => code + last).find((one) => readCode(one) !== null)!
  expect(readCode(` ${groupCode(whole).toLowerCase()} `)).toBe(whole)
  expect(readCode(whole.replaceAll('0', 'o').replaceAll('1', 'l'))).toBe(whole)
  expect(readCode(whole.replaceAll('0', 'O').replaceAll('1', 'I').split('').join(' '))).toBe(whole)
  expect(readCode(groupCode(whole).replaceAll('-', '–'))).toBe(whole)
  expect(groupCode(whole)).toMatch(/^7Q2M-9XKD-4HTR-V8PC-3W5J-YB6N-10.$/)
})

test('every single wrong character and every two swapped ones are noticed', () => {
  for (let round = 0; round < 20; round++) {
    // The ends of the alphabet side by side are what Luhn's rule would miss.
    const code = round === 0 ? withCheck('0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z0Z') : newCode()
    for (let at = 0; at < code.length; at++) {
      for (const other of alphabet) {
        if (other !== code[at]) expect(readCode(code.slice(0, at) + other + code.slice(at + 1))).toBeNull()
      }
      for (let to = at + 1; to < code.length; to++) {
        if (code[at] !== code[to]) expect(readCode(code.slice(0, at) + code[to] + code.slice(at + 1, to) + code[at] + code.slice(to + 1))).toBeNull()
      }
    }
  }
})

test('what can’t be a code is none', () => {
  for (const text of ['', '0', 'KZ-2027-000001', newCode() + '0', newCode().slice(1), 'Ұ'.repeat(27), 'U'.repeat(27), '0'.repeat(10_000)]) expect(readCode(text)).toBeNull()
})

const withCheck = (body: string) => [...alphabet].map((last) => body + last).find((one) => readCode(one) !== null)!

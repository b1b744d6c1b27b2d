import { readFileSync } from 'node:fs'
import { checkDigit } from '#modules/people/index.ts'

/** The bytes of a roster of so many people, all different and each with a right number. */
export function multitude(people: number): Buffer {
  const lines = [readFileSync('tests/corpus/rosters/roster-kyzylorda.csv', 'utf8').replace('\ufeff', '').split('\r\n')[0]!]
  for (let number = 0, made = 0; made < people; number++) {
    const born = `${60 + (Math.floor(number / 100_000) % 40)}${number % 10 < 9 ? '0' : '1'}${1 + (number % 2)}1${number % 9}`
    const digits = `${born}4${String(Math.floor(number / 10) % 10_000).padStart(4, '0')}`
    const last = checkDigit(digits)
    if (last === null) continue
    made++
    const phone = String(made).padStart(9, '0').replace(/(\d\d)(\d{3})(\d\d)(\d\d)/, '$1 $2 $3 $4')
    lines.push(`${made};Рақымбаева;Нұргүл;Ерланқызы;${digits}${last};патронажная медсестра;Қызылорда қалалық №3 емханасы;nurse${made}@example.kz;+7 7${phone}`)
  }
  return Buffer.from(`\ufeff${lines.join('\r\n')}\r\n`)
}

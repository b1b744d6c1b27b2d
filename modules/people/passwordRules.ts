import blocked from './blocked.json' with { type: 'json' }
import { minimumLength } from './rules.ts'

export type PasswordProblem = 'field.password-short-8' | 'field.password-short-15' | 'field.password-long' | 'field.password-common'

/** Longest password taken, in characters. */
export const longestPassword = 256

const rows = ['01234567890123456789', 'abcdefghijklmnopqrstuvwxyz', 'qwertyuiopasdfghjklzxcvbnm', 'qazwsxedcrfvtgbyhnujmikolp', 'йцукенгшщзхъфывапролджэячсмитьбю', 'абвгдеёжзийклмнопрстуфхцчшщъыьэюя']
const sequences = rows.flatMap((row) => [row, [...row].reverse().join('')]).map((row) => row.repeat(20))
const words = [...blocked].sort((a, b) => b.length - a.length)

/**
 * What is wrong with a new password, as a key under `field.`, or null. Length counts characters, in NFC; there are no rules
 * of composition. Refused is what a stranger tries first: common words and our own, the person's name or login, rows of
 * the keyboard, few different characters. `own` are the person's names and logins.
 */
export function passwordProblem(password: string, { secondFactor, own }: { secondFactor: boolean; own: readonly (string | null | undefined)[] }): PasswordProblem | null {
  const text = password.normalize('NFC')
  const length = [...text].length
  if (length > longestPassword) return 'field.password-long'
  if (length < minimumLength(secondFactor)) return secondFactor ? 'field.password-short-8' : 'field.password-short-15'
  return isGuessable(text, own) ? 'field.password-common' : null
}

function isGuessable(text: string, own: readonly (string | null | undefined)[]): boolean {
  const lower = text.toLowerCase()
  const bare = lower.replace(/[^\p{L}\p{N}]/gu, '')
  if (new Set(lower).size < 5 || (bare !== '' && sequences.some((row) => row.includes(bare)))) return true

  // Take out every word that a stranger would try: less than four letters beside it are not a password.
  const personal = own.flatMap((one) => (one ?? '').toLowerCase().split(/[^\p{L}\p{N}]+/u)).flatMap((word) => [word, word.replace(/\p{N}/gu, '')]).filter((word) => word.length >= 4)
  const letters = bare.replace(/\p{N}/gu, '')
  if (letters === '') return personal.some((word) => bare.includes(word))
  const rest = [...personal, ...words].reduce((text, word) => text.replaceAll(word, ''), letters)
  return rest !== letters && rest.length < 4
}

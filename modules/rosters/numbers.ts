import { checkIin, normaliseEmail, normalisePassport, normalisePhone } from '#modules/people/index.ts'
import { fold } from '#modules/words/index.ts'
import { plain } from './names.ts'
import { type Problem, problem, shown } from './problems.ts'

// Numbers and dates as they stand in cells. Pure.

export type Iin = { iin: string | null; problems: Problem[]; /** A number with its lost zeros back: right, but to be confirmed. */ restored?: string }

const hides = /[\s\u00a0\u2000-\u200b\u202f\u205f\u3000\ufeff'’`"_-]/g

/**
 * An IIN from its cell. Spaces and the apostrophe that keeps a cell text are taken out. What a spreadsheet did to it is
 * explained: a number shown as 6,7022E+11 has lost digits for ever; one that lost its leading zeros fits again when they
 * are put back, which somebody must confirm.
 */
export function readIin(cell: string, confirmed: boolean): Iin {
  const bare = cell.replace(hides, '').replace(/[.,]0+$/, '')
  if (bare === '' || /^(жоқ|нет|no|none)$/i.test(bare)) return { iin: null, problems: [] }
  if (/^\d([.,]\d+)?e\+?\d+$/i.test(bare)) return { iin: null, problems: [problem('iin', 'iin-scientific', { text: shown(cell) })] }
  if (!/^\d+$/.test(bare)) return { iin: null, problems: [problem('iin', 'iin-sign')] }
  const spaces: Problem[] = cell.trim() !== bare ? [problem('iin', 'spaces')] : []

  const judged = checkIin(bare)
  if (judged.valid) return { iin: bare, problems: spaces }
  if (bare.length === 12) return { iin: null, problems: [problem('iin', 'iin-check')] }
  const padded = bare.padStart(12, '0')
  const whole = checkIin(padded)
  // One wrong number in eleven has a fitting check digit by chance: without a possible birth date it is no likely zero.
  if (bare.length >= 9 && bare.length < 12 && whole.valid && whole.birthDate !== null) {
    if (confirmed) return { iin: padded, problems: [problem('iin', 'iin-restored')] }
    return { iin: null, restored: padded, problems: [problem('iin', 'iin-zero', { digits: bare.length, zeros: 12 - bare.length })] }
  }
  return { iin: null, problems: [problem('iin', 'iin-length', { digits: bare.length })] }
}

/** A passport number: letters and digits, in capitals. */
export function readPassport(cell: string): { passport: string | null; problems: Problem[] } {
  const { text, problems } = plain('passport', cell, 40)
  if (text === null) return { passport: null, problems }
  const passport = normalisePassport(text.replaceAll('№', ''))
  return passport ? { passport, problems } : { passport: null, problems: [problem('passport', 'passport-form')] }
}

/** A telephone number in its international form. */
export function readPhone(cell: string): { phone: string | null; problems: Problem[] } {
  const text = cell.replace(/[\u00a0\u2000-\u200f\u202a-\u202f\u2066-\u2069\ufeff]/g, ' ').trim()
  if (text === '' || /^[-–—]+$/.test(text)) return { phone: null, problems: [] }
  const phone = normalisePhone(text)
  if (!phone) return { phone: null, problems: [problem('phone', 'phone-form', { text: shown(text) })] }
  const expected = phone.replace(/^\+7(\d{3})(\d{3})(\d{2})(\d{2})$/, '+7 $1 $2 $3 $4')
  return { phone, problems: text === expected || text === phone ? [] : [problem('phone', 'phone-read', { to: expected })] }
}

/** An e-mail address in small letters. */
export function readEmail(cell: string): { email: string | null; problems: Problem[] } {
  const { text, problems } = plain('email', cell, 254)
  if (text === null) return { email: null, problems }
  if (/[^\x20-\x7e]/.test(text)) return { email: null, problems: [problem('email', 'email-letters')] }
  const email = normaliseEmail(text.replace(/^mailto:/i, ''))
  return email && !email.includes('..') ? { email, problems } : { email: null, problems: [problem('email', 'email-form')] }
}

/** A day as YYYY-MM-DD from 05.03.1979, 1979-03-05, 5/3/1979 or a spreadsheet's day number; null when it is none of these. */
export function readDay(cell: string): string | null {
  const text = cell.trim()
  const written = /^(\d{1,2})[./-](\d{1,2})[./-](\d{4})( г\.?| ж\.?)?$/.exec(text)
  const iso = /^(\d{4})-(\d{2})-(\d{2})(T.*| 00:00(:00)?)?$/.exec(text)
  if (written) return realDay(Number(written[3]), Number(written[2]), Number(written[1]))
  if (iso) return realDay(Number(iso[1]), Number(iso[2]), Number(iso[3]))
  if (/^\d{5}$/.test(text)) return new Date(Date.UTC(1899, 11, 30) + Number(text) * 86_400_000).toISOString().slice(0, 10)
  return null
}

function realDay(year: number, month: number, day: number): string | null {
  const date = new Date(Date.UTC(year, month - 1, day))
  const real = date.getUTCFullYear() === year && date.getUTCMonth() === month - 1 && date.getUTCDate() === day
  return real ? date.toISOString().slice(0, 10) : null
}

const sexes = new Map<string, 'female' | 'male'>([
  ...['ж', 'жен', 'женский', 'женщина', 'ә', 'әйел', 'f', 'female', 'w', 'woman'].map((word) => [fold(word), 'female'] as const),
  ...['м', 'муж', 'мужской', 'мужчина', 'е', 'ер', 'еркек', 'm', 'male', 'man'].map((word) => [fold(word), 'male'] as const),
])

/** A sex from its cell: «ж», «әйел», “female”… */
export const readSex = (cell: string) => sexes.get(fold(cell)) ?? null

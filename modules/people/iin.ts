export type IinProblem = 'characters' | 'length' | 'check-digit'
export type Sex = 'female' | 'male'

/** A well-formed IIN with what its digits say (null when they say nothing possible), or why it isn't one. */
export type IinCheck = { valid: true; iin: string; sex: Sex | null; birthDate: string | null } | { valid: false; problem: IinProblem }

/**
 * Checks a typed IIN: twelve digits, spaces and hyphens forgiven, and the check digit in two passes (weights 1…11, then
 * 3…11,1,2; a second ten was never issued). Date and sex are only told: since decree № 853 of 26 August 2013 they may
 * differ from the holder's, and the Ministry of Justice says that this is no error.
 */
export function checkIin(text: string): IinCheck {
  const digits = text.normalize('NFKC').replace(/[\s\u00a0\u2007\u202f‐-―-]+/g, '')
  if (!/^[0-9]*$/.test(digits)) return { valid: false, problem: 'characters' }
  if (digits.length !== 12) return { valid: false, problem: 'length' }
  if (checkDigit(digits) !== Number(digits[11])) return { valid: false, problem: 'check-digit' }
  return { valid: true, iin: digits, sex: sexOf(digits), birthDate: birthDateOf(digits) }
}

/** The twelfth digit that follows from the first eleven, or null when no number was issued with them. */
export function checkDigit(digits: string): number | null {
  const sum = (weights: number[]) => weights.reduce((total, weight, index) => total + weight * Number(digits[index]), 0) % 11
  const first = sum([1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11])
  if (first < 10) return first
  const second = sum([3, 4, 5, 6, 7, 8, 9, 10, 11, 1, 2])
  return second < 10 ? second : null
}

const sexOf = (iin: string): Sex | null => ('135'.includes(iin[6]!) ? 'male' : '246'.includes(iin[6]!) ? 'female' : null)

function birthDateOf(iin: string): string | null {
  const century = { 1: 18, 2: 18, 3: 19, 4: 19, 5: 20, 6: 20 }[iin[6]!]
  if (!century) return null
  const date = `${century}${iin.slice(0, 2)}-${iin.slice(2, 4)}-${iin.slice(4, 6)}`
  const parsed = new Date(`${date}T00:00:00Z`)
  return Number.isNaN(parsed.getTime()) || parsed.toISOString().slice(0, 10) !== date ? null : date
}

export type IinWarning = 'iin-sex-differs' | 'iin-date-impossible'

/** What is worth a second look in a valid IIN. Never a reason to refuse. */
export function iinWarnings(iin: string, sex: Sex | null | undefined): IinWarning[] {
  const check = checkIin(iin)
  if (!check.valid) return []
  return [
    ...(sex && check.sex && sex !== check.sex ? (['iin-sex-differs'] as const) : []),
    ...(check.birthDate === null ? (['iin-date-impossible'] as const) : []),
  ]
}

/** A passport number as it is looked up: capital letters (Latin or Russian) and digits only, 5 to 20 of them, or null. */
export function normalisePassport(text: string): string | null {
  const bare = text.normalize('NFKC').toUpperCase().replace(/[\s\u00a0№-]+/g, '')
  return /^[A-ZА-ЯЁ0-9]{5,20}$/u.test(bare) ? bare : null
}

/** `7910******28`: enough to tell two people apart, too little to use. */
export function maskNumber(number: string): string {
  const head = number.length >= 12 ? 4 : 2
  return `${number.slice(0, head)}${'*'.repeat(Math.max(number.length - head - 2, 1))}${number.slice(-2)}`
}

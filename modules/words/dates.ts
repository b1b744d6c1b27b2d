import type { Locale } from './translate.ts'

const months = {
  kk: ['қаңтар', 'ақпан', 'наурыз', 'сәуір', 'мамыр', 'маусым', 'шілде', 'тамыз', 'қыркүйек', 'қазан', 'қараша', 'желтоқсан'],
  ru: ['января', 'февраля', 'марта', 'апреля', 'мая', 'июня', 'июля', 'августа', 'сентября', 'октября', 'ноября', 'декабря'],
  en: ['January', 'February', 'March', 'April', 'May', 'June', 'July', 'August', 'September', 'October', 'November', 'December'],
} as const
const ruMonthNames = ['январь', 'февраль', 'март', 'апрель', 'май', 'июнь', 'июль', 'август', 'сентябрь', 'октябрь', 'ноябрь', 'декабрь'] as const

/** Dates are `YYYY-MM-DD` texts: a calendar day of the centre, without a clock. */
const parts = (date: string) => date.split('-').map(Number) as [number, number, number]

/** Day, month in words and year, in the form that official letters use: «2027 жылғы 1 наурыз», «1 марта 2027 года», “1 March 2027”. ICU's Kazakh forms differ. */
export function formalDate(locale: Locale, date: string): string {
  const [year, month, day] = parts(date)
  const name = months[locale][month - 1]
  if (locale === 'kk') return `${year} жылғы ${day} ${name}`
  return locale === 'ru' ? `${day} ${name} ${year} года` : `${day} ${name} ${year}`
}

/** From one day to another, both included, with nothing said twice: «2027 жылғы 1–5 наурыз». */
export function dateRange(locale: Locale, from: string, to: string): string {
  if (from === to) return formalDate(locale, from)
  const [year, month, day] = parts(from)
  const [endYear, endMonth, endDay] = parts(to)
  if (year !== endYear) return `${formalDate(locale, from)} — ${formalDate(locale, to)}`
  const name = months[locale][month - 1]
  const days = month === endMonth ? `${day}–${endDay} ${name}` : `${day} ${name} — ${endDay} ${months[locale][endMonth - 1]}`
  if (locale === 'kk') return `${year} жылғы ${days}`
  return locale === 'ru' ? `${days} ${year} года` : `${days} ${year}`
}

/** 01.03.2027, for tables; 2027-03-01 stays sortable in exports. */
export function shortDate(locale: Locale, date: string): string {
  const [year, month, day] = date.split('-')
  return locale === 'en' ? `${day}/${month}/${year}` : `${day}.${month}.${year}`
}

/** A month, `YYYY-MM`, in words. */
export function month(locale: Locale, value: string): string {
  const [year, number] = value.split('-').map(Number) as [number, number]
  if (locale === 'kk') return `${year} жылғы ${months.kk[number - 1]}`
  return locale === 'ru' ? `${ruMonthNames[number - 1]} ${year}` : `${months.en[number - 1]} ${year}`
}

/** A quarter, `YYYY-Qn`, in words: «2026 жылғы III тоқсан», «III квартал 2026 года», “Q3 2026”. */
export function quarter(locale: Locale, value: string): string {
  const [year, number] = value.split('-Q').map(Number) as [number, number]
  const roman = ['I', 'II', 'III', 'IV'][number - 1]
  if (locale === 'kk') return `${year} жылғы ${roman} тоқсан`
  return locale === 'ru' ? `${roman} квартал ${year} года` : `Q${number} ${year}`
}

const weekdays = {
  kk: ['дүйсенбі', 'сейсенбі', 'сәрсенбі', 'бейсенбі', 'жұма', 'сенбі', 'жексенбі'],
  ru: ['понедельник', 'вторник', 'среда', 'четверг', 'пятница', 'суббота', 'воскресенье'],
  en: ['Monday', 'Tuesday', 'Wednesday', 'Thursday', 'Friday', 'Saturday', 'Sunday'],
} as const
const shortWeekdays = {
  kk: ['Дс', 'Сс', 'Ср', 'Бс', 'Жм', 'Сб', 'Жс'],
  ru: ['Пн', 'Вт', 'Ср', 'Чт', 'Пт', 'Сб', 'Вс'],
  en: ['Mon', 'Tue', 'Wed', 'Thu', 'Fri', 'Sat', 'Sun'],
} as const

/** 0 for Monday, with which a week begins here, to 6 for Sunday. */
export const dayOfWeek = (date: string) => (new Date(`${date}T00:00:00Z`).getUTCDay() + 6) % 7

export const weekday = (locale: Locale, date: string): string => weekdays[locale][dayOfWeek(date)]!
export const shortWeekday = (locale: Locale, date: string): string => shortWeekdays[locale][dayOfWeek(date)]!

/** The calendar day so many days later; earlier when negative. */
export const addDays = (date: string, days: number) => new Date(Date.parse(date) + days * 86_400_000).toISOString().slice(0, 10)

/** The Monday of a day's week. */
export const mondayOf = (date: string) => addDays(date, -dayOfWeek(date))

/** The calendar day, `YYYY-MM-DD`, of a moment in a time zone (IANA name, with its history). */
export function dayOf(at: Date, timeZone: string): string {
  let format = dayFormats.get(timeZone)
  if (!format) dayFormats.set(timeZone, (format = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit' })))
  return format.format(at)
}

/** By time zone, of which there are few: making a format costs a hundred times what using it does. */
const dayFormats = new Map<string, Intl.DateTimeFormat>()

/** How far a zone's clock is ahead of UTC at a moment, in milliseconds, by the time zone data (IANA, with history) that Node carries. */
function aheadOf(timeZone: string, at: number): number {
  const parts = new Intl.DateTimeFormat('en-CA', { timeZone, year: 'numeric', month: '2-digit', day: '2-digit', hour: '2-digit', minute: '2-digit', second: '2-digit', hourCycle: 'h23' }).formatToParts(at)
  const read = (type: string) => parts.find((part) => part.type === type)!.value
  return Date.parse(`${read('year')}-${read('month')}-${read('day')}T${read('hour')}:${read('minute')}:${read('second')}Z`) - Math.floor(at / 1000) * 1000
}

/**
 * The moment at which the clocks of a time zone (IANA name) show this day and time (`HH:MM`). Where clocks were put back and show it
 * twice, the first time; where they were put on and never show it, as long after the change as it is after the time that was skipped.
 */
export function instantOf(date: string, time: string, timeZone: string): Date {
  const wall = Date.parse(`${date}T${time}:00Z`)
  // A zone changes its clock once in two days at most: its distance from UTC is one of these.
  const before = aheadOf(timeZone, wall - 86_400_000)
  const fits = [before, aheadOf(timeZone, wall + 86_400_000)].map((ahead) => wall - ahead).filter((at) => at + aheadOf(timeZone, at) === wall)
  return new Date(fits.length > 0 ? Math.min(...fits) : wall - before)
}

/** A moment as day and time of a time zone, the country's by default: 01.03.2027, 14:30. */
export function moment(locale: Locale, at: Date, timeZone = 'Asia/Almaty'): string {
  const time = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(at)
  return `${shortDate(locale, dayOf(at, timeZone))}, ${time}`
}

/** 1 234,5 in Kazakh and Russian (with no-break spaces), 1,234.5 in English. */
export function number(locale: Locale, value: number): string {
  const [whole, rest] = String(Math.abs(value)).split('.') as [string, string?]
  const grouped = whole.replace(/\B(?=(\d{3})+(?!\d))/g, locale === 'en' ? ',' : '\u00a0')
  const separator = locale === 'en' ? '.' : ','
  return `${value < 0 ? '−' : ''}${grouped}${rest ? separator + rest : ''}`
}

/** 34%, in Russian with a no-break space. Takes 0–100. */
export const percent = (locale: Locale, value: number) => `${number(locale, Math.round(value))}${locale === 'ru' ? '\u00a0' : ''}%`

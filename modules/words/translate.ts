import { IntlMessageFormat } from 'intl-messageformat'
import en from '#content/interface/en.json' with { type: 'json' }
import kk from '#content/interface/kk.json' with { type: 'json' }
import ru from '#content/interface/ru.json' with { type: 'json' }
import { moment, shortDate } from './dates.ts'

export type Key = keyof typeof en
export const locales = ['kk', 'ru', 'en'] as const
export type Locale = (typeof locales)[number]
export const isLocale = (value: unknown): value is Locale => locales.includes(value as Locale)

/** A missing key in Kazakh or Russian does not compile. */
const sentences: Record<Locale, Record<Key, string>> = { kk, ru, en }
const compiled = new Map<string, IntlMessageFormat>()

export type Facts = Record<string, string | number | Date | null>
export type Translate = (key: Key, facts?: Facts) => string

/**
 * The sentence of a key in a language, with its facts put in: ICU MessageFormat, so plurals are right in each language.
 * Numbers are written the language's way, moments as a day and time of the country's clock, and texts that are a
 * calendar day (`2027-03-01`) as that day.
 */
export function t(locale: Locale, key: Key, facts?: Facts): string {
  const sentence = sentences[locale][key]
  if (sentence === undefined) throw new Error(`no sentence for ${key}`)
  if (!sentence.includes('{')) return sentence
  const id = `${locale}:${key}`
  let message = compiled.get(id)
  if (!message) compiled.set(id, (message = new IntlMessageFormat(sentence, locale, undefined, { ignoreTag: true })))
  const values = Object.fromEntries(Object.entries(facts ?? {}).map(([name, value]) => [name, written(locale, value)]))
  return message.format(values) as string
}

const calendarDay = /^\d{4}-\d{2}-\d{2}$/

const written = (locale: Locale, value: Facts[string]) =>
  value instanceof Date ? moment(locale, value) : typeof value === 'string' && calendarDay.test(value) ? shortDate(locale, value) : value

/** Whether there is a sentence under a key that is put together from data. */
export const hasSentence = (key: string): key is Key => Object.hasOwn(en, key)

/** `t` for one language. */
export const translator = (locale: Locale): Translate => (key, facts) => t(locale, key, facts)


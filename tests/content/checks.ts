import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { plainText } from '#modules/courses/index.ts'
import { type Locale, locales } from '#modules/words/index.ts'

// What tests look for in the texts of every course: pure functions, so that the checks themselves are tested.

const word = z.strictObject({ pattern: z.string(), except: z.array(z.string()).optional(), instead: z.string(), why: z.string() })
const checksShape = z.strictObject({
  words: z.strictObject({ kk: z.array(word), ru: z.array(word), en: z.array(word) }),
  numbers: z.array(z.strictObject({ where: z.string(), number: z.string(), reason: z.string().min(10) })),
})
export type Checks = z.infer<typeof checksShape>
export const readChecks = (): Checks => checksShape.parse(parse(readFileSync('content/checks.yaml', 'utf8')))

/** Words that stray, each with the words around it. */
export function strays(text: string, locale: Locale, { words }: Checks): string[] {
  return words[locale].flatMap(({ pattern, except = [], instead }) => {
    const plain = except.reduce((rest, allowed) => rest.replaceAll(new RegExp(allowed, 'giu'), ''), text)
    return [...plain.matchAll(new RegExp(pattern, 'giu'))].map((match) => `«${plain.slice(Math.max(0, match.index - 25), match.index + match[0].length + 25).replace(/\s+/g, ' ')}» → ${instead}`)
  })
}

/** Words of two scripts; a hyphen parts words («HbA1c-нің»). */
export const mixed = (text: string): string[] =>
  (text.match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]+/gu) ?? []).filter((one) => /\p{Script=Latin}/u.test(one) && /\p{Script=Cyrillic}/u.test(one))

/** The numbers of a text, in order of size: words differ, doses do not. A comma is a decimal in Kazakh and Russian, and parts thousands in English. */
export const numbersIn = (text: string, locale: Locale): number[] =>
  (text.replaceAll('\u00a0', '').replace(locale === 'en' ? /(?<=\d),(?=\d{3}\b)/g : /(?<=\d),(?=\d)/g, locale === 'en' ? '' : '.').match(/\d+(\.\d+)?/g) ?? []).map(Number).sort((a, b) => a - b)

/** The numbers that stand in one list and not in the other, with repetition. */
export function unequal(own: readonly number[], other: readonly number[]): string {
  const rest = [...other]
  const more = own.filter((one) => { const at = rest.indexOf(one); if (at >= 0) rest.splice(at, 1); return at < 0 })
  return more.length + rest.length === 0 ? '' : `more: ${more.join(' ') || '—'}; missing: ${rest.join(' ') || '—'}`
}

/** Words of a lesson as it is read; a Kazakh word is as long as two or three English ones. */
export const wordsIn = (body: string): number => (plainText(body).match(/[\p{L}\p{N}][\p{L}\p{N}’'-]*/gu) ?? []).length

// Clinical numbers, in English, which the other languages repeat.

const units: [unit: string, pattern: string][] = [
  ['ml/kg', String.raw`ml(?:\/| per | for each | for every )k(?:g|ilogram)`], ['mg/kg', String.raw`mg(?:\/| per | for each | for every )k(?:g|ilogram)`], ['ml', String.raw`ml(?!\w|\/|\s?(?:per|for each|for every) k)`], ['mg', String.raw`mg(?!\w|\/|\s?(?:per|for each|for every) k)`], ['°C', '°C'],
  ['breaths', String.raw`breaths?\b`], ['mm', String.raw`mm\b`], ['g/dl', String.raw`g\/d[lL]`], ['days', String.raw`days?\b`],
]
const numeral = String.raw`\d+(?:[.,]\d+)*`

/** Numbers with a clinical unit: `50 ml/kg`, `38.5 °C`; of a range both ends. */
export function clinicalNumbers(text: string): string[] {
  const plain = text.replaceAll('\u00a0', ' ').replace(/(?<=\d),(?=\d{3}\b)/g, '')
  return units.flatMap(([unit, pattern]) =>
    [...plain.matchAll(new RegExp(String.raw`(?<![\d.,])(${numeral})(?:\s?(?:–|-|to|or|and)\s?(${numeral}))?\s?(?:${pattern})`, 'g'))].flatMap(([, from, to]) => [from, to].flatMap((one) => (one ? [`${Number(one)} ${unit}`] : []))))
}

/** What a lesson says as a rule: without stories, cases, talks and questions, whose numbers are a child's. */
export const ruleText = (body: string): string => body.replace(/<(Example|Vignette|Dialogue|HomeVisit|Check|Facilitator)\b[\s\S]*?<\/\1>/g, ' ').replace(/<CountingDrill\b[^>]*\/>/g, ' ')

const shownUnits: Record<string, string> = { 'celsius': '°C', 'breaths-per-minute': 'breaths', 'mm': 'mm', 'g-per-dl': 'g/dl', 'days': 'days', 'ml': 'ml', 'mg': 'mg' }
const keyUnits: Record<string, string> = { mlPerKg: 'ml/kg', mgPerKg: 'mg/kg', ml: 'ml', mg: 'mg', days: 'days', printed: 'ml', older: 'ml' }

/** Every number with a unit that content/protocols holds: in its words, in its doses and fluids, and in the limits of its rules. */
export function protocolNumbers(folder = 'content/protocols'): Set<string> {
  const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.yaml')).map((name) => parse(readFileSync(join(folder, name), 'utf8')) as unknown)
  const unitOf = new Map<string, string>()
  each(files, (node) => { if (typeof node['id'] === 'string' && typeof node['unit'] === 'string') unitOf.set(node['id'], shownUnits[node['unit']] ?? '') })
  const known = new Set<string>()
  const add = (value: unknown, unit: string | undefined): void => {
    if (!unit) return
    if (Array.isArray(value)) for (const one of value) add(one, unit)
    else if (typeof value === 'number') known.add(`${value} ${unit}`)
  }
  each(files, (node) => {
    for (const [key, value] of Object.entries(node)) {
      if (key === 'en' && typeof value === 'string') for (const number of clinicalNumbers(value)) known.add(number)
      add(value, keyUnits[key])
    }
    if (typeof node['unit'] === 'string') add(node['amount'], shownUnits[node['unit']])
    if (node['id'] === 'ageDays') add(node['range'], 'days')
    if (typeof node['is'] === 'string') for (const limit of ['below', 'from', 'above', 'upTo', 'oneOf']) {
      const [value, unit] = [node[limit], unitOf.get(node['is'])]
      add(value, unit)
      // What is counted in whole numbers has a last one that is not yet so: 49 breaths, 6 days.
      if (typeof value === 'number' && (unit === 'breaths' || unit === 'days') && (limit === 'below' || limit === 'from')) add(value - 1, unit)
    }
  })
  return known
}

function each(value: unknown, tell: (node: Record<string, unknown>) => void): void {
  if (typeof value !== 'object' || value === null) return
  if (!Array.isArray(value)) tell(value as Record<string, unknown>)
  for (const inner of Object.values(value)) each(inner, tell)
}

/** Clinical numbers of a lesson that no protocol holds and nobody has allowed. */
export function unknownNumbers(where: string, text: string, known: ReadonlySet<string>, { numbers }: Checks): string[] {
  const allowed = new Set(numbers.filter((one) => one.where === where || one.where === '*').map((one) => one.number))
  return [...new Set(clinicalNumbers(ruleText(text)))].filter((one) => !known.has(one) && !allowed.has(one))
}

// Questions, by rule H1 of the authors' guide.

type Texts = Record<Locale, string>
export type Question = { id: string; kind: string; prompt: Texts; options?: { id: string; text: Texts }[]; key?: unknown; case?: unknown }

const allOrNone: Record<Locale, RegExp> = {
  en: /\b(all|none|both) of (the above|these|them)\b/i,
  ru: /вс[её] (вышеперечисленное|перечисленное|верно)|ничего из|ни один из (перечисл|вариант)|оба (ответа|варианта)/i,
  kk: /(жоғарыда|аталған)\p{L}* ?(бәрі|барлығы)|барлығы дұрыс|бәрі дұрыс|ешқайсысы|екеуі де дұрыс/iu,
}
const negative: Record<Locale, RegExp> = { en: /\b(NOT|EXCEPT|except)\b/, ru: /(?<!\p{L})НЕ(?!\p{L})|(?<!\p{L})кроме(?!\p{L})/u, kk: /ЕМЕС|(?<!\p{L})басқасы(?!\p{L})/u }
const imperative: Record<Locale, RegExp> = {
  en: /(^|[,;:] )(choose|put|match|name|calculate|classify|select|order|arrange|give|say|work out|mark|find|decide|write|pair|count|tick|sort|link|connect|set|line up|join)\b/i,
  ru: /(йте|ите|ьте)(?!\p{L})/u,
  kk: /(ыңыз|іңіз|ңыз|ңіз)(?!\p{L})/u,
}

/** The last sentence of a prompt: what is asked. */
const leadIn = (prompt: string) => prompt.trim().split(/(?<=[.!?…])\s+/).at(-1)!

/** What is wrong with one written question. Cases are worded by the protocols and are not looked at. */
export function questionFaults({ kind, prompt, options = [] }: Question): string[] {
  return locales.flatMap((locale) => {
    const faults: string[] = []
    const lead = leadIn(prompt[locale])
    if (!/\?[”»"]?$/.test(lead) && !imperative[locale].test(lead)) faults.push(`${locale}: asks nothing: «${lead}»`)
    if (negative[locale].test(lead)) faults.push(`${locale}: asks for what is not so: «${lead}»`)
    const texts = options.map((option) => option.text[locale])
    for (const text of texts) if (allOrNone[locale].test(text)) faults.push(`${locale}: «${text}»`)
    if (new Set(texts.map((text) => text.toLowerCase())).size < texts.length) faults.push(`${locale}: an option twice`)
    if (kind === 'single' && texts.length > 0) {
      const lengths = texts.map((text) => text.length)
      // Names of the chart's rows are as long as they are, and short words may differ; of phrases none may be three times another.
      const named = texts.every((text) => text === text.toUpperCase() && /\p{L}/u.test(text))
      if (!named && Math.max(...lengths) > 3 * Math.min(...lengths) && Math.max(...lengths) - Math.min(...lengths) > 25) faults.push(`${locale}: options of ${lengths.join(', ')} letters`)
      const kinds = new Set(texts.map((text) => (/[.!?]$/.test(text) ? 'sentence' : 'phrase')))
      if (kinds.size > 1) faults.push(`${locale}: sentences among phrases`)
    }
    return faults
  })
}

/** How often the key stands at each place: no place may have half of them. */
export function keyPlaces(questions: readonly Question[]): Map<number, number> {
  const places = new Map<number, number>()
  for (const { kind, options, key } of questions) {
    if (kind !== 'single' || !options || !Array.isArray(key)) continue
    const place = options.findIndex((option) => option.id === key[0])
    places.set(place, (places.get(place) ?? 0) + 1)
  }
  return places
}

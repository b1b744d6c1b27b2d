import type { Cases } from './cases.ts'
import type { Findings } from './chart.ts'
import type { Protocol } from './readProtocols.ts'
import type { AgeGroup, Finding, Texts } from './shapes.ts'

type Locale = keyof Texts
type Drawn = { findings: Findings; name: Texts; sex: 'F' | 'M'; age: number; place: Texts }

const told = new Set(['ageMonths', 'ageDays', 'sex', 'weightKg'])
const dangerSigns = ['notAbleToDrink', 'vomitsEverything', 'convulsions', 'lethargicOrUnconscious', 'convulsingNow']

/** The story of a case in three languages: what the mother says, what is seen and measured, and what was looked for and not found. */
export const tellCase = (cases: Cases, protocol: Protocol, ageGroup: AgeGroup, drawn: Drawn): Texts => ({
  kk: tell(cases, protocol, ageGroup, drawn, 'kk'), ru: tell(cases, protocol, ageGroup, drawn, 'ru'), en: tell(cases, protocol, ageGroup, drawn, 'en'),
})

function tell({ sentences, history }: Cases, protocol: Protocol, ageGroup: AgeGroup, { findings, name, sex, age, place }: Drawn, locale: Locale): string {
  const fields = protocol.findings.filter((one) => one.for.includes(ageGroup) && !told.has(one.id) && findings[one.id] !== undefined)
  const noDanger = ageGroup === 'child' && dangerSigns.every((id) => findings[id] === 'no')
  const present = fields.filter((one) => findings[one.id] !== 'no')
  const absent = fields.filter((one) => findings[one.id] === 'no' && !(noDanger && dangerSigns.includes(one.id)))
  const list = (some: readonly Finding[]) => some.map((one) => said(one, findings[one.id]!, protocol, locale)).join('; ')
  const sexName = protocol.findings.find((one) => one.id === 'sex')!.options!.find((one) => one.id === sex)!.name[locale]
  const sentence = (template: Texts, filled: Record<string, string>) => template[locale].replace(/\{(\w+)\}/g, (_, key: string) => filled[key]!)
  const heard = present.filter((one) => history.includes(one.id))
  const seen = present.filter((one) => !history.includes(one.id))
  const missing = [...(noDanger ? [sentences.noDangerSigns[locale]] : []), ...(absent.length > 0 ? [list(absent)] : [])].join('; ')
  return [
    sentence(sentences.opening, { name: name[locale], sex: sexName, age: ageWords(ageGroup, age)[locale], weight: decimal(Number(findings['weightKg']), locale), place: place[locale] }),
    ...(heard.length > 0 ? [sentence(sentences.told, { list: list(heard) })] : []),
    ...(seen.length > 0 ? [sentence(sentences.found, { list: list(seen) })] : []),
    ...(missing ? [sentence(sentences.absent, { list: missing })] : []),
  ].join(' ')
}

function said(finding: Finding, value: string | number, protocol: Protocol, locale: Locale): string {
  const name = finding.name[locale]
  if (finding.kind === 'choice') return `${name}: ${finding.options!.find((one) => one.id === value)!.name[locale]}`
  if (finding.kind === 'yes-no') return name
  const unit = protocol.units[finding.unit!]![locale]
  // “Days of cough: 3” and “breaths in one minute: 52” have the unit in their name.
  const space = finding.unit === 'percent' && locale !== 'ru' ? '' : '\u00a0'
  return `${name}: ${decimal(Number(value), locale)}${['kg', 'cm', 'mm', 'percent', 'celsius'].includes(finding.unit!) ? `${space}${unit}` : ''}`
}

const decimal = (value: number, locale: Locale) => (locale === 'en' ? String(value) : String(value).replace('.', ','))

const russian = (n: number, one: string, few: string, many: string) => {
  const [last, two] = [n % 10, n % 100]
  return `${n} ${last === 1 && two !== 11 ? one : last >= 2 && last <= 4 && !(two >= 12 && two <= 14) ? few : many}`
}

const ageWords = (ageGroup: AgeGroup, n: number): Texts =>
  ageGroup === 'young-infant'
    ? { kk: `${n} күндік`, ru: russian(n, 'день', 'дня', 'дней'), en: `${n} day${n === 1 ? '' : 's'}` }
    : { kk: `${n} айлық`, ru: russian(n, 'месяц', 'месяца', 'месяцев'), en: `${n} month${n === 1 ? '' : 's'}` }

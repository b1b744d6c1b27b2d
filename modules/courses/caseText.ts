import { type Answer, type Classification, classificationRows, type FindingField, findingsOf, protocolEdition } from '#modules/protocols/index.ts'
import { type Facts, type Key, type Locale, locales, number, t } from '#modules/words/index.ts'

// The words of a case: the child as the chart's findings describe it, and the reasons as its rules give them.

export type Texts = Record<Locale, string>
export const inEach = (write: (locale: Locale) => string): Texts => Object.fromEntries(locales.map((locale) => [locale, write(locale)])) as Texts
export const say = (key: Key, facts: (locale: Locale) => Facts = () => ({})) => inEach((locale) => t(locale, key, facts(locale)))
export const joined = (parts: readonly Texts[], by: string) => inEach((locale) => parts.map((part) => part[locale]).join(by))

type Findings = Readonly<Record<string, string | number>>

/** Age in words, as a family says it: days of a young infant, months up to two years, then years and months. */
export function ageText({ ageDays, ageMonths }: Findings): Texts {
  if (typeof ageMonths !== 'number') return say('vignette.age.days', () => ({ n: Number(ageDays) }))
  const [years, months] = [Math.floor(ageMonths / 12), ageMonths % 12]
  if (ageMonths < 24) return say('vignette.age.months', () => ({ n: ageMonths }))
  return months === 0 ? say('vignette.age.years', () => ({ n: years })) : say('vignette.age.years-months', () => ({ n: years, months }))
}

/** Names of these findings say their unit already: “breaths in one minute”. */
const unsaid = ['days', 'months', 'breaths-per-minute', 'times', 'z']

/** A finding with what was found: a number with its unit, the option's name, or yes and no in words. */
function withValue({ name, options, unit, unitName }: FindingField, value: string | number): Texts {
  if (value === 'yes' || value === 'no') return inEach((locale) => `${name[locale]}: ${t(locale, `answer.${value}`).toLocaleLowerCase(locale)}`)
  const option = options?.find((one) => one.id === value)?.name
  const after = unitName && !unsaid.includes(unit!) ? unitName : null
  return inEach((locale) => `${name[locale]}: ${option ? option[locale] : `${number(locale, Number(value))}${after ? ` ${after[locale]}` : ''}`}`)
}

/** The child in a few sentences: who it is, what was found, what was counted and measured, and what was looked for and not found. */
export function vignetteOf(child: Texts, findings: Findings, { edition, ageGroup }: Pick<Answer, 'edition' | 'ageGroup'>): Texts {
  const asked = findingsOf(edition, ageGroup).filter(({ group }) => group !== 'about').flatMap((group) => group.findings).filter(({ id }) => findings[id] !== undefined && findings[id] !== 'unknown')
  const yes = asked.filter(({ id, kind }) => kind === 'yes-no' && findings[id] === 'yes').map((one) => one.name)
  const no = asked.filter(({ id, kind }) => kind === 'yes-no' && findings[id] === 'no').map((one) => one.name)
  const measured = asked.filter(({ kind }) => kind !== 'yes-no').map((one) => withValue(one, findings[one.id]!))
  const kg = findings['weightKg']
  const age = ageText(findings)
  const parts = [
    say(kg === undefined ? 'vignette.child' : 'vignette.child.weighed', (locale) => ({ child: child[locale], age: age[locale], kg: number(locale, Number(kg ?? 0)) })),
    ...([['vignette.found', yes], ['vignette.measured', measured], ['vignette.not-found', no]] as const).flatMap(([key, names]) => (names.length ? [say(key, (locale) => ({ signs: joined(names, '; ')[locale] }))] : [])),
  ]
  return joined(parts, '\n')
}

/** Why a classification holds: the signs that made it so, or for a row that is what remains, the chart's own words. */
export function reasonOf({ rule, box, name, signs, edition }: Classification, ageGroup: Answer['ageGroup']): Texts {
  const printed = classificationRows(edition, box, ageGroup).find((row) => row.rule === rule)!.signs
  const fields = findingsOf(edition, ageGroup).flatMap((group) => group.findings)
  const fired = signs.map(({ id, kind, name: sign, value }) => {
    const field = kind === 'finding' && value !== undefined && value !== 'yes' ? fields.find((one) => one.id === id) : undefined
    return field ? withValue(field, value!) : sign
  })
  return say('vignette.why', (locale) => ({ name: name[locale], rule, signs: fired.length ? joined(fired, '; ')[locale] : printed[locale].replace(/\.$/, '') }))
}

export const editionText = (edition: string): Texts => say('vignette.why.edition', (locale) => ({ edition: protocolEdition(edition).titles[locale] }))

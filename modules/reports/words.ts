import { yearName } from '#modules/adoptions/index.ts'
import { type Key, type Locale, number, shortDate, t } from '#modules/words/index.ts'
import type { CountedState, ReportFacts } from './shape.ts'

// How the facts of a report are told, on paper, in a spreadsheet and on its pages.

/** The order in which facts of a step are told, whatever order they are kept in. */
const order = ['letter', 'version', 'order', 'body', 'number', 'specialityCode', 'speciality', 'semester', 'theoryHours', 'practiceHours', 'lessons', 'covered', 'studyYear', 'groups', 'students', 'hours', 'edition', 'bridge', 'reason']

/** The facts of a step, one by one. */
export const factsTold = (locale: Locale, facts: ReportFacts['steps'][number]['facts']): string[] =>
  Object.entries(facts).toSorted(([one], [other]) => order.indexOf(one) - order.indexOf(other)).map(([name, value]) => t(locale, `adoption-report.fact.${name}` as Key, { value: name === 'studyYear' ? yearName(locale, Number(value)) : typeof value === 'number' ? number(locale, value) : value }))

/** Certificates by state, those states that there are, each with its exact word. */
export const statesTold = (locale: Locale, states: Record<CountedState, number>): string =>
  (Object.entries(states) as [CountedState, number][]).filter(([, count]) => count > 0).map(([state, count]) => `${t(locale, `certificate.state.${state}`)} — ${number(locale, count)}`).join('; ')

export const lastDayTold = (locale: Locale, day: string | null) => (day === null ? t(locale, 'adoption-report.for-ever') : shortDate(locale, day))

/** State of a certificate with what belongs to it: since when, and what stands for it now. */
export const stateTold = (locale: Locale, { state, revokedOn, successor }: Pick<ReportFacts['staff'][number], 'state' | 'revokedOn' | 'successor'>): string =>
  [t(locale, `certificate.state.${state}`), revokedOn && shortDate(locale, revokedOn), state === 'replaced' ? successor : null].filter(Boolean).join(', ')

export const hoursTold = (locale: Locale, value: number) => number(locale, value)

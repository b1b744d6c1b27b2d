import type { LineProblem } from '#modules/adoptions/index.ts'
import { type Locale, shortDate, type Translate } from '#modules/words/index.ts'

const isDay = /^\d{4}-\d{2}-\d{2}$/

/** What is wrong with a line of a list of colleges, in the reader's words. */
export function listProblem(t: Translate, locale: Locale, problem: LineProblem): string {
  if (problem.code === 'step') {
    const facts = Object.fromEntries(Object.entries(problem.facts).map(([name, fact]) => [name, typeof fact === 'string' && isDay.test(fact) ? shortDate(locale, fact) : name === 'year' ? String(fact) : fact]))
    return t('colleges.problem.step', { state: t(`adoption.state.${problem.state}`), reason: t(`refusal.${problem.refusal}`, facts) })
  }
  if (problem.code === 'step-behind') {
    return t('colleges.problem.step-behind', { state: t(`adoption.state.${problem.state}`), further: t(`adoption.state.${problem.further}`), day: shortDate(locale, problem.day) })
  }
  if (problem.code === 'step-told') return t('colleges.problem.step-told', { state: t(`adoption.state.${problem.state}`), day: shortDate(locale, problem.day) })
  if (problem.code === 'doubled') return t('colleges.problem.doubled', { first: problem.first })
  if (problem.code === 'college-unsure') return t('colleges.problem.college-unsure', { likely: problem.names.map((names) => names[locale]).join('; ') })
  if (problem.code === 'college-closed') return t('colleges.problem.college-closed')
  return t(`colleges.problem.${problem.code}`, { column: t(`colleges.column.${problem.column}`) })
}

import { firstYear, type IndicatorLine, type IndicatorProblem } from '#modules/followup/index.ts'
import { dayOf, type Locale, number, type Translate } from '#modules/words/index.ts'

/** What is wrong with a line of a list of indicators and what to do about it, in the reader's words. */
export function indicatorProblem(t: Translate, locale: Locale, { code, likely = [], first }: IndicatorProblem, before: IndicatorLine['before']): string {
  if (code === 'doubled') return t('indicators.problem.doubled', { first: String(first) })
  if (code === 'facility-unsure') return t('indicators.problem.facility-unsure', { likely: likely.map((names) => names[locale]).join('; ') })
  if (code === 'year-wrong') return t('indicators.problem.year-wrong', { from: String(firstYear), to: dayOf(new Date(), 'Asia/Almaty').slice(0, 4) })
  if (code === 'stands') return t('indicators.problem.stands', { value: before ? number(locale, before.value) : '', source: before?.source ?? '' })
  return t(`indicators.problem.${code}`)
}

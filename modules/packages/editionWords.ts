import { formalDate, t } from '#modules/words/index.ts'
import type { Book } from './book.ts'

// What a printed course says of its edition, in sentences.

/** What was not reviewed, and what an edition is not. */
export function marks({ edition, locale }: Book): string[] {
  const { review } = edition.outline
  return [
    ...(edition.demonstration ? [t(locale, 'draft.demonstration')] : []), ...(review.clinical === 'draft' ? [t(locale, 'draft.clinical')] : []),
    ...(review.translation[locale] === 'draft' ? [t(locale, 'draft.translation')] : []), t(locale, 'package.national'),
  ]
}

export const isDraft = ({ edition, locale }: Book): boolean => edition.demonstration || edition.outline.review.clinical === 'draft' || edition.outline.review.translation[locale] === 'draft'

export const guidelineOf = ({ edition, locale }: Book): string => edition.outline.guidelines.find((one) => one.id === edition.guideline)?.titles[locale] ?? edition.guideline

export const approvalOf = ({ edition: { approval }, locale }: Book): string =>
  approval ? t(locale, 'course.approved', { body: approval.body, number: approval.number, date: formalDate(locale, approval.date) }) : t(locale, 'package.not-approved')

/** What the certificate asks. */
export function rulesOf({ edition: { outline }, locale }: Book): string[] {
  const { rules, assessments } = outline
  return [
    t(locale, 'course.rule.attendance', { percent: rules.attendancePercent }),
    ...assessments.filter((one) => one.kind === 'post-test').map((one) => t(locale, 'course.rule.test', { percent: one.passPercent ?? rules.passPercent, attempts: one.attempts ?? rules.attempts, days: one.retakeDays ?? rules.retakeDays })),
    t(locale, 'course.rule.stations'),
    ...(rules.practiceCases > 0 ? [t(locale, 'course.rule.cases', { cases: rules.practiceCases })] : []),
    ...((rules.practiceYoungInfants ?? 0) > 0 ? [t(locale, 'course.rule.young-infants', { cases: rules.practiceYoungInfants! })] : []),
  ]
}

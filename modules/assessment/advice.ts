import type { ItemStatistics, TestStatistics } from './statistics.ts'

/** Below so many people a figure is shown with the sign "small sample"; below `adviceFrom` nobody is told to change anything. */
export const smallSample = 30
export const adviceFrom = 50

/** Below this share of people a wrong option distracts nobody. */
export const rarely = 0.05
/** Beyond this a question is so much harder in one language than the rest of the test that its translation should be read again. */
const apart = 0.15

export type Advice = 'negative' | 'weak' | 'easy' | 'hard' | 'distractors' | 'languages' | 'good'

/** How a question does among the people who read it in one language; `test` is their mean share of the whole test. */
export type InLanguage = { language: string; n: number; facility: number | null; corrected: number | null; test: number | null }

/**
 * What an author should look at first, worst first; nothing below fifty people, whose figures say little of the question.
 * Facility of 0.30 to 0.90, a corrected correlation from 0.15, a wrong option that at least one in twenty takes: the usual
 * limits for tests at the end of a course. A correlation below nought comes before all: then the key is checked.
 */
export function adviceOn(item: ItemStatistics, wrongOptions: readonly { share: number }[], languages: readonly InLanguage[] = []): Advice[] {
  if (item.n < adviceFrom) return []
  const found: Advice[] = []
  if (item.corrected !== null && item.corrected < -1e-9) found.push('negative')
  else if (item.corrected !== null && item.corrected < 0.15) found.push('weak')
  if (item.facility !== null && item.facility > 0.9) found.push('easy')
  if (item.facility !== null && item.facility < 0.3) found.push('hard')
  if (wrongOptions.some((option) => option.share < rarely)) found.push('distractors')
  if (differs(languages)) found.push('languages')
  return found.length ? found : ['good']
}

/** People of one language may know less of everything: only what the question differs beyond their whole test counts. */
function differs(languages: readonly InLanguage[]): boolean {
  const beyond = languages.flatMap(({ n, facility, test }) => (n >= adviceFrom && facility !== null && test !== null ? [facility - test] : []))
  return beyond.length > 1 && Math.max(...beyond) - Math.min(...beyond) > apart
}

/** What a test's reliability allows: 0.80 for a verdict of weight, 0.70 for a course test. Nothing below fifty people. */
export function adviceOnTest({ n, reliability }: Pick<TestStatistics, 'n' | 'reliability'>): 'strong' | 'fair' | 'poor' | null {
  if (n < adviceFrom || reliability === null) return null
  return reliability >= 0.8 ? 'strong' : reliability >= 0.7 ? 'fair' : 'poor'
}

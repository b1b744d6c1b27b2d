import { protocolOf } from './protocolEdition.ts'
import type { Condition } from './shapes.ts'

/** From which count in one minute breathing is fast, for ages from so many completed months up to, not including, so many. */
export type BreathingLimit = { ageMonths: { from: number; below: number }; limit: number; /** A second whole minute must confirm it. */ second: boolean }

type Ages = BreathingLimit['ageMonths']
const counts = new Set(['breathsPerMinute', 'breathsFirstCount'])

/** The limits that a condition sets, for these ages: it may choose by age, and may ask for a second count. */
function limitsIn(condition: Condition, ages: Ages): BreathingLimit[] {
  if (typeof condition === 'string') return []
  if ('if' in condition) {
    const { if: test, then, else: otherwise } = condition
    if (typeof test === 'string' || 'switch' in test || !('is' in test) || test.is !== 'ageMonths' || test.below === undefined) return []
    return [...limitsIn(then, { ...ages, below: test.below }), ...limitsIn(otherwise, { ...ages, from: test.below })]
  }
  if ('all' in condition) {
    const second = condition.all.some((one) => typeof one !== 'string' && 'is' in one && one.is === 'breathsSecondCount')
    return condition.all.flatMap((one) => limitsIn(one, ages)).map((one) => ({ ...one, second }))
  }
  return !('switch' in condition) && 'is' in condition && counts.has(condition.is) && condition.from !== undefined ? [{ ageMonths: ages, limit: condition.from, second: false }] : []
}

/**
 * The limits of fast breathing of an edition, youngest first, as its charts say them (WHO IMCI chart booklet 2014, and the young
 * infant chart, where the first count is confirmed by a second). The young infant's chart ends where the child's begins, at 2 months.
 */
export function fastBreathingLimits(edition: string): BreathingLimit[] {
  const { charts } = protocolOf(edition)
  const infant = charts['young-infant']?.facts['fastBreathing']
  const child = charts.child?.facts['fastAtFirst']
  return [...(infant ? limitsIn(infant, { from: 0, below: 2 }) : []), ...(child ? limitsIn(child, { from: 2, below: 60 }) : [])]
}

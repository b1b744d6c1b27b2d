import type { Condition } from './shapes.ts'

/** The conditions a condition is made of; none for a sign, a comparison or a switch. */
function partsOf(condition: Condition): Condition[] {
  if (typeof condition === 'string') return []
  if ('all' in condition) return condition.all
  if ('any' in condition) return condition.any
  if ('of' in condition) return condition.of
  if ('not' in condition) return [condition.not]
  if ('if' in condition) return [condition.if, condition.then, condition.else]
  if ('measured' in condition) return [condition.measured]
  return []
}

/** Every condition inside this one, itself included, with the facts it names opened. */
export function* everyPart(condition: Condition, facts: Readonly<Record<string, Condition>>): Generator<Condition> {
  yield condition
  if (typeof condition === 'string' && condition in facts) yield* everyPart(facts[condition]!, facts)
  for (const part of partsOf(condition)) yield* everyPart(part, facts)
}

/** Does it ask for what boxes found, rather than for findings only? */
export const asksOutcomes = (condition: Condition, facts: Readonly<Record<string, Condition>>) =>
  everyPart(condition, facts).some((part) => typeof part === 'object' && ('severe' in part || 'rule' in part))

/** The findings a condition asks for. */
export const findingsIn = (condition: Condition, facts: Readonly<Record<string, Condition>>): string[] =>
  [...new Set(everyPart(condition, facts).flatMap((part) => (typeof part === 'string' ? (part in facts ? [] : [part]) : 'given' in part ? [part.given] : 'is' in part && !('switch' in part) ? [part.is] : [])))]

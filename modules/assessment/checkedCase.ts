import type { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { caseWordsOf } from './caseWords.ts'
import type { caseShape } from './logCase.ts'

type Facts = z.output<typeof caseShape>
export type Checked = Facts & { edition: string }

/**
 * The facts of a case with the protocol edition that a course with these guidelines teaches for its age, each id once and in
 * one order. Throws `logbook.sign` for a sign or classification that is not that edition's for that age: there is no way to
 * write anything else.
 */
export function checkedCase(guidelines: readonly string[], facts: Facts): Checked {
  const { edition, boxes } = caseWordsOf(guidelines)[facts.ageGroup]
  const signs = new Set(boxes.flatMap((box) => box.signs.map(({ id }) => id)))
  const rules = new Set(boxes.flatMap((box) => box.rules.map(({ id }) => id)))
  if (!facts.signs.every((id) => signs.has(id)) || !facts.classifications.every((id) => rules.has(id))) throw new Refusal('logbook.sign')
  return { ...facts, edition, signs: [...new Set(facts.signs)].toSorted(), classifications: [...new Set(facts.classifications)].toSorted() }
}

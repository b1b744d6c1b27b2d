import type { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { caseWordsOf } from './caseWords.ts'
import type { caseShape } from './logCase.ts'

type Facts = z.output<typeof caseShape>
export type Checked = Omit<Facts, 'visit'> & { visit: NonNullable<Facts['visit']> | null; edition: string }

/**
 * The facts of a case with the edition that a course with these guidelines teaches for its age, each id once and in one order.
 * Throws `logbook.visit` for a kind of visit where no home is visited, and for an antenatal one of a child or another one
 * without; `logbook.sign` for a sign or classification that is not that edition's for that age: there is no way to write
 * anything else.
 */
export function checkedCase(guidelines: readonly string[], { visit = null, ...facts }: Facts): Checked {
  const words = caseWordsOf(guidelines)
  const atHome = words.kind === 'home' && (facts.setting === 'home' || facts.setting === 'simulation')
  if ((visit !== null && !atHome) || (visit === 'antenatal') !== (facts.ageGroup === 'not-recorded')) throw new Refusal('logbook.visit')
  const { edition, boxes } = words[facts.ageGroup]!
  const signs = new Set(boxes.flatMap((box) => box.signs.map(({ id }) => id)))
  const rules = new Set(boxes.flatMap((box) => box.rules.map(({ id }) => id)))
  if (!facts.signs.every((id) => signs.has(id)) || !facts.classifications.every((id) => rules.has(id))) throw new Refusal('logbook.sign')
  return { ...facts, visit, edition, signs: [...new Set(facts.signs)].toSorted(), classifications: [...new Set(facts.classifications)].toSorted() }
}

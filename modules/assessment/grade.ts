import type { Item } from '#modules/courses/index.ts'

/** What a person answered: option ids, or a number with its unit. Nothing chosen is an empty list. */
export type Choice = string[] | { value: number; unit: string }

export type Grade = { score: number; maximum: number; right: Record<string, boolean> }

/**
 * Marks answers against the frozen questions of a form: a point for each question that is wholly right, none otherwise.
 * Pure: the stored answers of an attempt give its stored score whenever this is asked.
 */
export function grade(items: readonly Item[], answers: ReadonlyMap<string, Choice>): Grade {
  const right = Object.fromEntries(items.map((item) => [item.id, isRight(item, answers.get(item.id))]))
  return { score: Object.values(right).filter(Boolean).length, maximum: items.length, right }
}

function isRight(item: Item, choice: Choice | undefined): boolean {
  if (item.kind === 'numeric') {
    if (!choice || Array.isArray(choice)) return false
    // A tenth plus a tolerance of two tenths is not three tenths in binary: compare with a hair's breadth more.
    return choice.unit === item.body.key.unit && Math.abs(choice.value - item.body.key.value) <= item.body.key.tolerance + 1e-9
  }
  if (!Array.isArray(choice)) return false
  const chosen = new Set(choice)
  return chosen.size === item.body.key.length && item.body.key.every((option) => chosen.has(option))
}

/** True when the score reaches the pass mark, in whole points: 70 percent of 15 needs 11. */
export const reaches = (score: number, maximum: number, passPercent: number) => score * 100 >= passPercent * maximum

import type { Item } from '#modules/courses/index.ts'

/**
 * What a person answered: option ids (for `ordering` all of them, in order), pairs of a thing on the left with an option, or
 * a number with its unit. Nothing chosen is an empty list.
 */
export type Choice = string[] | [left: string, option: string][] | { value: number; unit: string }

export type Grade = {
  score: number
  maximum: number
  /** Wholly right, by question. */
  right: Record<string, boolean>
  /** Points, by question. */
  points: Record<string, number>
}

/**
 * Marks answers against the frozen questions of a form, in whole points. Pure: the stored answers of an attempt give its
 * stored score whenever this is asked. A question gives one point, or by its parts when its author chose credit in part:
 * `multiple` a point for each right option chosen less one for each wrong one, never below nought (so that ticking everything
 * earns nothing); `ordering` a point for each step that directly follows the step it should; `matching` a point for each
 * right pair.
 */
export function grade(items: readonly Item[], answers: ReadonlyMap<string, Choice>): Grade {
  const points = Object.fromEntries(items.map((item) => [item.id, pointsOf(item, answers.get(item.id))]))
  const right = Object.fromEntries(items.map((item) => [item.id, points[item.id] === maximumOf(item)]))
  const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
  return { score: sum(Object.values(points)), maximum: sum(items.map(maximumOf)), right, points }
}

/** The points that a question can give. */
export function maximumOf({ kind, body }: Item): number {
  if (kind === 'single' || kind === 'numeric' || body.credit !== 'part') return 1
  return kind === 'ordering' ? body.key.length - 1 : body.key.length
}

/** The points that a choice earns; none for a choice of another kind's shape. */
export function pointsOf(item: Item, choice: Choice | undefined): number {
  if (!choice) return 0
  const earned = partsOf(item, choice)
  return item.kind !== 'single' && item.kind !== 'numeric' && item.body.credit === 'part' ? Math.max(0, earned.right - earned.wrong) : earned.right === earned.all && earned.wrong === 0 ? 1 : 0
}

/** How many parts of an answer are right, how many it has in all, and how many are wrong in a way that costs. */
function partsOf({ kind, body }: Item, choice: Choice): { right: number; all: number; wrong: number } {
  switch (kind) {
    case 'numeric': {
      if (Array.isArray(choice)) return { right: 0, all: 1, wrong: 0 }
      // A tenth plus a tolerance of two tenths is not three tenths in binary: compare with a hair's breadth more.
      const near = choice.unit === body.key.unit && Math.abs(choice.value - body.key.value) <= body.key.tolerance + 1e-9
      return { right: near ? 1 : 0, all: 1, wrong: 0 }
    }
    case 'matching': {
      const given = new Map(isPairs(choice) ? choice : [])
      return { right: body.key.filter(([left, option]) => given.get(left) === option).length, all: body.key.length, wrong: 0 }
    }
    case 'ordering': {
      const place = new Map(isOptions(choice) ? choice.map((option, index) => [option, index] as const) : [])
      const follows = (option: string, index: number) => index > 0 && place.has(option) && place.get(option) === (place.get(body.key[index - 1]!) ?? NaN) + 1
      return { right: body.key.filter(follows).length, all: body.key.length - 1, wrong: 0 }
    }
    default: {
      const chosen = new Set(isOptions(choice) ? choice : [])
      const right = body.key.filter((option) => chosen.has(option)).length
      return { right, all: body.key.length, wrong: chosen.size - right }
    }
  }
}

export const isPairs = (choice: unknown): choice is [string, string][] => Array.isArray(choice) && Array.isArray(choice[0])
export const isOptions = (choice: unknown): choice is string[] => Array.isArray(choice) && !Array.isArray(choice[0])

/** How far a question is answered: `part` when some of a matching question still waits. */
export function completion(item: { kind: Item['kind']; left?: readonly unknown[] | undefined }, choice: unknown): 'answered' | 'part' | 'empty' {
  if (choice === undefined || (Array.isArray(choice) && choice.length === 0)) return 'empty'
  return item.kind === 'matching' && (choice as unknown[]).length < item.left!.length ? 'part' : 'answered'
}

/** True when the score reaches the pass mark, in whole points: 70 percent of 15 needs 11. */
export const reaches = (score: number, maximum: number, passPercent: number) => score * 100 >= passPercent * maximum

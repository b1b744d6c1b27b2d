import type { Texts } from '#db/schema/index.ts'
import type { Item } from '#modules/courses/index.ts'
import type { Choice } from './grade.ts'

/** How many took an option, of those who were asked. */
export type OptionShare = { id: string; text: Texts; key: boolean; n: number; share: number }
export type Shares = {
  options: OptionShare[]
  /** Numbers that were given, the most frequent first; of questions that ask for one. */
  numbers: { value: number; key: boolean; n: number; share: number }[]
  unanswered: number
}

/**
 * Who chose what at a question, over everybody who was asked it: an option that hardly anybody takes does no work. Of
 * several right options each counts for itself; orders and matches have none to count. Pure.
 */
export function optionShares(item: Item, choices: readonly (Choice | undefined)[]): Shares {
  const asked = choices.length
  const given = choices.filter((choice) => choice !== undefined && !(Array.isArray(choice) && choice.length === 0))
  const share = (n: number) => (asked ? n / asked : 0)
  const shares: Shares = { options: [], numbers: [], unanswered: asked - given.length }

  if (item.kind === 'numeric') {
    const { key } = item.body
    const values = Map.groupBy(given.flatMap((choice) => (choice && !Array.isArray(choice) ? [choice.value] : [])), (value) => value)
    shares.numbers = [...values].map(([value, all]) => ({ value, key: Math.abs(value - key.value) <= key.tolerance + 1e-9, n: all.length, share: share(all.length) }))
      .sort((one, other) => other.n - one.n || one.value - other.value).slice(0, 8)
  }
  if (item.kind === 'single' || item.kind === 'multiple') {
    const { key, options } = item.body
    shares.options = options.map(({ id, text }) => {
      const n = given.filter((choice) => Array.isArray(choice) && choice.some((chosen) => chosen === id)).length
      return { id, text, key: key.includes(id), n, share: share(n) }
    })
  }
  return shares
}

import type { Item } from '#modules/courses/index.ts'
import { type Choice, isOptions, isPairs } from './grade.ts'

/**
 * True when a choice is one that the question offers: an empty list, which takes an answer back, or options of the form in
 * the shape of its kind. `offered` are the option ids that the form shows.
 */
export function fits({ kind, body }: Item, offered: readonly string[], choice: Choice): boolean {
  if (!Array.isArray(choice)) return kind === 'numeric' && choice.unit === body.key.unit
  if (choice.length === 0) return true
  const known = (options: readonly string[]) => distinct(options) && options.every((option) => offered.includes(option))
  switch (kind) {
    case 'numeric':
      return false
    case 'matching':
      return isPairs(choice) && distinct(choice.map(([left]) => left)) && choice.every(([left, option]) => body.left.some((one) => one.id === left) && offered.includes(option))
    case 'ordering':
      return isOptions(choice) && choice.length === offered.length && known(choice)
    case 'single':
      return isOptions(choice) && choice.length === 1 && known(choice)
    default:
      return isOptions(choice) && known(choice)
  }
}

const distinct = (ids: readonly string[]) => new Set(ids).size === ids.length

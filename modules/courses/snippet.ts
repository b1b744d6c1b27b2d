import { searchable } from '#modules/words/index.ts'
import type { SearchPage } from './searchPages.ts'

/** A piece of text; `found` is a word that was looked for. */
export type Part = { text: string; found: boolean }

const before = 60
const after = 150

/** The piece of a page around the first word that was found, cut between words. `terms` are words as `searchable` writes them. */
export function snippet({ keyPoints, text }: Pick<SearchPage, 'keyPoints' | 'text'>, terms: ReadonlySet<string>, where: 'title' | 'key-points' | 'text'): Part[] {
  const isFound = (word: string) => terms.has(searchable(word))
  const source = where === 'key-points' && keyPoints ? keyPoints : text
  const all = [...source.matchAll(/[\p{L}\p{M}\p{N}]+/gu)].map((match) => ({ from: match.index, to: match.index + match[0].length, word: match[0] }))
  const first = all.findIndex(({ word }) => isFound(word))
  const middle = all[Math.max(first, 0)]?.from ?? 0
  const from = middle <= before ? 0 : (all.find((one) => one.from >= middle - before)?.from ?? 0)
  const to = source.length <= middle + after ? source.length : (all.findLast((one) => one.to <= middle + after)?.to ?? source.length)

  const parts: Part[] = []
  let at = from
  for (const one of all) {
    if (one.from < from || one.to > to || !isFound(one.word)) continue
    if (one.from > at) parts.push({ text: source.slice(at, one.from), found: false })
    parts.push({ text: one.word, found: true })
    at = one.to
  }
  if (at < to) parts.push({ text: source.slice(at, to), found: false })
  if (from > 0) parts.unshift({ text: '… ', found: false })
  if (to < source.length) parts.push({ text: ' …', found: false })
  return parts
}

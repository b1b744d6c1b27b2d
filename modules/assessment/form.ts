import { createHash } from 'node:crypto'
import type { Item } from '#modules/courses/index.ts'

/** Which questions an attempt asks and in which order, with the order of each one's options. */
export type Form = { id: string; options: string[] }[]

/**
 * Draws a form: the same seed draws the same form for ever. Topics take turns, so a short form still asks about all of them;
 * the order of questions and options is a shuffle that knows nothing of the key.
 */
export function drawForm(items: Iterable<Item>, size: number, seed: string): Form {
  const shuffle = <Thing>(things: Thing[], name: (thing: Thing) => string, purpose: string) =>
    things.map((thing) => ({ thing, at: lot(seed, purpose, name(thing)) })).sort((a, b) => (a.at < b.at ? -1 : 1)).map(({ thing }) => thing)

  const topics = Map.groupBy(items, (item) => item.topic)
  const piles = shuffle([...topics.keys()], (topic) => topic, 'topic').map((topic) => shuffle(topics.get(topic)!, (item) => item.id, 'draw'))
  const drawn: Item[] = []
  for (let round = 0; drawn.length < size && piles.some((pile) => pile.length > round); round++) {
    for (const pile of piles) if (pile[round] && drawn.length < size) drawn.push(pile[round]!)
  }
  return shuffle(drawn, (item) => item.id, 'order').map((item) => ({
    id: item.id,
    options: item.kind === 'numeric' ? [] : shuffle(item.body.options.map((option) => option.id), (option) => option, `options of ${item.id}`),
  }))
}

const lot = (...parts: string[]) => createHash('sha256').update(parts.join('\u0000')).digest('hex')

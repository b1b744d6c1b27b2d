import type { Texts } from '#db/schema/index.ts'
import type { Item, Lesson } from '#modules/courses/index.ts'

/** An edition's parts as they are compared: each with an id that stays and a digest that tells whether it has changed. */
export type Parts = { lessons: Pick<Lesson, 'id' | 'hash' | 'titles'>[]; items: { id: string; digest: string }[] }
export type Change = { what: 'lesson' | 'item'; how: 'added' | 'changed' | 'removed'; id: string; titles: Texts | null }

/** What an edition has that the one before hadn't, lessons first, each group in the order of ids. Pure. */
export function changesBetween(before: Parts, after: Parts): Change[] {
  const compare = <One extends { id: string }>(what: Change['what'], old: readonly One[], now: readonly One[], digest: (one: One) => string, titles: (one: One) => Texts | null): Change[] => {
    const then = new Map(old.map((one) => [one.id, one]))
    const here = new Map(now.map((one) => [one.id, one]))
    return [
      ...now.filter((one) => !then.has(one.id)).map((one): Change => ({ what, how: 'added', id: one.id, titles: titles(one) })),
      ...now.filter((one) => then.has(one.id) && digest(then.get(one.id)!) !== digest(one)).map((one): Change => ({ what, how: 'changed', id: one.id, titles: titles(one) })),
      ...old.filter((one) => !here.has(one.id)).map((one): Change => ({ what, how: 'removed', id: one.id, titles: titles(one) })),
    ].toSorted((one, other) => (one.id < other.id ? -1 : 1))
  }
  return [
    ...compare('lesson', before.lessons, after.lessons, (one) => one.hash, (one) => one.titles),
    ...compare('item', before.items, after.items, (one) => one.digest, () => null),
  ]
}

/** What of a question matters to whoever teaches it. Its options' ids are the edition's own, so that they don't. */
export function itemDigest(item: Item): string {
  const { prompt, rationale } = item.body
  const inside = 'options' in item.body ? item.body.options.map((one) => one.text.en).toSorted() : [JSON.stringify(item.body.key)]
  const key = item.kind === 'numeric' ? '' : JSON.stringify(keyTexts(item))
  return JSON.stringify([item.kind, prompt, rationale, inside, key])
}

/** The key by the English words of its options. */
function keyTexts(item: Exclude<Item, { kind: 'numeric' }>): unknown {
  const say = (id: string) => item.body.options.find((one) => one.id === id)?.text.en ?? id
  if (item.kind === 'matching') return item.body.key.map(([left, option]) => [item.body.left.find((one) => one.id === left)?.text.en ?? left, say(option)]).toSorted()
  return item.kind === 'ordering' ? item.body.key.map(say) : item.body.key.map(say).toSorted()
}

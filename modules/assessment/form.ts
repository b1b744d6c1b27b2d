import { hash } from 'node:crypto'
import { type BlueprintRow, type Difficulty, fitsRow, type Item } from '#modules/courses/index.ts'

/** Which questions an attempt asks and in which order, with the order of each one's options. */
export type Form = { id: string; options: string[] }[]

type Plan = number | readonly BlueprintRow[]

/**
 * Draws a form: the same seed, with the same questions seen before, draws the same form for ever. Each row of the blueprint
 * gives its number of questions. Two promises make forms equivalent: what was seen comes back only where the rest of its row
 * is used up, the longest unseen first; and each row is shared among difficulties as its part of the bank is, so that the
 * first forms of all people are equally hard by their authors' meaning, and later ones nearly. The order of questions and options is a shuffle that knows nothing of the key.
 *
 * `plan` is a blueprint, or just a number: then topics share it by their part of the bank, each at least one while they can.
 * `seen` are the forms of earlier attempts at the same test, oldest first.
 */
export function drawForm(items: Iterable<Item>, plan: Plan, seed: string, seen: readonly Form[] = []): Form {
  const bank = [...items].map((item) => ({ item, level: levelOf(item), last: seen.findLastIndex((form) => form.some((entry) => entry.id === item.id)), lot: lot(seed, 'draw', item.id) }))
  const rows = typeof plan === 'number' ? topicRows(bank.map(({ item }) => item), plan) : plan
  const parts: Part[] = []
  let [fromMean, behind] = [0, 0]
  for (const row of rows) {
    const found = bank.filter(({ item }) => fitsRow({ topic: item.topic, competency: item.body.competency }, row))
    const wanted = levelsOf(found, row.items, fromMean)
    fromMean += row.items * mean(found) - hardness(wanted)
    const part = fillRow(found, wanted, behind)
    behind += hardness(wanted) - sum(part.taken)
    parts.push(part)
  }
  balance(parts, behind)
  return shuffle(seed, parts.flatMap(({ taken }) => taken.map(({ item }) => item)), (item) => item.id, 'order').map((item) => ({
    id: item.id,
    options: item.kind === 'numeric' ? [] : shuffle(seed, item.body.options.map((option) => option.id), (option) => option, `options of ${item.id}`),
  }))
}

/** What was taken for a row, and what could have been taken as well: seen as long ago as the last that was. */
type Part = { taken: Candidate[]; spare: Candidate[] }
type Candidate = { item: Item; level: number; last: number; lot: string }

/** A question's intended difficulty as a number; one without is of the middle. */
const levels: Record<Difficulty, number> = { easy: 1, medium: 2, hard: 3 }
const levelOf = (item: Item) => levels[item.body.difficulty ?? 'medium']

/** How many questions of each level a row should have: its share of the bank's, rounded so that the rows before it are made up for. */
const levelsOf = (found: readonly Candidate[], size: number, fromMean: number) =>
  shares([...Map.groupBy(found, (one) => one.level)].map(([level, all]) => ({ name: level, part: all.length })), size, {
    ties: (level, given) => Math.abs(size * mean(found) + fromMean - hardness(given) - level),
  })

/**
 * Takes the questions of a row: those never seen, then those seen longest ago, and within each such round the levels that
 * are wanted. Where a level has run out, the nearest one stands in that also brings the form back to what was wanted of it;
 * `behind` is how much harder the rows so far should have been.
 */
function fillRow(found: readonly Candidate[], wanted: ReadonlyMap<number, number>, behind: number): Part {
  const size = [...wanted.values()].reduce((total, count) => total + count, 0)
  const taken: Candidate[] = []
  let spare: Candidate[] = []
  for (const round of [...new Set(found.map((one) => one.last))].sort((a, b) => a - b)) {
    const left = found.filter((one) => one.last === round).sort(byLot)
    while (taken.length < size && left.length > 0) {
      const [short] = [...wanted].map(([level, share]) => ({ level, missing: share - taken.filter((one) => one.level === level).length }))
        .filter(({ missing, level }) => missing > 0 && left.some((one) => one.level === level)).sort((a, b) => b.missing - a.missing || a.level - b.level)
      const aim = short?.level ?? (hardness(wanted) + behind - sum(taken)) / (size - taken.length)
      const next = left.reduce((best, one) => (Math.abs(one.level - aim) < Math.abs(best.level - aim) ? one : best))
      taken.push(left.splice(left.indexOf(next), 1)[0]!)
      spare = left
    }
  }
  return { taken, spare }
}

/** Swaps questions within their rows while that brings the form nearer to what was wanted; `behind` is how much harder it should be. */
function balance(parts: readonly Part[], behind: number) {
  for (let gap = behind; gap !== 0; ) {
    const swaps = parts.flatMap(({ taken, spare }) => taken.flatMap((out, at) => spare.flatMap((into, from) => (out.last === into.last ? [{ taken, at, spare, from, gap: gap - into.level + out.level }] : []))))
    const best = swaps.reduce<(typeof swaps)[number] | null>((one, other) => (one && Math.abs(one.gap) <= Math.abs(other.gap) ? one : other), null)
    if (!best || Math.abs(best.gap) >= Math.abs(gap)) return
    const [out, into] = [best.taken[best.at]!, best.spare[best.from]!]
    best.taken[best.at] = into
    best.spare[best.from] = out
    gap = best.gap
  }
}

/** A row for each topic, by the topic's part of the bank. */
const topicRows = (items: readonly Item[], size: number): BlueprintRow[] =>
  [...shares([...Map.groupBy(items, (item) => item.topic)].map(([topic, all]) => ({ name: topic, part: all.length })), size, { least: 1 })].map(([topic, count]) => ({ topic, items: count }))

/**
 * Shares out a number by parts, in whole numbers: each gets what it is due rounded down (or `least`, while there is enough),
 * and the rest goes to the largest remainders. Of equal ones the smaller `ties` goes first, then the first by name. Nobody
 * gets more than their part.
 */
function shares<Name extends string | number>(parts: readonly { name: Name; part: number }[], size: number, { least = 0, ties = () => 0 }: { least?: number; ties?: (name: Name, given: ReadonlyMap<Name, number>) => number } = {}): Map<Name, number> {
  const all = parts.reduce((total, { part }) => total + part, 0)
  const floor = size >= parts.length * least ? least : 0
  const due = [...parts].sort((a, b) => (a.name < b.name ? -1 : 1)).map(({ name, part }) => {
    const exact = (part / all) * size
    return { name, part, exact, given: Math.min(part, Math.max(Math.floor(exact), floor)) }
  })
  const given = () => due.reduce((total, one) => total + one.given, 0)
  const owed = (one: (typeof due)[number]) => Math.round((one.exact - one.given) * 1e9)
  while (given() < size && due.some((one) => one.given < one.part)) {
    const sofar = new Map(due.map((one) => [one.name, one.given]))
    due.filter((one) => one.given < one.part).sort((a, b) => owed(b) - owed(a) || ties(a.name, sofar) - ties(b.name, sofar))[0]!.given++
  }
  while (given() > size) due.filter((one) => one.given > floor).sort((a, b) => owed(a) - owed(b))[0]!.given--
  return new Map(due.map(({ name, given }) => [name, given]))
}

const sum = (candidates: readonly Candidate[]) => candidates.reduce((total, { level }) => total + level, 0)
const hardness = (levels: ReadonlyMap<number, number>) => [...levels].reduce((total, [level, count]) => total + level * count, 0)
const mean = (candidates: readonly Candidate[]) => (candidates.length === 0 ? 0 : sum(candidates) / candidates.length)
const byLot = (a: { lot: string }, b: { lot: string }) => (a.lot < b.lot ? -1 : 1)
const shuffle = <Thing>(seed: string, things: Thing[], name: (thing: Thing) => string, purpose: string) =>
  things.map((thing) => ({ thing, lot: lot(seed, purpose, name(thing)) })).sort(byLot).map(({ thing }) => thing)
const lot = (...parts: string[]) => hash('sha256', parts.join('\u0000'))

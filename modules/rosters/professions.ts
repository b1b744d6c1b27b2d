import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parse } from 'yaml'
import { professions } from '#db/schema/people.ts'
import { fold } from '#modules/words/index.ts'

export type Profession = (typeof professions)[number]

/** `exact` for a title on the list, `read` for one that was understood in spite of how it is written, null otherwise. */
export type ProfessionMatch = { profession: Profession; how: 'exact' | 'read' } | null

let known: { exact: Map<string, Profession>; sorted: Map<string, Profession> } | undefined

function synonyms() {
  if (!known) {
    const data = parse(readFileSync(join(process.cwd(), 'content/rosters/professions.yaml'), 'utf8')) as Partial<Record<Profession, Record<string, string[]>>>
    const titles = professions.flatMap((profession) => Object.values(data[profession] ?? {}).flat().map((title) => [fold(title), profession] as const))
    known = { exact: new Map(titles), sorted: new Map(titles.map(([title, profession]) => [sorted(title), profession])) }
  }
  return known
}

const sorted = (title: string) => title.split(' ').sort().join(' ')

/** The profession a job title means, in Kazakh, Russian or English: one misspelt letter in each word is forgiven. */
export function matchProfession(title: string): ProfessionMatch {
  const { exact, sorted: turned } = synonyms()
  const folded = fold(title)
  const whole = exact.get(folded)
  if (whole) return { profession: whole, how: 'exact' }
  // «патронаждық мейіргер / патронажная медсестра», «педиатр (участковый)»: one part may be on the list.
  const parts = [...new Set(title.split(/[/|,;()]/).flatMap((part) => exact.get(fold(part)) ?? []))]
  if (parts.length === 1) return { profession: parts[0]!, how: 'exact' }
  const inOrder = sorted(folded)
  const anyOrder = turned.get(inOrder)
  if (anyOrder) return { profession: anyOrder, how: 'read' }
  const near = new Set([...turned].flatMap(([known, profession]) => (almost(known, inOrder) ? [profession] : [])))
  return near.size === 1 ? { profession: [...near][0]!, how: 'read' } : null
}

/** Equal but for one letter in each word (two in words of ten letters and more). */
function almost(known: string, written: string): boolean {
  const left = known.split(' ')
  const right = written.split(' ')
  return left.length === right.length && left.every((word, index) => distance(word, right[index]!) <= (word.length >= 10 ? 2 : word.length >= 5 ? 1 : 0))
}

/** Levenshtein's distance; words that differ too much in length are far. */
function distance(a: string, b: string): number {
  if (Math.abs(a.length - b.length) > 2) return 3
  let row = Array.from({ length: b.length + 1 }, (_, index) => index)
  for (let i = 1; i <= a.length; i++) {
    const next = [i]
    for (let j = 1; j <= b.length; j++) next.push(Math.min(next[j - 1]! + 1, row[j]! + 1, row[j - 1]! + (a[i - 1] === b[j - 1] ? 0 : 1)))
    row = next
  }
  return row[b.length]!
}

import type { ageGroups, Texts } from '#db/schema/index.ts'
import { boxesOf, classificationRows, type Colour, findingsOf, protocolEditions } from '#modules/protocols/index.ts'

export type CaseChoice = { id: string; names: Texts }
/** A part of the chart, as somebody picks from it for a case. */
export type CaseBox = { box: string; titles: Texts; signs: CaseChoice[]; rules: (CaseChoice & { colour: Colour })[] }
/** What may be written down of a case of an age group, by the protocol edition that the course teaches for it. */
export type CaseWords = { edition: string; boxes: CaseBox[] }
export type CaseAge = Exclude<(typeof ageGroups)[number], 'not-recorded'>

/**
 * Parts of the chart that a logbook leaves out. Of `about` the age group is enough; a child's HIV status together with a day
 * and a place could tell who the child is.
 */
const leftOut = ['about', 'hiv']

/** Boxes of the chart whose signs are asked for under another heading. */
const under: Record<string, string> = { dehydration: 'diarrhoea', 'persistent-diarrhoea': 'diarrhoea', dysentery: 'diarrhoea', measles: 'fever', malnutrition: 'nutrition', anaemia: 'nutrition' }

/** The protocol edition by which a course teaches an age group: the latest of its guidelines that covers it, and the latest of all when none does. */
export function editionFor(guidelines: readonly string[], age: CaseAge): string {
  const covering = protocolEditions().filter((edition) => edition.covers.includes(age))
  return (covering.findLast(({ id }) => guidelines.includes(id)) ?? covering.at(-1)!).id
}

const known = new Map<string, CaseWords>()

/**
 * Signs and classifications to choose from, box by box in the order of the chart: findings that are a yes, or a choice other
 * than the first, which says that all is well; measurements stand in the classification. By the guidelines of a course.
 */
export function caseWordsOf(guidelines: readonly string[]): Record<CaseAge, CaseWords> {
  return { child: wordsFor(editionFor(guidelines, 'child'), 'child'), 'young-infant': wordsFor(editionFor(guidelines, 'young-infant'), 'young-infant') }
}

function wordsFor(edition: string, age: CaseAge): CaseWords {
  const key = `${edition} ${age}`
  const kept = known.get(key)
  if (kept) return kept
  const boxes = new Map<string, CaseBox>()
  const boxAt = (box: string, titles: Texts) => boxes.get(box) ?? boxes.set(box, { box, titles, signs: [], rules: [] }).get(box)!
  const signs = findingsOf(edition, age).filter(({ group }) => !leftOut.includes(group)).map(({ group, title, findings }) => ({ group, title, signs: findings.flatMap(signsOf) }))
  for (const { group, title, signs: its } of signs) if (its.length > 0) boxAt(group, title).signs.push(...its)
  for (const { box, title } of boxesOf(edition, age).filter((one) => !leftOut.includes(one.box))) {
    boxAt(under[box] ?? box, title).rules.push(...classificationRows(edition, box, age).map(({ rule, name, colour }) => ({ id: rule, names: name, colour })))
  }
  const words = { edition, boxes: [...boxes.values()] }
  known.set(key, words)
  return words
}

function signsOf({ id, kind, name, options = [] }: ReturnType<typeof findingsOf>[number]['findings'][number]): CaseChoice[] {
  if (kind === 'yes-no') return [{ id, names: name }]
  if (kind === 'number') return []
  return options.slice(1).map((option) => ({
    id: `${id}.${option.id}`,
    names: { kk: `${name.kk}: ${option.name.kk}`, ru: `${name.ru}: ${option.name.ru}`, en: `${name.en}: ${option.name.en}` },
  }))
}

import type { ageGroups, Texts } from '#db/schema/index.ts'
import { boxesOf, classificationRows, type Colour, findingsOf, protocolEditions, type TriageColour, triageTable } from '#modules/protocols/index.ts'
import { locales, t } from '#modules/words/index.ts'
import { homeVisitForm, isHomeVisitEdition } from './homeVisitWords.ts'

export type CaseChoice = { id: string; names: Texts }
/** A classification with its colour. IMCI and triage have colours of their own; a level of service has none. */
export type CaseRule = CaseChoice & { colour: Colour | `triage-${TriageColour}` | null }
/** A part of the chart, as somebody picks from it for a case. */
export type CaseBox = { box: string; titles: Texts; signs: CaseChoice[]; rules: CaseRule[] }
/** What may be written down of a case of an age group, by the edition that the course teaches for it. */
export type CaseWords = { edition: string; boxes: CaseBox[] }
export type CaseAge = Exclude<(typeof ageGroups)[number], 'not-recorded'>
/** What a course practises: children classified by the chart, children triaged, or visits to families at home. */
export type PracticeKind = 'chart' | 'triage' | 'home'
/** By age group; at an antenatal visit (`not-recorded`) there is no child yet. */
export type PracticeWords = Record<CaseAge, CaseWords> & { kind: PracticeKind; 'not-recorded': CaseWords | null }

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

/** What a course with these guidelines practises: the chart unless it teaches triage or home visits and no chart. */
export function practiceKind(guidelines: readonly string[]): PracticeKind {
  const covered = new Set<string>(protocolEditions().filter(({ id }) => guidelines.includes(id)).flatMap(({ covers }) => covers))
  if (covered.has('child') || covered.has('young-infant')) return 'chart'
  if (covered.has('triage')) return 'triage'
  return guidelines.includes(homeVisitForm().guideline) ? 'home' : 'chart'
}

/**
 * Signs and classifications to choose from, box by box in the order of the chart: findings that are a yes, or a choice other
 * than the first, which says that all is well; measurements stand in the classification. By the guidelines of a course.
 */
export function caseWordsOf(guidelines: readonly string[]): PracticeWords {
  const kind = practiceKind(guidelines)
  if (kind === 'home') {
    const { edition } = homeVisitForm()
    return { kind, child: homeWords(edition, false), 'young-infant': homeWords(edition, false), 'not-recorded': homeWords(edition, true) }
  }
  if (kind === 'triage') {
    const words = triageWords(protocolEditions().findLast(({ id, covers }) => covers.includes('triage') && guidelines.includes(id))!.id)
    return { kind, child: words, 'young-infant': words, 'not-recorded': null }
  }
  return { kind, child: wordsFor(editionFor(guidelines, 'child'), 'child'), 'young-infant': wordsFor(editionFor(guidelines, 'young-infant'), 'young-infant'), 'not-recorded': null }
}

type Written = { edition: string | null; ageGroup: (typeof ageGroups)[number]; signs: readonly string[]; classifications: readonly string[] }

/** The names of what was written down, by the edition it was written by: a course may teach another one since. */
export function namesOfCase({ edition, ageGroup, signs, classifications }: Written): { signs: CaseChoice[]; rules: CaseRule[] } {
  const boxes = edition === null ? [] : boxesWrittenBy(edition, ageGroup)
  const pick = <Choice extends CaseChoice>(ids: readonly string[], among: Choice[]) => ids.flatMap((id) => among.find((one) => one.id === id) ?? [])
  return { signs: pick(signs, boxes.flatMap((box) => box.signs)), rules: pick(classifications, boxes.flatMap((box) => box.rules)) }
}

function boxesWrittenBy(edition: string, ageGroup: Written['ageGroup']): CaseBox[] {
  if (isHomeVisitEdition(edition)) return homeWords(edition, false).boxes
  const covers = protocolEditions().find(({ id }) => id === edition)?.covers ?? []
  if (covers.includes('triage')) return triageWords(edition).boxes
  return ageGroup !== 'not-recorded' && covers.includes(ageGroup) ? wordsFor(edition, ageGroup).boxes : []
}

/** A home visit by the five components of nurturing care, with the level of service; before birth only what concerns the mother. */
function homeWords(edition: string, antenatal: boolean): CaseWords {
  const { boxes, levels } = homeVisitForm(edition)
  const choices = boxes.map(({ box, titles, signs }) => ({ box, titles, signs: signs.filter((one) => !antenatal || one.antenatal).map(({ id, text }) => ({ id, names: text })), rules: [] }))
  const level: CaseBox = { box: 'level', titles: levels.titles, signs: [], rules: levels.choices.map(({ id, text }) => ({ id, names: text, colour: null })) }
  return { edition, boxes: [...choices.filter(({ signs }) => signs.length > 0), level] }
}

/** Emergency and priority signs, and the category. */
function triageWords(edition: string): CaseWords {
  const kept = known.get(edition)
  if (kept) return kept
  const signs = findingsOf(edition, 'triage').filter(({ group }) => !leftOut.includes(group)).map(({ group, title, findings }): CaseBox => ({ box: group, titles: title, signs: findings.flatMap(signsOf), rules: [] }))
  const titles = Object.fromEntries(locales.map((locale) => [locale, t(locale, 'case.triage')])) as Texts
  const rules = triageTable(edition).categories.map(({ category, name, colour }): CaseRule => ({ id: category, names: name, colour: `triage-${colour}` }))
  const words = { edition, boxes: [...signs, { box: 'category', titles, signs: [], rules }] }
  known.set(edition, words)
  return words
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

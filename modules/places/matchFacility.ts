import { fold } from '#modules/words/index.ts'

type Named = { id: string; names: { kk: string; ru: string; en: string } }

/** Sure, unsure with the likeliest first (five at most), or nothing like it. */
export type FacilityMatch<F extends Named> = { kind: 'exact'; facility: F } | { kind: 'close'; candidates: F[] } | { kind: 'none' }

/** What a name says: its number, what sort of house it is, and the stems of its proper names. */
type Sense = { number: string | null; sorts: Set<string>; stems: string[] }

// Folded phrases of Kazakh and Russian (and the English names we give), longest first where one begins another.
const phrases: [pattern: RegExp, sort: string | null][] = [
  [/(шжк|пхв|мкк|кмк|гкп|кгп|гккп|кгу|кмм|ркп|тоо|жшс|ип|ао|ак|на( праве хозяиственного ведения)?|шаруашылык жургизу кукыгындагы)/u, null],
  [/(фелдшерлик|фелдшерско) акушер[а-я]*( пункт[а-я]*)?|фап/u, 'feldsher-midwife-post'],
  [/(даригерлик|врачебн[а-я]+) амбулатория[а-я]*|амбулатория[а-я]*|outpatient clinic/u, 'outpatient-clinic'],
  [/(медицинал[а-я]+|медицинск[а-я]+|фелдшерск[а-я]+) пункт[а-я]*|медпункт[а-я]*|medical post/u, 'medical-post'],
  [/жедел (медицинал[а-я]+ )?(жардем|комек)[а-я]*( станция[а-я]*)?|(станция )?скор[а-я]+( медицинск[а-я]+)?( помош[а-я]*)?|ambulance( station)?/u, 'ambulance'],
  [/емхана[а-я]*|поликлиник[а-я]*|polyclinic/u, 'polyclinic'],
  [/аурухана[а-я]*|болниц[а-я]*|hospital/u, 'hospital'],
  [/црб/u, 'hospital district'],
  [/црп/u, 'polyclinic district'],
  [/балалар|детск[а-я]+|children s/u, 'children'],
  [/перзентхана[а-я]*|родилн[а-я]+( дом)?|роддом|перинатал[а-я]+|perinatal/u, 'maternity'],
  [/аудандык|аудан[а-я]*|раионн[а-я]+|раион[а-я]*|р н|district/u, 'district'],
  [/облыстык|облыс[а-я]*|областн[а-я]+|област[а-я]*|обл|regional|region/u, 'region'],
  [/ауылдык|ауыл[а-я]*|селск[а-я]+|сел[оа]|с|аул[а-я]*|rural|village/u, null],
  [/калалык|кала[а-я]*|городск[а-я]+|город[а-я]*|гор|г|city/u, null],
  [/орталык|орталыг[а-я]*|централн[а-я]+|центр[а-я]*|central|center|centre/u, null],
  [/номири|номер|но|n|no|им|имени|атындагы/u, null],
]
const bounded = phrases.map(([pattern, sort]) => [new RegExp(`(?<= )(${pattern.source})(?= )`, 'gu'), sort] as const)

/** «Қызылорда» and «Кызылординская» have one stem: «кызылорд». */
function stemOf(word: string): string {
  const bare = word
    .replace(/(инск|инск|ииск|иск|ск)(ая|ии|ое|ого|ои|ую)$/u, '')
    .replace(/(нын|нин|дын|дин|тын|тин)$/u, '')
    .replace(/[аеиоуыэюя]+$/u, '')
  return bare.length >= 3 ? bare : word
}

function senseOf(name: string): Sense {
  let text = ` ${fold(name.replaceAll('№', ' № ').replace(/(\p{L})(\d)|(\d)(\p{L})/gu, '$1$3 $2$4'))} `
  const sorts = new Set<string>()
  for (const [pattern, sort] of bounded) {
    text = text.replace(pattern, () => {
      for (const one of sort?.split(' ') ?? []) sorts.add(one)
      return ' '
    }).replace(/ +/g, ' ')
  }
  const words = text.trim().split(' ').filter(Boolean)
  const number = words.find((word) => /^\d+$/.test(word))
  return { number: number ? String(Number(number)) : null, sorts, stems: [...new Set(words.filter((word) => !/^\d+$/.test(word)).map(stemOf))].sort() }
}

const same = (a: Sense, b: Sense) =>
  a.number === b.number && a.sorts.size === b.sorts.size && [...a.sorts].every((sort) => b.sorts.has(sort)) && a.stems.join(' ') === b.stems.join(' ')

/** How alike two senses are, 0–1: half the proper names (spelling mistakes allowed), half number and sort. */
function likeness(a: Sense, b: Sense): number {
  if (a.stems.length === 0 || b.stems.length === 0) return 0
  const nearest = (stem: string, others: string[]) => Math.max(...others.map((other) => dice(stem, other)))
  const stems = (a.stems.reduce((sum, stem) => sum + nearest(stem, b.stems), 0) / a.stems.length + b.stems.reduce((sum, stem) => sum + nearest(stem, a.stems), 0) / b.stems.length) / 2
  const shared = [...a.sorts].filter((sort) => b.sorts.has(sort)).length
  const sorts = a.sorts.size + b.sorts.size === 0 ? 1 : (2 * shared) / (a.sorts.size + b.sorts.size)
  return stems * 0.6 + sorts * 0.25 + (a.number === b.number ? 0.15 : 0)
}

/** Dice's coefficient of letter pairs. */
function dice(a: string, b: string): number {
  if (a === b) return 1
  const pairs = (word: string) => Array.from({ length: word.length + 1 }, (_, index) => ` ${word} `.slice(index, index + 2))
  const left = pairs(a)
  const right = pairs(b)
  const shared = left.filter((pair) => right.includes(pair)).length
  return (2 * shared) / (left.length + right.length)
}

const prepared = new WeakMap<readonly Named[], { facility: Named; folded: Set<string>; senses: Sense[] }[]>()

function prepare(facilities: readonly Named[]) {
  let ready = prepared.get(facilities)
  if (!ready) {
    ready = facilities.map((facility) => {
      const names = Object.values(facility.names)
      return { facility, folded: new Set(names.map(fold)), senses: names.map(senseOf) }
    })
    prepared.set(facilities, ready)
  }
  return ready
}

/**
 * The facility that a written name means. Exact when one facility alone has this name (letters folded) or the same number,
 * sort and proper names in either language; close when several could be meant or the spelling is off. A number that
 * differs is never exact: № 3 and № 4 are two houses. Hand in the same array again and it is read only once.
 */
export function matchFacility<F extends Named>(facilities: readonly F[], text: string): FacilityMatch<F> {
  const ready = prepare(facilities) as { facility: F; folded: Set<string>; senses: Sense[] }[]
  const folded = fold(text)
  if (folded === '') return { kind: 'none' }

  const sense = senseOf(text)
  const certain = ready.filter((one) => one.folded.has(folded))
  const equal = certain.length > 0 ? certain : sense.stems.length > 0 ? ready.filter((one) => one.senses.some((other) => same(sense, other))) : []
  if (equal.length === 1) return { kind: 'exact', facility: equal[0]!.facility }
  if (equal.length > 1) return { kind: 'close', candidates: equal.slice(0, 5).map((one) => one.facility) }

  const close = ready
    .map((one) => ({ facility: one.facility, score: Math.max(...one.senses.map((other) => likeness(sense, other))) }))
    .filter((one) => one.score >= 0.65)
    .sort((a, b) => b.score - a.score)
  return close.length > 0 ? { kind: 'close', candidates: close.slice(0, 5).map((one) => one.facility) } : { kind: 'none' }
}

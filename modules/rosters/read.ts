import { matchFacility as match } from '#modules/places/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { type Column, type Field, fields, isTotal } from './columns.ts'
import { decode, type Encoding } from './decode.ts'
import { findDuplicates } from './duplicates.ts'
import { isEmpty, type Line, parseSheet, type Separator, type Sheet } from './parse.ts'
import { problem } from './problems.ts'
import { type Consent, type FacilityAnswer, judgeRow, type JudgedRow, noConsent } from './rules.ts'

/** A line that tells of a person. */
export type PersonRow = JudgedRow & { kind: 'person'; line: number }
/** Lines that tell of nobody, from `line` until `until`: empty ones, totals, and what stands above the titles. */
export type SkippedRow = { kind: 'skipped'; line: number; until: number; why: 'empty' | 'total' | 'above' }
export type RosterRow = PersonRow | SkippedRow

/** How the file was read: what the shell tells before the rows. */
export type RosterHead = {
  encoding: Encoding
  separator: Separator
  headerLine: number
  columns: Column[]
  /** Columns whose title is not known; they are not read. */
  unknown: Column[]
  hasIin: boolean
}

export type NamedFacility = { id: string; names: { kk: string; ru: string; en: string } }
export type ReadOptions = { facilities: readonly NamedFacility[]; today: string; consents: ReadonlyMap<number, Consent> }

/** A letter that a narrower encoding didn't have: a question mark that touches one. */
const lost = /\?\p{L}|\p{L}\?/u
const mostFacilities = 2000

/**
 * Reads a whole roster, from bytes to judged rows, in this thread: `readRoster` does it in another one. Refuses a file
 * that can't be read or must not be, with a reason in words. Touches no database.
 */
export function read(bytes: Buffer, options: ReadOptions): { head: RosterHead; rows: RosterRow[] } {
  const { text, encoding } = decode(bytes)
  const matchFacility = rememberFacilities(options.facilities)
  const duplicates = findDuplicates()
  const workplaces = decideOnce()
  const rows: RosterRow[] = []
  let sheet: Sheet | undefined
  let people = 0
  let spoilt = 0

  const skip = ({ line, cells }: Line, why: SkippedRow['why']) => {
    const until = line + cells.join('').split('\n').length - 1
    const before = rows.at(-1)
    if (before?.kind === 'skipped' && before.why === why && before.until === line - 1) before.until = until
    else rows.push({ kind: 'skipped', line, until, why })
  }
  const begin = (found: Sheet, above: Line[]) => {
    sheet = found
    for (const line of above) skip(line, 'above')
  }
  const take = (line: Line) => {
    if (isEmpty(line.cells)) return skip(line, 'empty')
    if (isTotal(line.cells)) return skip(line, 'total')
    const cells = cellsOf(sheet!, line.cells)
    people++
    if ([cells.familyName, cells.givenName, cells.fullName, cells.facility, cells.profession].some((cell) => cell && lost.test(cell))) spoilt++
    const consent = options.consents.get(line.line) ?? noConsent
    const judged = judgeRow(cells, { matchFacility, consent: { ...consent, facilityId: workplaces.choose(cells.facility, consent.facilityId) }, today: options.today })
    workplaces.offerOnce(line.line, cells.facility, judged)
    const surplus = line.cells.slice(sheet!.columns.length).filter((cell) => cell.trim() !== '').length
    if (surplus > 0) judged.problems.push(problem(null, 'cells-surplus', { count: surplus }))
    judged.problems.push(...duplicates(line.line, judged))
    rows.push({ kind: 'person', line: line.line, ...judged })
  }
  parseSheet(text, begin, take)

  if (people === 0) throw new Refusal('roster.no-rows')
  if (spoilt >= 2 && spoilt >= people * 0.2) throw new Refusal('roster.letters-lost', { rows: spoilt })
  const { columns, separator, headerLine, places } = sheet!
  const unknown = columns.filter(({ field, title }) => field === null && title !== '')
  return { head: { encoding, separator, headerLine, columns, unknown, hasIin: places.has('iin') }, rows }
}

function cellsOf({ places }: Sheet, cells: readonly string[]): Partial<Record<Field, string>> {
  const named: Partial<Record<Field, string>> = {}
  for (const field of fields) {
    const at = places.get(field)
    if (at !== undefined) named[field] = cells[at] ?? ''
  }
  return named
}

/** A workplace is decided where it is first named, for every line that writes it the same way. */
function decideOnce() {
  const chosen = new Map<string, string>()
  const first = new Map<string, number>()
  return {
    choose(text = '', facilityId: string | null): string | null {
      if (facilityId && !chosen.has(text)) chosen.set(text, facilityId)
      return chosen.get(text) ?? null
    },
    offerOnce(line: number, text = '', judged: JudgedRow) {
      if (!judged.offers.facilities) return
      const before = first.get(text)
      if (before === undefined) return void first.set(text, line)
      delete judged.offers.facilities
      judged.problems = judged.problems.map((one) => (one.code === 'facility-close' || one.code === 'facility-chosen' ? problem('facility', 'facility-like', { line: before }) : one))
    },
  }
}

/** A roster names few workplaces many times: each is looked for once, and not more of them than a real roster can have. */
function rememberFacilities(facilities: readonly NamedFacility[]): (text: string) => FacilityAnswer {
  const known = new Map<string, FacilityAnswer>()
  return (text) => {
    const before = known.get(text)
    if (before) return before
    const answer = known.size < mostFacilities ? answerOf(facilities, text) : ({ kind: 'none' } as const)
    if (known.size < mostFacilities) known.set(text, answer)
    return answer
  }
}

function answerOf(facilities: readonly NamedFacility[], text: string): FacilityAnswer {
  const found = match(facilities, text)
  if (found.kind === 'exact') return { kind: 'exact', id: found.facility.id }
  return found.kind === 'none' ? found : { kind: 'close', candidates: found.candidates.map(({ id, names }) => ({ id, name: names.kk === names.ru ? names.kk : `${names.kk} / ${names.ru}` })) }
}

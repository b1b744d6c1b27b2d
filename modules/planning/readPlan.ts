import Papa from 'papaparse'
import type { Texts } from '#db/schema/index.ts'
import { matchFacility } from '#modules/places/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { decode, matchProfession } from '#modules/rosters/index.ts'
import { fold } from '#modules/words/index.ts'
import { addsUp, columnOf, isAny, type PlanColumn } from './planColumns.ts'
import type { PlanLine } from './shapes.ts'

/** What is wrong with a line of a file, said as `plan.problem.<code>`. */
export type PlanProblem = 'facility-unknown' | 'facility-unsure' | 'region-unknown' | 'region-differs' | 'profession-unknown' | 'course-unknown' | 'course-missing' | 'people-wrong' | 'note-long' | 'doubled'

/** A line of the file as it was understood; `likely` are names of facilities that may be meant, `first` the line that says the same. */
export type ReadLine = { line: number; written: string; target: PlanLine | null; problems: { code: PlanProblem; likely?: Texts[]; first?: number }[] }

type Named = { id: string; names: Texts }
export type PlanContext = {
  facilities: readonly (Named & { regionCode: string })[]
  regions: readonly { code: string; kato: string; names: Texts }[]
  courses: readonly { course: string; names: readonly Texts[] }[]
  /** The course of a file that has no column for it. */
  course: string | undefined
}

export const mostLines = 1000
export const mostBytes = 1024 * 1024
const mostColumns = 50
/** How far down the line with the titles may stand: plans have a heading and a number of an order above it. */
const deepestHeader = 20

/**
 * Reads a yearly plan from a spreadsheet's CSV: encoding, separator and titles as rosters are read. Pure; what a line means
 * is decided by names, and what isn't sure is a problem of its line, never a guess. Refuses a file that can't be read
 * (`roster.…`, `plan.too-large`, `plan.no-lines`), one without the column of people (`plan.no-people`), and one of more than a thousand lines (`plan.too-long`).
 */
export function readPlan(bytes: Uint8Array, context: PlanContext): ReadLine[] {
  if (bytes.byteLength > mostBytes) throw new Refusal('plan.too-large')
  const rows = cellsOf(decode(Buffer.from(bytes)).text)
  const header = rows.findIndex(({ cells }, index) => index < deepestHeader && cells.some((cell) => columnOf(cell) === 'people') && cells.filter(columnOf).length > 1)
  if (header === -1) throw new Refusal('plan.no-people')
  const places = placesOf(rows[header]!.cells)
  const body = rows.slice(header + 1).filter(({ cells }) => cells.some((cell) => cell.trim() !== '') && !addsUp(cells))
  if (body.length === 0) throw new Refusal('plan.no-lines')
  if (body.length > mostLines) throw new Refusal('plan.too-long', { most: mostLines })

  const first = new Map<string, number>()
  return body.map(({ line, cells }) => {
    const read = readLine(line, (column) => cells[places.get(column) ?? -1]?.trim() ?? '', context)
    if (!read.target) return read
    const { course, facilityId, regionCode, profession } = read.target
    const what = [course, facilityId, regionCode, profession].join(' ')
    const before = first.get(what)
    if (before === undefined) first.set(what, line)
    else read.problems.push({ code: 'doubled', first: before })
    return read
  })
}

/** Lines with their cells, separated by what shows the most known titles near the top. */
function cellsOf(source: string): { line: number; cells: string[] }[] {
  const text = source.replace(/\r\n?/g, '\n')
  const known = (delimiter: string) => {
    const { data } = Papa.parse<string[]>(text.slice(0, 100_000), { delimiter, newline: '\n', preview: deepestHeader })
    return Math.max(0, ...data.map((cells) => new Set(cells.slice(0, mostColumns).flatMap((cell) => columnOf(cell) ?? [])).size))
  }
  const [delimiter] = [';', ',', '\t'].map((one) => [one, known(one)] as const).toSorted((one, other) => other[1] - one[1])[0]!
  const { data, errors } = Papa.parse<string[]>(text, { delimiter, newline: '\n' })
  const open = errors.find(({ type }) => type === 'Quotes')
  if (open) throw new Refusal('roster.quote-open', { line: (open.row ?? 0) + 1 })
  let line = 1
  return data.map((cells) => {
    const at = line
    // A cell may hold line breaks: lines are counted as an editor counts them.
    line += 1 + cells.reduce((sum, cell) => sum + (cell.match(/\n/g)?.length ?? 0), 0)
    return { line: at, cells: cells.slice(0, mostColumns) }
  })
}

function placesOf(titles: readonly string[]): Map<PlanColumn, number> {
  const places = new Map<PlanColumn, number>()
  titles.forEach((title, index) => {
    const column = columnOf(title)
    if (column && places.has(column)) throw new Refusal('plan.column-doubled', { title: title.slice(0, 80) })
    if (column) places.set(column, index)
  })
  return places
}

function readLine(line: number, cell: (column: PlanColumn) => string, context: PlanContext): ReadLine {
  const problems: ReadLine['problems'] = []
  const facility = readFacility(cell('facility'), context, problems)
  const region = readRegion(cell('region'), context, problems)
  if (facility && region && facility.regionCode !== region) problems.push({ code: 'region-differs' })
  const profession = isAny(cell('profession')) ? undefined : matchProfession(cell('profession').slice(0, 200))?.profession
  if (!isAny(cell('profession')) && !profession) problems.push({ code: 'profession-unknown' })
  const course = readCourse(cell('course'), context, problems)
  // «1 200» as spreadsheets write it, with any sort of space.
  const people = Number(/^\d+$/.exec(cell('people').replace(/\s/g, ''))?.[0])
  const peopleFit = Number.isInteger(people) && people >= 1 && people <= 100_000
  if (!peopleFit) problems.push({ code: 'people-wrong' })
  const note = cell('note').normalize('NFC').replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\s]+/gu, ' ').trim()
  if (note.length > 200) problems.push({ code: 'note-long' })

  const written = [cell('facility') || cell('region'), cell('profession'), cell('people')].filter(Boolean).join(' · ').slice(0, 200)
  const place = facility ? { facilityId: facility.id } : region ? { regionCode: region } : {}
  const target = problems.length > 0 || !course ? null : { course, ...place, ...(profession && { profession }), people, ...(note && { note }) }
  return { line, written, target, problems }
}

function readFacility(text: string, { facilities }: PlanContext, problems: ReadLine['problems']) {
  if (isAny(text)) return null
  const answer = matchFacility(facilities, text.slice(0, 300))
  if (answer.kind === 'exact') return answer.facility
  problems.push(answer.kind === 'none' ? { code: 'facility-unknown' } : { code: 'facility-unsure', likely: answer.candidates.map(({ names }) => names) })
  return null
}

/** A region by its code, its KATO code or its name, with or without «облысы», «область», «г.». */
function readRegion(text: string, { regions }: PlanContext, problems: ReadLine['problems']): string | null {
  if (isAny(text)) return null
  const bare = (name: string) => fold(name).replace(/(?:^| )(?:облысы|облыс|каласы|кала|област|обл|город|гор|г|region|oblast|city)(?= |$)/gu, '').trim()
  const found = regions.filter(({ code, kato, names }) => code === text.toUpperCase() || kato === text || Object.values(names).some((name) => fold(name) === fold(text) || bare(name) === bare(text)))
  if (found.length === 1) return found[0]!.code
  problems.push({ code: 'region-unknown' })
  return null
}

function readCourse(text: string, { courses, course }: PlanContext, problems: ReadLine['problems']): string | null {
  if (isAny(text)) {
    if (!course) problems.push({ code: 'course-missing' })
    return course ?? null
  }
  const found = courses.find((one) => one.course === text.toLowerCase() || one.names.some((names) => Object.values(names).some((name) => fold(name) === fold(text))))
  if (!found) problems.push({ code: 'course-unknown' })
  return found?.course ?? null
}

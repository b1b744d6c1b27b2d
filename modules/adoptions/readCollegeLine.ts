import type { Texts } from '#db/schema/index.ts'
import { matchRegion } from '#modules/places/index.ts'
import { readDay } from '#modules/rosters/index.ts'
import { line as lineOf } from '#modules/text.ts'
import { fold, type Locale } from '#modules/words/index.ts'
import { answerIn, type CollegeColumn } from './collegeColumns.ts'
import { givenFacts, type GivenStep } from './facts.ts'
import { studyYearOf } from './rules.ts'

/** What is wrong with a line of a list, said as `colleges.problem.<code>`; `column` is named in words. */
export type CellProblem = {
  code: 'region-missing' | 'region-unknown' | 'name-missing' | 'name-wrong' | 'higher-unread' | 'course-missing' | 'course-unknown' | 'edition-unknown' | 'day-unread' | 'day-missing' | 'fact-missing' | 'fact-wrong' | 'groups-more'
  column: CollegeColumn
}

/** A step as the list tells it, with its day. */
export type ListedStep = GivenStep & { on: string }
/** What the list tells of the programme into which the course was taken: its hours as one line. */
export type ListedProgramme = { specialityCode: string; speciality: string; semester: number; theoryHours: number; practiceHours: number }

/** A line of the list as it was understood. `editionId` is null when it tells of a college alone. */
export type ReadCollege = {
  line: number
  written: string
  regionCode: string | null
  names: Partial<Texts>
  /** Undefined when neither the column nor the name says it. */
  higher: boolean | undefined
  editionId: string | null
  programme: ListedProgramme | null
  steps: ListedStep[]
  problems: CellProblem[]
}

export type CollegeContext = {
  regions: readonly { code: string; kato: string; names: Texts }[]
  /** Every published edition, in the order of its numbers. */
  editions: readonly { id: string; course: string; number: number; names: readonly Texts[] }[]
  /** The course of a file that has no column for it. */
  course: string | undefined
}

type Cells = (column: CollegeColumn) => string
type Problems = CellProblem[]

/** Understands one line. Pure. */
export function readCollegeLine(line: number, cell: Cells, context: CollegeContext): ReadCollege {
  const problems: Problems = []
  const region = matchRegion(context.regions, cell('region').slice(0, 200))
  if (!region) problems.push({ code: cell('region') === '' ? 'region-missing' : 'region-unknown', column: 'region' })
  const names = readNames(cell, problems)
  const told = answerIn(cell('higher').slice(0, 60))
  if (told === null) problems.push({ code: 'higher-unread', column: 'higher' })
  const higher = told ?? (Object.values(names).some((name) => /жоғары|высш|higher/iu.test(name)) || undefined)

  const programme = readProgramme(cell, problems)
  const steps = readSteps(cell, problems)
  const editionId = steps.length > 0 || programme || cell('edition') !== '' || cell('course') !== '' ? readEdition(cell, context, problems) : null
  const written = [Object.values(names)[0] ?? cell('name'), cell('region')].filter(Boolean).join(' · ').slice(0, 200)
  return { line, written, regionCode: region?.code ?? null, names, higher, editionId, programme, steps, problems }
}

/** Names by their columns; a column for any language holds one of them, or several with a stroke between («қазақша / по-русски»). */
function readNames(cell: Cells, problems: Problems): Partial<Texts> {
  const names: Partial<Texts> = {}
  for (const locale of ['kk', 'ru', 'en'] as const) {
    if (cell(locale) !== '') names[locale] = readName(locale, cell(locale), problems)
  }
  const parts = cell('name').split(/\s\/\s|\n/).map((part) => part.trim()).filter(Boolean)
  const languages = parts.map(languageOf)
  const apart = new Set(languages).size === parts.length
  for (const [index, part] of (apart ? parts : [cell('name')]).entries()) names[apart ? languages[index]! : languageOf(part)] ??= readName('name', part, problems)
  if (Object.keys(names).length === 0) problems.push({ code: 'name-missing', column: 'name' })
  return names
}

const languageOf = (text: string): Locale => (/[әғқңөұүһі]|колледжі/iu.test(text) ? 'kk' : /\p{Script=Cyrillic}/u.test(text) ? 'ru' : 'en')

function readName(column: 'name' | Locale, text: string, problems: Problems): string {
  const read = lineOf(250).safeParse(text.replace(/\n/g, ' '))
  if (!read.success || fold(read.data) === '') problems.push({ code: 'name-wrong', column })
  return read.success ? read.data : text.slice(0, 250)
}

function readEdition(cell: Cells, { editions, course }: CollegeContext, problems: Problems): string | null {
  const named = cell('course')
  const meant = named === '' ? course : editions.find((one) => one.course === named.toLowerCase() || one.names.some((names) => Object.values(names).some((name) => fold(name) === fold(named))))?.course
  if (!meant) {
    problems.push({ code: named === '' ? 'course-missing' : 'course-unknown', column: 'course' })
    return null
  }
  const ofCourse = editions.filter((one) => one.course === meant)
  const number = /^(?:№\s*)?(\d{1,4})$/.exec(cell('edition'))?.[1]
  const edition = cell('edition') === '' ? ofCourse.at(-1) : ofCourse.find((one) => one.number === Number(number))
  if (!edition) problems.push({ code: 'edition-unknown', column: 'edition' })
  return edition?.id ?? null
}

/** The columns of a state's facts, as `givenFacts` names them. */
const factColumns = {
  invited: {}, received: {}, review: { body: 'reviewer' }, mapped: {}, approved: { order: 'order', body: 'body' }, registered: { number: 'register' },
  taught: { studyYear: 'year', groups: 'groups', students: 'students', hours: 'hours' }, withdrawn: { reason: 'reason' },
} as const satisfies Record<string, Record<string, CollegeColumn>>
type ListedState = keyof typeof factColumns
const listedStates = Object.keys(factColumns) as ListedState[]

/** Columns without which the programme can't be kept. */
const programmeColumns = { specialityCode: 'specialityCode', speciality: 'speciality', semester: 'semester', theoryHours: 'theory', practiceHours: 'practice' } as const

function readSteps(cell: Cells, problems: Problems): ListedStep[] {
  return listedStates.flatMap((state) => {
    const columns = Object.entries(factColumns[state]) as [string, CollegeColumn][]
    const told = columns.filter(([, column]) => cell(column) !== '')
    // A list often has one day for both: the order that approved the programme took the course into it.
    const day = state === 'mapped' && cell('mapped') === '' ? cell('approved') : cell(state)
    if (day === '' && told.length === 0) return []
    const on = day === '' ? null : readDay(day)
    if (on === null) problems.push({ code: day === '' ? 'day-missing' : 'day-unread', column: state })
    const facts = readFacts(state, cell, columns, on, problems)
    return on !== null && facts ? [{ state, on, facts } as ListedStep] : []
  })
}

function readFacts(state: ListedState, cell: Cells, columns: readonly [string, CollegeColumn][], on: string | null, problems: Problems): object | null {
  const given: Record<string, unknown> = Object.fromEntries(columns.filter(([, column]) => cell(column) !== '').map(([name, column]) => [name, name === 'studyYear' ? readYear(cell(column)) : state === 'taught' ? numberOr(cell(column)) : cell(column)]))
  // The day says the study year where the column doesn't.
  if (state === 'taught' && given['studyYear'] === undefined && on !== null) given['studyYear'] = studyYearOf(on)
  const read = givenFacts[state].safeParse(given)
  if (read.success) return read.data
  for (const name of new Set(read.error.issues.map((one) => String(one.path[0] ?? '')))) {
    const column = columns.find(([fact]) => fact === name)?.[1]
    if (!column || (name === 'studyYear' && on === null && cell(column) === '')) continue
    const issue = read.error.issues.find((one) => one.path[0] === name)!
    problems.push({ code: cell(column) === '' ? 'fact-missing' : issue.message === 'field.adoption.groups' ? 'groups-more' : 'fact-wrong', column })
  }
  return null
}

/** «1 200» as spreadsheets write it, with any sort of space; anything else as it stands. */
const numberOr = (text: string) => (/^\d[\d\s]*$/.test(text) ? text.replace(/\s/g, '') : text)

/** A study year by its first calendar year: «2025», «2025/26», «2025–2026 учебный год». */
function readYear(text: string): string {
  const [, first, second] = /^(20\d\d)(?:\s*[-–—/]\s*((?:20)?\d\d))?(?:\s*\p{L}[\p{L}\s.]*)?$/u.exec(text) ?? []
  return first && (!second || (Number(first) + 1) % 100 === Number(second) % 100) ? first : text
}

function readProgramme(cell: Cells, problems: Problems): ListedProgramme | null {
  const wanted = cell('mapped') !== '' || cell('approved') !== '' || Object.values(programmeColumns).some((column) => cell(column) !== '')
  if (!wanted) return null
  const wrong = (code: 'fact-missing' | 'fact-wrong', column: CollegeColumn) => void problems.push({ code, column })
  const words = (column: 'specialityCode' | 'speciality', most: number) => {
    const read = lineOf(most).safeParse(cell(column))
    if (!read.success) wrong(cell(column) === '' ? 'fact-missing' : 'fact-wrong', column)
    return read.success ? read.data : null
  }
  const whole = (column: 'semester' | 'theory' | 'practice', least: number, most: number) => {
    const text = numberOr(cell(column))
    const fits = /^\d+$/.test(text) && Number(text) >= least && Number(text) <= most
    if (!fits) wrong(text === '' ? 'fact-missing' : 'fact-wrong', column)
    return fits ? Number(text) : null
  }
  const [specialityCode, speciality] = [words('specialityCode', 20), words('speciality', 200)]
  const [semester, theoryHours, practiceHours] = [whole('semester', 1, 12), whole('theory', 0, 2000), whole('practice', 0, 2000)]
  if (specialityCode === null || speciality === null || semester === null || theoryHours === null || practiceHours === null) return null
  if (theoryHours + practiceHours === 0) {
    wrong('fact-wrong', 'theory')
    return null
  }
  return { specialityCode, speciality, semester, theoryHours, practiceHours }
}

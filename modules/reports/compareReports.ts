import { notInForce } from '#modules/adoptions/index.ts'
import type { CountedState, ReportFacts } from './shape.ts'

/** The figures that two reports are held against one another by, in the order in which they are shown. */
const figures = {
  hours: (one: ReportFacts) => one.hours.college.all,
  theory: (one: ReportFacts) => one.hours.college.theory,
  practice: (one: ReportFacts) => one.hours.college.practice,
  lessons: (one: ReportFacts) => one.mapping.covered,
  gaps: (one: ReportFacts) => one.mapping.gaps.length,
  groups: (one: ReportFacts) => inYear(one)?.groups ?? 0,
  students: (one: ReportFacts) => inYear(one)?.students ?? 0,
  teachers: (one: ReportFacts) => one.teachers.people,
  'in-force': (one: ReportFacts) => one.teachers.inForce,
  'not-in-force': (one: ReportFacts) => notInForce.reduce((sum, state) => sum + one.teachers.states[state], 0),
  evidence: (one: ReportFacts) => one.evidence.length,
} satisfies Record<string, (one: ReportFacts) => number>
export type Figure = keyof typeof figures

const inYear = ({ students, studyYear }: ReportFacts) => students.years.find((one) => one.studyYear === studyYear)

export type Differences = {
  /** Every figure, changed or not: what did not change is told too. */
  figures: { figure: Figure; before: number; after: number }[]
  edition: { before: number; after: number } | null
  guideline: { before: string; after: string } | null
  state: { before: ReportFacts['adoption']['state']; after: ReportFacts['adoption']['state'] } | null
  /** Lines of the programme by their titles. */
  lines: { added: string[]; removed: string[]; changed: { title: string; before: number; after: number }[] }
  /** Certificates by serial. */
  staff: { joined: string[]; left: string[]; changed: { serial: string; before: CountedState; after: CountedState }[] }
}

/** What has changed from one report of a college about a course to another. Pure. */
export function compareReports(before: ReportFacts, after: ReportFacts): Differences {
  const changed = <Value>(one: Value, other: Value) => (one === other ? null : { before: one, after: other })
  const [linesBefore, linesAfter] = [linesOf(before), linesOf(after)]
  const [staffBefore, staffAfter] = [new Map(before.staff.map((one) => [one.serial, one.state])), new Map(after.staff.map((one) => [one.serial, one.state]))]
  return {
    figures: (Object.keys(figures) as Figure[]).map((figure) => ({ figure, before: figures[figure](before), after: figures[figure](after) })),
    edition: changed(before.edition.number, after.edition.number),
    guideline: changed(before.edition.guideline.id, after.edition.guideline.id),
    state: changed(before.adoption.state, after.adoption.state),
    lines: {
      added: only(linesAfter, linesBefore), removed: only(linesBefore, linesAfter),
      changed: [...linesAfter].flatMap(([title, hours]) => (linesBefore.has(title) && linesBefore.get(title) !== hours ? [{ title, before: linesBefore.get(title)!, after: hours }] : [])),
    },
    staff: {
      joined: only(staffAfter, staffBefore), left: only(staffBefore, staffAfter),
      changed: [...staffAfter].flatMap(([serial, state]) => (staffBefore.has(serial) && staffBefore.get(serial) !== state ? [{ serial, before: staffBefore.get(serial)!, after: state }] : [])),
    },
  }
}

/** Hours by the title of a line; lines of one title are one. */
const linesOf = ({ programme }: ReportFacts) => {
  const lines = new Map<string, number>()
  for (const { title, theory, practice } of programme.lines) lines.set(title, (lines.get(title) ?? 0) + theory + practice)
  return lines
}
const only = (one: ReadonlyMap<string, unknown>, other: ReadonlyMap<string, unknown>) => [...one.keys()].filter((key) => !other.has(key))

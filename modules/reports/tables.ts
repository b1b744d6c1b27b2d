import { yearName } from '#modules/adoptions/index.ts'
import { type Cell, dayCell, type Table, xlsx } from '#modules/table.ts'
import { type Locale, t } from '#modules/words/index.ts'
import { countedStates } from './shape.ts'
import type { SignedReport } from './reports.ts'
import { factsTold, stateTold } from './words.ts'

/** A signed report as a workbook in one language: a sheet for each of its parts, with numbers as numbers and days as days. */
export const reportWorkbook = (signed: Pick<SignedReport, 'report' | 'sha256' | 'holders'>, locale: Locale): Promise<Uint8Array> => xlsx(reportTables(signed, locale))

export function reportTables({ report, sha256, holders }: Pick<SignedReport, 'report' | 'sha256' | 'holders'>, locale: Locale): Table[] {
  const { college, edition, adoption, programme, hours, mapping, teachers, students } = report
  const column = (...names: string[]) => names.map((name) => t(locale, `adoption-report.column.${name}` as 'adoption-report.column.state'))
  const sheet = (name: 'steps' | 'programme' | 'staff' | 'students' | 'evidence', head: Cell[], rows: Cell[][]): Table => ({ name: t(locale, `adoption-report.section.${name}`), rows: [head, ...rows] })
  const { approval } = edition
  const summary: Cell[][] = [
    [t(locale, 'adoption-report.title'), report.number],
    [t(locale, 'adoption-report.college'), college.names[locale]],
    [t(locale, 'adoption-report.region'), college.region.names[locale]],
    [t(locale, 'adoption-report.course'), t(locale, 'adoption-report.edition', { title: edition.titles[locale], number: edition.number })],
    [t(locale, 'adoption-report.guideline'), edition.guideline.titles[locale]],
    [t(locale, 'adoption-report.approval'), approval ? `${approval.body}, № ${approval.number}, ${approval.date}` : t(locale, 'adoption-report.approval.none')],
    [t(locale, 'adoption-report.column.year'), yearName(locale, report.studyYear)],
    [t(locale, 'adoption-report.signed-on'), dayCell(report.issuedOn)],
    [t(locale, 'adoption-report.state'), t(locale, `adoption.state.${adoption.state}`)],
    [t(locale, 'adoption-report.signature.label'), report.signatory],
    [t(locale, 'adoption-report.column.hours'), hours.college.all],
    [t(locale, 'adoption-report.column.ours'), hours.edition.all],
    [t(locale, 'adoption-report.column.lessons'), mapping.lessons],
    [t(locale, 'adoption-report.fact.covered', { value: '' }).replace(/[:\s]+$/, ''), mapping.covered],
    [t(locale, 'adoption-report.column.people'), teachers.people],
    [t(locale, 'adoption-report.column.in-force'), teachers.inForce],
    ...countedStates.map((state): Cell[] => [`${t(locale, 'adoption-report.column.serial')}: ${t(locale, `certificate.state.${state}`)}`, teachers.states[state]]),
    [t(locale, 'adoption-report.column.groups'), students.groups],
    [t(locale, 'adoption-report.column.students'), students.students],
    [t(locale, 'adoption-report.column.code'), report.code],
    ['SHA-256', sha256],
    ...(edition.demonstration ? [[t(locale, 'adoption-report.demonstration')]] : []),
  ]
  return [
    { name: t(locale, 'adoption-report.title'), rows: summary, head: 1 },
    sheet('steps', column('state', 'on', 'facts'), report.steps.map(({ state, on, facts }) => [t(locale, `adoption.state.${state}`), dayCell(on), factsTold(locale, facts).join('; ')])),
    sheet('programme', column('line', 'theory', 'practice', 'hours', 'ours', 'lessons'), [
      ...programme.lines.map((one): Cell[] => [one.title, one.theory, one.practice, one.theory + one.practice, one.ours, one.lessons]),
      [t(locale, 'adoption-report.column.total'), hours.college.theory, hours.college.practice, hours.college.all, hours.covered.all, null],
    ]),
    sheet('staff', column('name', 'post', 'serial', 'edition', 'issued', 'expires', 'state', 'note'), report.staff.map((one) => [
      holders.get(one.certificate) ?? t(locale, 'adoption-report.staff.erased'), one.post, one.serial, one.edition, dayCell(one.issuedOn), one.expiresOn && dayCell(one.expiresOn),
      t(locale, `certificate.state.${one.state}`), stateTold(locale, one) === t(locale, `certificate.state.${one.state}`) ? null : stateTold(locale, one),
    ])),
    sheet('students', column('year', 'groups', 'students', 'hours'), [
      ...students.years.map((one): Cell[] => [yearName(locale, one.studyYear), one.groups, one.students, one.hours]),
      [t(locale, 'adoption-report.column.total'), students.groups, students.students, null],
    ]),
    sheet('evidence', [...column('file', 'step', 'on', 'bytes'), 'SHA-256'], report.evidence.map((one) => [one.name, t(locale, `adoption.state.${one.state}`), dayCell(one.on), one.bytes, one.sha256])),
  ]
}

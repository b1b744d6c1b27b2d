import type { StaffMember } from '#modules/adoptions/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { types } from '#modules/pdf/index.ts'
import type { ReportFacts } from './shape.ts'

/** Refuses `adoption-report.unprintable` when the report's typeface can't draw what the college has written: nothing is drawn instead of a letter. */
export function demandPrintable(facts: ReportFacts, staff: readonly StaffMember[], signatory: string): void {
  const said = [
    signatory, ...Object.values(facts.college.names), facts.programme.specialityCode, facts.programme.speciality, facts.programme.qualification ?? '',
    ...facts.programme.lines.map((one) => one.title), ...facts.staff.map((one) => one.post), ...staff.map((one) => one.certificate.holderName ?? ''),
    ...facts.steps.flatMap((one) => Object.values(one.facts)).map(String),
  ].join('').replaceAll(/\s/g, '')
  const { regular, bold } = types()
  const missing = [...new Set(said)].filter((character) => !regular.has(character) || !bold.has(character))
  if (missing.length > 0) throw new Refusal('adoption-report.unprintable', { characters: missing.slice(0, 8).join(' ') })
}

/** The name of a file as its owner gave it, with a mark for what can't be drawn: it can't be changed any more, and its hash says which file it is. */
export const printable = (name: string) => [...name].map((character) => (types().regular.has(character) && types().bold.has(character) ? character : '·')).join('')

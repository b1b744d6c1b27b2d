import { isInForce as isAdopted, notInForce, type Rung } from '#modules/adoptions/index.ts'
import type { ReportFacts } from './shape.ts'

/** What a report can't be signed without. */
export const reportNeeds = ['withdrawn', 'not-approved', 'no-programme', 'no-evidence', 'no-staff'] as const
export type ReportNeed = (typeof reportNeeds)[number]

/** What the reader of a report will ask about: told before it is signed, and each to be mended or answered for. */
export type ReportWarning =
  | { warning: 'not-in-force' | 'expiring' | 'unanswered' | 'gaps' | 'competencies' | 'older-trained' | 'fewer-hours'; count: number }
  | { warning: 'not-taught' | 'changed-since-mapped' }
  | { warning: 'newer-edition'; edition: number; due: string; overdue: boolean }

type Around = { rung: Rung | null; withdrawn: boolean; programme: boolean }

/** What is missing before anything could be composed: the state of the adoption and the programme. Pure. */
export function missingBefore({ rung, withdrawn, programme }: Around): ReportNeed[] {
  return [...(withdrawn ? (['withdrawn'] as const) : !isAdopted(rung) ? (['not-approved'] as const) : []), ...(programme ? [] : (['no-programme'] as const))]
}

/** What is missing in what was composed: paper under the approval, and somebody who teaches. Pure. */
export function missingIn({ evidence, staff }: Pick<ReportFacts, 'evidence' | 'staff'>): ReportNeed[] {
  return [...(evidence.some((one) => one.state === 'approved' || one.state === 'registered') ? [] : (['no-evidence'] as const)), ...(staff.length > 0 ? [] : (['no-staff'] as const))]
}

/** What stands out before it is signed; `unanswered` is how many were asked and have not agreed yet. Pure. */
export function warningsOf(facts: ReportFacts, unanswered: number): ReportWarning[] {
  const { teachers, mapping, hours, students, staff, programme, reconfirmation, studyYear, edition } = facts
  const counted = ([
    ['not-in-force', notInForce.reduce((sum, state) => sum + teachers.states[state], 0)], ['expiring', teachers.states.expiring], ['unanswered', unanswered],
    ['gaps', mapping.gaps.length], ['competencies', mapping.missing.length], ['older-trained', staff.filter((one) => one.edition < edition.number).length],
    ['fewer-hours', Math.max(0, Math.ceil(hours.edition.all - hours.college.all))],
  ] as const).filter(([, count]) => count > 0)
  return [
    ...counted.map(([warning, count]) => ({ warning, count })),
    ...(students.years.some((one) => one.studyYear === studyYear) ? [] : [{ warning: 'not-taught' as const }]),
    ...(programme.asMapped ? [] : [{ warning: 'changed-since-mapped' as const }]),
    ...(reconfirmation && !reconfirmation.answered ? [{ warning: 'newer-edition' as const, edition: reconfirmation.edition, due: reconfirmation.due, overdue: reconfirmation.overdue }] : []),
  ]
}

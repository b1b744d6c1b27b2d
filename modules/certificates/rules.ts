import { z } from 'zod'
import type { Kind } from './kinds.ts'

/**
 * What a person must have done for a certificate, taken from the edition taught. `null`, `0` and an empty list mean that
 * nothing of the kind is asked.
 */
export const rulesShape = z.object({
  kind: z.string(),
  attendancePercent: z.int(),
  postTest: z.boolean(),
  stations: z.array(z.string()),
  /**
   * Children to be seen in practice, confirmed in the logbook. WHO's eleven-day course lets each participant see 30 to 50
   * sick children (WHO, IMCI in-service training); five days of it scale to 5/11 of that, 14 to 23. The IMCI course asks
   * for 20: a proposal, for the organisation that teaches to approve with its edition.
   */
  practiceCases: z.int(),
  /** How many young infants among the cases; asked for by no rules that were stored before it was one. */
  practiceYoungInfants: z.int().default(0),
  approvalRequired: z.boolean(),
  /** Asked for by no rules that were stored before a kind could need it. */
  accreditationRequired: z.boolean().default(false),
})
export type Rules = z.infer<typeof rulesShape>

const evidenceOne = z.object({
  v: z.literal(1),
  seenAt: z.iso.datetime(),
  enrolment: z.enum(['enrolled', 'offered', 'queued', 'withdrawn', 'none']),
  cohortState: z.enum(['draft', 'open', 'running', 'closed', 'cancelled']),
  attendanceClosedAt: z.iso.datetime().nullable(),
  /** Half-days held, and those at which the person was present or late. */
  halves: z.int(),
  present: z.int(),
  /** The best finished attempt. */
  postTest: z.object({ score: z.int(), maximum: z.int(), passed: z.boolean() }).nullable(),
  /** Every station of the edition, passed by the latest sheet: all its critical steps and its share of all steps. */
  stations: z.array(z.object({ station: z.string(), passed: z.boolean() })),
  /** Cases in the practice logbook that a trainer has confirmed; from version 2 on without the simulated ones. */
  cases: z.int(),
  edition: z.object({ id: z.uuid(), approved: z.boolean(), demonstration: z.boolean() }),
})

const evidenceTwo = evidenceOne.extend({
  v: z.literal(2),
  /** Confirmed cases of young infants, simulated ones too: not every practice site has young infants on the day. */
  youngInfants: z.int(),
  /** Confirmed cases that were simulated. */
  simulated: z.int(),
})

const evidenceThree = evidenceTwo.extend({
  v: z.literal(3),
  /** The centre's accreditation on its local day of issue. */
  accreditation: z.object({ id: z.uuid(), number: z.string() }).nullable(),
})

/** What eligibility sees of one person in one cohort. Stored with the certificate as it was: a later version adds facts, never loses one. */
export const evidenceShape = z.discriminatedUnion('v', [evidenceOne, evidenceTwo, evidenceThree])
export type Evidence = z.infer<typeof evidenceShape>
/** The version that is gathered now. */
export type EvidenceNow = z.infer<typeof evidenceThree>

/** What is stored with a certificate: what was seen, and the rules it was held against. */
export const storedEvidenceShape = z.discriminatedUnion('v', [
  evidenceOne.extend({ rules: rulesShape }), evidenceTwo.extend({ rules: rulesShape }), evidenceThree.extend({ rules: rulesShape }),
])

/** Names of the rules that may be unmet, each with the facts that its sentence (`eligibility.<name>`) tells. */
export type Unmet =
  | { rule: 'not-enrolled' | 'cohort-cancelled' | 'attendance-not-closed' | 'edition-not-approved' | 'centre-not-accredited' }
  | { rule: 'attendance-too-low'; percent: number; needed: number; present: number; halves: number }
  | { rule: 'post-test-not-passed'; score: number | null; maximum: number | null }
  | { rule: 'station-not-passed'; station: string }
  | { rule: 'practice-too-little'; cases: number; needed: number }
  | { rule: 'young-infants-too-few'; cases: number; needed: number }

/**
 * The one way to a certificate: the rules that the evidence does not meet, in the order a reader cares about; eligible when
 * there are none. Pure, so that the preview, the issue and a later audit of the stored evidence can't disagree.
 */
export function eligibility(evidence: Evidence, rules: Rules): { eligible: boolean; unmet: Unmet[] } {
  const unmet: Unmet[] = []
  if (evidence.enrolment !== 'enrolled') unmet.push({ rule: 'not-enrolled' })
  if (evidence.cohortState === 'cancelled') unmet.push({ rule: 'cohort-cancelled' })
  if (evidence.attendanceClosedAt === null) unmet.push({ rule: 'attendance-not-closed' })
  // Whole numbers only: 9 of 10 half-days is 90 %, whatever a division would round to. A cohort without half-days proves nothing.
  if (evidence.halves === 0 || evidence.present * 100 < rules.attendancePercent * evidence.halves) {
    const percent = evidence.halves === 0 ? 0 : Math.floor((evidence.present * 100) / evidence.halves)
    unmet.push({ rule: 'attendance-too-low', percent, needed: rules.attendancePercent, present: evidence.present, halves: evidence.halves })
  }
  if (rules.postTest && evidence.postTest?.passed !== true) {
    unmet.push({ rule: 'post-test-not-passed', score: evidence.postTest?.score ?? null, maximum: evidence.postTest?.maximum ?? null })
  }
  for (const station of rules.stations) {
    if (!evidence.stations.some((one) => one.station === station && one.passed)) unmet.push({ rule: 'station-not-passed', station })
  }
  if (evidence.cases < rules.practiceCases) unmet.push({ rule: 'practice-too-little', cases: evidence.cases, needed: rules.practiceCases })
  // The first version did not tell young infants apart; the rules it was held against asked for none.
  const youngInfants = evidence.v === 1 ? 0 : evidence.youngInfants
  if (youngInfants < rules.practiceYoungInfants) unmet.push({ rule: 'young-infants-too-few', cases: youngInfants, needed: rules.practiceYoungInfants })
  if (rules.approvalRequired && !evidence.edition.approved && !evidence.edition.demonstration) unmet.push({ rule: 'edition-not-approved' })
  // The versions before the third knew no accreditation, and the rules they were held against asked for none.
  if (rules.accreditationRequired && (evidence.v !== 3 || evidence.accreditation === null)) unmet.push({ rule: 'centre-not-accredited' })
  return { eligible: unmet.length === 0, unmet }
}

/** What a kind of certificate asks for. */
export type AskingKind = Pick<Kind, 'kind' | 'template' | 'approvalRequired' | 'accreditationRequired'>

/**
 * What an edition asks of everybody for a kind of certificate. A certificate asks for attendance, the post-test, every
 * station and the practice cases of the outline; a statement of attendance, told by its drawing, for attendance alone.
 *
 * Approval: some kinds always need an approved edition, as the state-form certificate of advanced training does (Order
 * ҚР ДСМ-303/2020). A certificate of another kind needs one too, unless the edition says in its rules `approvalRequired: false`:
 * the organisation that teaches decides that, and the edition freezes the decision. An edition for demonstration needs no
 * approval; all that it gives out is marked so. Accreditation: what the kind says, for a demonstration as well.
 */
export function rulesOf({ kind, outline, stations }: { kind: AskingKind; outline: OutlineRules; stations: string[] }): Rules {
  const { rules, assessments } = outline
  const asked = { kind: kind.kind, attendancePercent: rules.attendancePercent, accreditationRequired: kind.accreditationRequired }
  if (kind.template === 'attendance') {
    return { ...asked, postTest: false, stations: [], practiceCases: 0, practiceYoungInfants: 0, approvalRequired: kind.approvalRequired }
  }
  return {
    ...asked,
    postTest: assessments.some((one) => one.kind === 'post-test'),
    stations: stations.toSorted(),
    practiceCases: rules.practiceCases,
    practiceYoungInfants: rules.practiceYoungInfants ?? 0,
    approvalRequired: kind.approvalRequired || rules.approvalRequired !== false,
  }
}

/** The part of an edition's outline that decides about certificates. */
export type OutlineRules = {
  rules: { attendancePercent: number; practiceCases: number; practiceYoungInfants?: number | undefined; approvalRequired?: boolean | undefined }
  assessments: readonly { kind: string }[]
}

export type Status = 'valid' | 'expired' | 'revoked' | 'replaced'

/** What a certificate is worth today (a date at its centre). It is good through its last day; "expiring soon" is a hint of the page, never a status. */
export function statusOf(certificate: { expiresOn: string | null; revoked: boolean; replaced: boolean }, today: string): Status {
  if (certificate.revoked) return 'revoked'
  if (certificate.replaced) return 'replaced'
  return certificate.expiresOn !== null && certificate.expiresOn < today ? 'expired' : 'valid'
}

/** The last day of validity: as many months later, the last day of the month when there is no such day. Null is for ever. */
export function lastDay(issuedOn: string, months: number | null): string | null {
  if (months === null) return null
  const [year, month, day] = issuedOn.split('-').map(Number) as [number, number, number]
  const first = new Date(Date.UTC(year, month - 1 + months, 1))
  const days = new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth() + 1, 0)).getUTCDate()
  return new Date(Date.UTC(first.getUTCFullYear(), first.getUTCMonth(), Math.min(day, days))).toISOString().slice(0, 10)
}

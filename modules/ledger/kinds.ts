import { z } from 'zod'

const uuid = z.uuid()
const subject = z.string().regex(/^[0-9a-f]{32}$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const cohort = { cohort: uuid, subject }
/** The moment that the register gives to what is told, from which it counts. Older entries leave it out: theirs is the moment of the entry. */
const moment = z.iso.datetime().optional()

/**
 * The closed list of what the ledger tells, with the facts of each kind. Facts name places, cohorts and documents by id
 * and people only by `subject` (keyed hash): no name, no personal number, no score of a named person.
 * Stored entries outlive this code: a shape may gain optional facts under a higher version, never lose or rename one.
 */
export const kinds = {
  'cohort.enrolled': z.object({ ...cohort, seat: z.int() }),
  'cohort.queued': z.object({ ...cohort, ticket: z.int() }),
  'cohort.promoted': z.object({ ...cohort, seat: z.int() }),
  'cohort.offered': z.object({ ...cohort, seat: z.int() }),
  'quota.changed': z.object({ cohort: uuid, quota: uuid, change: z.enum(['added', 'changed', 'removed', 'released']), seats: z.int() }),
  'cohort.withdrawn': z.object({ ...cohort, seat: z.int().nullable() }),
  'conflict.overridden': z.object({ cohort: uuid, conflict: z.string(), reason: hash }),
  'attempt.finished': z.object({ ...cohort, assessment: uuid, attempt: uuid, passed: z.boolean() }),
  'attempt.regraded': z.object({ ...cohort, assessment: uuid, attempt: uuid, regrade: z.int(), passed: z.boolean() }),
  'extra-time.changed': z.object(cohort),
  'item.removed': z.object({ edition: uuid, item: z.string(), reason: hash, attempts: z.int() }),
  'observation.recorded': z.object({ ...cohort, station: z.string(), observation: uuid, passed: z.boolean() }),
  'practice.confirmed': z.object({ cohort: uuid, cases: z.int(), digest: hash }),
  'attendance.closed': z.object({ cohort: uuid, marks: z.int(), digest: hash }),
  'attendance.reopened': z.object({ cohort: uuid, reason: hash }),
  'followup.corrected': z.object({ ...cohort, reason: hash }),
  'followup.recorded': z.object({ ...cohort, agreed: z.boolean() }),
  'certificate.issued': z.object({
    ...cohort,
    certificate: uuid, serial: z.string(), statement: hash, kid: z.string(),
    region: z.string(), centre: uuid, facility: uuid.nullable(), rural: z.boolean().nullable(),
    course: z.string(), edition: uuid, guideline: z.string(), profession: z.string().nullable(), sex: z.string().nullable(),
    language: z.string(), kind: z.string(), date: z.string(), counted: z.string(), demonstration: z.boolean(),
    /** False for a statement of attendance; absent in entries older than such statements. */
    certifies: z.boolean().optional(),
    /** Serial of the certificate that this one renews. */
    renews: z.string().optional(),
    /** Its last day, null when it has none; absent in older entries. */
    expires: z.string().nullable().optional(),
    moment,
  }),
  'certificate.drawn': z.object({ certificate: uuid, serial: z.string(), pdf: hash }),
  'certificate.revoked': z.object({ certificate: uuid, serial: z.string(), subject, reason: hash, moment }),
  'batch.taken-back': z.object({ cohort: uuid, batch: uuid, certificates: z.int(), reason: hash }),
  'issuing.switched': z.object({ stopped: z.boolean(), reason: hash }),
  'key.rotated': z.object({ purpose: z.enum(['certificate', 'checkpoint']), ended: z.string(), kid: z.string() }),
  'key.compromised': z.object({ kid: z.string(), since: z.string(), reason: hash }),
  'certificate-kind.changed': z.object({ kind: z.string(), digest: hash }),
  'centre.accredited': z.object({ centre: uuid, accreditation: uuid, change: z.enum(['recorded', 'withdrawn']) }),
  'certificate.replaced': z.object({ certificate: uuid, serial: z.string(), successor: uuid, successorSerial: z.string(), subject, moment }),
  'course.published': z.object({ edition: uuid, course: z.string(), number: z.int(), content: hash, guideline: z.string() }),
  'course.approved': z.object({ edition: uuid, course: z.string(), number: z.int(), approval: hash }),
  'role.changed': z.object({ subject, role: z.string(), centre: uuid.nullable(), college: uuid.nullable(), change: z.enum(['granted', 'ended', 'suspended', 'restored']) }),
  'person.merged': z.object({ subject, into: subject, moment }),
  'person.unmerged': z.object({ subject, from: subject, moment }),
  'person.revealed': z.object({ subject, field: z.enum(['iin', 'passport']) }),
  /** A holder's name, looked at by whoever sees certificates without names: for which of the known purposes, and the hash of the reason in their words. */
  'holder.revealed': z.object({ certificate: uuid, serial: z.string(), subject, purpose: z.string(), reason: hash }),
  'person.erased': z.object({ subject }),
  'statement.signed': z.object({ month: z.string().regex(/^20[0-9]{2}-[0-9]{2}$/), size: z.int(), kid: z.string(), digest: hash }),
  'list.exported': z.object({ list: z.string(), rows: z.int(), digest: hash }),
  /** A value of an indicator, of a facility or a region; with the one whose place it took, and the SHA-256 of the file that told it. */
  'indicator.entered': z.object({ id: uuid, indicator: z.string(), facility: uuid.nullable(), region: z.string().nullable(), year: z.int(), value: z.number(), before: z.number().nullable(), replaces: uuid.nullable(), file: hash }),
  'adoption.step': z.object({ college: uuid, edition: uuid, step: z.string() }),
  'adoption.reported': z.object({ college: uuid, edition: uuid, report: uuid, number: z.string(), digest: hash }),
  'staff.claimed': z.object({ college: uuid, certificate: uuid, subject, change: z.enum(['asked', 'consented', 'declined', 'ended']) }),
  'package.built': z.object({ edition: uuid, format: z.string(), locale: z.string(), version: z.string(), digest: hash }),
} as const

export type Kind = keyof typeof kinds
export type FactsOf<K extends Kind> = z.infer<(typeof kinds)[K]>

import type { Kind } from '#modules/ledger/index.ts'

/** What happened, by what an auditor asks after: every kind of entry belongs to exactly one group. */
export const trailGroups = {
  overrides: ['conflict.overridden', 'attendance.reopened', 'followup.corrected', 'attempt.regraded', 'item.removed', 'extra-time.changed'],
  ended: ['certificate.revoked', 'certificate.replaced', 'batch.taken-back'],
  merges: ['person.merged', 'person.unmerged', 'person.erased'],
  reveals: ['person.revealed', 'holder.revealed'],
  exports: ['list.exported', 'statement.signed'],
  roles: ['role.changed'],
  keys: ['key.rotated', 'key.compromised', 'issuing.switched', 'certificate-kind.changed', 'centre.accredited'],
  issued: ['certificate.issued', 'certificate.drawn'],
  seats: ['cohort.enrolled', 'cohort.queued', 'cohort.promoted', 'cohort.offered', 'cohort.withdrawn', 'quota.changed'],
  results: ['attempt.finished', 'observation.recorded', 'practice.confirmed', 'attendance.closed', 'followup.recorded'],
  courses: ['course.published', 'course.approved', 'package.built'],
  indicators: ['indicator.entered'],
  colleges: ['adoption.step', 'adoption.reported', 'staff.claimed'],
} as const satisfies Record<string, readonly Kind[]>

export type TrailGroup = keyof typeof trailGroups

import type { Role } from '#modules/actor.ts'
import type { RefusalCode } from '#modules/refusal.ts'

/** Roles that sign in with a second factor, and whose sessions are short. */
export const staffRoles = ['administrator', 'auditor', 'college', 'coordinator'] as const satisfies readonly Role[]

export const isStaff = (memberships: readonly { role: Role }[]) => memberships.some((one) => (staffRoles as readonly Role[]).includes(one.role))

/** Where each role is held. */
export const placeOfRole: Record<Role, 'centre' | 'college' | null> = {
  trainee: null, trainer: 'centre', coordinator: 'centre', college: 'college', auditor: null, administrator: null,
}

const hour = 3600

/** Seconds a session lives without use, and at most. */
export const lifetimes = (staff: boolean) => (staff ? { idle: hour, absolute: 12 * hour } : { idle: 12 * hour, absolute: 7 * 24 * hour })

/** A session in use is prolonged, and written, at most this often (seconds). */
export const renewEvery = 180

/** Seconds for which password or code, once asked again, allow dangerous steps. */
export const stepUpLasts = 600

/** Wrong sign-ins in a row after which the password alone no longer opens the account: it must be reset. */
export const mostFailures = 100

/** Seconds of pause after the nth wrong sign-in in a row: none for four, then 1, 2, 4… up to a quarter of an hour. */
export const pauseAfter = (failures: number) => (failures < 5 ? 0 : Math.min(2 ** (failures - 5), 900))

/** Shortest password: shorter where a second factor stands beside it (NIST SP 800-63B-4). */
export const minimumLength = (hasSecondFactor: boolean) => (hasSecondFactor ? 8 : 15)

/** Days or minutes that each way in stays open, in seconds. */
export const invitationLasts = { invitation: 7 * 24 * hour, slip: 14 * 24 * hour, reset: 30 * 60 } as const

/** The text that people agree to now; its words are `consent.*` in content/interface. */
export const consentVersion = '2026-11'

/** What decides whether two records may become one. */
export type MergeFacts = { id: string; hasIin: boolean; suspended: boolean; erased: boolean; merged: boolean }

type MergeRow = { id: string; iinLookup: Buffer | null; suspendedAt: Date | null; erasedAt: Date | null; mergedInto: string | null }
export const mergeFactsOf = (one: MergeRow): MergeFacts => ({ id: one.id, hasIin: one.iinLookup !== null, suspended: one.suspendedAt !== null, erased: one.erasedAt !== null, merged: one.mergedInto !== null })

/**
 * Why two records can't be joined, or null. Two IINs are two people, for the number is given once and for life, while a
 * passport is renewed. A suspension must neither be escaped nor spread by joining, so it is settled first.
 */
export function mergeProblem(duplicate: MergeFacts, kept: MergeFacts): RefusalCode | null {
  if (duplicate.id === kept.id) return 'person.merge-same'
  if (duplicate.erased || kept.erased) return 'person.erased'
  if (duplicate.merged || kept.merged) return 'person.merged'
  if (duplicate.suspended || kept.suspended) return 'person.merge-suspended'
  if (duplicate.hasIin && kept.hasIin) return 'person.merge-two-iins'
  return null
}

/** What decides whether a merge can be undone. */
export type UnmergeFacts = { erased: boolean; suspended: boolean; recorded: boolean; later: boolean }

/** Why a merge can't be undone, or null. A suspension must not be escaped by it, so it is settled first. */
export function unmergeProblem({ erased, suspended, recorded, later }: UnmergeFacts): RefusalCode | null {
  if (erased) return 'person.erased'
  if (later) return 'person.unmerge-later'
  if (!recorded) return 'person.unmerge-unrecorded'
  return suspended ? 'person.unmerge-suspended' : null
}

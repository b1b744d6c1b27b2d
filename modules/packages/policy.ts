import { type Actor, isSignedIn, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'

const teaching = ['college', 'trainer', 'coordinator', 'ministry', 'admin']

/** Who may have what holds keys or notes of those who teach: staff of colleges, those who teach at centres, the ministry. */
export const mayHaveGated = (actor: Actor) => isSystem(actor) || (isSignedIn(actor) && actor.memberships.some((one) => teaching.includes(one.role)))

/** Building costs seconds of a processor, so that only those build who may have everything; others get what stands. */
export const permitBuild = (actor: Actor) => permit(mayHaveGated(actor))

/** The college for which a person downloads: the one they belong to. */
export const collegeOf = (actor: Actor): string | null => actor.memberships.find((one) => one.role === 'college')?.collegeId ?? null

import { type Actor, isSystem } from '#modules/actor.ts'
import { worksFor } from './policy.ts'

/** Whoever may claim a teacher's certificate for a college and sign its reports: its own staff, and the system. An administrator reads, and signs for nobody. */
export const mayActFor = (actor: Actor, { collegeId }: { collegeId: string }) => isSystem(actor) || worksFor(actor, collegeId)

import type { Db } from '#db/client.ts'
import { type Actor, holds, isAdministrator, isAuditor, isSystem } from '#modules/actor.ts'
import { isLearning } from '#modules/cohorts/index.ts'
import { mayFacilitate } from '#modules/courses/index.ts'

/**
 * Who may have what holds keys or notes of those who teach a course: staff of colleges, those who teach at centres, and the
 * ministry; whoever is learning that very course may not, for the keys of its tests are inside.
 */
export async function mayHaveGated(db: Db, actor: Actor, course: string): Promise<boolean> {
  if (isSystem(actor)) return true
  return (mayFacilitate(actor) || holds(actor, 'college') || isAuditor(actor)) && !(await isLearning(db, actor.personId!, course))
}

/** Who may have a package made, which costs a minute of a processor: the same, but for auditors, who change nothing. */
export async function mayAskPackage(db: Db, actor: Actor, course: string): Promise<boolean> {
  return (isSystem(actor) || mayFacilitate(actor) || holds(actor, 'college')) && mayHaveGated(db, actor, course)
}

/** The college for which a person downloads: the one they belong to. */
export const collegeOf = (actor: Actor): string | null => actor.memberships.find((one) => one.role === 'college')?.collegeId ?? null

/** Colleges whose staff a person is. */
export const collegesOf = (actor: Actor): string[] => [...new Set(actor.memberships.flatMap((one) => (one.role === 'college' && one.collegeId ? [one.collegeId] : [])))]

export const maySendChangeRequest = (actor: Actor, collegeId: string) => isSystem(actor) || collegesOf(actor).includes(collegeId)

/** The authors of the courses are the administrators. */
export const mayAnswerChanges = (actor: Actor) => isAdministrator(actor)

export const maySeeChanges = (actor: Actor) => mayAnswerChanges(actor) || collegesOf(actor).length > 0

export const maySeeChange = (actor: Actor, request: { collegeId: string | null }) => mayAnswerChanges(actor) || (request.collegeId !== null && collegesOf(actor).includes(request.collegeId))

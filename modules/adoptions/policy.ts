import { type Actor, holds, isAdministrator, isAuditor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'

type Owned = { collegeId: string }

/** Staff of this college. */
export const worksFor = (actor: Actor, collegeId: string) => actor.memberships.some((one) => one.role === 'college' && one.collegeId === collegeId)

/** The colleges for which somebody works. */
export const ownColleges = (actor: Actor) => [...new Set(actor.memberships.filter((one) => one.role === 'college' && one.collegeId).map((one) => one.collegeId!))]

/** Whether the adoptions of every college are seen: the ministry reads them, and administrators invite. */
export const seesAllColleges = (actor: Actor) => isAuditor(actor) || isAdministrator(actor)

export const mayInvite = (actor: Actor) => isAdministrator(actor)

/** Taking in a list of colleges: it adds colleges and tells of them what came on paper. */
export const mayImportColleges = (actor: Actor) => isAdministrator(actor)

export const maySeeAdoption = (actor: Actor, { collegeId }: Owned) => seesAllColleges(actor) || worksFor(actor, collegeId)

/** A college tells of itself; an administrator enters what came on paper. */
export const mayRecordStep = (actor: Actor, { collegeId }: Owned) => isAdministrator(actor) || worksFor(actor, collegeId)

/** `permit` for what belongs to a college: for another college it is not there; anybody else lacks the role. */
export function permitOf(allowed: boolean, actor: Actor, owned: Owned): asserts allowed {
  if (!allowed && !maySeeAdoption(actor, owned) && holds(actor, 'college')) found(null)
  permit(allowed)
}

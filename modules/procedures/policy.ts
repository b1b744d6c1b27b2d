import { type Actor, holds, isAdministrator, isAuditor } from '#modules/actor.ts'
import type { Procedure } from './procedures.ts'

/** Open ones are everybody's. The others are read by those who work with them here: staff of centres and colleges, the ministry, administrators; anybody else asks. */
export const mayReadProcedure = (actor: Actor, { access }: Pick<Procedure, 'access'>): boolean =>
  access === 'open' || isAdministrator(actor) || isAuditor(actor) || (['coordinator', 'trainer', 'college'] as const).some((role) => holds(actor, role))

/** Who sees who asks for what, and how often. */
export const maySeeProcedureRequests = (actor: Actor): boolean => isAdministrator(actor) || isAuditor(actor)

export const mayAnswerProcedureRequests = (actor: Actor): boolean => isAdministrator(actor)

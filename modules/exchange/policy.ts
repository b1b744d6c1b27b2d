import { type Actor, isAdministrator, mayAudit } from '#modules/actor.ts'

/** Who may count everything may take it along. */
export const mayTakeOut = mayAudit

/** What another system calls things is kept by administrators. */
export const mayMap = (actor: Actor) => isAdministrator(actor)

export const maySeeMappings = (actor: Actor) => mayMap(actor) || mayTakeOut(actor)

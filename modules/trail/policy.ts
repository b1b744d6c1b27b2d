import { type Actor, isAdministrator, mayAudit } from '#modules/actor.ts'

/** Who looked at whose name or number, when and what for: for auditors, and for administrators, who also see the name of who looked. */
export const maySeeReveals = (actor: Actor) => mayAudit(actor) || isAdministrator(actor)

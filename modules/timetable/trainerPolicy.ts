import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, centresOf, coordinates, isAdministrator, isSelf } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'

/** A person who trains at some centre now, locked; `centres` are those. Undefined for anybody else. */
export type Trainer = { personId: string; centres: string[]; level: string | null }

/** Finds somebody who trains now, with their row locked, so that two coordinators don't write over one another. */
export async function findTrainer(tx: Db, personId: string): Promise<Trainer | undefined> {
  const [person] = await rows<Trainer>(tx, sql`
    select p.id as "personId", (select t.level from trainers t where t.person_id = p.id) as level,
      array(select distinct m.centre_id::text from memberships m where m.person_id = p.id and m.role = 'trainer' and m.until is null and m.centre_id is not null) as centres
    from persons p where p.id = ${personId}::uuid and p.erased_at is null and p.merged_into is null for no key update of p`)
  return person && person.centres.length > 0 ? person : undefined
}

/** What the registry says of a trainer is kept by the coordinators of the centres where they train, and by administrators. */
export const mayKeep = (actor: Actor, trainer: Pick<Trainer, 'centres'>) => isAdministrator(actor) || trainer.centres.some((centreId) => coordinates(actor, centreId))

/** Absences are also the trainer's own to tell. */
export const mayTellAbsence = (actor: Actor, trainer: Pick<Trainer, 'centres' | 'personId'>) => mayKeep(actor, trainer) || isSelf(actor, trainer.personId)

/** The registry is read by those who schedule and teach, at any centre, and by administrators. */
export const mayReadRegistry = (actor: Actor) => isAdministrator(actor) || centresOf(actor, 'coordinator', 'trainer').length > 0

/** `permit` for a trainer's record: for the staff of other centres it is not there. */
export function permitTrainer(allowed: boolean, actor: Actor, trainer: Trainer): asserts allowed {
  if (!allowed && !centresOf(actor, 'coordinator', 'trainer').some((id) => trainer.centres.includes(id)) && centresOf(actor, 'coordinator', 'trainer').length > 0) found(null)
  permit(allowed)
}

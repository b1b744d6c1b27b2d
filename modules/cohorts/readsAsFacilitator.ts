import type { Db } from '#db/client.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { mayFacilitate } from '#modules/courses/index.ts'
import { isLearning } from './isLearning.ts'

/**
 * Whether the actor may read what a course says to facilitators only. The roles that teach may (see `mayFacilitate`), but
 * whoever is learning the course (`isLearning`) reads what trainees read. When that cohort is closed or cancelled, or they have
 * left it, the role counts again. Costs a question to the database only for those who teach.
 */
export async function readsAsFacilitator(db: Db, actor: Actor, course: string): Promise<boolean> {
  if (!mayFacilitate(actor)) return false
  return isSystem(actor) || !(await isLearning(db, actor.personId!, course))
}

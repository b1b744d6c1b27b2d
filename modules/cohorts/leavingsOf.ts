import { desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { leavings, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { fullName } from '#modules/words/index.ts'
import { ownCohort } from './queries.ts'

/** Everybody who left a cohort, its queue or an offer, the last first: how, whether late, and the reason given. For those who may see its people. */
export async function leavingsOf(db: Db, actor: Actor, input: { cohortId: string }) {
  const { id } = await ownCohort(db, actor, input.cohortId)
  const left = await db.select({
    personId: leavings.personId, how: leavings.how, late: leavings.late, reason: leavings.reason, leftAt: leavings.leftAt,
    familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic,
  }).from(leavings).innerJoin(persons, eq(persons.id, leavings.personId)).where(eq(leavings.cohortId, id)).orderBy(desc(leavings.leftAt), leavings.id)
  return left.map((one) => ({ personId: one.personId, name: fullName(one), how: one.how, late: one.late, reason: one.reason, leftAt: one.leftAt }))
}

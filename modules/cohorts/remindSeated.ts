import { and, eq, gt, inArray, lte, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, enrolments } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { tell } from './promotions.ts'
import { isTimeToRemind, reminderDays } from './reminders.ts'

/**
 * Reminds the people in the seats of every cohort that begins within three days, by the centre's clock and not by night:
 * once for each first day, so a cohort that is moved reminds again. Answers how many cohorts. For the system's clock.
 * Each cohort is a transaction of its own, and its row is locked: several processes remind once.
 */
export async function remindSeated(db: Db, actor: Actor, now = new Date()): Promise<number> {
  permit(isSystem(actor))
  // A day more than any time zone needs; the centre's own day decides below.
  const near = [-1, reminderDays + 1].map((days) => new Date(now.getTime() + days * 86_400_000).toISOString().slice(0, 10)) as [string, string]
  const soon = await db.select({ id: cohorts.id, startsOn: cohorts.startsOn, timeZone: centres.timeZone })
    .from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(and(due(), gt(cohorts.startsOn, near[0]), lte(cohorts.startsOn, near[1])))
  let reminded = 0
  for (const { id, startsOn, timeZone } of soon) {
    if (isTimeToRemind(now, startsOn, timeZone) && (await remind(db, id, dayOf(now, timeZone)))) reminded++
  }
  return reminded
}

/** Not reminded of this first day yet. */
const due = () => and(inArray(cohorts.state, ['open', 'running']), or(sql`${cohorts.remindedOf} is null`, sql`${cohorts.remindedOf} <> ${cohorts.startsOn}`))

function remind(db: Db, cohortId: string, today: string): Promise<boolean> {
  return transact(db, async (tx) => {
    // What was seen before the lock may have changed: the update looks again, and takes nothing that another process has.
    const [taken] = await tx.update(cohorts).set({ remindedOf: sql`${cohorts.startsOn}` }).where(and(eq(cohorts.id, cohortId), due(), gt(cohorts.startsOn, today))).returning({ id: cohorts.id })
    if (!taken) return false
    const seated = await tx.select({ personId: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled')))
    await tell(tx, taken, seated, 'cohort.reminder')
    return true
  })
}

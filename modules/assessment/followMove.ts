import { and, eq, isNotNull, ne, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { assessments, attempts, centres, cohorts } from '#db/schema/index.ts'
import { addDays, startOfDay } from './rules.ts'

/**
 * Tests of a cohort that was moved open on its new days: a daily quiz with its day, the last test with the first day. A test that
 * opened when it was made, as the first one does, and one that somebody has begun stay as they are. Done again it changes nothing.
 */
export async function followMove(tx: Db, cohortId: string): Promise<void> {
  const [cohort] = await tx.select({ startsOn: cohorts.startsOn, timeZone: centres.timeZone, state: cohorts.state }).from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohortId))
  if (!cohort || cohort.state !== 'open') return
  const untouched = and(eq(assessments.cohortId, cohortId), sql`not exists (select from ${attempts} where ${attempts.assessmentId} = ${assessments.id})`)
  const daily = await tx.select({ id: assessments.id, day: assessments.day }).from(assessments).where(and(untouched, isNotNull(assessments.day)))
  for (const { id, day } of daily) await tx.update(assessments).set({ opensAt: startOfDay(addDays(cohort.startsOn, day! - 1), cohort.timeZone) }).where(eq(assessments.id, id))
  await tx.update(assessments).set({ opensAt: startOfDay(cohort.startsOn, cohort.timeZone) }).where(and(untouched, sql`${assessments.day} is null`, ne(assessments.kind, 'pre-test')))
}

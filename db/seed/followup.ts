import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { importStory } from '#modules/followup/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { staff, trainersAt } from './centreStaff.ts'
import { giveOpinions } from './opinions.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'
import { collectSuggestions } from './suggestions.ts'
import { superviseFacilities } from './supervision.ts'
import { visitEverybody } from './visits.ts'

/** A course that is over, by its centre's calendar. */
export type Course = { id: string; editionId: string; centreId: string; endsOn: string; today: string; state: string }

/** What comes after the courses that are over: visits, opinions, suggestions, meetings and supervision. All of it invented. */
export async function seedFollowup(db: Db, actor: Actor) {
  for (const course of await coursesOver(db)) {
    if (course.state === 'closed') await visitEverybody(db, actor, course)
    await giveOpinions(db, course)
  }
  const { centreId, facilityIds } = await seededPlaces(db, 'KZ-43')
  const coordinator = staff(await castId(db, 'coordinator@demo.kz'), 'coordinator', centreId)
  const today = dayOf(new Date(), 'Asia/Qyzylorda')
  await collectSuggestions(db, coordinator, centreId, today)
  await superviseFacilities(db, await trainersAt(db, centreId), centreId, facilityIds, today)
  await importStory(db, actor)
}

async function coursesOver(db: Db): Promise<Course[]> {
  const now = new Date()
  const all = await db
    .select({ id: cohorts.id, editionId: cohorts.editionId, centreId: cohorts.centreId, endsOn: cohorts.endsOn, state: cohorts.state, timeZone: centres.timeZone })
    .from(cohorts)
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(inArray(cohorts.state, ['running', 'closed']), eq(editions.demonstration, true)))
    .orderBy(asc(cohorts.startsOn), asc(cohorts.id))
  return all.map((one) => ({ ...one, today: dayOf(now, one.timeZone) })).filter((one) => one.endsOn < one.today)
}

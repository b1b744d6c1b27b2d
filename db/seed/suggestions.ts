import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts, suggestions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { addSuggestion, changeSuggestion, daysAfter, holdMeeting } from '#modules/followup/index.ts'
import { trainersAt } from './centreStaff.ts'
import { held, stories } from './suggestionStories.ts'

/** Thirty suggestions, eight done and twenty-two in progress; six focus groups and two round tables talked about them. */
export async function collectSuggestions(db: Db, coordinator: Actor, centreId: string, today: string) {
  const trainers = await trainersAt(db, centreId)
  const [course] = await db
    .select({ id: cohorts.id })
    .from(cohorts)
    .where(and(eq(cohorts.centreId, centreId), eq(cohorts.state, 'closed')))
    .limit(1)
  const ids: string[] = []
  for (const [index, [source, text, done]] of stories.entries()) {
    const about = source === 'evaluation' || source === 'complaint' ? course?.id : undefined
    const { id } = await addSuggestion(db, coordinator, { centreId, source, text, cohortId: about })
    const ownerId = index % 4 === 3 ? coordinator.personId! : trainers[index % trainers.length]!
    await changeSuggestion(db, coordinator, {
      suggestionId: id,
      state: done ? 'done' : 'in-progress',
      ownerId,
      dueOn: daysAfter(today, done ? -20 : (index % 7) * 9 - 12),
      outcome: done,
    })
    const made = new Date(`${daysAfter(today, -90 + index * 2)}T09:00:00+05:00`)
    await db
      .update(suggestions)
      .set({ createdAt: made, ...(done ? { endedAt: new Date(`${daysAfter(today, -30 + index)}T09:00:00+05:00`) } : {}) })
      .where(eq(suggestions.id, id))
    ids.push(id)
  }
  for (const [index, [kind, days, people, notes]] of held.entries()) {
    const points = ids.filter((_, at) => stories[at]![0] === kind || (at + index) % 9 === 0).filter((_, at) => at % 3 === index % 3)
    await holdMeeting(db, coordinator, { centreId, kind, heldOn: daysAfter(today, -days), people, notes, suggestionIds: days < 90 ? points : [] })
  }
}

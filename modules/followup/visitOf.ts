import { and, desc, eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, facilities, followups, persons } from '#db/schema/index.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { caseWordsOf } from '#modules/assessment/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf, fullName } from '#modules/words/index.ts'
import { correctionsOf } from './corrections.ts'
import { mayCorrectVisit, mayDirect, mayRecordVisit, maySeeFollowup } from './policy.ts'
import { visitState } from './rules.ts'
import { readObserved } from './observed.ts'

const supervisors = alias(persons, 'supervisors')
const nameOf = (person: typeof persons.$inferSelect | null) => person && fullName(person)

const visited = (db: Db) =>
  db
    .select({ visit: followups, cohort: cohorts, edition: editions, centre: centres, person: persons, facility: facilities, supervisor: supervisors })
    .from(followups)
    .innerJoin(cohorts, eq(cohorts.id, followups.cohortId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(persons, eq(persons.id, followups.personId))
    .leftJoin(facilities, eq(facilities.id, persons.facilityId))
    .leftJoin(supervisors, eq(supervisors.id, followups.supervisorId))
    .$dynamic()

function view({ visit, cohort, edition, centre, person, facility, supervisor }: Awaited<ReturnType<typeof visited>>[number], now: Date) {
  const { observed, ...rest } = visit
  const today = dayOf(now, centre.timeZone)
  const outline = edition.outline as unknown as Outline
  return {
    ...rest,
    observed: observed && readObserved(observed),
    state: visitState(visit, today),
    today,
    timeZone: centre.timeZone,
    centreId: cohort.centreId,
    centre: centre.names,
    titles: edition.titles,
    short: outline.short ?? edition.titles,
    demonstration: edition.demonstration,
    startsOn: cohort.startsOn,
    endsOn: cohort.endsOn,
    name: fullName(person),
    facility: facility?.names ?? null,
    facilityId: facility?.id ?? null,
    supervisor: nameOf(supervisor),
    /** The parts of the chart to choose from, as the course teaches it. */
    words: caseWordsOf(outline.guidelines.map(({ id }) => id)),
  }
}

export type VisitView = ReturnType<typeof view>

/** One visit with its form, and what the actor may do with it. For those who work at the centre; not there for anybody else. */
export async function followupOf(db: Db, actor: Actor, input: { cohortId: string; personId: string }, now = new Date()) {
  const cohortId = found(z.uuid().safeParse(input.cohortId).data)
  const personId = found(z.uuid().safeParse(input.personId).data)
  const [row] = await visited(db).where(and(eq(followups.cohortId, cohortId), eq(followups.personId, personId)))
  const one = found(row && maySeeFollowup(actor, row.cohort) ? row : null)
  const seen = view(one, now)
  const open = seen.visitedOn === null && seen.cancelled === null
  return {
    ...seen,
    mayRecord: open && mayRecordVisit(actor, one.cohort, personId),
    mayCancel: open && mayDirect(actor, one.cohort),
    mayCorrect: seen.visitedOn !== null && mayCorrectVisit(actor, one.cohort, one.visit),
    corrections: await correctionsOf(db, one.visit),
    own: isSelf(actor, personId),
  }
}

/** The actor's own visits, with what was agreed, newest course first. */
export async function myFollowups(db: Db, actor: Actor, now = new Date()): Promise<VisitView[]> {
  if (!actor.personId) return []
  const mine = await visited(db).where(isRecordOf(followups.personId, actor.personId)).orderBy(desc(cohorts.startsOn), cohorts.id)
  return mine.map((row) => view(row, now))
}

import { randomUUID } from 'node:crypto'
import { asc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { type cohorts, entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { evaluationForm, planFollowups, type recordFollowup, supervisionForm, visitForm } from '#modules/followup/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { aCohort, aCoordinator, aTrainee, aTrainer, seated } from '#tests/factories.ts'

/** So many days before today, by the calendar of the centres, where it is tomorrow already while it is still evening in UTC. */
export const daysAgo = (n: number) => dayOf(new Date(Date.now() - n * 86_400_000), 'Asia/Almaty')

/** A closed course that ended so many days ago, with its people, whose visits are planned. */
export async function aFinishedClass(db: Db, trainees: number, values: Partial<typeof cohorts.$inferInsert> & { ended?: number } = {}) {
  const { ended = 35, ...rest } = values
  const cohort = await aCohort(db, { state: 'closed', startsOn: daysAgo(ended + 4), endsOn: daysAgo(ended), ...rest })
  const people = await Promise.all(Array.from({ length: trainees }, () => aTrainee(db)))
  const ids = people.map((one) => one.personId!)
  await seated(db, cohort, ...ids)
  if (cohort.state === 'closed') await planFollowups(db, system('test'), { cohortId: cohort.id })
  return {
    cohort,
    cohortId: cohort.id,
    centreId: cohort.centreId,
    people,
    ids,
    personId: ids[0]!,
    trainer: await aTrainer(db, cohort.centreId),
    coordinator: await aCoordinator(db, cohort.centreId),
  }
}

const yes = (form: readonly { id: string }[]) => Object.fromEntries(form.map(({ id }) => [id, true]))

/** A whole form of a visit to this person, on which both saw pneumonia. */
export const aVisit = (visit: { cohortId: string; personId: string }, values: Partial<Parameters<typeof recordFollowup>[2]> = {}) => ({
  ...visit,
  clientId: randomUUID(),
  visitedOn: daysAgo(2),
  ageGroup: 'child' as const,
  trainee: ['RESP-2'],
  supervisor: ['RESP-2'],
  performance: yes(visitForm().performance),
  caregiver: yes(visitForm().caregiver),
  support: yes(visitForm().support),
  actions: 'ОРС бұрышын ашу',
  ...values,
})

export const anOpinion = (cohortId: string, values: { points?: Record<string, number>; liked?: string; suggestion?: string } = {}) => ({
  cohortId,
  locale: 'kk' as const,
  ...values,
  points: { ...Object.fromEntries(evaluationForm().items.map(({ id }) => [id, 4])), ...values.points },
})

export const aSupervision = (centreId: string, facilityId: string, values: object = {}) => ({
  centreId,
  facilityId,
  visitedOn: daysAgo(2),
  checklist: yes(supervisionForm().checklist),
  agreed: 'Ай сайын талқылау',
  ...values,
})

/** Kinds of the ledger's entries, in order. */
export const told = async (db: Db) => (await db.select({ kind: entries.kind }).from(entries).orderBy(asc(entries.seq))).map((one) => one.kind)

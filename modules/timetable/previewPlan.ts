import { asc, eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { overrides, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { day, daysBetween, mayCoordinate, ownCohort, permitAt } from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { addDays, fullName, type Key, type Locale, t } from '#modules/words/index.ts'
import { type Conflict, conflictsOf } from './conflicts.ts'
import { fitDates } from './fitDates.ts'
import { chosenEdition, planFacts } from './planFacts.ts'
import { scheduleCohortInput } from './scheduleCohort.ts'
import { teachersFor } from './teachersFor.ts'
import { trainerIds } from './trainersOf.ts'

const { reason: _reason, checkConflicts: _check, ...plan } = scheduleCohortInput.shape
export const previewPlanInput = z.object(plan).superRefine(fitDates)

/** A conflict with the name of the trainer it is about, for its sentence. */
export type NamedConflict = Conflict & { name: string | null }

/** What stands against a plan, before anything is saved; for the centre's coordinators. Refuses `cohort.edition-not-published`. */
export async function previewPlan(db: Db, actor: Actor, input: z.infer<typeof previewPlanInput>): Promise<NamedConflict[]> {
  permitAt(mayCoordinate(actor, input), actor, input)
  const edition = await chosenEdition(db, input.course, input.edition)
  if (!edition) throw new Refusal('cohort.edition-not-published')
  return named(db, conflictsOf(input, await planFacts(db, input, edition.id)))
}

export const previewMoveInput = z.object({ cohortId: z.uuid(), roomId: z.uuid(), startsOn: day, endsOn: day }).superRefine(fitDates)

/** What would stand against a cohort on other days or in another room, with the trainers it has; for the centre's coordinators. */
export async function previewMove(db: Db, actor: Actor, input: z.infer<typeof previewMoveInput>): Promise<NamedConflict[]> {
  const { centre, capacity, editionId } = await ownCohort(db, actor, input.cohortId)
  permitAt(mayCoordinate(actor, { centreId: centre }), actor, { centreId: centre })
  const plan = { ...input, capacity, trainers: await trainerIds(db, input.cohortId) }
  return named(db, conflictsOf(plan, await planFacts(db, plan, editionId, input.cohortId)))
}

export const previewCopyInput = z.object({ cohortId: z.uuid(), roomId: z.uuid(), startsOn: day })

/** What would stand against a copy of a cohort from another day on; for the centre's coordinators. */
export async function previewCopy(db: Db, actor: Actor, input: z.infer<typeof previewCopyInput>): Promise<NamedConflict[]> {
  const { centre, capacity, editionId, startsOn, endsOn } = await ownCohort(db, actor, input.cohortId)
  permitAt(mayCoordinate(actor, { centreId: centre }), actor, { centreId: centre })
  const days = { startsOn: input.startsOn, endsOn: addDays(endsOn, daysBetween(startsOn, input.startsOn)) }
  const trainers = await teachersFor(db, { centreId: centre, editionId, ...days }, await trainerIds(db, input.cohortId))
  const plan = { roomId: input.roomId, ...days, capacity, trainers: trainers.map((one) => one.personId) }
  return named(db, conflictsOf(plan, await planFacts(db, plan, editionId)))
}

/** The conflicts of a cohort that were taken, with the reason, newest first; for those who see its people. */
export async function overridesOf(db: Db, actor: Actor, cohortId: string): Promise<(NamedConflict & { reason: string; by: string | null; at: Date })[]> {
  await ownCohort(db, actor, cohortId)
  const rows = await db.select({ code: overrides.conflict, facts: overrides.facts, reason: overrides.reason, at: overrides.overriddenAt, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic })
    .from(overrides).leftJoin(persons, eq(persons.id, overrides.overriddenBy)).where(eq(overrides.cohortId, cohortId)).orderBy(asc(overrides.overriddenAt), asc(overrides.conflict))
  const conflicts = await named(db, rows.map((one) => ({ code: one.code as Conflict['code'], hard: false, facts: one.facts })))
  return rows.map((one, index) => ({ ...conflicts[index]!, reason: one.reason, at: one.at, by: one.familyName && fullName({ familyName: one.familyName, givenName: one.givenName!, patronymic: one.patronymic }) })).toReversed()
}

async function named(db: Db, conflicts: readonly Conflict[]): Promise<NamedConflict[]> {
  const ids = [...new Set(conflicts.flatMap((one) => one.facts['trainer'] ?? []))] as string[]
  const people = ids.length === 0 ? [] : await db.select({ id: persons.id, familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic }).from(persons).where(inArray(persons.id, ids))
  const names = new Map(people.map((one) => [one.id, fullName(one)]))
  return conflicts.map((one) => ({ ...one, name: names.get(String(one.facts['trainer'])) ?? null }))
}

/** A conflict in words. */
export const sayConflict = (locale: Locale, one: NamedConflict): string =>
  t(locale, `conflict.${one.code}` as Key, { ...one.facts, name: one.name ?? t(locale, 'conflict.name.unknown') })

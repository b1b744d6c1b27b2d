import { and, eq, inArray, isNull, or } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificates, cohorts, cohortTrainers, enrolments, revocations } from '#db/schema/index.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { isRecordOf, mayMergePersons, mergeProblem, person, type PersonView } from '#modules/people/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'

// What courses and certificates have to say about joining two records of one person (people's `mergePersons`). Nothing of
// theirs is rewritten: a certificate is final, and an enrolment is what really happened.

/**
 * What stands against giving up one record for another, or null: a part in a course that isn't over, which nobody could go
 * on with; and two certificates in force of one cohort, which would be one human counted twice.
 */
async function obstacleOf(db: Db, duplicateId: string, keptId: string): Promise<Refusal | null> {
  const [part] = await db.select({ startsOn: cohorts.startsOn }).from(cohorts)
    .leftJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, duplicateId), inArray(enrolments.state, ['enrolled', 'queued'])))
    .leftJoin(cohortTrainers, and(eq(cohortTrainers.cohortId, cohorts.id), eq(cohortTrainers.personId, duplicateId)))
    .where(and(inArray(cohorts.state, ['draft', 'open', 'running']), or(eq(enrolments.personId, duplicateId), eq(cohortTrainers.personId, duplicateId))))
    .orderBy(cohorts.startsOn, cohorts.id).limit(1)
  if (part) return new Refusal('person.merge-unfinished', { day: part.startsOn })

  const [first, second] = [await inForce(db, duplicateId), await inForce(db, keptId)]
  for (const one of first) {
    const twin = second.find((other) => other.cohortId === one.cohortId)
    if (twin) return new Refusal('person.merge-certified-twice', { serial: one.serial, other: twin.serial })
  }
  return null
}

/** Certificates of all records of a person that are neither revoked nor replaced. */
function inForce(db: Db, personId: string) {
  const successor = alias(certificates, 'successor')
  return db.select({ serial: certificates.serial, cohortId: certificates.cohortId }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(isRecordOf(certificates.personId, personId), isNull(revocations.certificateId), isNull(successor.id))).orderBy(certificates.serial)
}

/** People's `mergePersons` asks this, under its locks. Throws `person.merge-unfinished` and `person.merge-certified-twice`. */
export async function demandMergeable(tx: Db, duplicateId: string, keptId: string): Promise<void> {
  const obstacle = await obstacleOf(tx, duplicateId, keptId)
  if (obstacle) throw obstacle
}

export const previewMergeInput = z.object({ personId: z.uuid(), otherId: z.uuid() })

/** A record as it stands beside the other: what hangs on it, and why it can't be the one that is kept, if it can't. */
export type MergeSide = { person: PersonView; courses: number; certificates: number; refused: Refusal | null }

/** Two records side by side, before anything is joined. Changes nothing. For administrators. */
export async function previewMerge(db: Db, actor: Actor, { personId, otherId }: z.infer<typeof previewMergeInput>): Promise<[MergeSide, MergeSide]> {
  permit(mayMergePersons(actor))

  const [first, second] = [await person(db, actor, personId), await person(db, actor, otherId)]
  return [await sideOf(db, actor, first, second), await sideOf(db, actor, second, first)]
}

async function sideOf(db: Db, actor: Actor, kept: PersonView, duplicate: PersonView): Promise<MergeSide> {
  const problem = mergeProblem(factsOf(duplicate), factsOf(kept))
  const own = isSelf(actor, kept.id) || isSelf(actor, duplicate.id)
  return {
    person: kept,
    courses: await db.$count(enrolments, and(isRecordOf(enrolments.personId, kept.id), eq(enrolments.state, 'enrolled'))),
    certificates: (await inForce(db, kept.id)).length,
    refused: own ? new Refusal('person.not-yourself') : problem ? new Refusal(problem) : await obstacleOf(db, duplicate.id, kept.id),
  }
}

const factsOf = (one: PersonView) => ({ id: one.id, hasIin: one.iin !== null, suspended: one.suspendedAt !== null, erased: one.erasedAt !== null, merged: one.mergedInto !== null })

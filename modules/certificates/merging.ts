import { and, eq, gt, gte, inArray, isNotNull, isNull, ne, or, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { absences, certificates, cohorts, cohortTrainers, enrolments, nominations, revocations, trainers } from '#db/schema/index.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { isRecordOf, mayMergePersons, mergeProblem, person, type PersonView } from '#modules/people/index.ts'
import { type Holdings, holdingsOf } from './holdingsOf.ts'
import { permit, Refusal } from '#modules/refusal.ts'

// What courses and certificates have to say about joining two records of one person (people's `mergePersons`). Nothing of
// theirs is rewritten: a certificate is final, and an enrolment is what really happened.

/**
 * What stands against giving up one record for another, or null: a part in a course that isn't over, or a nomination for one,
 * which nobody could go on with; a place in the trainer registry that the kept record lacks, or days off still to come; and two
 * certificates in force of one cohort, which would be one human counted twice.
 */
async function obstacleOf(db: Db, duplicateId: string, keptId: string): Promise<Refusal | null> {
  const part = await unfinishedPart(db, duplicateId)
  if (part) {
    // Neither could be given up for the other: nobody has two parts at a time, nor two places of one course.
    const other = await unfinishedPart(db, keptId)
    return other ? new Refusal('person.merge-both-unfinished', { day: part, other }) : new Refusal('person.merge-unfinished', { day: part })
  }

  const own = alias(trainers, 'own')
  const [registered] = await db.select({ id: trainers.personId }).from(trainers).leftJoin(own, eq(own.personId, keptId)).leftJoin(absences, and(eq(absences.personId, trainers.personId), gte(absences.endsOn, sql`current_date`)))
    .where(and(eq(trainers.personId, duplicateId), or(isNull(own.personId), isNotNull(absences.id)))).limit(1)
  if (registered) return new Refusal('person.merge-trainer')

  const [first, second] = [await inForce(db, duplicateId), await inForce(db, keptId)]
  for (const one of first) {
    // A certificate and a statement of attendance may stand beside one another.
    const twin = second.find((other) => other.cohortId === one.cohortId && other.certifies === one.certifies)
    if (twin) return new Refusal('person.merge-certified-twice', { serial: one.serial, other: twin.serial })
  }
  return null
}

/** The first day of a course that isn't over and that a record has a part in, the next one; undefined without any. */
async function unfinishedPart(db: Db, personId: string): Promise<string | undefined> {
  const [part] = await db.select({ startsOn: cohorts.startsOn }).from(cohorts)
    .leftJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, personId), ne(enrolments.state, 'withdrawn')))
    .leftJoin(cohortTrainers, and(eq(cohortTrainers.cohortId, cohorts.id), eq(cohortTrainers.personId, personId)))
    .leftJoin(nominations, and(eq(nominations.cohortId, cohorts.id), eq(nominations.personId, personId), eq(nominations.state, 'proposed')))
    .where(and(inArray(cohorts.state, ['draft', 'open', 'running']), or(eq(enrolments.personId, personId), eq(cohortTrainers.personId, personId), eq(nominations.personId, personId))))
    .orderBy(cohorts.startsOn, cohorts.id).limit(1)
  return part?.startsOn
}

/** Certificates of all records of a person that are neither revoked nor replaced. */
function inForce(db: Db, personId: string) {
  const successor = alias(certificates, 'successor')
  return db.select({ serial: certificates.serial, cohortId: certificates.cohortId, certifies: certificates.certifies }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(isRecordOf(certificates.personId, personId), isNull(revocations.certificateId), isNull(successor.id))).orderBy(certificates.serial)
}

/** People's `mergePersons` asks this, under its locks. Throws `person.merge-unfinished`, `person.merge-both-unfinished`, `person.merge-trainer` and `person.merge-certified-twice`. */
export async function demandMergeable(tx: Db, duplicateId: string, keptId: string): Promise<void> {
  const obstacle = await obstacleOf(tx, duplicateId, keptId)
  if (obstacle) throw obstacle
}

/**
 * People's `unmergePersons` asks this, under its locks. Throws `person.unmerge-certified`: a certificate in force that was
 * issued for the duplicate's part in a course while the records were one bears the kept record's name.
 */
export async function demandUnmergeable(tx: Db, duplicateId: string, _keptId: string, mergedAt: Date): Promise<void> {
  const successor = alias(certificates, 'successor')
  const [one] = await tx.select({ serial: certificates.serial }).from(certificates)
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(successor, eq(successor.predecessorId, certificates.id))
    .where(and(eq(certificates.personId, duplicateId), gt(certificates.issuedAt, mergedAt), isNull(revocations.certificateId), isNull(successor.id))).limit(1)
  if (one) throw new Refusal('person.unmerge-certified', { serial: one.serial })
}

export const previewMergeInput = z.object({ personId: z.uuid(), otherId: z.uuid() })

/** A record as it stands beside the other: what hangs on it, and why it can't be the one that is kept, if it can't. */
export type MergeSide = Holdings & { person: PersonView; refused: Refusal | null }

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
    ...(await holdingsOf(db, actor, [kept.id])).get(kept.id)!,
    refused: own ? new Refusal('person.not-yourself') : problem ? new Refusal(problem) : await obstacleOf(db, duplicate.id, kept.id),
  }
}

const factsOf = (one: PersonView) => ({ id: one.id, hasIin: one.iin !== null, suspended: one.suspendedAt !== null, erased: one.erasedAt !== null, merged: one.mergedInto !== null })

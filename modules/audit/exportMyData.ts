import { and, asc, eq, gt, lte, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import {
  answers, assessments, attempts, attendance, certificates, cohorts, editions, enrolments, entries, invitations, logbook, memberships,
  notices, observations, progress, revocations, statements, tokens,
} from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { headOf } from '#modules/ledger/index.ts'
import { myAccount, mySessions } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'

export const exportMyDataInput = z.object({})

/**
 * Everything that is stored on the person who asks, as one plain object (Law № 94-V, article 24: the right to know what is
 * held). Personal numbers are masked, as everywhere; passwords, codes and keys are no data on a person and stay where they
 * are. Own data only: there is nothing to ask for somebody else with.
 */
export async function exportMyData(db: Db, actor: Actor, _input: z.infer<typeof exportMyDataInput>) {
  permit(actor.kind === 'person')

  const id = actor.personId!
  return {
    madeAt: new Date().toISOString(),
    person: await myAccount(db, actor),
    ...(await ways(db, actor, id)),
    ...(await learning(db, id)),
    certificates: await held(db, id),
    ledger: await told(db, subjectOf(id)),
  }
}

/** How the person gets in, and what was sent to them. */
async function ways(db: Db, actor: Actor, id: string) {
  return {
    sessions: (await mySessions(db, actor)).map(({ createdAt, lastSeenAt, browser }) => ({ createdAt, lastSeenAt, browser })),
    roles: await db
      .select({ role: memberships.role, centre: memberships.centreId, college: memberships.collegeId, since: memberships.since, until: memberships.until })
      .from(memberships).where(eq(memberships.personId, id)).orderBy(memberships.since),
    invitations: await db
      .select({ kind: invitations.kind, createdAt: invitations.createdAt, expiresAt: invitations.expiresAt, usedAt: invitations.usedAt })
      .from(invitations).where(eq(invitations.personId, id)),
    tokens: await db
      .select({ label: tokens.label, createdAt: tokens.createdAt, lastUsedAt: tokens.lastUsedAt, endedAt: tokens.endedAt })
      .from(tokens).where(eq(tokens.personId, id)),
    mail: await db
      .select({ to: notices.recipient, kind: notices.kind, subject: notices.subject, createdAt: notices.createdAt, sentAt: notices.sentAt })
      .from(notices).where(eq(notices.personId, id)).orderBy(notices.createdAt),
  }
}

async function learning(db: Db, id: string) {
  const sittings = await db
    .select({
      id: attempts.id, test: assessments.name, cohort: attempts.cohortId, number: attempts.number, startedAt: attempts.startedAt,
      finishedAt: attempts.finishedAt, score: attempts.score, maximum: attempts.maximum, passed: attempts.passed,
    })
    .from(attempts).innerJoin(assessments, eq(assessments.id, attempts.assessmentId)).where(eq(attempts.personId, id)).orderBy(attempts.startedAt)
  const given = await db
    .select({ attempt: answers.attemptId, question: answers.itemId, choice: answers.choice, savedAt: answers.savedAt })
    .from(answers).innerJoin(attempts, eq(attempts.id, answers.attemptId)).where(eq(attempts.personId, id)).orderBy(answers.savedAt)
  const answersOf = (attempt: string) => given.filter((one) => one.attempt === attempt).map(({ question, choice, savedAt }) => ({ question, choice, savedAt }))
  return {
    enrolments: await db
      .select({
        cohort: enrolments.cohortId, course: editions.course, edition: editions.number, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn,
        state: enrolments.state, source: enrolments.source, since: enrolments.since,
      })
      .from(enrolments).innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
      .where(eq(enrolments.personId, id)).orderBy(cohorts.startsOn),
    attendance: await db
      .select({ cohort: attendance.cohortId, date: attendance.date, half: attendance.half, mark: attendance.mark, markedAt: attendance.markedAt })
      .from(attendance).where(eq(attendance.personId, id)).orderBy(attendance.date, attendance.half),
    lessons: await db
      .select({ edition: progress.editionId, lesson: progress.lessonId, finishedAt: progress.finishedAt })
      .from(progress).where(eq(progress.personId, id)).orderBy(progress.finishedAt),
    tests: sittings.map(({ id: attempt, ...sitting }) => ({ ...sitting, answers: answersOf(attempt) })),
    observations: await db
      .select({
        cohort: observations.cohortId, station: observations.station, steps: observations.steps, passed: observations.passed,
        remark: observations.remark, observedAt: observations.observedAt,
      })
      .from(observations).where(eq(observations.personId, id)).orderBy(observations.observedAt),
    practice: await db
      .select({ cohort: logbook.cohortId, date: logbook.date, cases: logbook.cases, confirmedAt: logbook.confirmedAt })
      .from(logbook).where(eq(logbook.personId, id)).orderBy(logbook.date),
  }
}

/** Certificates with the whole signed statement, the evidence behind them and what became of them. */
const held = (db: Db, id: string) =>
  db
    .select({
      serial: certificates.serial, code: certificates.code, issuedOn: certificates.issuedOn, expiresOn: certificates.expiresOn,
      profession: certificates.profession, sex: certificates.sex, region: certificates.regionCode, facility: certificates.facilityId,
      evidence: certificates.evidence, statement: statements.body, revokedAt: revocations.revokedAt, revocationReason: revocations.reason,
      ledgerEntry: certificates.entrySeq,
    })
    .from(certificates)
    .leftJoin(statements, eq(statements.certificateId, certificates.id))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id))
    .where(eq(certificates.personId, id)).orderBy(certificates.issuedAt)

const stretch = 50_000

/** The ledger's entries about a keyed hash, by it or of it. Looks through the ledger in stretches, each well within a query's time. */
async function told(db: Db, subject: string) {
  const { size } = await headOf(db)
  const found: { seq: number; at: Date; text: string }[] = []
  for (let from = 0; from < size; from += stretch) {
    const part = and(gt(entries.seq, from), lte(entries.seq, from + stretch), sql`position(${subject} in ${entries.body}) > 0`)
    found.push(...(await db.select({ seq: entries.seq, at: entries.at, text: entries.body }).from(entries).where(part).orderBy(asc(entries.seq))))
  }
  return found
}

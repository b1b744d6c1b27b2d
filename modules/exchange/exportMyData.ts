import { and, asc, eq, gt, inArray, lte, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import {
  answers, assessments, attempts, attendance, bookmarks, certificates, cohorts, colleges, editions, enrolments, entries, errorReports, evaluators, extraTimes, followups, invitations, logbook, memberships,
  observations, persons, procedureRequests, progress, regrades, revocations, savedViews, staffClaims, statements, tokens,
} from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { headOf } from '#modules/ledger/index.ts'
import { noticesWithText } from '#modules/notices/index.ts'
import { myAccount, mySessions, recordsOf } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'

export const exportMyDataInput = z.object({})

/**
 * Everything that is stored on the person who asks, as one plain object (Law № 94-V, article 24: the right to know what is
 * held). Personal numbers are masked, as everywhere; passwords, codes and keys are no data on a person and stay where they
 * are. Own data only: there is nothing to ask for somebody else with.
 */
export async function exportMyData(db: Db, actor: Actor, _input: z.infer<typeof exportMyDataInput>) {
  permit(actor.kind === 'person')

  const ids = await recordsOf(db, actor.personId!)
  return {
    madeAt: new Date().toISOString(),
    person: await myAccount(db, actor),
    duplicates: await duplicatesOf(db, actor.personId!),
    ...(await ways(db, actor, ids)),
    ...(await learning(db, ids)),
    certificates: await held(db, ids),
    colleges: await claims(db, ids),
    procedures: await askedFor(db, ids),
    views: await named(db, ids),
    ledger: (await Promise.all(ids.map((id) => told(db, subjectOf(id))))).flat().filter((one, index, all) => all.findIndex((other) => other.seq === one.seq) === index).sort((one, other) => one.seq - other.seq),
  }
}

/** Procedures that they asked for, and the answers. */
const askedFor = (db: Db, ids: string[]) => {
  const { procedure, version, organisation, country, regionCode, name, email, purpose, consent, requestedAt, state, answer, answeredAt, linkUntil } = procedureRequests
  return db.select({ procedure, version, organisation, country, regionCode, name, email, purpose, consent, requestedAt, state, answer, answeredAt, linkUntil })
    .from(procedureRequests).where(inArray(procedureRequests.requestedBy, ids)).orderBy(procedureRequests.requestedAt)
}

/** Cuts of the ministry's pages that they have named, also when they audit no more. */
const named = (db: Db, ids: string[]) =>
  db.select({ name: savedViews.name, page: savedViews.page, query: savedViews.query, createdAt: savedViews.createdAt }).from(savedViews).where(inArray(savedViews.personId, ids)).orderBy(savedViews.createdAt)

/** What was entered on them a second time and has been merged since. */
const duplicatesOf = (db: Db, id: string) =>
  db
    .select({
      familyName: persons.familyName, givenName: persons.givenName, patronymic: persons.patronymic, sex: persons.sex, profession: persons.profession,
      facility: persons.facilityId, email: persons.email, phone: persons.phone, createdAt: persons.createdAt, mergedAt: persons.mergedAt,
    })
    .from(persons).where(eq(persons.mergedInto, id)).orderBy(persons.createdAt)

/** How the person gets in, and what was sent to them. */
async function ways(db: Db, actor: Actor, ids: string[]) {
  return {
    sessions: (await mySessions(db, actor)).map(({ createdAt, lastSeenAt, browser }) => ({ createdAt, lastSeenAt, browser })),
    roles: await db
      .select({ role: memberships.role, centre: memberships.centreId, college: memberships.collegeId, since: memberships.since, until: memberships.until })
      .from(memberships).where(inArray(memberships.personId, ids)).orderBy(memberships.since),
    invitations: await db
      .select({ kind: invitations.kind, createdAt: invitations.createdAt, expiresAt: invitations.expiresAt, usedAt: invitations.usedAt })
      .from(invitations).where(inArray(invitations.personId, ids)),
    tokens: await db
      .select({ label: tokens.label, createdAt: tokens.createdAt, lastUsedAt: tokens.lastUsedAt, endedAt: tokens.endedAt })
      .from(tokens).where(inArray(tokens.personId, ids)),
    mail: await noticesWithText(db, ids),
  }
}

async function learning(db: Db, ids: string[]) {
  const sittings = await db
    .select({
      id: attempts.id, test: assessments.name, cohort: attempts.cohortId, number: attempts.number, language: attempts.language, startedAt: attempts.startedAt,
      finishedAt: attempts.finishedAt, score: attempts.score, maximum: attempts.maximum, passed: attempts.passed,
    })
    .from(attempts).innerJoin(assessments, eq(assessments.id, attempts.assessmentId)).where(inArray(attempts.personId, ids)).orderBy(attempts.startedAt)
  const given = await db
    .select({ attempt: answers.attemptId, question: answers.itemId, choice: answers.choice, savedAt: answers.savedAt })
    .from(answers).innerJoin(attempts, eq(attempts.id, answers.attemptId)).where(inArray(attempts.personId, ids)).orderBy(answers.savedAt)
  const later = await db
    .select({ attempt: regrades.attemptId, leftOut: regrades.removed, score: regrades.score, maximum: regrades.maximum, passed: regrades.passed, at: regrades.regradedAt })
    .from(regrades).innerJoin(attempts, eq(attempts.id, regrades.attemptId)).where(inArray(attempts.personId, ids)).orderBy(regrades.attemptId, regrades.number)
  const markedAgain = (attempt: string) => later.flatMap(({ attempt: of, ...marks }) => (of === attempt ? [marks] : []))
  const answersOf = (attempt: string) => given.filter((one) => one.attempt === attempt).map(({ question, choice, savedAt }) => ({ question, choice, savedAt }))
  return {
    enrolments: await db
      .select({
        cohort: enrolments.cohortId, course: editions.course, edition: editions.number, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn,
        state: enrolments.state, source: enrolments.source, since: enrolments.since,
      })
      .from(enrolments).innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
      .where(inArray(enrolments.personId, ids)).orderBy(cohorts.startsOn),
    attendance: await db
      .select({ cohort: attendance.cohortId, date: attendance.date, half: attendance.half, mark: attendance.mark, markedAt: attendance.markedAt })
      .from(attendance).where(inArray(attendance.personId, ids)).orderBy(attendance.date, attendance.half),
    lessons: await db
      .select({ edition: progress.editionId, lesson: progress.lessonId, finishedAt: progress.finishedAt })
      .from(progress).where(inArray(progress.personId, ids)).orderBy(progress.finishedAt),
    bookmarks: await db
      .select({ edition: bookmarks.editionId, lesson: bookmarks.lessonId, keptAt: bookmarks.keptAt })
      .from(bookmarks).where(inArray(bookmarks.personId, ids)).orderBy(bookmarks.keptAt),
    reportedErrors: await db
      .select({ edition: errorReports.editionId, lesson: errorReports.lessonId, locale: errorReports.locale, text: errorReports.text, reportedAt: errorReports.reportedAt, closedAt: errorReports.closedAt })
      .from(errorReports).where(inArray(errorReports.personId, ids)).orderBy(errorReports.reportedAt),
    extraTime: await db
      .select({ cohort: extraTimes.cohortId, percent: extraTimes.percent, grantedAt: extraTimes.grantedAt })
      .from(extraTimes).where(inArray(extraTimes.personId, ids)).orderBy(extraTimes.grantedAt),
    tests: sittings.map(({ id: attempt, ...sitting }) => ({ ...sitting, answers: answersOf(attempt), markedAgain: markedAgain(attempt) })),
    observations: await db
      .select({
        cohort: observations.cohortId, station: observations.station, role: observations.role, steps: observations.steps, passed: observations.passed,
        remark: observations.remark, observedAt: observations.observedAt,
      })
      .from(observations).where(inArray(observations.personId, ids)).orderBy(observations.observedAt),
    practice: await db
      .select({
        cohort: logbook.cohortId, date: logbook.date, ageGroup: logbook.ageGroup, setting: logbook.setting, visit: logbook.visit, edition: logbook.edition,
        signs: logbook.signs, classifications: logbook.classifications, recordedAt: logbook.recordedAt, confirmedAt: logbook.confirmedAt,
      })
      .from(logbook).where(inArray(logbook.personId, ids)).orderBy(logbook.date, logbook.recordedAt),
    followUpVisits: await db
      .select({
        cohort: followups.cohortId, dueFrom: followups.dueFrom, dueUntil: followups.dueUntil, visitedOn: followups.visitedOn, observed: followups.observed, agreed: followups.agreed,
        support: followups.support, actions: followups.actions, cancelled: followups.cancelled, recordedAt: followups.recordedAt,
      })
      .from(followups).where(inArray(followups.personId, ids)).orderBy(followups.dueFrom),
    // That an opinion on a course was given: which one it was is not stored.
    opinionsGiven: await db.select({ cohort: evaluators.cohortId }).from(evaluators).where(inArray(evaluators.personId, ids)),
  }
}

/** Certificates with the whole signed statement, the evidence behind them and what became of them. */
const held = (db: Db, ids: string[]) =>
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
    .where(inArray(certificates.personId, ids)).orderBy(certificates.issuedAt)

/** Which colleges have claimed which of their certificates, and what they answered. */
const claims = (db: Db, ids: string[]) =>
  db
    .select({ college: colleges.names, serial: certificates.serial, post: staffClaims.post, state: staffClaims.state, claimedAt: staffClaims.claimedAt, answeredAt: staffClaims.answeredAt, endedAt: staffClaims.endedAt })
    .from(staffClaims).innerJoin(colleges, eq(colleges.id, staffClaims.collegeId)).innerJoin(certificates, eq(certificates.id, staffClaims.certificateId))
    .where(inArray(staffClaims.personId, ids)).orderBy(staffClaims.claimedAt)

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

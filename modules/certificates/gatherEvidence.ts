import { and, eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { enrolments, stations } from '#db/schema/index.ts'
import { noPractice, resultsOf } from '#modules/assessment/index.ts'
import { attendanceOf } from '#modules/attendance/index.ts'
import { found } from '#modules/refusal.ts'
import { issuingCohort, type Wish } from './issuing.ts'
import { type EvidenceNow, type OutlineRules, rulesOf } from './rules.ts'

/**
 * What eligibility asks about people of one cohort, as it stands now: all people with a seat, or those named (who may have
 * no seat). Which kind of certificate is wished for decides the rules; `taught` is what kind, edition and centre these are of,
 * read in the same breath, so that what is issued and what was asked can't be of two kinds. Asks no actor: its callers have
 * permitted. Throws `object.not-found` when there is no such cohort.
 */
export async function gatherEvidence(db: Db, cohortId: string, personIds?: readonly string[], asked: { wish?: Wish | undefined; at?: Date | undefined } = {}) {
  const taught = found(await issuingCohort(db, cohortId, asked))
  const { cohort, edition, kind, accreditation } = taught
  const known = await db.select({ station: stations.station }).from(stations).where(eq(stations.editionId, edition.id))
  const enrolled = await db.select({ personId: enrolments.personId, state: enrolments.state }).from(enrolments)
    .where(and(eq(enrolments.cohortId, cohortId), personIds ? inArray(enrolments.personId, [...personIds]) : eq(enrolments.state, 'enrolled')))
  const people = personIds ?? enrolled.map((one) => one.personId)
  const presence = await attendanceOf(db, cohortId, personIds)
  const results = await resultsOf(db, cohortId, people)

  const seenAt = new Date().toISOString()
  const evidence = people.map((personId): [string, EvidenceNow] => {
    const { halves, present } = presence.get(personId) ?? { halves: 0, present: 0 }
    const { postTest, stations: observed, practice } = results.get(personId) ?? { postTest: null, stations: [], practice: noPractice }
    return [personId, {
      v: 3,
      seenAt,
      enrolment: enrolled.find((one) => one.personId === personId)?.state ?? 'none',
      cohortState: cohort.state,
      attendanceClosedAt: cohort.attendanceClosedAt?.toISOString() ?? null,
      halves,
      present,
      postTest: postTest && { score: postTest.score, maximum: postTest.maximum, passed: postTest.passed },
      stations: observed.map(({ station, passed }) => ({ station, passed })),
      cases: practice.cases,
      youngInfants: practice.youngInfants,
      simulated: practice.simulated,
      edition: { id: edition.id, approved: edition.approval !== null, demonstration: edition.demonstration },
      accreditation: accreditation && { id: accreditation.id, number: accreditation.number },
    }]
  })
  const rules = rulesOf({ kind, outline: edition.outline as unknown as OutlineRules, stations: known.map((one) => one.station) })
  return { taught, rules, evidence: new Map(evidence) }
}

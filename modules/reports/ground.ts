import { asc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { adoptionSteps, colleges, evidenceFiles, regions } from '#db/schema/index.ts'
import { type Adoption, claimsOf, isMoving, newerThan, programmeOf, reconfirmationOf, rungOf, type StaffMember, stateOf, stepsOf, taughtBy, timeZone } from '#modules/adoptions/index.ts'
import { editionOf } from '#modules/courses/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { composeReport } from './composeReport.ts'
import { missingBefore, missingIn, type ReportNeed } from './needs.ts'
import type { ReportFacts } from './shape.ts'

/** The facts of a report as they stand at a moment; null while there is nothing to compose them from, and then `needs` says what is missing. */
export type Gathered = { facts: ReportFacts | null; needs: ReportNeed[]; staff: StaffMember[]; unanswered: StaffMember[]; today: string }

/** Reads what a report is made of, with every certificate verified now, and composes it. Asks no actor: the callers do. */
export async function gatherReport(db: Db, adoption: Adoption, studyYear: number, now: Date): Promise<Gathered> {
  const today = dayOf(now, timeZone)
  const steps = await stepsOf(db, adoption.id)
  const programme = await programmeOf(db, adoption.id)
  const edition = await editionOf(db, adoption.editionId)
  const claims = (await claimsOf(db, adoption.collegeId, ['consented', 'asked'], now)).filter((one) => one.certificate.course === edition.course)
  const [staff, unanswered] = [claims.filter((one) => one.state === 'consented'), claims.filter((one) => one.state === 'asked')]
  const before = missingBefore({ rung: rungOf(steps), withdrawn: stateOf(steps) === 'withdrawn', programme: (programme?.lines.length ?? 0) > 0 })
  if (before.length > 0 || !programme) return { facts: null, needs: before, staff, unanswered, today }

  const [place] = await db.select({ college: colleges, region: { code: regions.code, names: regions.names } }).from(colleges).innerJoin(regions, eq(regions.code, colleges.regionCode)).where(eq(colleges.id, adoption.collegeId))
  const evidence = await db.select({ stepId: evidenceFiles.stepId, name: evidenceFiles.name, type: evidenceFiles.type, bytes: sql<number>`length(${evidenceFiles.body})`.mapWith(Number), sha256: evidenceFiles.sha256 })
    .from(evidenceFiles).innerJoin(adoptionSteps, eq(adoptionSteps.id, evidenceFiles.stepId)).where(eq(adoptionSteps.adoptionId, adoption.id))
    .orderBy(asc(adoptionSteps.entrySeq), asc(evidenceFiles.uploadedAt), asc(evidenceFiles.sha256))
  const facts = composeReport({
    studyYear, ...place!, edition, adoptionId: adoption.id, steps, programme, staff, evidence,
    reconfirmation: reconfirmationOf(steps, await newerThan(db, adoption.editionId), await isMoving(db, adoption), today),
    taught: await taughtBy(db, adoption.editionId),
  })
  return { facts, needs: missingIn(facts), staff, unanswered, today }
}

import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { mayActFor, maySeeAdoption, permitOf, studyYear, studyYearOf, timeZone } from '#modules/adoptions/index.ts'
import { found } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { compareReports, type Differences } from './compareReports.ts'
import { gatherReport } from './ground.ts'
import { type ReportNeed, type ReportWarning, warningsOf } from './needs.ts'
import { type Holders, type ListedReport, reportBefore, reportsOfAdoption } from './reports.ts'
import { digestOf, readReport, type ReportFacts } from './shape.ts'

export const draftReportInput = z.object({ adoptionId: z.uuid(), studyYear: studyYear.optional() })

export type Draft = {
  collegeId: string
  studyYear: number
  /** What would be signed now; null while there is nothing to compose it from. */
  facts: ReportFacts | null
  /** By which signing knows that this was seen. */
  digest: string | null
  holders: Holders
  needs: ReportNeed[]
  warnings: ReportWarning[]
  previous: { number: string; studyYear: number; differences: Differences | null } | null
  /** Reports of this adoption that were signed, the latest first; and the one of this year with these very facts, if there is one. */
  signed: ListedReport[]
  maySign: boolean
}

/** The report that a college could sign now, with what is missing, what stands out and what has changed since last year's; of this study year unless another is asked for. For whoever may read the adoption. */
export async function draftReport(db: Db, actor: Actor, input: z.infer<typeof draftReportInput>, now = new Date()): Promise<Draft> {
  const [row] = await db.select().from(adoptions).where(eq(adoptions.id, input.adoptionId))
  const adoption = found(row)
  permitOf(maySeeAdoption(actor, adoption), actor, adoption)

  const year = input.studyYear ?? studyYearOf(dayOf(now, timeZone))
  const { facts, needs, staff, unanswered } = await gatherReport(db, adoption, year, now)
  const before = facts && (await reportBefore(db, { collegeId: adoption.collegeId, course: facts.edition.course, demonstration: facts.edition.demonstration }, year))
  return {
    collegeId: adoption.collegeId, studyYear: year, facts, digest: facts && digestOf(facts), needs,
    holders: new Map(staff.map(({ certificate }) => [certificate.certificateId, certificate.holderName])),
    warnings: facts ? warningsOf(facts, unanswered.length) : [],
    previous: before && { number: before.number, studyYear: before.studyYear, differences: facts && compareReports(readReport(before.body), facts) },
    signed: await reportsOfAdoption(db, adoption),
    maySign: mayActFor(actor, adoption),
  }
}

import { and, desc, eq, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { adoptionReports, reportNumbers } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { lockAdoption, mayActFor, permitOf, studyYear, studyYearOf } from '#modules/adoptions/index.ts'
import { newCode } from '#modules/certificates/index.ts'
import { record } from '#modules/ledger/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { demandPrintable } from './printable.ts'
import { gatherReport } from './ground.ts'
import { warningsOf } from './needs.ts'
import { digestOf, readReport, writeReport } from './shape.ts'

export const issueReportInput = z.object({
  adoptionId: z.uuid(),
  studyYear,
  /** Who answers for the report at the college: the name of its head, as it is printed. */
  signatory: line(120),
  /** The digest of the draft that was shown. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
  /** That certificates which are not in force have been seen. */
  acknowledged: z.stringbool().or(z.boolean()).default(false),
})

/**
 * Signs the report of a college's adoption for a study year: a snapshot with every certificate as it stands now, a number without gaps
 * and a code by which anybody checks it. What was shown is what is signed. Signed again unchanged, it is the same report; changed, a
 * later one that counts instead. By staff of the college, after stepping up.
 * Refuses `adoption-report.withdrawn`, `.not-approved`, `.no-programme`, `.no-evidence`, `.no-staff`, `.future-year`, `.changed` since it was
 * shown, `.not-in-force` {count} until that was acknowledged, and `.unprintable` {characters}.
 */
export function issueReport(db: Db, actor: Actor, input: z.infer<typeof issueReportInput>, now = new Date()): Promise<{ number: string; code: string; sha256: string }> {
  return transact(db, async (tx) => {
    const adoption = await lockAdoption(tx, input.adoptionId)

    permitOf(mayActFor(actor, adoption), actor, adoption)
    demandStepUp(actor)

    const { facts, needs, staff, unanswered, today } = await gatherReport(tx, adoption, input.studyYear, now)
    if (needs[0] || !facts) throw new Refusal(`adoption-report.${needs[0]!}`)
    if (input.studyYear > studyYearOf(today)) throw new Refusal('adoption-report.future-year', {}, { studyYear: 'field.future' })
    if (digestOf(facts) !== input.digest) throw new Refusal('adoption-report.changed')
    const over = warningsOf(facts, unanswered.length).find((one) => one.warning === 'not-in-force')
    if (over && 'count' in over && !input.acknowledged) throw new Refusal('adoption-report.not-in-force', { count: over.count }, { acknowledged: 'field.required' })
    demandPrintable(facts, staff, input.signatory)
    const same = await sameReport(tx, input)
    if (same) return same

    const reportId = randomUUID()
    const code = newCode()
    const number = await nextNumber(tx, Number(today.slice(0, 4)))
    const { body, sha256 } = writeReport(facts, { number, code, issuedOn: today, signatory: input.signatory })
    const entrySeq = await record(tx, actor, 'adoption.reported', { college: adoption.collegeId, edition: adoption.editionId, report: reportId, number, digest: sha256 })
    await tx.insert(adoptionReports).values({
      id: reportId, number, code, adoptionId: adoption.id, collegeId: adoption.collegeId, studyYear: input.studyYear, body, sha256, signatory: input.signatory,
      issuedBy: actor.personId, issuedAt: now, issuedOn: today, entrySeq,
    })
    return { number, code, sha256 }
  })
}

/** The last report of this year, when it says the same by the same name: whoever sends the form twice signs once. */
async function sameReport(tx: Db, { adoptionId, studyYear: year, signatory, digest }: z.infer<typeof issueReportInput>) {
  const [last] = await tx.select().from(adoptionReports).where(and(eq(adoptionReports.adoptionId, adoptionId), eq(adoptionReports.studyYear, year))).orderBy(desc(adoptionReports.entrySeq)).limit(1)
  return last && last.signatory === signatory && digestOf(readReport(last.body)) === digest ? { number: last.number, code: last.code, sha256: last.sha256 } : null
}

/** The next number of a year. Its row stays locked until the transaction ends, and a rollback gives the number back: no gaps. */
async function nextNumber(tx: Db, year: number): Promise<string> {
  const [row] = await rows<{ last: number }>(tx, sql`insert into ${reportNumbers} (year, last) values (${year}::int, 1) on conflict (year) do update set last = report_numbers.last + 1 returning last`)
  if (row!.last > 99_999) throw new Error(`the numbers of reports of ${year} are used up`)
  return `AR-${year}-${String(row!.last).padStart(5, '0')}`
}

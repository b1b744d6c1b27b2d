import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { adoptionReports, entries } from '#db/schema/index.ts'
import { readCode, statesOf } from '#modules/certificates/index.ts'
import { BrokenLedger, checkpointCovering, inclusion } from '#modules/ledger/index.ts'
import { type KeptReport, laterThan } from './reports.ts'
import { type CountedState, countedStates, hashOf, readReport, type Report } from './shape.ts'

/** What everybody with the code may see of a report: what it is and its figures. No teacher's name or number, and no file. */
export type ReportCheck = {
  /** `replaced`: a later report of the same year counts instead. `unconfirmed`: the register contradicts itself, and nothing here is to be believed. */
  state: 'valid' | 'replaced' | 'unconfirmed'
  number: string
  code: string
  sha256: string
  report: Pick<Report, 'studyYear' | 'issuedOn' | 'signatory' | 'college' | 'edition' | 'adoption' | 'programme' | 'hours' | 'mapping' | 'teachers' | 'students'> & { evidence: number }
  /** The same certificates by the state that they have now. */
  now: Record<CountedState, number>
  later: { number: string; code: string; issuedOn: string } | null
  entry: number
}

/** Checks a report by its public code, typed or scanned. Null when there is none with this code. Asks no actor: whoever has the code may see it. */
export async function checkReport(db: Db, typed: string, now = new Date()): Promise<ReportCheck | null> {
  const code = readCode(typed)
  const [kept] = code ? await db.select().from(adoptionReports).where(eq(adoptionReports.code, code)) : []
  if (!kept) return null
  const report = readReport(kept.body)
  const { studyYear, issuedOn, signatory, college, edition, adoption, programme, hours, mapping, teachers, students } = report
  const certificates = await statesOf(db, report.staff.map((one) => one.certificate), now)
  const states = report.staff.map((one) => certificates.get(one.certificate)?.state ?? 'unconfirmed')
  const later = await laterThan(db, kept)
  return {
    state: !(await isConfirmed(db, kept, report)) ? 'unconfirmed' : later ? 'replaced' : 'valid',
    number: kept.number, code: kept.code, sha256: kept.sha256, entry: kept.entrySeq,
    report: { studyYear, issuedOn, signatory, college, edition, adoption, programme, hours, mapping, teachers, students, evidence: report.evidence.length },
    now: Object.fromEntries(countedStates.map((state) => [state, states.filter((one) => one === state).length])) as Record<CountedState, number>,
    later: later && { number: later.number, code: later.code, issuedOn: later.issuedOn },
  }
}

/** Whether a report has this code, for whoever types it where certificates are checked. */
export async function isReportCode(db: Db, typed: string): Promise<boolean> {
  const code = readCode(typed)
  return code !== null && (await db.$count(adoptionReports, eq(adoptionReports.code, code))) > 0
}

/** Whether the stored report is what was told to the ledger, under a signed head of it. */
async function isConfirmed(db: Db, kept: KeptReport, report: Report): Promise<boolean> {
  if (hashOf(kept.body) !== kept.sha256 || report.number !== kept.number || report.code !== kept.code || report.issuedOn !== kept.issuedOn) return false
  const [entry] = await db.select().from(entries).where(eq(entries.seq, kept.entrySeq))
  const { facts } = (entry?.kind === 'adoption.reported' ? JSON.parse(entry.body) : {}) as { facts?: Record<string, unknown> }
  if (facts?.['report'] !== kept.id || facts['number'] !== kept.number || facts['digest'] !== kept.sha256) return false
  try {
    const { size } = await checkpointCovering(db, kept.entrySeq)
    await inclusion(db, kept.entrySeq, size)
    return true
  } catch (error) {
    if (!(error instanceof BrokenLedger)) throw error
    return false
  }
}

import { and, desc, eq, inArray, lt, or, type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptionReports, adoptions, colleges, editions, statements, type Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Adoption, maySeeAdoption, ownColleges, permitOf, seesAllColleges } from '#modules/adoptions/index.ts'
import { readStatement } from '#modules/certificates/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { compareReports, type Differences } from './compareReports.ts'
import { hashOf, readReport, type Report } from './shape.ts'

export type KeptReport = typeof adoptionReports.$inferSelect
/** Names of the holders, by the id of the certificate; null where they were erased. They are not in the report: its hashes commit to them. */
export type Holders = ReadonlyMap<string, string | null>

export const reportNumber = z.string().trim().toUpperCase().regex(/^AR-\d{4}-\d{5}$/)

/** A signed report, as whoever may read the college's adoptions sees it. */
export type SignedReport = {
  report: Report
  body: string
  sha256: string
  issuedAt: Date
  holders: Holders
  /** The college's report of the year before about the same course, and what has changed since. */
  previous: { number: string; studyYear: number; differences: Differences } | null
  /** The number of the report that was signed later for the same adoption and year, and counts instead. */
  later: string | null
}

/** A signed report by its number. Not found for other colleges. */
export async function reportOf(db: Db, actor: Actor, { number }: { number: string }): Promise<SignedReport> {
  const [row] = await db.select().from(adoptionReports).where(eq(adoptionReports.number, number))
  const kept = found(row)
  permitOf(maySeeAdoption(actor, kept), actor, kept)
  return opened(db, kept)
}

/** The report of an adoption that counts: the last that was signed, of the year asked for or of the latest one. Refuses `adoption-report.none`. */
export async function latestReport(db: Db, actor: Actor, { adoptionId, studyYear }: { adoptionId: string; studyYear?: number | undefined }): Promise<SignedReport> {
  const [adoption] = await db.select().from(adoptions).where(eq(adoptions.id, adoptionId))
  permitOf(maySeeAdoption(actor, found(adoption)), actor, found(adoption))
  const [row] = await db.select().from(adoptionReports).where(and(eq(adoptionReports.adoptionId, adoptionId), studyYear === undefined ? undefined : eq(adoptionReports.studyYear, studyYear)))
    .orderBy(desc(adoptionReports.studyYear), desc(adoptionReports.entrySeq)).limit(1)
  if (!row) throw new Refusal('adoption-report.none')
  return opened(db, row)
}

async function opened(db: Db, kept: KeptReport): Promise<SignedReport> {
  const report = readReport(kept.body)
  const before = await reportBefore(db, { collegeId: kept.collegeId, course: report.edition.course, demonstration: report.edition.demonstration }, kept.studyYear)
  return {
    report, body: kept.body, sha256: kept.sha256, issuedAt: kept.issuedAt,
    holders: await holdersOf(db, report),
    previous: before && { number: before.number, studyYear: before.studyYear, differences: compareReports(readReport(before.body), report) },
    later: (await laterThan(db, kept))?.number ?? null,
  }
}

/** The names on the certificates of a report: each from the statement that the report committed to, and from no other. */
export async function holdersOf(db: Db, { staff }: Pick<Report, 'staff'>): Promise<Holders> {
  const kept = staff.length === 0 ? [] : await db.select({ certificate: statements.certificateId, body: statements.body }).from(statements).where(inArray(statements.certificateId, staff.map((one) => one.certificate)))
  const bodies = new Map(kept.map((one) => [one.certificate, one.body]))
  return new Map(staff.map(({ certificate, statement }) => {
    const body = bodies.get(certificate)
    return [certificate, body !== undefined && hashOf(body) === statement ? readStatement(body).holder.name : null]
  }))
}

/** The last report that was signed after this one for the same adoption and year. */
export async function laterThan(db: Db, { adoptionId, studyYear, entrySeq }: KeptReport): Promise<KeptReport | null> {
  const [row] = await db.select().from(adoptionReports)
    .where(and(eq(adoptionReports.adoptionId, adoptionId), eq(adoptionReports.studyYear, studyYear), sql`${adoptionReports.entrySeq} > ${entrySeq}`)).orderBy(desc(adoptionReports.entrySeq)).limit(1)
  return row ?? null
}

/** The college's last report about a course for an earlier year, also of an earlier edition. */
export async function reportBefore(db: Db, { collegeId, course, demonstration }: { collegeId: string; course: string; demonstration: boolean }, studyYear: number): Promise<KeptReport | null> {
  const [row] = await db.select({ report: adoptionReports }).from(adoptionReports)
    .innerJoin(adoptions, eq(adoptions.id, adoptionReports.adoptionId)).innerJoin(editions, eq(editions.id, adoptions.editionId))
    .where(and(eq(adoptionReports.collegeId, collegeId), eq(editions.course, course), eq(editions.demonstration, demonstration), lt(adoptionReports.studyYear, studyYear)))
    .orderBy(desc(adoptionReports.studyYear), desc(adoptionReports.entrySeq)).limit(1)
  return row?.report ?? null
}

/** Reports of an adoption, the latest first. Asks no actor. */
export const reportsOfAdoption = (db: Db, adoption: Pick<Adoption, 'id'>) => listed(db, eq(adoptionReports.adoptionId, adoption.id), 200)

export const listReportsInput = z.object({
  studyYear: z.coerce.number().int().min(2000).max(2100).optional(), region: z.string().regex(/^KZ-\d{2}$/).optional(), course: z.string().regex(/^[a-z][a-z-]{1,40}$/).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().regex(/^\d{1,15}$/).optional(),
})

export type ListedReport = {
  number: string
  studyYear: number
  issuedOn: string
  signatory: string
  college: { id: string; names: Texts }
  course: string
  titles: Texts
  edition: number
  people: number
  inForce: number
  /** Of the year that is reported. */
  students: number
  /** True of one that a later report of the same year has replaced. */
  superseded: boolean
}

/** Signed reports, the latest first: a college's own, or of all colleges for the ministry and administrators. */
export async function listReports(db: Db, actor: Actor, { studyYear, region, course, limit, cursor }: z.infer<typeof listReportsInput>): Promise<{ items: ListedReport[]; cursor: string | null }> {
  const own = ownColleges(actor)
  permit(seesAllColleges(actor) || own.length > 0)
  const rows = await listed(db, and(
    seesAllColleges(actor) ? undefined : or(...own.map((id) => eq(adoptionReports.collegeId, id))),
    studyYear === undefined ? undefined : eq(adoptionReports.studyYear, studyYear), region === undefined ? undefined : eq(colleges.regionCode, region), course === undefined ? undefined : eq(editions.course, course),
    cursor === undefined ? undefined : lt(adoptionReports.entrySeq, Number(cursor)),
  ), limit + 1)
  const page = rows.slice(0, limit)
  return { items: page.map(({ entrySeq: _, ...one }) => one), cursor: rows.length > limit ? String(page.at(-1)!.entrySeq) : null }
}

async function listed(db: Db, where: SQL | undefined, limit: number): Promise<(ListedReport & { entrySeq: number })[]> {
  const rows = await db.select({
    kept: adoptionReports, names: colleges.names,
    superseded: sql<boolean>`exists (select from adoption_reports l where l.adoption_id = ${adoptionReports.adoptionId} and l.study_year = ${adoptionReports.studyYear} and l.entry_seq > ${adoptionReports.entrySeq})`,
  }).from(adoptionReports).innerJoin(colleges, eq(colleges.id, adoptionReports.collegeId)).innerJoin(adoptions, eq(adoptions.id, adoptionReports.adoptionId)).innerJoin(editions, eq(editions.id, adoptions.editionId))
    .where(where).orderBy(desc(adoptionReports.entrySeq)).limit(limit)
  return rows.map(({ kept, names, superseded }) => {
    const { edition, teachers, students } = readReport(kept.body)
    return {
      number: kept.number, studyYear: kept.studyYear, issuedOn: kept.issuedOn, signatory: kept.signatory, college: { id: kept.collegeId, names }, course: edition.course, titles: edition.titles, edition: edition.number,
      people: teachers.people, inForce: teachers.inForce, students: students.years.find((one) => one.studyYear === kept.studyYear)?.students ?? 0, superseded, entrySeq: kept.entrySeq,
    }
  })
}

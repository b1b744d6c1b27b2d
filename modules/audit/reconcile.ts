import { and, asc, eq, gt, inArray, lte, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { certificates, entries, revocations, serials } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { type FactsOf, headOf, kinds as shapes } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { readCsv } from '#modules/table.ts'
import type { Settled } from './cut.ts'
import { certificatesCounted, isDemonstration } from './definitions.ts'
import { certificateLines } from './exportCertificates.ts'
import { everyCounted } from './listCertificates.ts'
import { namesIn } from './names.ts'
import { mayAudit } from './policy.ts'

export const reconcileInput = z.object({})

/** Where a number was found. `query` counts in SQL, `register` row by row, `ledger` from entries alone, `list` from the exported file. */
export const sources = ['query', 'register', 'ledger', 'list'] as const
export type Source = (typeof sources)[number]

/** What doesn't agree. `missing` and `extra` are seen from the ledger; `field` tells what differs. A total has no serial. */
export type Difference = { serial: string | null; source: Source; problem: 'missing' | 'extra' | 'twice' | 'differs' | 'gap' | 'total' | 'unreadable'; field?: string }

export type Reconciled = { ok: boolean; asOf: Date; entries: number; figures: Record<Source, number>; differences: Difference[]; more: number }

type Issued = FactsOf<'certificate.issued'>
/** What the ledger alone says of each serial. */
type Told = { certifies: boolean; demonstration: boolean; revoked: boolean; replaced: boolean }

const batch = 2000
const most = 200

/**
 * Counts the certificates in force (no statement of attendance) four times, each its own way: the ministry's query, the register row by row, the
 * ledger's entries, and the exported list read back; and compares every certificate with its entry, fact by fact. Names each
 * difference by its serial, up to 200. One snapshot, read-only. For auditors and the system.
 */
export async function reconcile(db: Db, actor: Actor, _input: z.infer<typeof reconcileInput>): Promise<Reconciled> {
  permit(mayAudit(actor))

  return db.transaction((tx) => compare(tx as unknown as Db), { isolationLevel: 'repeatable read', accessMode: 'read only' })
}

async function compare(db: Db): Promise<Reconciled> {
  const differences: Difference[] = []
  let more = 0
  const differ = (one: Difference) => void (differences.length < most ? differences.push(one) : more++)

  const cut = await everythingNow(db)
  const [setting] = await rows<{ demonstration: boolean }>(db, sql`select ${isDemonstration} as demonstration`)
  const { size } = await headOf(db)
  const told = await readLedger(db, size, differ)
  const counts = ({ certifies, demonstration, revoked, replaced }: Told) => certifies && demonstration === setting!.demonstration && !revoked && !replaced

  const register = await readRegister(db, told, setting!.demonstration, differ)
  const list = await readList(db, cut, told, counts, differ)
  const query = await askQuery(db, cut, differ)
  const ledger = [...told.values()].filter(counts).length
  const figures = { query, register, ledger, list }
  for (const source of ['query', 'register', 'list'] as const) if (figures[source] !== ledger) differ({ serial: null, source, problem: 'total' })
  return { ok: differences.length === 0, asOf: cut.asOf, entries: size, figures, differences, more }
}

/** All certificates, at a moment no earlier than anything in the snapshot, whatever the clocks of the processes say. */
async function everythingNow(db: Db): Promise<Settled> {
  const [row] = await rows<{ latest: string | null }>(db, sql`
    select (extract(epoch from greatest((select max(issued_at) from ${certificates}), (select max(revoked_at) from ${revocations}))) * 1000)::text as latest`)
  return { where: {}, live: true, asOf: new Date(Math.max(Date.now(), Math.ceil(Number(row?.latest ?? 0)))) }
}

/** What the ministry's pages say; a tally that is not what the certificates add up to is named by its facts. */
async function askQuery(db: Db, cut: Settled, differ: (one: Difference) => void): Promise<number> {
  const off = await rows<{ cell: string }>(db, sql`
    select cell from tallies t full join standing_cells s using (cell) where coalesce(t.n, 0) <> coalesce(s.n, 0) order by cell`)
  for (const { cell } of off) differ({ serial: null, source: 'query', problem: 'differs', field: cell })
  const [row] = await rows<{ count: number }>(db, certificatesCounted(cut, []))
  return row!.count
}

/** Reads the ledger's entries about certificates in their order, and compares each issued one with the register. */
async function readLedger(db: Db, last: number, differ: (one: Difference) => void): Promise<Map<string, Told>> {
  const told = new Map<string, Told>()
  for (let after = 0; ;) {
    const found = await db.select({ seq: entries.seq, kind: entries.kind, body: entries.body }).from(entries)
      .where(and(gt(entries.seq, after), lte(entries.seq, last), inArray(entries.kind, kinds))).orderBy(asc(entries.seq)).limit(batch)
    const issued: { seq: number; facts: Issued }[] = []
    for (const { seq, kind, body } of found) {
      const facts = factsOf(kind as (typeof kinds)[number], body)
      if (!facts) {
        differ({ serial: null, source: 'ledger', problem: 'unreadable', field: String(seq) })
        continue
      }
      const known = told.get(facts.serial)
      if ('counted' in facts) {
        if (known) differ({ serial: facts.serial, source: 'ledger', problem: 'twice' })
        // Before there were statements of attendance everything certified.
        told.set(facts.serial, { certifies: facts.certifies ?? true, demonstration: facts.demonstration, revoked: false, replaced: false })
        issued.push({ seq, facts })
      } else if (!known) differ({ serial: facts.serial, source: 'ledger', problem: 'missing', field: kind })
      else if (kind === 'certificate.revoked') known.revoked = true
      else known.replaced = true
    }
    await compareIssued(db, issued, differ)
    if (found.length < batch) return told
    after = found.at(-1)!.seq
  }
}

const kinds = ['certificate.issued', 'certificate.revoked', 'certificate.replaced'] as const

/** The facts of an entry, or null when its text is not what its kind demands. */
function factsOf(kind: (typeof kinds)[number], body: string): FactsOf<(typeof kinds)[number]> | null {
  try {
    return shapes[kind].safeParse(JSON.parse(body).facts).data ?? null
  } catch {
    return null
  }
}

async function compareIssued(db: Db, issued: { seq: number; facts: Issued }[], differ: (one: Difference) => void) {
  if (issued.length === 0) return
  const renewed = alias(certificates, 'renewed')
  const found = await db.select({ row: certificates, renews: renewed.serial }).from(certificates).leftJoin(renewed, eq(renewed.id, certificates.renewsId))
    .where(inArray(certificates.serial, issued.map(({ facts }) => facts.serial)))
  const bySerial = new Map(found.map((one) => [one.row.serial, one]))
  for (const { seq, facts } of issued) {
    const known = bySerial.get(facts.serial)
    if (!known) {
      differ({ serial: facts.serial, source: 'register', problem: 'missing' })
      continue
    }
    const said: Record<string, unknown> = { ...registered(known.row), renews: known.renews, seq: known.row.entrySeq }
    // What an entry leaves out it says too: that it certifies, and renews nothing.
    for (const [field, value] of Object.entries({ certifies: true, renews: null, ...facts, seq })) {
      if (said[field] !== value) differ({ serial: facts.serial, source: 'register', problem: 'differs', field })
    }
  }
}

/** A row of the register, said the way its entry says it. */
const registered = (row: typeof certificates.$inferSelect): Issued => ({
  cohort: row.cohortId, subject: subjectOf(row.personId), certificate: row.id, serial: row.serial, statement: row.statementHash, kid: row.kid,
  region: row.regionCode, centre: row.centreId, facility: row.facilityId, rural: row.rural,
  course: row.course, edition: row.editionId, guideline: row.guideline,
  profession: row.profession, sex: row.sex, language: row.language, kind: row.kind,
  date: row.issuedOn, counted: row.countedOn, demonstration: row.demonstration, certifies: row.certifies,
})

/** Reads the register row by row, in the order of serials: each must be in the ledger, in the same state, and no number be left out. */
async function readRegister(db: Db, told: Map<string, Told>, demonstration: boolean, differ: (one: Difference) => void): Promise<number> {
  const last = new Map((await db.select().from(serials)).map((row) => [row.year, row.last]))
  const expected = new Map([...last.keys()].map((year) => [year, 1]))
  let count = 0
  for (let after = ''; ;) {
    const found = await db
      .select({
        serial: certificates.serial,
        certifies: certificates.certifies,
        demonstration: certificates.demonstration,
        revoked: sql<boolean>`exists (select from revocations r where r.certificate_id = certificates.id)`,
        replaced: sql<boolean>`exists (select from certificates s where s.predecessor_id = certificates.id)`,
      })
      .from(certificates).where(gt(certificates.serial, after)).orderBy(asc(certificates.serial)).limit(batch)
    for (const row of found) {
      const entry = told.get(row.serial)
      if (!entry) differ({ serial: row.serial, source: 'register', problem: 'extra' })
      for (const field of ['revoked', 'replaced'] as const) {
        if (entry && entry[field] !== row[field]) differ({ serial: row.serial, source: 'register', problem: 'differs', field })
      }
      if (row.certifies && row.demonstration === demonstration && !row.revoked && !row.replaced) count++
      const [year, number] = [Number(row.serial.slice(3, 7)), Number(row.serial.slice(8))]
      for (let gap = expected.get(year) ?? 1; gap < number; gap++) differ({ serial: serialOf(year, gap), source: 'register', problem: 'gap' })
      expected.set(year, number + 1)
    }
    if (found.length < batch) break
    after = found.at(-1)!.serial
  }
  for (const [year, next] of expected) {
    if (!last.has(year)) differ({ serial: serialOf(year, next - 1), source: 'register', problem: 'extra', field: 'last' })
    for (let gap = next; gap <= (last.get(year) ?? 0); gap++) differ({ serial: serialOf(year, gap), source: 'register', problem: 'gap' })
  }
  return count
}

const serialOf = (year: number, number: number) => `KZ-${year}-${String(number).padStart(6, '0')}`

/** Draws the list that is exported, reads it back as a reader would, and compares serial by serial. */
async function readList(db: Db, cut: Settled, told: Map<string, Told>, counts: (one: Told) => boolean, differ: (one: Difference) => void): Promise<number> {
  const seen = new Set<string>()
  let count = 0
  for await (const part of everyCounted(db, cut)) {
    for (const [serial] of readCsv(certificateLines('en', part, await namesIn(db, part)))) {
      count++
      const entry = told.get(serial!)
      if (seen.has(serial!)) differ({ serial: serial!, source: 'list', problem: 'twice' })
      else if (!entry || !counts(entry)) differ({ serial: serial!, source: 'list', problem: 'extra' })
      seen.add(serial!)
    }
  }
  for (const [serial, entry] of told) if (counts(entry) && !seen.has(serial)) differ({ serial, source: 'list', problem: 'missing' })
  return count
}

import { asc, eq, gt, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { inSnapshot } from '#db/snapshot.ts'
import { certificates, revocations, serials } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { type FactsOf, headOf } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { readCsv } from '#modules/table.ts'
import { certificateLines, certificatesCounted, everyCounted, isDemonstration, namesIn, type Settled } from '#modules/counts/index.ts'
import { compareJoins } from './compareJoins.ts'
import { tellingsOf } from './ledgerTellings.ts'
import { Column, Serials } from './packed.ts'

export const reconcileInput = z.object({})

/** Where a number was found. `query` counts in SQL, `register` row by row, `ledger` from entries alone, `list` from the exported file. */
export const sources = ['query', 'register', 'ledger', 'list'] as const
export type Source = (typeof sources)[number]

/** What doesn't agree. `missing` and `extra` are seen from the ledger; `field` tells what differs. A total has no serial. */
export type Difference = { serial: string | null; source: Source; problem: 'missing' | 'extra' | 'twice' | 'differs' | 'gap' | 'total' | 'unreadable'; field?: string }

export type Reconciled = { ok: boolean; asOf: Date; entries: number; figures: Record<Source, number>; differences: Difference[]; more: number }

type Issued = FactsOf<'certificate.issued'>

/** What the ledger alone says of a serial, and whether the list has it: a bit each, for all of them are held at once. */
const bit = { certifies: 1, demonstration: 2, revoked: 4, replaced: 8, listed: 16 } as const

/** What the ledger alone says: some bytes for each certificate, and a line for each revocation and each joined record. */
class Told {
  readonly #serials = new Serials()
  readonly #bits = new Column()
  readonly revokedAt = new Map<string, string>()
  /** Which record each joined record leads to. */
  readonly into = new Map<string, string>()

  knows(serial: string): boolean {
    return this.#serials.find(serial) !== undefined
  }

  is(serial: string, what: keyof typeof bit): boolean {
    const place = this.#serials.find(serial)
    return place !== undefined && (this.#bits.get(place) & bit[what]) > 0
  }

  issued(serial: string, certifies: boolean, demonstration: boolean) {
    this.#bits.set(this.#serials.take(serial), (certifies ? bit.certifies : 0) | (demonstration ? bit.demonstration : 0))
  }

  mark(serial: string, what: keyof typeof bit) {
    const place = this.#serials.find(serial)
    if (place !== undefined) this.#bits.set(place, this.#bits.get(place) | bit[what])
  }

  *everySerial(): Generator<string> {
    for (let place = 0; place < this.#serials.size; place++) yield this.#serials.serialAt(place)
  }
}

const batch = 2000
const most = 200

/**
 * Counts the certificates in force (no statement of attendance) four times, each its own way: the ministry's query, the register row by row, the
 * ledger's entries, and the exported list read back; and compares every certificate with its entry, fact by fact. Names each
 * difference by its serial, up to 200. Who holds what is compared with the joins that the ledger tells of. One snapshot, for however long it takes. For auditors and the system.
 */
export async function reconcile(db: Db, actor: Actor, _input: z.infer<typeof reconcileInput>): Promise<Reconciled> {
  permit(mayAudit(actor))

  return inSnapshot(db, compare)
}

async function compare(db: Db): Promise<Reconciled> {
  const differences: Difference[] = []
  let more = 0
  const differ = (one: Difference) => void (differences.length < most ? differences.push(one) : more++)

  const cut = await everythingNow(db)
  const [setting] = await rows<{ demonstration: boolean }>(db, sql`select ${isDemonstration} as demonstration`)
  const { size } = await headOf(db)
  const told = await readLedger(db, size, differ)
  const counts = (serial: string) => told.is(serial, 'certifies') && told.is(serial, 'demonstration') === setting!.demonstration && !told.is(serial, 'revoked') && !told.is(serial, 'replaced')

  await compareJoins(db, told.into, differ)
  const register = await readRegister(db, told, setting!.demonstration, differ)
  const list = await readList(db, cut, told, counts, differ)
  const query = await askQuery(db, cut, differ)
  let ledger = 0
  for (const serial of told.everySerial()) if (counts(serial)) ledger++
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

/** By what a tally is named when it is wrong. */
const facts = [
  'happened_on', 'counted_on', 'region_code', 'place_region', 'centre_id', 'rural', 'course', 'edition_id', 'guideline', 'profession', 'sex', 'language', 'kind', 'expires_on', 'demonstration',
] as const

/** What the ministry's pages say; a tally that is not what the certificates add up to is named by its facts, and sums of what was learned by their cohort. */
async function askQuery(db: Db, cut: Settled, differ: (one: Difference) => void): Promise<number> {
  const off = await rows<{ told: Record<(typeof facts)[number], unknown> }>(db, sql`
    select coalesce(to_jsonb(t), to_jsonb(s)) as told
      from tallies t
      full join standing_cells s using (cell)
     where coalesce(t.n, 0) <> coalesce(s.n, 0)`)
  for (const field of off.map(({ told }) => facts.map((name) => String(told[name] ?? '-')).join('|')).toSorted()) differ({ serial: null, source: 'query', problem: 'differs', field })
  const learned = await rows<{ cohort: string }>(db, sql`
    select cohort_id::text as cohort
      from learning_sums s
      full join learned_now l using (cohort_id)
     where (s.n, s.pre, s.pre_squares, s.post, s.post_squares, s.gain, s.gain_squares, s.sat, s.passed)
           is distinct from (l.n, l.pre, l.pre_squares, l.post, l.post_squares, l.gain, l.gain_squares, l.sat, l.passed)
     order by 1`)
  for (const { cohort } of learned) differ({ serial: null, source: 'query', problem: 'differs', field: `learning|${cohort}` })
  // Whom the count of people reads, certificate by certificate.
  const held = await rows<{ serial: string | null }>(db, sql`
    select c.serial
      from holdings h
      full join held_now n using (certificate_id)
      left join certificates c on c.id = certificate_id
     where (h.holder_id, h.demonstration, h.region_code, h.centre_id, h.facility_id, h.course, h.profession, h.counted_on, h.expires_on, h.previous_on, h.previous_in_region, h.previous_in_profession, h.longest_in_profession, h.longest_in_region)
           is distinct from (n.holder_id, n.demonstration, n.region_code, n.centre_id, n.facility_id, n.course, n.profession, n.counted_on, n.expires_on, n.previous_on, n.previous_in_region, n.previous_in_profession, n.longest_in_profession, n.longest_in_region)
     order by c.serial`)
  for (const { serial } of held) differ({ serial, source: 'query', problem: 'differs', field: 'holder' })
  const [row] = await rows<{ count: number }>(db, certificatesCounted(cut, []))
  return row!.count
}

/** Reads the ledger's entries about certificates in their order, and compares each issued one with the register. */
async function readLedger(db: Db, last: number, differ: (one: Difference) => void): Promise<Told> {
  const told = new Told()
  for await (const part of tellingsOf(db, kinds, last)) {
    const issued: { seq: number; facts: Issued }[] = []
    for (const { seq, kind, facts } of part) {
      if (!facts) {
        differ({ serial: null, source: 'ledger', problem: 'unreadable', field: String(seq) })
        continue
      }
      if (kind === 'person.merged') told.into.set(facts.subject, facts.into)
      else if (kind === 'person.unmerged') told.into.delete(facts.subject)
      else if (kind === 'certificate.issued') {
        if (told.knows(facts.serial)) differ({ serial: facts.serial, source: 'ledger', problem: 'twice' })
        // Before there were statements of attendance everything certified.
        told.issued(facts.serial, facts.certifies ?? true, facts.demonstration)
        issued.push({ seq, facts })
      } else if (!told.knows(facts.serial)) differ({ serial: facts.serial, source: 'ledger', problem: 'missing', field: kind })
      else if (kind === 'certificate.replaced') told.mark(facts.serial, 'replaced')
      else {
        told.mark(facts.serial, 'revoked')
        if (facts.moment !== undefined) told.revokedAt.set(facts.serial, facts.moment)
      }
    }
    await compareIssued(db, issued, differ)
  }
  return told
}

const kinds = ['certificate.issued', 'certificate.revoked', 'certificate.replaced', 'person.merged', 'person.unmerged'] as const

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
  date: row.issuedOn, counted: row.countedOn, demonstration: row.demonstration, certifies: row.certifies, expires: row.expiresOn, moment: row.issuedAt.toISOString(),
})

/** Reads the register row by row, in the order of serials: each must be in the ledger, in the same state, and no number be left out. */
async function readRegister(db: Db, told: Told, demonstration: boolean, differ: (one: Difference) => void): Promise<number> {
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
        revokedAt: sql<string | null>`(select to_char(r.revoked_at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"') from revocations r where r.certificate_id = certificates.id)`,
        replaced: sql<boolean>`exists (select from certificates s where s.predecessor_id = certificates.id)`,
      })
      .from(certificates).where(gt(certificates.serial, after)).orderBy(asc(certificates.serial)).limit(batch)
    for (const row of found) {
      const known = told.knows(row.serial)
      if (!known) differ({ serial: row.serial, source: 'register', problem: 'extra' })
      for (const field of ['revoked', 'replaced'] as const) {
        if (known && told.is(row.serial, field) !== row[field]) differ({ serial: row.serial, source: 'register', problem: 'differs', field })
      }
      const revokedAt = told.revokedAt.get(row.serial)
      if (revokedAt !== undefined && row.revokedAt && revokedAt !== row.revokedAt) differ({ serial: row.serial, source: 'register', problem: 'differs', field: 'revokedAt' })
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
async function readList(db: Db, cut: Settled, told: Told, counts: (serial: string) => boolean, differ: (one: Difference) => void): Promise<number> {
  const unknown = new Set<string>()
  let count = 0
  for await (const part of everyCounted(db, cut)) {
    for (const [serial] of readCsv(certificateLines('en', part, await namesIn(db, part)))) {
      count++
      if (told.is(serial!, 'listed') || unknown.has(serial!)) differ({ serial: serial!, source: 'list', problem: 'twice' })
      else if (!counts(serial!)) differ({ serial: serial!, source: 'list', problem: 'extra' })
      if (told.knows(serial!)) told.mark(serial!, 'listed')
      else unknown.add(serial!)
    }
  }
  for (const serial of told.everySerial()) if (counts(serial) && !told.is(serial, 'listed')) differ({ serial, source: 'list', problem: 'missing' })
  return count
}

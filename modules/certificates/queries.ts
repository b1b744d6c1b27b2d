import { createHash } from 'node:crypto'
import { and, desc, eq, lt, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, certificateKinds, certificates, cohorts, editions, revocations, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf, fold } from '#modules/words/index.ts'
import { readCode } from './code.ts'
import { keepFile } from './keepFile.ts'
import { maskedName, seesHolder } from './masked.ts'
import { namedTo, ownOnly, visibleTo } from './policy.ts'
import { isInState, type Life, lifeOf, renewalOf, stateFilters } from './life.ts'

const after = alias(certificates, 'after')
const before = alias(certificates, 'before')

const listed = (db: Db) =>
  db.select({
    id: certificates.id, serial: certificates.serial, code: certificates.code, personId: certificates.personId, holderName: statements.holderName,
    kind: certificates.kind, kindTitles: certificateKinds.titles, course: certificates.course, titles: editions.titles, edition: editions.number, hours: certificates.hours,
    cohortId: certificates.cohortId, startsOn: cohorts.startsOn, endsOn: cohorts.endsOn, centreId: certificates.centreId, centreNames: centres.names, timeZone: centres.timeZone,
    issuedAt: certificates.issuedAt, issuedOn: certificates.issuedOn, expiresOn: certificates.expiresOn, demonstration: certificates.demonstration,
    certifies: certificates.certifies,
    revokedAt: revocations.revokedAt, reason: revocations.reason, takenBack: revocations.takenBack, successor: after.serial, predecessor: before.serial,
    renewedBy: sql<{ serial: string; code: string } | null>`(${renewalOf(sql`${certificates}`, undefined, sql`jsonb_build_object('serial', renewal.serial, 'code', renewal.code)`)})`,
  }).from(certificates)
    .innerJoin(editions, eq(editions.id, certificates.editionId)).innerJoin(cohorts, eq(cohorts.id, certificates.cohortId)).innerJoin(centres, eq(centres.id, certificates.centreId))
    .innerJoin(certificateKinds, eq(certificateKinds.kind, certificates.kind))
    .leftJoin(statements, eq(statements.certificateId, certificates.id)).leftJoin(revocations, eq(revocations.certificateId, certificates.id))
    .leftJoin(after, eq(after.predecessorId, certificates.id)).leftJoin(before, eq(before.id, certificates.predecessorId)).$dynamic()

type Row = Awaited<ReturnType<typeof listed>>[number]
/** A certificate in a list. `holderName` is null after an erasure. */
export type Listed = Omit<Row, 'timeZone' | 'takenBack'> & { status: Life['status']; life: Life }
/** As somebody may see it: without its holder (`maskedName`) there is no code either, for a code opens the public page with the name. */
export type Seen = Omit<Listed, 'code' | 'renewedBy'> & { code: string | null; renewedBy: { serial: string; code: string | null } | null }

const asListed = (now: Date) => ({ timeZone, takenBack, ...row }: Row): Listed => {
  const facts = { expiresOn: row.expiresOn, revoked: row.revokedAt !== null, takenBack: takenBack === true, replaced: row.successor !== null, renewed: row.renewedBy !== null }
  const life = lifeOf(facts, dayOf(now, timeZone))
  return { ...row, status: life.status, life }
}

const seenBy = (actor: Actor) => (one: Listed): Seen =>
  seesHolder(actor, one) ? one : { ...one, holderName: one.holderName && maskedName, code: null, renewedBy: one.renewedBy && { ...one.renewedBy, code: null } }

export const listCertificatesInput = z.object({
  cohort: z.uuid().optional(),
  centre: z.uuid().optional(),
  course: z.string().max(80).optional(),
  /** Part of a name, or a serial. */
  q: z.string().trim().max(100).optional(),
  /** Only those in this state: `live` are neither revoked nor replaced, `ended` are. */
  state: z.enum(stateFilters).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The last serial of the page before. */
  cursor: z.string().regex(/^KZ-\d{4}-\d{6}$/).optional(),
})

type Asked = Partial<z.infer<typeof listCertificatesInput>>

async function pageOf(db: Db, actor: Actor, input: Asked, now: Date): Promise<{ items: Listed[]; cursor: string | null }> {
  const limit = input.limit ?? 50
  const rows = await listed(db).where(and(
    visibleTo(actor),
    input.cohort === undefined ? undefined : eq(certificates.cohortId, input.cohort),
    input.centre === undefined ? undefined : eq(certificates.centreId, input.centre),
    input.course === undefined ? undefined : eq(certificates.course, input.course),
    input.state && isInState(input.state, sql`${certificates}`, now),
    input.q ? matching(input.q, namedTo(actor)) : undefined,
    input.cursor === undefined ? undefined : lt(certificates.serial, input.cursor),
  )).orderBy(desc(certificates.serial)).limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit).map(asListed(now)), cursor: last?.serial ?? null }
}

/** Certificates by serial, the latest first: a trainee's own, those of centres that one coordinates, all for an auditor or administrator. */
export async function listCertificates(db: Db, actor: Actor, input: Asked, now = new Date()): Promise<{ items: Seen[]; cursor: string | null }> {
  const { items, cursor } = await pageOf(db, actor, input, now)
  return { items: items.map(seenBy(actor)), cursor }
}

/**
 * The list of `listCertificates` with every code in it, for programs that hold what people show against the register. Names stay
 * masked; but a code opens the public page with the name, so that codes of people whom the actor does not see are recorded as
 * `list.exported`, page by page, with their number and the SHA-256 of the lines `serial code`.
 */
export async function listWithCodes(db: Db, actor: Actor, input: Asked, now = new Date()): Promise<{ items: (Seen & { code: string })[]; cursor: string | null }> {
  return transact(db, async (tx) => {
    const { items, cursor } = await pageOf(tx, actor, input, now)
    const opened = items.filter((one) => !seesHolder(actor, one)).map(({ serial, code }) => `${serial} ${code}`)
    if (opened.length > 0) await record(tx, actor, 'list.exported', { list: 'certificate-codes', rows: opened.length, digest: createHash('sha256').update(opened.join('\n')).digest('hex') })
    return { items: items.map((one) => ({ ...seenBy(actor)(one), code: one.code })), cursor }
  })
}

/**
 * A serial, or a part of the name that the holder has now, however its Kazakh letters were typed: of those whom the actor sees by name,
 * or a search would tell what the list hides.
 */
function matching(q: string, named: SQL | undefined): SQL | undefined {
  if (/^kz-[\d-]*$/i.test(q)) return sql`${certificates.serial} like ${`${q.toUpperCase()}%`}`
  const name = fold(q)
  return name === '' ? undefined : and(named, sql`exists (
    select from persons h join persons p on p.id in (h.id, h.merged_into) where h.id = ${certificates.personId} and p.folded like ${`%${name}%`})`)
}

/** The actor's own certificates, newest first, replaced and revoked ones too: a person's wallet. */
export async function ownCertificates(db: Db, actor: Actor, now = new Date()): Promise<Listed[]> {
  const rows = await listed(db).where(ownOnly(actor)).orderBy(desc(certificates.serial))
  return rows.map(asListed(now))
}

/** One certificate of those the actor may see. Not found otherwise. */
export async function certificateOf(db: Db, actor: Actor, input: { serial: string }, now = new Date()): Promise<Seen> {
  const [row] = await listed(db).where(and(eq(certificates.serial, input.serial), visibleTo(actor)))
  return seenBy(actor)(asListed(now)(found(row)))
}

/**
 * The PDF of a certificate, for whoever has its code: the same bytes every time. Drawn now if the background work has not
 * done it yet. Throws `certificate.unknown` and, after an erasure, `certificate.erased`.
 */
export async function fileOf(db: Db, typed: string): Promise<{ serial: string; pdf: Buffer; sha256: string }> {
  const code = readCode(typed)
  const [row] = code ? await db.select({ id: certificates.id, serial: certificates.serial }).from(certificates).where(eq(certificates.code, code)) : []
  if (!row) throw new Refusal('certificate.unknown')
  const file = await keepFile(db, system('certificates'), { certificateId: row.id })
  if (!file) throw new Refusal('certificate.erased')
  return { serial: row.serial, ...file }
}

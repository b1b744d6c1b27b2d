import { eq, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { kept } from '#db/kept.ts'
import { centres, certificateFiles, certificateKinds, certificates, cohorts, editions, entries, revocations, statements, type Texts } from '#db/schema/index.ts'
import type { Outline } from '#modules/courses/index.ts'
import { BrokenLedger, checkpointCovering, inclusion, type Inclusion, type PublicKey, publicKeys } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { readCode } from './code.ts'
import { confirms, type Kept } from './confirm.ts'
import { type Life, lifeOf, renewalOf } from './life.ts'
import type { Status } from './rules.ts'
import { readStatement, type Statement } from './statement.ts'

/** How anybody can see that the ledger holds this certificate: the entry, a signed head over it, and the path between them. Hashes are hex. */
export type LedgerProof = {
  entry: { seq: number; at: string; kind: string; body: string; prev: string; hash: string }
  checkpoint: { size: number; root: string; note: string } | null
  proof: Inclusion | null
}

/**
 * What everybody with the code may see: what is printed, and what has become of it. No personal number, birth date or score.
 * `unconfirmed` means that the register contradicts the signature or the ledger: then nothing here is to be believed.
 */
export type CertificateView = {
  status: Status | 'unconfirmed'
  /** What the page says of it; null when it is unconfirmed. */
  life: Life | null
  serial: string
  code: string
  kind: string
  /** The words and the drawing of its kind, as they were when it was issued. */
  document: Statement['document']
  credits: string | null
  accreditation: Statement['accreditation']
  /** Serial of the certificate of an earlier course that it renews, as printed; and that one. */
  renews: string | null
  renewal: Linked | null
  /** The certificate of a later course that renews it, in force: this one stays what it is until its own last day. */
  renewedBy: (Linked & { on: string; centre: Texts }) | null
  /** Null after the holder's data were erased. */
  holderName: string | null
  holder: { profession: Texts | null; facility: Texts | null } | null
  erased: boolean
  course: string
  titles: Texts
  edition: number
  guideline: string
  guidelineTitles: Texts
  hours: number
  approval: { body: string; number: string; date: string } | null
  centre: { id: string; names: Texts; cities: Texts; director: string | null }
  startsOn: string
  endsOn: string
  issuedOn: string
  /** The last day on which it is valid; null is for ever. */
  expiresOn: string | null
  demonstration: boolean
  /** `takenBack`: with everything that was issued together, before its holder was told. */
  revoked: { on: string; reason: string; takenBack: boolean; by: Body } | null
  /** When and by whom it was replaced by its successor. */
  replaced: { on: string; by: Body } | null
  successor: Linked | null
  predecessor: Linked | null
  /** SHA-256 of the PDF, hex; null until it has been drawn, or after an erasure. */
  pdf: string | null
  signature: { state: 'holds' | 'fails' | 'erased'; kid: string; value: string; statement: string | null; statementHash: string }
  ledger: LedgerProof
}

type Linked = { serial: string; code: string }
/** Who ended a certificate: the centre that issued it, or the administration of the register. Never which person. */
export type Body = 'centre' | 'register'

/** Verifies a certificate by its public code, typed or scanned. Null when there is none with this code. Asks no actor: whoever has the code may see it. */
export async function verifyCode(db: Db, typed: string, now = new Date()): Promise<CertificateView | null> {
  const code = readCode(typed)
  const [row] = code ? await byCode(db, { code }) : []
  if (!row) return null
  const { certificate, centre, edition, cohort, kind, body, entry, revocation, successor, predecessor, renewal, renewedBy, pdf } = row

  const { status, verdict, life } = judge(row, await publicKeys(db), now)
  return {
    status,
    life,
    serial: certificate.serial,
    code: certificate.code,
    ...(body === null || verdict !== 'confirmed' ? fromTables({ certificate, centre, edition, cohort, kind }) : fromStatement(body)),
    erased: body === null,
    demonstration: certificate.demonstration,
    revoked: revocation && { on: dayOf(revocation.revokedAt, centre.timeZone), reason: revocation.reason, takenBack: revocation.takenBack, by: row.revokedByCentre ? 'centre' : 'register' },
    replaced: successor && { on: successor.on, by: row.replacedByCentre ? 'centre' : 'register' },
    renewal,
    renewedBy,
    successor: successor && { serial: successor.serial, code: successor.code },
    predecessor,
    pdf,
    signature: {
      state: body === null ? 'erased' : verdict === 'confirmed' ? 'holds' : 'fails',
      kid: certificate.kid, value: certificate.signature.toString('base64'), statement: body, statementHash: certificate.statementHash,
    },
    ledger: await proofOf(db, entry),
  }
}

/** Certificates with all that is held for or against them. */
export function certificatesWhere(db: Db, where: SQL) {
  const after = alias(certificates, 'after')
  const before = alias(certificates, 'before')
  const renewed = alias(certificates, 'renewed')
  return db.select({
    certificate: certificates, centre: centres, edition: editions, cohort: cohorts, kind: certificateKinds, body: statements.body, entry: entries, revocation: revocations, pdf: certificateFiles.sha256,
    successor: { serial: after.serial, code: after.code, on: after.issuedOn }, predecessor: { serial: before.serial, code: before.code }, renewal: { serial: renewed.serial, code: renewed.code },
    renewedBy: sql<CertificateView['renewedBy']>`(${renewalOf(sql`${certificates}`, undefined, newer)})`,
    revokedByCentre: coordinated(sql`${revocations.revokedBy}`, sql`${revocations.revokedAt}`), replacedByCentre: coordinated(sql`${after.issuedBy}`, sql`${after.issuedAt}`),
  }).from(certificates)
    .innerJoin(centres, eq(centres.id, certificates.centreId)).innerJoin(editions, eq(editions.id, certificates.editionId)).innerJoin(cohorts, eq(cohorts.id, certificates.cohortId))
    .innerJoin(certificateKinds, eq(certificateKinds.kind, certificates.kind))
    .leftJoin(statements, eq(statements.certificateId, certificates.id)).leftJoin(entries, eq(entries.seq, certificates.entrySeq))
    .leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(certificateFiles, eq(certificateFiles.certificateId, certificates.id))
    .leftJoin(after, eq(after.predecessorId, certificates.id)).leftJoin(before, eq(before.id, certificates.predecessorId))
    .leftJoin(renewed, eq(renewed.id, certificates.renewsId))
    .where(where)
}

const byCode = kept((db) => certificatesWhere(db, eq(certificates.code, sql.placeholder('code'))).prepare('certificate_by_code'))

const newer = sql`jsonb_build_object('serial', renewal.serial, 'code', renewal.code, 'on', renewal.issued_on, 'centre', (select named.names from centres named where named.id = renewal.centre_id))`

/** Whether this person coordinated the certificate's centre at that moment: then it was the centre's act. */
const coordinated = (personId: SQL, at: SQL) => sql<boolean>`exists (select from memberships m
  where m.person_id = ${personId} and m.role = 'coordinator' and m.centre_id = ${certificates.centreId} and m.since <= ${at} and (m.until is null or m.until >= ${at}))`
type Row = Awaited<ReturnType<typeof certificatesWhere>>[number]

/** What a certificate is worth today at its centre; `unconfirmed` when it contradicts its signature or the ledger. */
export function judge({ certificate, centre, body, entry, revocation, successor, renewedBy }: Row, keys: readonly PublicKey[], now: Date) {
  const verdict = confirms({ certificate, body, entry }, keys)
  const facts = { expiresOn: certificate.expiresOn, revoked: revocation !== null, takenBack: revocation?.takenBack === true, replaced: successor !== null, renewed: renewedBy !== null }
  const life = verdict === 'confirmed' ? lifeOf(facts, dayOf(now, centre.timeZone)) : null
  return { verdict, life, status: life?.status ?? ('unconfirmed' as const) }
}

/** The printed facts as they were signed. */
function fromStatement(body: string) {
  const { holder, course, centre, kind, document, credits, accreditation, renews, approval, startsOn, endsOn, issuedOn, expiresOn } = readStatement(body)
  return {
    kind, document, credits, accreditation, renews, holderName: holder.name, holder: { profession: holder.profession, facility: holder.facility },
    course: course.course, titles: course.titles, edition: course.edition, guideline: course.guideline.id, guidelineTitles: course.guideline.titles, hours: course.hours,
    approval, centre, startsOn, endsOn, issuedOn, expiresOn,
  }
}

/** What the register still knows without the statement. */
function fromTables({ certificate, centre, edition, cohort, kind }: Pick<Row, 'certificate' | 'centre' | 'edition' | 'cohort' | 'kind'>) {
  const { guidelines } = edition.outline as unknown as Outline
  return {
    kind: kind.kind, document: { titles: kind.titles, confirms: kind.confirms, legalBasis: kind.legalBasis, template: kind.template },
    credits: null, accreditation: null, renews: null, holderName: null, holder: null,
    course: edition.course, titles: edition.titles, edition: edition.number, guideline: edition.guideline,
    guidelineTitles: guidelines.find((one) => one.id === edition.guideline)?.titles ?? { kk: edition.guideline, ru: edition.guideline, en: edition.guideline },
    hours: certificate.hours, approval: edition.approval, centre: { id: centre.id, names: centre.names, cities: centre.cities, director: null },
    startsOn: cohort.startsOn, endsOn: cohort.endsOn, issuedOn: certificate.issuedOn, expiresOn: certificate.expiresOn,
  }
}

/** The entry with its path to a signed head, which is signed now if none covers it yet. Without path when the ledger contradicts itself. */
async function proofOf(db: Db, entry: Kept['entry']): Promise<LedgerProof> {
  if (!entry) throw new Error('a certificate names a ledger entry that is not there')
  const told = { seq: entry.seq, at: entry.at.toISOString(), kind: entry.kind, body: entry.body, prev: entry.prev.toString('hex'), hash: entry.hash.toString('hex') }
  try {
    const { size, root, note } = await checkpointCovering(db, entry.seq)
    return { entry: told, checkpoint: { size, root, note }, proof: await inclusion(db, entry.seq, size) }
  } catch (error) {
    if (!(error instanceof BrokenLedger)) throw error
    return { entry: told, checkpoint: null, proof: null }
  }
}

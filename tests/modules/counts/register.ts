import { randomBytes, randomUUID } from 'node:crypto'
import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { accreditations, certificateKinds, certificates, cohorts, editions, enrolments, revocations, serials, statements } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { aCohort, aPerson, texts } from '#tests/factories.ts'

const actor = system('test')
const hash = (text: string) => Buffer.from(text).toString('hex').padEnd(64, '0').slice(0, 64)
type Row = typeof certificates.$inferSelect
export type Certificate = Row

const code = () => [...randomBytes(27)].map((byte) => '0123456789ABCDEFGHJKMNPQRSTVWXYZ'[byte % 32]).join('')

async function nextSerial(db: Db, year: number) {
  const [row] = await db.insert(serials).values({ year, last: 1 }).onConflictDoUpdate({ target: serials.year, set: { last: sql`${serials.last} + 1` } }).returning()
  return `KZ-${year}-${String(row!.last).padStart(6, '0')}`
}

/** A certificate with its entry, past the eligibility rules: register and ledger say the same, whatever the test asks for. Its centre is accredited if its kind asks for that. */
export async function aCertificate(db: Db, values: Partial<Row> = {}, year = 2027): Promise<Row> {
  const cohort = values.cohortId ? (await db.select().from(cohorts).where(eq(cohorts.id, values.cohortId)))[0]! : await aCohort(db)
  const [edition] = await db.select().from(editions).where(eq(editions.id, cohort.editionId))
  const personId = values.personId ?? (await aPerson(db)).id
  await db.insert(enrolments).values({ cohortId: cohort.id, personId, state: 'enrolled', source: 'coordinator', ticket: 1 + (await db.$count(enrolments)) }).onConflictDoNothing()
  const issuedOn = values.issuedOn ?? '2027-03-05'
  const [kind] = await db.select().from(certificateKinds).where(eq(certificateKinds.kind, values.kind ?? edition!.kind))
  if (kind!.accreditationRequired) await db.insert(accreditations).values({ centreId: cohort.centreId, body: texts('ECAQA'), number: 'AA-1', validFrom: '2020-01-01' }).onConflictDoNothing()
  const facts = {
    id: randomUUID(), serial: await nextSerial(db, year), code: code(), cohortId: cohort.id, personId, centreId: cohort.centreId, editionId: cohort.editionId, regionCode: 'KZ-43', facilityId: null, rural: null,
    course: edition!.course, guideline: edition!.guideline, profession: 'midwife', sex: 'female' as const, language: cohort.language, kind: edition!.kind, certifies: kind!.certifies, hours: edition!.hours, demonstration: edition!.demonstration,
    evidence: {}, statementHash: hash(personId), signature: Buffer.alloc(64), kid: 'test', issuedAt: new Date(`${issuedOn}T06:00:00Z`), issuedOn, countedOn: issuedOn, expiresOn: null, issuedBy: null, predecessorId: null, renewsId: null,
    ...values,
  }
  const entrySeq = await record(db, actor, 'certificate.issued', {
    cohort: facts.cohortId, subject: subjectOf(facts.personId), certificate: facts.id, serial: facts.serial, statement: facts.statementHash, kid: facts.kid, region: facts.regionCode, centre: facts.centreId, facility: facts.facilityId,
    rural: facts.rural, course: facts.course, edition: facts.editionId, guideline: facts.guideline, profession: facts.profession, sex: facts.sex, language: facts.language, kind: facts.kind, date: facts.issuedOn, counted: facts.countedOn,
    demonstration: facts.demonstration, expires: facts.expiresOn, moment: facts.issuedAt.toISOString(), ...(facts.certifies ? {} : { certifies: false }), ...(facts.renewsId ? { renews: await serialOf(db, facts.renewsId) } : {}),
  })
  const [row] = await db.insert(certificates).values({ ...facts, entrySeq }).returning()
  await db.insert(statements).values({ certificateId: row!.id, holderName: 'Рақымбаева Нұргүл Ерланқызы', body: '{}' })
  return row!
}

const serialOf = async (db: Db, id: string) => (await db.select({ serial: certificates.serial }).from(certificates).where(eq(certificates.id, id)))[0]!.serial

/** Revokes a certificate, in register and ledger. */
export async function revoked(db: Db, certificate: Row, at = new Date(), takenBack = false) {
  const entrySeq = await record(db, actor, 'certificate.revoked', { certificate: certificate.id, serial: certificate.serial, subject: subjectOf(certificate.personId), reason: hash('reason'), moment: at.toISOString() })
  await db.insert(revocations).values({ certificateId: certificate.id, reason: 'қате берілген', revokedAt: at, takenBack, entrySeq })
}

/** Replaces a certificate by a successor that keeps its counting date. */
export async function replaced(db: Db, certificate: Row, values: Partial<Row> = {}): Promise<Row> {
  const { cohortId, personId, regionCode, facilityId, rural, profession, sex, language, countedOn } = certificate
  const successor = await aCertificate(db, { cohortId, personId, regionCode, facilityId, rural, profession, sex, language, countedOn, predecessorId: certificate.id, ...values })
  await record(db, actor, 'certificate.replaced', { certificate: certificate.id, serial: certificate.serial, successor: successor.id, successorSerial: successor.serial, subject: subjectOf(personId), moment: successor.issuedAt.toISOString() })
  return successor
}

/** Says that the whole database is a demonstration. */
export const aDemonstration = (db: Db) => db.execute(sql`insert into settings (name, value) values ('demonstration', 'true')`)

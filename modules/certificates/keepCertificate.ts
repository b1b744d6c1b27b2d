import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { certificates, statements } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { type FactsOf, record, signingKey } from '#modules/ledger/index.ts'
import { newCode } from './code.ts'
import { type Dimensions, nextSerial } from './issuing.ts'
import { type Signed, type Statement, signStatement } from './statement.ts'

type Facts = Omit<Statement, 'v' | 'type' | 'salt' | 'kid' | 'certificate' | 'serial' | 'code' | 'issuedOn' | 'expiresOn' | 'predecessor'>

type NewCertificate = {
  certificateId: string
  personId: string
  cohortId: string
  facts: Facts
  dimensions: Dimensions
  evidence: Record<string, unknown>
  issuedAt: Date
  issuedOn: string
  countedOn: string
  expiresOn: string | null
  predecessor: { id: string; serial: string } | null
  /** The certificate of an earlier course that it renews; the statement and the ledger name it. */
  renews?: { id: string; serial: string } | null
}

export const newCertificateId = () => randomUUID()

type Told = Pick<NewCertificate, 'certificateId' | 'personId' | 'cohortId' | 'dimensions' | 'issuedAt' | 'issuedOn' | 'countedOn' | 'expiresOn' | 'renews'> & { serial: string; signed: Pick<Signed, 'hash' | 'kid'> }

/** What the ledger is told of a new certificate. */
export const toldOf = ({ certificateId, personId, cohortId, serial, signed, dimensions, issuedAt, issuedOn, countedOn, expiresOn, renews }: Told): FactsOf<'certificate.issued'> => ({
  cohort: cohortId, subject: subjectOf(personId), certificate: certificateId, serial, statement: signed.hash, kid: signed.kid,
  region: dimensions.regionCode, centre: dimensions.centreId, facility: dimensions.facilityId, rural: dimensions.rural,
  course: dimensions.course, edition: dimensions.editionId, guideline: dimensions.guideline, profession: dimensions.profession, sex: dimensions.sex,
  language: dimensions.language, kind: dimensions.kind, date: issuedOn, counted: countedOn, demonstration: dimensions.demonstration, certifies: dimensions.certifies,
  expires: expiresOn, moment: issuedAt.toISOString(), ...(renews ? { renews: renews.serial } : {}),
})

/**
 * Gives a certificate its serial and code, signs its statement, tells the ledger and stores it: the last writes of their
 * transaction. The rows name their ledger entry, and an append-only row can't be completed later, so the entry comes first
 * and the rows follow in the same breath: the ledger's head is held for two inserts and the commit.
 */
export async function keepCertificate(tx: Db, actor: Actor, one: NewCertificate) {
  const { certificateId, personId, cohortId, dimensions, issuedAt, issuedOn, countedOn, expiresOn, renews = null } = one
  const serial = await nextSerial(tx, Number(issuedOn.slice(0, 4)))
  const code = newCode()
  const signed = signStatement({ ...one.facts, renews: renews?.serial ?? null, certificate: certificateId, serial, code, issuedOn, expiresOn, predecessor: one.predecessor?.serial ?? null }, await signingKey(tx, 'certificate'))

  const entrySeq = await record(tx, actor, 'certificate.issued', toldOf({ certificateId, personId, cohortId, serial, signed, dimensions, issuedAt, issuedOn, countedOn, expiresOn, renews }))
  const row = {
    id: certificateId, serial, code, personId, cohortId, ...dimensions, evidence: one.evidence, statementHash: signed.hash, signature: signed.signature, kid: signed.kid,
    issuedAt, issuedOn, countedOn, expiresOn, issuedBy: actor.personId, predecessorId: one.predecessor?.id ?? null, renewsId: renews?.id ?? null, entrySeq,
  }
  await tx.insert(certificates).values(row)
  await tx.insert(statements).values({ certificateId, holderName: one.facts.holder.name, body: signed.body })
  return { certificateId, serial, code }
}

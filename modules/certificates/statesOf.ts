import { inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, type Texts } from '#db/schema/index.ts'
import { publicKeys } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import type { LifeState } from './life.ts'
import { readStatement } from './statement.ts'
import { certificatesWhere, judge } from './verifyCode.ts'

/** What a certificate is worth at a moment: what its public page says then, and what it is counted and named by elsewhere. */
export type StateNow = {
  certificateId: string
  personId: string
  serial: string
  code: string
  /** SHA-256 of the signed statement, hex: it commits to the holder's name, also where the name itself is not told. */
  statementHash: string
  /** Null after the holder's data were erased, and of what contradicts its signature. */
  holderName: string | null
  titles: Texts
  course: string
  edition: number
  certifies: boolean
  issuedOn: string
  expiresOn: string | null
  /** `unconfirmed`: the register contradicts the signature or the ledger. */
  state: LifeState | 'unconfirmed'
  revokedOn: string | null
  /** Serial of the one that replaced it, and of the one of a later course that renews it. */
  successor: string | null
  renewedBy: string | null
}

/** The state of each of these certificates, by id, checked against signature and ledger as the public page does. Asks no actor: the caller has. */
export async function statesOf(db: Db, certificateIds: readonly string[], now = new Date()): Promise<Map<string, StateNow>> {
  if (certificateIds.length === 0) return new Map()
  const keys = await publicKeys(db)
  const rows = await certificatesWhere(db, inArray(certificates.id, [...certificateIds]))
  return new Map(rows.map((row) => {
    const { certificate, edition, centre, revocation, successor, renewedBy, body } = row
    const { verdict, life } = judge(row, keys, now)
    return [certificate.id, {
      certificateId: certificate.id, personId: certificate.personId, serial: certificate.serial, code: certificate.code, statementHash: certificate.statementHash,
      holderName: body !== null && verdict === 'confirmed' ? readStatement(body).holder.name : null,
      titles: edition.titles, course: edition.course, edition: edition.number, certifies: certificate.certifies, issuedOn: certificate.issuedOn, expiresOn: certificate.expiresOn,
      state: life?.state ?? 'unconfirmed', revokedOn: revocation && life ? dayOf(revocation.revokedAt, centre.timeZone) : null,
      successor: successor?.serial ?? null, renewedBy: renewedBy?.serial ?? null,
    }]
  }))
}

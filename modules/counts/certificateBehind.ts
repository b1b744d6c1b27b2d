import { eq } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificateFiles, certificates, revocations, type Texts } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { type CertificateView, eligibility, serialInput, storedEvidenceShape, type Unmet, verifyCode } from '#modules/certificates/index.ts'
import { stationsOfEdition } from '#modules/courses/index.ts'
import { found, permit } from '#modules/refusal.ts'

export const certificateBehindInput = z.object({ serial: serialInput })

type Told = Pick<
  CertificateView,
  'status' | 'life' | 'serial' | 'document' | 'course' | 'titles' | 'edition' | 'guidelineTitles' | 'hours' | 'startsOn' | 'endsOn' | 'issuedOn' | 'expiresOn' | 'demonstration' | 'erased' | 'revoked' | 'replaced' | 'ledger'
>
type Row = typeof certificates.$inferSelect

/** A certificate without its holder: neither the name nor the code, for the code opens the public page with the name, nor the signed statement. */
export type Behind = Told & {
  region: string; centre: string; cohort: string; facility: string | null; countedOn: string; certifies: boolean; profession: string | null; sex: Row['sex']; language: string
  predecessor: string | null; successor: string | null; renews: string | null; renewedBy: string | null
  signature: Pick<CertificateView['signature'], 'state' | 'kid' | 'statementHash'>
  /** What eligibility saw when it was issued, and what it says of that today; null for one whose evidence is not of a known shape. */
  evidence: { seen: z.infer<typeof storedEvidenceShape>; eligible: boolean; unmet: Unmet[] } | null
  stations: Record<string, Texts>
  /** Numbers of the ledger's entries about it: issued, drawn, replaced by, revoked. */
  entries: number[]
}

/** One certificate as an auditor sees it: its facts, the evidence it stands on, its life and its proof in the ledger. For auditors and the system. */
export async function certificateBehind(db: Db, actor: Actor, { serial }: z.infer<typeof certificateBehindInput>): Promise<Behind> {
  permit(mayAudit(actor))

  const after = alias(certificates, 'after')
  const [row] = await db.select({ certificate: certificates, drawn: certificateFiles.entrySeq, revoked: revocations.entrySeq, succeeded: after.entrySeq }).from(certificates)
    .leftJoin(certificateFiles, eq(certificateFiles.certificateId, certificates.id)).leftJoin(revocations, eq(revocations.certificateId, certificates.id)).leftJoin(after, eq(after.predecessorId, certificates.id))
    .where(eq(certificates.serial, serial))
  const { certificate, drawn, revoked, succeeded } = found(row)
  const view = found(await verifyCode(db, certificate.code))
  const evidence = storedEvidenceShape.safeParse(certificate.evidence)
  const stations = await stationsOfEdition(db, certificate.editionId)

  const { status, life, document, course, titles, edition, guidelineTitles, hours, startsOn, endsOn, issuedOn, expiresOn, demonstration, erased, replaced, ledger, signature } = view
  return {
    status, life, serial, document, course, titles, edition, guidelineTitles, hours, startsOn, endsOn, issuedOn, expiresOn, demonstration, erased, revoked: view.revoked, replaced, ledger,
    region: certificate.regionCode, centre: certificate.centreId, cohort: certificate.cohortId, facility: certificate.facilityId, countedOn: certificate.countedOn, certifies: certificate.certifies,
    profession: certificate.profession, sex: certificate.sex, language: certificate.language,
    predecessor: view.predecessor?.serial ?? null, successor: view.successor?.serial ?? null, renews: view.renewal?.serial ?? null, renewedBy: view.renewedBy?.serial ?? null,
    signature: { state: signature.state, kid: signature.kid, statementHash: signature.statementHash },
    evidence: evidence.success ? { seen: evidence.data, ...eligibility(evidence.data, evidence.data.rules) } : null,
    stations: Object.fromEntries(stations.map((one) => [one.station, one.body.titles])),
    entries: [certificate.entrySeq, drawn, succeeded, revoked].flatMap((seq) => seq ?? []).toSorted((one, other) => one - other),
  }
}

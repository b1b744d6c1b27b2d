import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificateFiles, certificates, credentials, persons, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record, signingKey } from '#modules/ledger/index.ts'
import { credentialOf } from './credential.ts'
import { drawCertificate } from './drawCertificate.ts'
import { marked } from './fileMark.ts'
import { sealCertificate } from './sealCertificate.ts'
import { sealingIdentity } from './sealing.ts'
import { hashOf } from './statement.ts'

export type File = { pdf: Buffer; sha256: string }

/**
 * The PDF of a certificate: the one that was drawn, or drawn now from the signed statement and kept for ever, with its hash
 * in the ledger and the credential that is attached to it. Null when the statement has been erased. It is drawn before
 * anything is locked; when two processes draw at once, the first one's are kept.
 */
export async function keepFile(db: Db, actor: Actor, { certificateId }: { certificateId: string }): Promise<File | null> {
  const kept = await readFile(db, certificateId)
  if (kept) return kept
  const [row] = await db.select({ certificate: certificates, body: statements.body }).from(certificates)
    .innerJoin(statements, eq(statements.certificateId, certificates.id)).where(eq(certificates.id, certificateId))
  if (!row) return null
  const { certificate, body } = row
  const { statementHash: hash, kid, signature } = certificate
  const signed = { body, hash, kid, signature }
  const { origin } = environment()
  const key = await signingKey(db, 'certificate')
  const credential = credentialOf(signed, { origin, entrySeq: certificate.entrySeq }, key)
  const identity = await sealingIdentity()
  const mark = (drawn: Uint8Array) => marked(drawn, key)
  const pdf = identity ? await sealCertificate(signed, origin, identity, { credential, mark }) : mark(await drawCertificate(signed, origin, { credential }))

  return transact(db, async (tx) => {
    // The holder's row makes an erasure, and another process with the same drawing, wait for this one.
    await tx.select({ id: persons.id }).from(persons).where(eq(persons.id, certificate.personId)).for('no key update')
    const first = await readFile(tx, certificateId)
    if (first) return first
    const [still] = await tx.select({ id: statements.certificateId }).from(statements).where(eq(statements.certificateId, certificateId))
    if (!still) return null

    const sha256 = hashOf(pdf)
    const entrySeq = await record(tx, actor, 'certificate.drawn', { certificate: certificateId, serial: certificate.serial, pdf: sha256 })
    await tx.insert(certificateFiles).values({ certificateId, pdf, sha256, entrySeq })
    await tx.insert(credentials).values({ certificateId, body: credential })
    return { pdf, sha256 }
  })
}

async function readFile(db: Db, certificateId: string): Promise<File | undefined> {
  const [file] = await db.select({ pdf: certificateFiles.pdf, sha256: certificateFiles.sha256 }).from(certificateFiles).where(eq(certificateFiles.certificateId, certificateId))
  return file
}

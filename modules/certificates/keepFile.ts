import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificateFiles, certificates, persons, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { drawCertificate } from './drawCertificate.ts'
import { hashOf } from './statement.ts'

export type File = { pdf: Buffer; sha256: string }

/**
 * The PDF of a certificate: the one that was drawn, or drawn now from the signed statement and kept for ever, with its hash
 * in the ledger. Null when the statement has been erased. It is drawn before anything is locked; when two processes draw at
 * once, their bytes are the same and the first one's are kept.
 */
export async function keepFile(db: Db, actor: Actor, { certificateId }: { certificateId: string }): Promise<File | null> {
  const kept = await readFile(db, certificateId)
  if (kept) return kept
  const [row] = await db.select({ certificate: certificates, body: statements.body }).from(certificates)
    .innerJoin(statements, eq(statements.certificateId, certificates.id)).where(eq(certificates.id, certificateId))
  if (!row) return null
  const { certificate, body } = row
  const { statementHash: hash, kid, signature } = certificate
  const pdf = Buffer.from(await drawCertificate({ body, hash, kid, signature }, environment().origin))

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
    return { pdf, sha256 }
  })
}

async function readFile(db: Db, certificateId: string): Promise<File | undefined> {
  const [file] = await db.select({ pdf: certificateFiles.pdf, sha256: certificateFiles.sha256 }).from(certificateFiles).where(eq(certificateFiles.certificateId, certificateId))
  return file
}

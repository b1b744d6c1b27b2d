import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificateFiles, certificates } from '#db/schema/index.ts'
import { hashOf } from './statement.ts'

/**
 * Whether these bytes are a PDF that was issued, bit for bit; answers its certificate's code, with which its status is to be
 * looked up: a genuine file may be of a certificate that has been revoked since. The bytes are only hashed, never parsed or kept.
 */
export async function verifyFile(db: Db, bytes: Uint8Array): Promise<{ issued: true; serial: string; code: string } | { issued: false }> {
  const [file] = await db.select({ serial: certificates.serial, code: certificates.code }).from(certificateFiles)
    .innerJoin(certificates, eq(certificates.id, certificateFiles.certificateId)).where(eq(certificateFiles.sha256, hashOf(bytes)))
  return file ? { issued: true, ...file } : { issued: false }
}

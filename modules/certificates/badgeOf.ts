import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates, credentials, persons, statements } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { signingKey } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { readCode } from './code.ts'
import { credentialOf } from './credential.ts'
import { fileOf } from './queries.ts'

/**
 * The Open Badges credential of a certificate, for whoever has its code: the same text every time, and the one that is attached
 * to its PDF. Throws `certificate.unknown` and, after an erasure, `certificate.erased`.
 */
export async function badgeOf(db: Db, typed: string): Promise<{ serial: string; badge: string }> {
  const code = readCode(typed)
  const known = code ? await stored(db, code) : undefined
  if (known?.badge) return { serial: known.serial, badge: known.badge }
  // It is made together with the file.
  const { serial } = await fileOf(db, typed)
  return { serial, badge: (await stored(db, code!))?.badge ?? (await late(db, code!)) }
}

async function stored(db: Db, code: string) {
  const [row] = await db.select({ serial: certificates.serial, badge: credentials.body }).from(certificates)
    .leftJoin(credentials, eq(credentials.certificateId, certificates.id)).where(eq(certificates.code, code))
  return row
}

/** For a file that was drawn before there were credentials: it stays as it is, and its credential is made now. */
async function late(db: Db, code: string): Promise<string> {
  return transact(db, async (tx) => {
    const [row] = await tx.select({ certificate: certificates, body: statements.body }).from(certificates)
      .innerJoin(persons, eq(persons.id, certificates.personId)).innerJoin(statements, eq(statements.certificateId, certificates.id))
      .where(eq(certificates.code, code)).for('no key update', { of: persons })
    if (!row) throw new Refusal('certificate.erased')
    const again = await stored(tx, code)
    if (again?.badge) return again.badge
    const { id, statementHash: hash, kid, signature, entrySeq } = row.certificate
    const body = credentialOf({ body: row.body, hash, kid, signature }, { origin: environment().origin, entrySeq }, await signingKey(tx, 'certificate'))
    await tx.insert(credentials).values({ certificateId: id, body })
    return body
  })
}

import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { merges, type persons, recoveryCodes } from '#db/schema/index.ts'
import { seal, unseal } from '#modules/keys/index.ts'
import type { PersonRow } from './findPerson.ts'
import type { WorkChange } from './work.ts'

/** How the duplicate was reached and signed in, as it stood. Bytes are base64: JSON holds no others. */
type Ways = {
  email: string | null
  phone: string | null
  iinCipher: string | null
  iinLookup: string | null
  passportCipher: string | null
  passportLookup: string | null
  passwordHash: string | null
  totpCipher: string | null
  totpConfirmedAt: string | null
  totpLastStep: number | null
  recoveryCodes: { hash: string; usedAt: string | null }[]
}

/** What the kept record took from the duplicate, because it had none: numbers by their keyed hash, hex. */
export type Taken = Partial<Record<'email' | 'phone' | 'iin' | 'passport' | 'sex' | 'profession' | 'facilityId', string>>

/** All that a merge moves, by which it is undone. Sessions, links and tokens are not here: they ended for good. */
export type Moved = {
  ways: Ways
  taken: Taken
  memberships: { ended: string[]; granted: string[] }
  consents: { moved: string[]; withdrawn: { id: string; at: string }[] }
  /** The duplicate's open workplace, which the merge ended, and what it did to the kept record's. */
  endedWork: string | null
  work: WorkChange
  /** Duplicates of the duplicate, which lead to the kept record meanwhile. */
  repointed: string[]
}

const place = (mergeId: string) => `merges|moved|${mergeId}`

/** It holds contacts and what opens an account, so nobody reads it in the table. */
export const sealMoved = (mergeId: string, moved: Moved): Buffer => seal(JSON.stringify(moved), place(mergeId))
export const unsealMoved = (mergeId: string, sealed: Buffer): Moved => JSON.parse(unseal(sealed, place(mergeId))) as Moved

const base64 = (bytes: Buffer | null) => bytes && bytes.toString('base64')
const bytes = (text: string | null) => (text === null ? null : Buffer.from(text, 'base64'))
const moment = (text: string | null) => (text === null ? null : new Date(text))

/** The duplicate's ways as they stand before the merge. */
export async function keptWays(tx: Db, { id, email, phone, iinCipher, iinLookup, passportCipher, passportLookup, passwordHash, totpCipher, totpConfirmedAt, totpLastStep }: PersonRow): Promise<Ways> {
  const codes = await tx.select({ hash: recoveryCodes.hash, usedAt: recoveryCodes.usedAt }).from(recoveryCodes).where(eq(recoveryCodes.personId, id)).orderBy(recoveryCodes.hash)
  return {
    email, phone, iinCipher: base64(iinCipher), iinLookup: base64(iinLookup), passportCipher: base64(passportCipher), passportLookup: base64(passportLookup),
    passwordHash, totpCipher: base64(totpCipher), totpConfirmedAt: totpConfirmedAt?.toISOString() ?? null, totpLastStep,
    recoveryCodes: codes.map(({ hash, usedAt }) => ({ hash, usedAt: usedAt?.toISOString() ?? null })),
  }
}

/** The columns of `persons` that those ways fill. */
export const columnsOf = ({ iinCipher, iinLookup, passportCipher, passportLookup, totpCipher, totpConfirmedAt, recoveryCodes: _, ...plain }: Ways) =>
  ({
    ...plain, iinCipher: bytes(iinCipher), iinLookup: bytes(iinLookup), passportCipher: bytes(passportCipher), passportLookup: bytes(passportLookup),
    totpCipher: bytes(totpCipher), totpConfirmedAt: moment(totpConfirmedAt),
  }) satisfies Partial<typeof persons.$inferInsert>

/** Gives the recovery codes back to the record that had them. */
export async function restoreCodes(tx: Db, personId: string, { recoveryCodes: codes }: Ways): Promise<void> {
  if (codes.length > 0) await tx.insert(recoveryCodes).values(codes.map(({ hash, usedAt }) => ({ personId, hash, usedAt: moment(usedAt) })))
}

/** Empties what is written down of merges of this record: for its erasure. */
export async function forgetMoved(tx: Db, personId: string): Promise<void> {
  await tx.update(merges).set({ moved: null }).where(eq(merges.personId, personId))
  await tx.update(merges).set({ moved: null }).where(eq(merges.intoId, personId))
}

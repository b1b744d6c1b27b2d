import { and, desc, eq, gte, isNotNull, lt } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import type { Db } from '#db/client.ts'
import { certificates, entries, revocations } from '#db/schema/index.ts'
import { signingKey } from '#modules/ledger/index.ts'
import { contextOfCredentials } from './credentialContexts.ts'
import { prove } from './credentialProof.ts'
import { didOf } from './didDocument.ts'

/** Entries of one list: the fewest that the specification allows, so that asking for a list tells little of who is looked up. */
export const listLength = 131_072
/** How long a list may be kept, in seconds, and how long it is worth anything. */
export const listAge = 300
const listDay = 86_400_000

const listUrl = (origin: string, list: number) => `${origin}/status/${list}`

/** Where a certificate's state is told: at the number of its ledger entry, which is its own for ever. */
export function entryOf(origin: string, entrySeq: number) {
  const [list, index] = [Math.floor(entrySeq / listLength), entrySeq % listLength]
  return { id: `${listUrl(origin, list)}#${index}`, type: 'BitstringStatusListEntry', statusPurpose: 'revocation', statusListIndex: String(index), statusListCredential: listUrl(origin, list) }
}

/**
 * A W3C Bitstring Status List 1.0 of the certificates whose entries fall into it, signed now: one bit is set for each that was
 * revoked, taken back or replaced. Null when the ledger has not come that far. The state is read from the register each time;
 * a list that says the same within the same minute is the same text.
 */
export async function statusList(db: Db, { list, origin, now = new Date() }: { list: number; origin: string; now?: Date }): Promise<string | null> {
  const [last] = await db.select({ seq: entries.seq }).from(entries).orderBy(desc(entries.seq)).limit(1)
  if (list > Math.floor((last?.seq ?? 0) / listLength)) return null
  const bits = bitsOf(await ended(db, list))
  const key = await signingKey(db, 'certificate')

  const minute = Math.floor(now.getTime() / 60_000)
  const name = `${createHash('sha256').update(bits).digest('hex')} ${key.kid} ${minute} ${listUrl(origin, list)}`
  const known = made.get(name)
  if (known) return known
  const validFrom = new Date(minute * 60_000)
  const url = listUrl(origin, list)
  const text = JSON.stringify(prove({
    '@context': [contextOfCredentials],
    id: url,
    type: ['VerifiableCredential', 'BitstringStatusListCredential'],
    issuer: didOf(origin),
    validFrom: stamp(validFrom),
    validUntil: stamp(new Date(validFrom.getTime() + listDay)),
    credentialSubject: { id: `${url}#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', encodedList: encode(bits), ttl: listAge * 1000 },
  }, { origin, key, created: stamp(validFrom) }))
  if (made.size > 50) made.clear()
  made.set(name, text)
  return text
}

const made = new Map<string, string>()

const stamp = (at: Date) => `${at.toISOString().slice(0, 19)}Z`

/** Ledger numbers, counted within the list, of its certificates that are no longer what they were. */
async function ended(db: Db, list: number): Promise<number[]> {
  const within = (one: typeof certificates | typeof before) => and(gte(one.entrySeq, list * listLength), lt(one.entrySeq, (list + 1) * listLength))
  const before = alias(certificates, 'before')
  const revoked = await db.select({ seq: certificates.entrySeq }).from(revocations).innerJoin(certificates, eq(certificates.id, revocations.certificateId)).where(within(certificates))
  const replaced = await db.select({ seq: before.entrySeq }).from(certificates).innerJoin(before, eq(before.id, certificates.predecessorId)).where(and(isNotNull(certificates.predecessorId), within(before)))
  return [...revoked, ...replaced].map(({ seq }) => seq % listLength)
}

/** A list with these places set; the first place is the leftmost bit. */
export function bitsOf(set: readonly number[]): Buffer {
  const bits = Buffer.alloc(listLength / 8)
  for (const place of set) bits[place >> 3]! |= 0x80 >> (place & 7)
  return bits
}

/** Packed and in base64url, with the letter of multibase that says so. */
const encode = (bits: Buffer) => `u${gzipSync(bits, { level: 9 }).toString('base64url')}`

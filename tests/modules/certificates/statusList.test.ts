import { eq, sql } from 'drizzle-orm'
import fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { certificates } from '#db/schema/index.ts'
import { badgeOf, didDocument, issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { bitsOf, entryOf, listLength, statusList } from '#modules/certificates/statusList.ts'
import { keyInUse } from '#modules/keys/index.ts'
import { expect, test } from '#tests/database.ts'
import { bitOf, canonical, origin, verifiedByOthers } from '#tests/modules/certificates/badges.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const now = new Date('2027-06-01T10:20:30Z')
const listOf = async (db: Db, list = 0) => JSON.parse((await statusList(db, { list, origin, now }))!)

async function issued(db: Db, people = 1) {
  const finished = await aFinishedCohort(db, { people })
  const outcome = await issueCertificates(db, finished.coordinator, { cohortId: finished.cohort.id })
  return { ...finished, issued: outcome.issued }
}

test('a list is what the specification asks for, and another maker’s verifier accepts it', async ({ db }) => {
  const { issued: [one] } = await issued(db)
  const list = await listOf(db)
  expect(list).toMatchObject({
    id: `${origin}/status/0`, type: ['VerifiableCredential', 'BitstringStatusListCredential'], issuer: 'did:web:besik.example.kz', validFrom: '2027-06-01T10:20:00Z', validUntil: '2027-06-02T10:20:00Z',
    credentialSubject: { id: `${origin}/status/0#list`, type: 'BitstringStatusList', statusPurpose: 'revocation', ttl: 300_000 },
  })
  const did = await didDocument(db, origin)
  expect(await verifiedByOthers(list, did, now)).toBe('verified')
  const forged = structuredClone(list)
  forged.credentialSubject.encodedList = `u${Buffer.from('nothing is revoked').toString('base64url')}`
  expect(await verifiedByOthers(forged, did, now)).toMatch(/Invalid signature/)
  expect(one).toBeDefined()
})

test('a verifier that knows nothing of us sees the day on which a certificate stops counting', async ({ db }) => {
  const { coordinator, issued: [one, other] } = await issued(db, 2)
  const did = await didDocument(db, 'http://localhost:4321')
  const badge = JSON.parse((await badgeOf(db, one!.code)).badge)
  const own = badge.issuer.url as string
  const list = async () => JSON.parse((await statusList(db, { list: 0, origin: own, now }))!)
  const ours = await didDocument(db, own)
  expect(did.verificationMethod).toHaveLength(ours.verificationMethod.length)
  expect(await verifiedByOthers(badge, ours, now, await list())).toBe('verified')
  await revokeCertificate(db, coordinator, { serial: one!.serial, reason: 'Берілуі қате болды' })
  expect(await verifiedByOthers(badge, ours, now, await list())).not.toBe('verified')
  expect(await verifiedByOthers(JSON.parse((await badgeOf(db, other!.code)).badge), ours, now, await list())).toBe('verified')
})

test('whatever becomes of them, the bits are set for revoked and replaced certificates and for no other', async ({ db }) => {
  const { coordinator, issued: all } = await issued(db, 7)
  await fc.assert(fc.asyncProperty(fc.array(fc.constantFrom('leave', 'revoke', 'replace', 'replace twice', 'replace and revoke' as const), { minLength: 7, maxLength: 7 }), async (fates) => {
    await db.transaction(async (tx) => {
      const gone: string[] = []
      for (const [at, { serial }] of all.entries()) {
        const fate = fates[at]!
        let last = serial
        for (let times = fate === 'replace twice' ? 2 : fate.startsWith('replace') ? 1 : 0; times > 0; times--) {
          gone.push(last)
          last = (await replaceCertificate(tx as unknown as Db, coordinator, { serial: last })).serial
        }
        if (fate.endsWith('revoke')) {
          await revokeCertificate(tx as unknown as Db, coordinator, { serial: last, reason: 'Қате' })
          gone.push(last)
        }
      }
      const { encodedList } = (await listOf(tx as unknown as Db)).credentialSubject
      const rows = await tx.select({ serial: certificates.serial, entrySeq: certificates.entrySeq }).from(certificates)
      for (const { serial, entrySeq } of rows) expect([serial, bitOf(encodedList, entrySeq)]).toEqual([serial, gone.includes(serial)])
      const set = Array.from({ length: 400 }, (_, index) => bitOf(encodedList, index)).filter(Boolean)
      expect(set).toHaveLength(gone.length)
      throw new RollBack()
    }).catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error
    })
  }), { numRuns: process.env['TORTURE'] ? 100 : 5 })
})
class RollBack extends Error {}

test('the leftmost bit is the first place, and every place has one', () => {
  fc.assert(fc.property(fc.uniqueArray(fc.integer({ min: 0, max: listLength - 1 }), { maxLength: 60 }), (places) => {
    const text = [...bitsOf(places)].map((byte) => byte.toString(2).padStart(8, '0')).join('')
    expect([...text.matchAll(/1/g)].map(({ index }) => index)).toEqual(places.toSorted((one, other) => one - other))
  }), { numRuns: 30 })
  expect(bitsOf([]).length).toBe(16_384)
})

test('a certificate’s place follows from its ledger entry, in the list that its credential names', async ({ db }) => {
  expect(entryOf(origin, 131_071)).toMatchObject({ statusListCredential: `${origin}/status/0`, statusListIndex: '131071' })
  expect(entryOf(origin, 131_072)).toMatchObject({ id: `${origin}/status/1#0`, statusListCredential: `${origin}/status/1`, statusListIndex: '0' })
  const { issued: [one], coordinator } = await issued(db)
  await revokeCertificate(db, coordinator, { serial: one!.serial, reason: 'Қате' })
  // As if the ledger had come that far.
  await db.execute(sql`set local session_replication_role = replica`)
  await db.update(certificates).set({ entrySeq: listLength + 5 }).where(eq(certificates.serial, one!.serial))
  await db.execute(sql`update entries set seq = seq + ${listLength}`)
  await db.execute(sql`set local session_replication_role = origin`)
  expect(bitOf((await listOf(db, 1)).credentialSubject.encodedList, 5)).toBe(true)
  expect(bitOf((await listOf(db, 0)).credentialSubject.encodedList, 5)).toBe(false)
})

test('a list beyond the ledger is not there; within a minute the same state is the same text', async ({ db }) => {
  const { coordinator, issued: [one] } = await issued(db)
  expect(await statusList(db, { list: 1, origin, now })).toBeNull()
  const first = await statusList(db, { list: 0, origin, now })
  expect(await statusList(db, { list: 0, origin, now: new Date(now.getTime() + 20_000) })).toBe(first)
  await revokeCertificate(db, coordinator, { serial: one!.serial, reason: 'Қате' })
  const after = await statusList(db, { list: 0, origin, now })
  expect(after).not.toBe(first)
  expect(JSON.parse(after!).proof.verificationMethod).toBe(`did:web:besik.example.kz#${keyInUse('certificate').kid}`)
  const { proof: _, ...document } = JSON.parse(after!)
  expect(await canonical(document)).toContain('BitstringStatusList')
})

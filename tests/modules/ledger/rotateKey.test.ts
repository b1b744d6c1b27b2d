import { eq } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { chmodSync, copyFileSync, cpSync, mkdtempSync, readdirSync, rmSync, statSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates, entries, publicKeys as table } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { issueCertificates, verifyCode } from '#modules/certificates/index.ts'
import { keyInUse, keyWithId, makeKey } from '#modules/keys/index.ts'
import { isSigned, keepPublicKeys, markCompromised, publicKeys, readNote, rotateKey, signingKey, takeCheckpoint, verifyLedger } from '#modules/ledger/index.ts'
import { replaceKey } from '#modules/ledger/rotateKey.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { aLedger, rolledBack } from './ledgers.ts'

const operator = system('command-line')

// Keys and checkpoints of each test's own: a rotation replaces files that other tests sign with.
let folder: string
const before = { keysDir: environment().keysDir, dataDir: environment().dataDir }
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'besik-rotation-'))
  cpSync(before.keysDir, join(folder, 'keys'), { recursive: true })
  Object.assign(environment(), { keysDir: join(folder, 'keys'), dataDir: folder })
})
afterEach(() => {
  Object.assign(environment(), before)
  rmSync(folder, { recursive: true, force: true })
})
const inFolder = () => readdirSync(join(folder, 'keys')).filter((name) => name.endsWith('.pem')).toSorted()
const told = async (db: Db, kind: string) => (await db.select({ body: entries.body }).from(entries).where(eq(entries.kind, kind))).map(({ body }) => JSON.parse(body).facts)

/** A cohort whose people can be given certificates one after the other. */
async function anIssuer(db: Db, people: number) {
  const { cohort, coordinator, people: members } = await aFinishedCohort(db, { people })
  const left = [...members]
  return async () => {
    const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: [left.shift()!.id] })
    const [row] = await db.select().from(certificates).where(eq(certificates.id, issued[0]!.certificateId))
    return row!
  }
}
const statusOf = async (db: Db, code: string) => (await verifyCode(db, code))!.status

describe('a rotated key', () => {
  test('signs no more, keeps its public half with the moment of its end, and what it signed is confirmed', async ({ db }) => {
    const issue = await anIssuer(db, 2)
    const first = await issue()
    const old = keyInUse('certificate')
    const { ended, kid, at } = await rotateKey(db, operator, { purpose: 'certificate', reason: 'Жылдық ауыстыру' })
    const second = await issue()

    expect([ended, first.kid, second.kid]).toEqual([[old.kid], old.kid, kid])
    expect(await statusOf(db, first.code)).toBe('valid')
    expect(await statusOf(db, second.code)).toBe('valid')
    const known = (await publicKeys(db)).filter((key) => key.purpose === 'certificate')
    expect(known.map((key) => ({ kid: key.kid, notAfter: key.notAfter, reason: key.reason }))).toEqual([{ kid: old.kid, notAfter: at, reason: 'Жылдық ауыстыру' }, { kid, notAfter: null, reason: null }])
    expect(known[1]!.notBefore).toEqual(at)
    expect(await told(db, 'key.rotated')).toEqual([{ purpose: 'certificate', ended: old.kid, kid }])
  })

  test('leaves one private key file, which only its owner can read, and none of the old key', async ({ db }) => {
    const old = keyInUse('certificate').kid
    const { kid } = await rotateKey(db, operator, { purpose: 'certificate' })
    expect(inFolder()).toEqual(['certificate.pem', 'checkpoint.pem'])
    expect(statSync(join(folder, 'keys', 'certificate.pem')).mode & 0o777).toBe(0o400)
    expect(keyInUse('certificate').kid).toBe(kid)
    expect(keyWithId('certificate', old)).toBeNull()
  })

  test('ends no earlier than the last entry that was made with it, whatever the clocks say', async ({ db }) => {
    await aLedger(db, 1)
    const ahead = new Date(Date.now() + 60_000)
    await db.execute(`set local session_replication_role = replica`)
    await db.update(entries).set({ at: ahead })
    expect((await rotateKey(db, operator, { purpose: 'certificate' })).at).toEqual(ahead)
  })

  test('of checkpoints leaves its notes verifiable, and the new one signs a head at once', async ({ db }) => {
    await aLedger(db, 4)
    const first = await takeCheckpoint(db, operator, {})
    const old = keyInUse('checkpoint')
    const { kid } = await rotateKey(db, operator, { purpose: 'checkpoint' })
    const notes = [{ name: 'kept outside', note: first.note }]
    expect(await verifyLedger(db, { notes })).toMatchObject({ ok: true, entries: 5, covered: 5, checkpoints: 3 })
    const second = await takeCheckpoint(db, operator, {})
    expect(second.size).toBe(5)
    expect([isSigned(readNote(second.note), [keyInUse('checkpoint').spki]), isSigned(readNote(second.note), [old.spki])]).toEqual([true, false])
    expect(keyInUse('checkpoint').kid).toBe(kid)
  })
})

describe('a process that has run since before a rotation', () => {
  test('goes on with the new key while its file is not yet in its place, and after a crash the next start puts it there', async ({ db }) => {
    const issue = await anIssuer(db, 1)
    const { kid } = await replaceKey(db, operator, 'certificate', null)
    expect(inFolder()).toEqual([`certificate-${kid}.pem`, 'certificate.pem', 'checkpoint.pem'])
    expect((await issue()).kid).toBe(kid)
    await keepPublicKeys(db)
    expect(inFolder()).toEqual(['certificate.pem', 'checkpoint.pem'])
    expect(keyInUse('certificate').kid).toBe(kid)
  })

  test('that has only the ended key signs nothing, and says which one it holds', async ({ db }) => {
    const issue = await anIssuer(db, 1)
    const old = keyInUse('certificate')
    copyFileSync(join(folder, 'keys', 'certificate.pem'), join(folder, 'old.pem'))
    await rotateKey(db, operator, { purpose: 'certificate' })
    // Another machine, to which nobody has brought the new file.
    chmodSync(join(folder, 'keys', 'certificate.pem'), 0o600)
    copyFileSync(join(folder, 'old.pem'), join(folder, 'keys', 'certificate.pem'))
    await expect(issue()).rejects.toMatchObject({ code: 'key.ended', facts: { kid: old.kid } })
    await expect(signingKey(db, 'checkpoint')).resolves.toMatchObject({ purpose: 'checkpoint' })
    expect(await db.$count(certificates)).toBe(0)
  })

  test('sees nothing of a rotation that was taken back, and the next one clears up after it', async ({ db }) => {
    const old = keyInUse('certificate').kid
    await keepPublicKeys(db)
    await rolledBack(db, async (tx) => void (await replaceKey(tx, operator, 'certificate', null)))
    const stray = makeKey('certificate').kid
    expect((await signingKey(db, 'certificate')).kid).toBe(old)
    const { kid } = await rotateKey(db, operator, { purpose: 'certificate' })
    expect(inFolder()).toEqual(['certificate.pem', 'checkpoint.pem'])
    expect([stray, old]).not.toContain(kid)
  })
})

test('a register restored from before a rotation goes on with the key that this machine has', async ({ db }) => {
  const issue = await anIssuer(db, 2)
  const first = await issue()
  const { kid } = await rotateKey(db, operator, { purpose: 'certificate' })
  await db.delete(table).where(eq(table.kid, kid))
  await db.update(table).set({ notAfter: null })
  const second = await issue()
  expect(second.kid).toBe(kid)
  expect([await statusOf(db, first.code), await statusOf(db, second.code)]).toEqual(['valid', 'valid'])
})

describe('a compromised key', () => {
  test('is not believed from that moment on; what it signed before holds, and issuing goes on with a new one', async ({ db }) => {
    const issue = await anIssuer(db, 3)
    const first = await issue()
    await new Promise((done) => setTimeout(done, 5))
    const since = new Date()
    const second = await issue()
    const rotated = await markCompromised(db, operator, { kid: first.kid, since, reason: 'Сервердің көшірмесі ұрланды' })
    const third = await issue()

    expect(await statusOf(db, first.code)).toBe('valid')
    expect(await statusOf(db, second.code)).toBe('unconfirmed')
    expect(await statusOf(db, third.code)).toBe('valid')
    expect(third.kid).toBe(rotated!.kid)
    const [key] = await db.select().from(table).where(eq(table.kid, first.kid))
    expect(key).toMatchObject({ compromisedSince: since, notAfter: rotated!.at, reason: 'Сервердің көшірмесі ұрланды' })
    expect(await told(db, 'key.compromised')).toEqual([{ kid: first.kid, since: since.toISOString(), reason: createHash('sha256').update('Сервердің көшірмесі ұрланды').digest('hex') }])
    expect(await told(db, 'key.rotated')).toEqual([{ purpose: 'certificate', ended: first.kid, kid: third.kid }])
  })

  test('does not get its certificates confirmed by an earlier moment written into their rows', async ({ db }) => {
    const issue = await anIssuer(db, 1)
    const since = new Date()
    const one = await issue()
    await markCompromised(db, operator, { kid: one.kid, since, reason: 'stolen' })
    await db.execute(`set local session_replication_role = replica`)
    await db.update(certificates).set({ issuedAt: new Date('2026-01-01') })
    expect(await statusOf(db, one.code)).toBe('unconfirmed')
  })

  test('that has ended already is not replaced again, and its moment can only be moved back', async ({ db }) => {
    const old = keyInUse('certificate').kid
    const { kid } = await rotateKey(db, operator, { purpose: 'certificate' })
    const since = new Date('2026-06-01T00:00:00Z')
    expect(await markCompromised(db, operator, { kid: old, since, reason: 'stolen' })).toBeNull()
    expect(keyInUse('certificate').kid).toBe(kid)
    for (const later of [since, new Date('2026-07-01T00:00:00Z')]) await expect(markCompromised(db, operator, { kid: old, since: later, reason: 'stolen' })).rejects.toMatchObject({ code: 'key.compromised-earlier', facts: { since } })
    await expect(markCompromised(db, operator, { kid, since: new Date(Date.now() + 60_000), reason: 'stolen' })).rejects.toMatchObject({ code: 'key.since-in-future' })
    await expect(markCompromised(db, operator, { kid: '0'.repeat(16), since, reason: 'stolen' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await markCompromised(db, operator, { kid: old, since: new Date('2026-05-01T00:00:00Z'), reason: 'stolen earlier' })).toBeNull()
  })

  test('of checkpoints speaks for no entry from then on, but still against the ledger; the new key speaks for it again', async ({ db }) => {
    await aLedger(db, 3)
    const early = await takeCheckpoint(db, operator, {})
    await new Promise((done) => setTimeout(done, 5))
    const since = new Date()
    await aLedger(db, 3)
    const late = await takeCheckpoint(db, operator, {})
    const { kid } = keyInUse('checkpoint')
    await rolledBack(db, async (tx) => {
      await tx.update(table).set({ compromisedSince: since }).where(eq(table.kid, kid))
      expect(await verifyLedger(tx, { notes: [{ name: '6.txt', note: late.note }] })).toMatchObject({ ok: true, entries: 6, covered: early.size })
    })
    await markCompromised(db, operator, { kid, since, reason: 'stolen' })
    expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: 8, covered: 8 })
  })
})

test('keys are the business of the command line alone', async ({ db }) => {
  const people = [visitor, await anAdministrator(db), await anAuditor(db), await aCoordinator(db, (await aCentre(db)).id)]
  for (const actor of people) {
    await expect(rotateKey(db, actor, { purpose: 'certificate' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(markCompromised(db, actor, { kid: keyInUse('certificate').kid, since: new Date(), reason: 'stolen' })).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(await told(db, 'key.rotated')).toEqual([])
})

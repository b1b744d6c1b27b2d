import { eq } from 'drizzle-orm'
import { entries, notices, persons, staffClaims } from '#db/schema/index.ts'
import { answerClaim } from '#modules/adoptions/answerClaim.ts'
import { claimCertificate } from '#modules/adoptions/claimCertificate.ts'
import { endClaim } from '#modules/adoptions/endClaim.ts'
import { myClaims, staffOf } from '#modules/adoptions/staffClaims.ts'
import { groupCode, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import type { Db } from '#db/client.ts'
import { visitor } from '#modules/actor.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'
import { aCollege, teachers } from '#tests/modules/adoptions/staff.ts'

const claimed = (db: Db) => db.select().from(staffClaims).orderBy(staffClaims.claimedAt)
const letters = async (db: Db, personId: string) => (await db.select({ kind: notices.kind }).from(notices).where(eq(notices.personId, personId)).orderBy(notices.createdAt)).map(({ kind }) => kind).filter((kind) => kind.startsWith('staff.'))

describe('a claim', () => {
  test('names nobody until the holder agrees, who is asked in a letter', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [teacher] } = await teachers(db)
    const { claimId, state } = await claimCertificate(db, worker, { collegeId, code: `https://besik.example/kk/verify/${groupCode(teacher!.code)}`, post: 'Педиатрия оқытушысы' })
    expect(state).toBe('asked')
    expect(await letters(db, teacher!.personId)).toEqual(['staff.asked'])
    expect((await staffOf(db, worker, { collegeId })).map((one) => [one.state, one.certificate.serial, one.post])).toEqual([['asked', teacher!.serial, 'Педиатрия оқытушысы']])
    await answerClaim(db, teacher!.actor, { claimId, answer: 'consented' })
    await answerClaim(db, teacher!.actor, { claimId, answer: 'consented' })
    expect((await staffOf(db, worker, { collegeId })).map((one) => [one.state, one.certificate.state])).toEqual([['consented', 'valid']])
    expect(await letters(db, worker.personId!)).toEqual(['staff.consented'])
    const told = (await db.select().from(entries).where(eq(entries.kind, 'staff.claimed')).orderBy(entries.seq)).map(({ body }) => (JSON.parse(body) as { facts: { change: string } }).facts.change)
    expect(told).toEqual(['asked', 'consented'])
  })

  test('is answered by the holder alone, and once: the other answer afterwards is refused', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [teacher] } = await teachers(db)
    const { claimId } = await claimCertificate(db, worker, { collegeId, code: teacher!.code, post: 'Оқытушы' })
    for (const other of [worker, await aTrainee(db), await anAdministrator(db)]) {
      await expect(answerClaim(db, other, { claimId, answer: 'consented' })).rejects.toMatchObject({ code: 'object.not-found' })
    }
    await answerClaim(db, teacher!.actor, { claimId, answer: 'declined' })
    await expect(answerClaim(db, teacher!.actor, { claimId, answer: 'consented' })).rejects.toMatchObject({ code: 'staff.answered' })
    expect((await claimed(db))[0]).toMatchObject({ state: 'declined' })
  })

  test('of a second certificate asks nobody again who has agreed, but tells them; whoever declined is asked again', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [first] } = await teachers(db)
    const { teachers: [second] } = await teachers(db)
    // The second certificate is the same human's, under a joined record.
    await db.update(persons).set({ mergedInto: first!.personId, mergedAt: new Date() }).where(eq(persons.id, second!.personId))
    const { claimId } = await claimCertificate(db, worker, { collegeId, code: first!.code, post: 'Оқытушы' })
    await answerClaim(db, first!.actor, { claimId, answer: 'consented' })
    expect(await claimCertificate(db, worker, { collegeId, code: second!.code, post: 'Оқытушы' })).toMatchObject({ state: 'consented' })
    expect((await letters(db, first!.personId)).toSorted()).toEqual(['staff.added', 'staff.asked'])
    expect((await myClaims(db, first!.actor))[0]!.claims.map((one) => one.serial).sort()).toEqual([first!.serial, second!.serial].sort())

    const added = (await claimed(db)).find((one) => one.personId === second!.personId)!
    await endClaim(db, first!.actor, { claimId: added.id })
    expect(await claimCertificate(db, worker, { collegeId, code: second!.code, post: 'Оқытушы' })).toMatchObject({ state: 'asked' })
  })

  test('made twice is one', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [teacher] } = await teachers(db)
    await claimCertificate(db, worker, { collegeId, code: teacher!.code, post: 'Оқытушы' })
    await expect(claimCertificate(db, worker, { collegeId, code: teacher!.code, post: 'Оқытушы' })).rejects.toMatchObject({ code: 'staff.already-claimed', facts: { serial: teacher!.serial } })
    expect(await claimed(db)).toHaveLength(1)
  })

  test('is refused of what nobody teaches by, and of a code that leads nowhere', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [revoked, replaced] } = await teachers(db, 2)
    const administrator = await anAdministrator(db)
    await revokeCertificate(db, administrator, { serial: revoked!.serial, reason: 'Қате берілген' })
    const successor = await replaceCertificate(db, administrator, { serial: replaced!.serial })
    const claim = (code: string) => claimCertificate(db, worker, { collegeId, code, post: 'Оқытушы' })
    await expect(claim(revoked!.code)).rejects.toMatchObject({ code: 'staff.not-in-force' })
    await expect(claim(replaced!.code)).rejects.toMatchObject({ code: 'staff.replaced', facts: { successor: successor.serial } })
    await expect(claim('0'.repeat(27))).rejects.toMatchObject({ code: 'certificate.unknown' })
    await expect(claim('not a code')).rejects.toMatchObject({ code: 'staff.mistyped' })
    expect(await claimed(db)).toEqual([])
  })

  test('of a successor takes the place of the certificate that it replaces', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [teacher] } = await teachers(db)
    const { claimId } = await claimCertificate(db, worker, { collegeId, code: teacher!.code, post: 'Оқытушы' })
    await answerClaim(db, teacher!.actor, { claimId, answer: 'consented' })
    const successor = await replaceCertificate(db, await anAdministrator(db), { serial: teacher!.serial })
    expect((await staffOf(db, worker, { collegeId }))[0]!.certificate).toMatchObject({ state: 'replaced', successor: successor.serial })
    expect(await claimCertificate(db, worker, { collegeId, code: successor.code, post: 'Оқытушы' })).toMatchObject({ state: 'consented' })
    expect((await staffOf(db, worker, { collegeId })).map((one) => [one.state, one.certificate.serial])).toEqual([['consented', successor.serial], ['ended', teacher!.serial]])
  })
})

describe('a college’s list of teachers', () => {
  test('shows what a certificate is worth now', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: all } = await teachers(db, 2, { validityMonths: 12 })
    for (const one of all) await claimCertificate(db, worker, { collegeId, code: one.code, post: 'Оқытушы' })
    await revokeCertificate(db, await anAdministrator(db), { serial: all[0]!.serial, reason: 'Қате берілген' })
    const stateIn = async (now: Date) => Object.fromEntries((await staffOf(db, worker, { collegeId }, now)).map((one) => [one.certificate.serial, one.certificate.state]))
    expect(await stateIn(new Date())).toEqual({ [all[0]!.serial]: 'revoked', [all[1]!.serial]: 'valid' })
    expect(await stateIn(new Date(Date.now() + 800 * 86_400_000))).toEqual({ [all[0]!.serial]: 'revoked', [all[1]!.serial]: 'expired' })
  })

  test('is read by its own people, the ministry and administrators, and is not there for another college', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const other = await aCollege(db)
    for (const actor of [worker, await anAuditor(db), await anAdministrator(db)]) expect(await staffOf(db, actor, { collegeId })).toEqual([])
    await expect(staffOf(db, other.worker, { collegeId })).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [await aTrainee(db), visitor]) await expect(staffOf(db, actor, { collegeId })).rejects.toMatchObject({ code: 'permission.denied' })
    const { teachers: [teacher] } = await teachers(db)
    const claim = { collegeId, code: teacher!.code, post: 'Оқытушы' }
    await expect(claimCertificate(db, other.worker, claim)).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [await anAuditor(db), await anAdministrator(db), teacher!.actor]) await expect(claimCertificate(db, actor, claim)).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('loses whom either side ends, and tells the other', async ({ db }) => {
    const { collegeId, worker } = await aCollege(db)
    const { teachers: [first, second] } = await teachers(db, 2)
    const ids = [first!, second!].map(async (one) => (await claimCertificate(db, worker, { collegeId, code: one.code, post: 'Оқытушы' })).claimId)
    const [one, two] = await Promise.all(ids)
    await expect(endClaim(db, second!.actor, { claimId: one! })).rejects.toMatchObject({ code: 'object.not-found' })
    await endClaim(db, first!.actor, { claimId: one! })
    await endClaim(db, worker, { claimId: two! })
    await expect(endClaim(db, worker, { claimId: two! })).rejects.toMatchObject({ code: 'staff.ended' })
    expect((await claimed(db)).map(({ state }) => state)).toEqual(['ended', 'ended'])
    expect(await letters(db, worker.personId!)).toEqual(['staff.withdrawn'])
    expect(await letters(db, second!.personId)).toEqual(['staff.asked', 'staff.removed'])
  })
})

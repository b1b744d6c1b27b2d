import { and, eq, isNull } from 'drizzle-orm'
import { entries, memberships, persons, recoveryCodes, sessions, tokens } from '#db/schema/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { changePerson, createPerson, createToken, endToken, erasePerson, invitePerson, type person, readSession, readToken, restorePerson, suspendPerson, tokensOf } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, aTrainee } from '#tests/factories.ts'
import { aSignIn, rowOf, signedIn, withTotp } from './people.ts'

const iin = '791028302728'
const nurse = { familyName: 'Құдайберген', givenName: 'Үміт', patronymic: 'Маратқызы', sex: 'female', profession: 'patronage-nurse', role: 'trainee' } as const
const kinds = async (db: Parameters<typeof person>[0]) => (await db.select().from(entries).orderBy(entries.seq)).map((one) => one.kind)

describe('suspension', () => {
  test('shuts out at once and gives everything back', async ({ db }) => {
    const admin = await anAdministrator(db)
    const who = await aSignIn(db, { role: 'trainee' })
    const open = await signedIn(db, who)
    const { token } = await createToken(db, admin, { personId: who.personId, label: 'LMS' })
    await suspendPerson(db, admin, { personId: who.personId })
    expect([await readSession(db, open.token), await readToken(db, token)]).toEqual([null, null])
    await expect(suspendPerson(db, admin, { personId: who.personId })).rejects.toMatchObject({ code: 'person.suspended' })
    await restorePerson(db, admin, { personId: who.personId })
    expect((await signedIn(db, who)).actor.memberships).toMatchObject([{ role: 'trainee' }])
    await expect(restorePerson(db, admin, { personId: who.personId })).rejects.toMatchObject({ code: 'person.not-suspended' })
    expect((await kinds(db)).slice(-2)).toEqual(['role.changed', 'role.changed'])
  })

  test('is an administrator’s, stepped up, and never of oneself', async ({ db }) => {
    const centre = await aCentre(db)
    const trainee = await aTrainee(db, { facilityId: (await aFacility(db)).id })
    const admin = await anAdministrator(db)
    await expect(suspendPerson(db, await aCoordinator(db, centre.id), { personId: trainee.personId! })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(suspendPerson(db, { ...admin, steppedUp: false }, { personId: trainee.personId! })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await expect(suspendPerson(db, admin, { personId: admin.personId! })).rejects.toMatchObject({ code: 'person.not-yourself' })
    expect(await db.$count(persons, and(isNull(persons.suspendedAt)))).toBe(await db.$count(persons))
  })
})

describe('a bearer token', () => {
  test('acts as its person, never stepped up, until it is ended', async ({ db }) => {
    const admin = await anAdministrator(db)
    const trainee = await aTrainee(db)
    const { id, token } = await createToken(db, admin, { personId: trainee.personId!, label: 'Колледж LMS' })
    expect(await readToken(db, token)).toEqual({ kind: 'person', personId: trainee.personId, system: '', memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: false })
    expect(JSON.stringify(await db.select().from(tokens))).not.toContain(token)
    expect(await tokensOf(db, admin)).toMatchObject([{ id, label: 'Колледж LMS', lastUsedAt: expect.any(Date), endedAt: null }])
    await endToken(db, admin, { tokenId: id })
    expect(await readToken(db, token)).toBeNull()
    await expect(endToken(db, admin, { tokenId: id })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('is made, listed and ended by administrators', async ({ db }) => {
    const trainee = await aTrainee(db)
    const admin = await anAdministrator(db)
    await expect(createToken(db, trainee, { personId: trainee.personId!, label: 'x' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(createToken(db, { ...admin, steppedUp: false }, { personId: trainee.personId!, label: 'x' })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await expect(tokensOf(db, trainee)).rejects.toMatchObject({ code: 'permission.denied' })
    for (const bad of ['', 'besik_', `besik_${'x'.repeat(43)}`, 'x'.repeat(10_000)]) expect(await readToken(db, bad)).toBeNull()
  })
})

describe('erasure', () => {
  test('leaves nothing of the person, asks the higher modules, and the ledger still verifies', async ({ db }) => {
    const admin = await anAdministrator(db)
    const who = await aSignIn(db, { role: 'trainee' })
    await changePerson(db, admin, { personId: who.personId, familyName: 'Ерекшетегі', iin, phone: '+77050289896' })
    const open = await signedIn(db, who)
    await withTotp(db, open.actor)
    const { token } = await createToken(db, admin, { personId: who.personId, label: 'Ерекшетегі' })
    await invitePerson(db, admin, { personId: who.personId })
    const asked: string[] = []
    await erasePerson(db, admin, { personId: who.personId }, async (tx, personId) => {
      expect((await tx.select().from(persons).where(eq(persons.id, personId)))[0]!.erasedAt).toBeInstanceOf(Date)
      asked.push(personId)
    })

    expect(asked).toEqual([who.personId])
    expect(await rowOf(db, who.personId)).toMatchObject({
      familyName: '—', givenName: '', patronymic: null, folded: '', sex: null, profession: null, facilityId: null, email: null, phone: null, iinCipher: null, iinLookup: null, passwordHash: null, totpCipher: null,
    })
    expect(await readToken(db, token)).toBeNull()
    expect(await db.$count(sessions)).toBe(0)
    expect(await db.$count(recoveryCodes)).toBe(0)
    expect((await keptNotices(db)).filter((one) => one.recipient === who.login)).toEqual([])
    const everything = JSON.stringify([await db.select().from(persons), await db.select().from(tokens), await db.select().from(entries), await db.select().from(memberships)])
    expect(everything).not.toMatch(/Ерекшетегі|77050289896|791028302728/)
    expect(everything).not.toContain(who.login)
    expect(await verifyLedger(db)).toMatchObject({ ok: true })
    await expect(changePerson(db, admin, { personId: who.personId, givenName: 'Айгүл' })).rejects.toMatchObject({ code: 'person.erased' })
    expect(await createPerson(db, admin, { ...nurse, iin, email: who.login })).toHaveProperty('id')
  })

  test('is an administrator’s, stepped up; when a higher module fails nothing has happened', async ({ db }) => {
    const admin = await anAdministrator(db)
    const trainee = await aTrainee(db)
    const nothing = async () => {}
    await expect(erasePerson(db, trainee, { personId: trainee.personId! }, nothing)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(erasePerson(db, { ...admin, steppedUp: false }, { personId: trainee.personId! }, nothing)).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await expect(erasePerson(db, admin, { personId: admin.personId! }, nothing)).rejects.toMatchObject({ code: 'person.not-yourself' })
    await expect(erasePerson(db, admin, { personId: trainee.personId! }, async () => { throw new Error('no') })).rejects.toThrow('no')
    expect((await rowOf(db, trainee.personId!)).erasedAt).toBeNull()
    expect(await db.$count(entries)).toBe(0)
  })
})

import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { consents, entries, memberships, persons, sessions, tokens } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import {
  changePerson, createPerson, createToken, erasePerson, findByNumber, grantRole, hasConsented, matchPersons, mergePersons, mergeProblem, person, persons as list, readSession, readToken, requestReset, revealNumber, signIn, suspendPerson,
} from '#modules/people/index.ts'
import { consentVersion } from '#modules/people/rules.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anAdministrator, aPerson, aTrainee } from '#tests/factories.ts'
import { aSignIn, password, rowOf, signedIn } from './people.ts'

const iin = '791028302728'
const nurse = { familyName: 'Құдайберген', givenName: 'Үміт', role: 'trainee' } as const
const mergeable = async () => {}
const merge = (db: Db, duplicateId: string, keptId: string, actor = system('test')) => mergePersons(db, actor, { personId: duplicateId, intoId: keptId }, mergeable)
const make = async (db: Db, values: object = {}) => (await createPerson(db, system('test'), { ...nurse, ...values })).id
const roleOf = async (db: Db, personId: string) => (await db.select().from(memberships).where(and(eq(memberships.personId, personId), isNull(memberships.until)))).map((one) => one.role).sort()

describe('which records may become one', () => {
  const plain = { id: 'a', hasIin: false, suspended: false, erased: false, merged: false }
  const other = { ...plain, id: 'b' }
  test.for([
    [plain, other, null],
    [{ ...plain, hasIin: true }, other, null],
    [plain, { ...other, hasIin: true }, null],
    [plain, plain, 'person.merge-same'],
    [{ ...plain, erased: true }, other, 'person.erased'],
    [plain, { ...other, erased: true }, 'person.erased'],
    [{ ...plain, merged: true }, other, 'person.merged'],
    [plain, { ...other, merged: true }, 'person.merged'],
    [{ ...plain, suspended: true }, other, 'person.merge-suspended'],
    [plain, { ...other, suspended: true }, 'person.merge-suspended'],
    [{ ...plain, hasIin: true }, { ...other, hasIin: true }, 'person.merge-two-iins'],
  ] as const)('%j and %j: %s', ([duplicate, kept, problem]) => {
    expect(mergeProblem(duplicate, kept)).toBe(problem)
  })
})

describe('joining two records', () => {
  test('gives the kept one the roles, contacts and numbers that it lacks, and tells the ledger last', async ({ db }) => {
    const centre = await aCentre(db)
    const admin = await anAdministrator(db)
    const kept = await make(db, { phone: '+77050000001' })
    const duplicate = await make(db, { iin, email: 'umit@example.kz', phone: '+77050000002', passport: 'N12345678', sex: 'female', profession: 'midwife' })
    await grantRole(db, admin, { personId: duplicate, role: 'trainer', centreId: centre.id })
    await merge(db, duplicate, kept, admin)

    expect(await person(db, admin, kept)).toMatchObject({ email: 'umit@example.kz', phone: '+77050000001', iin: '7910******28', passport: 'N1*****78', sex: 'female', profession: 'midwife', mergedInto: null })
    expect(await revealNumber(db, admin, { personId: kept, field: 'iin' })).toEqual({ number: iin })
    expect(await roleOf(db, kept)).toEqual(['trainee', 'trainer'])
    expect(await roleOf(db, duplicate)).toEqual([])
    expect(await person(db, admin, duplicate)).toMatchObject({ email: null, phone: '+77050000002', iin: null, mergedInto: { id: kept }, roles: [] })

    const told = (await db.select().from(entries).orderBy(entries.seq)).map((entry) => JSON.parse(entry.body)).slice(-5, -1)
    expect(told.map((one) => [one.kind, one.facts.change])).toEqual([['role.changed', 'ended'], ['role.changed', 'ended'], ['role.changed', 'granted'], ['person.merged', undefined]])
    expect(told.at(-1).facts).toEqual({ subject: subjectOf(duplicate), into: subjectOf(kept), moment: expect.any(String) })
    expect(await verifyLedger(db)).toMatchObject({ ok: true })
  })

  test('lets nobody in by the duplicate any more, and moves no password', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [duplicate, kept] = [await aSignIn(db, { role: 'trainee' }), await aSignIn(db, { role: 'trainee' })]
    const open = [await signedIn(db, duplicate), await signedIn(db, kept)]
    const { token } = await createToken(db, admin, { personId: duplicate.personId, label: 'LMS' })
    await changePerson(db, admin, { personId: kept.personId, locale: 'ru' })
    await merge(db, duplicate.personId, kept.personId, admin)

    for (const one of open) expect(await readSession(db, one.token)).toBeNull()
    expect(await readToken(db, token)).toBeNull()
    expect(await db.$count(sessions)).toBe(0)
    expect(await db.$count(tokens, isNull(tokens.endedAt))).toBe(0)
    expect((await rowOf(db, duplicate.personId)).passwordHash).toBeNull()
    expect((await signedIn(db, kept)).actor.personId).toBe(kept.personId)
    expect((await keptNotices(db)).filter((one) => one.kind === 'account.merged').map((one) => one.recipient).sort()).toEqual([duplicate.login, kept.login].sort())
  })

  test('leads every look-up of the duplicate to the kept one', async ({ db }) => {
    const admin = await anAdministrator(db)
    const kept = await aSignIn(db, { role: 'trainee' })
    const duplicate = await make(db, { email: 'second@example.kz', passport: 'N12345678', phone: '+77050000002' })
    await changePerson(db, admin, { personId: kept.personId, passport: 'N87654321', phone: '+77050000001' })
    await merge(db, duplicate, kept.personId, admin)

    expect((await signIn(db, visitor, { login: 'second@example.kz', password })).personId).toBe(kept.personId)
    expect(await matchPersons(db, admin, { phones: ['+77050000002'], emails: ['second@example.kz'], passports: ['N12345678'] })).toMatchObject([{ id: kept.personId, passport: 'N12345678' }])
    expect(await findByNumber(db, admin, { iin: 'N12345678' })).toMatchObject({ id: kept.personId, visible: true })
    await requestReset(db, visitor, { login: '+77050000002' })
    expect((await keptNotices(db)).find((one) => one.kind === 'account.reset')!.recipient).toBe(kept.login)
    expect((await list(db, admin, {})).items.map((one) => one.id)).not.toContain(duplicate)
    expect((await list(db, admin, { state: 'merged' })).items.map((one) => one.id)).toEqual([duplicate])
    await expect(createPerson(db, admin, { ...nurse, email: 'second@example.kz' })).rejects.toMatchObject({ code: 'person.email-taken' })
    await changePerson(db, admin, { personId: kept.personId, email: 'second@example.kz', passport: 'N12345678' })
    expect(await rowOf(db, duplicate)).toMatchObject({ email: null, passportLookup: null, phone: '+77050000002' })
  })

  test('follows a chain at once: a duplicate’s duplicates lead to the one that is kept', async ({ db }) => {
    const [first, second, third] = [await make(db), await make(db), await make(db)]
    await merge(db, first, second)
    await merge(db, second, third)
    expect([(await rowOf(db, first)).mergedInto, (await rowOf(db, second)).mergedInto]).toEqual([third, third])
  })

  test.for([
    ['given in the duplicate', [{ at: 1 }], [], true],
    ['given in both', [{ at: 1 }], [{ at: 2 }], true],
    ['withdrawn in the duplicate after it was given in the kept one', [{ at: 1, until: 5 }], [{ at: 2 }], false],
    ['given in the kept one after it was withdrawn in the duplicate', [{ at: 1, until: 5 }], [{ at: 6 }], true],
  ] as const)('keeps consent true: %s', async ([, theirs, own, consented], { db }) => {
    const [duplicate, kept] = [await make(db), await make(db)]
    const day = (n: number) => new Date(Date.UTC(2026, 10, n))
    for (const [personId, given] of [[duplicate, theirs], [kept, own]] as const) {
      for (const one of given) await db.insert(consents).values({ personId, version: consentVersion, locale: 'kk', givenAt: day(one.at), withdrawnAt: 'until' in one ? day(one.until) : null })
    }
    await merge(db, duplicate, kept)
    expect(await hasConsented(db, kept)).toBe(consented)
    expect(await db.$count(consents, eq(consents.personId, duplicate))).toBe(0)
  })

  test('is an administrator’s, stepped up, and never of oneself', async ({ db }) => {
    const admin = await anAdministrator(db)
    const coordinator = await aCoordinator(db, (await aCentre(db)).id)
    const [duplicate, kept] = [await aTrainee(db), await aTrainee(db)]
    for (const actor of [visitor, duplicate, coordinator, await actorFor(db, (await aPerson(db)).id, { role: 'auditor' })]) {
      await expect(merge(db, duplicate.personId!, kept.personId!, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    }
    await expect(merge(db, duplicate.personId!, kept.personId!, { ...admin, steppedUp: false })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    for (const [one, other] of [[admin.personId!, kept.personId!], [kept.personId!, admin.personId!]] as const) {
      await expect(merge(db, one, other, admin)).rejects.toMatchObject({ code: 'person.not-yourself' })
    }
    expect(await db.$count(persons, isNull(persons.mergedInto))).toBe(await db.$count(persons))
    expect(await db.$count(entries)).toBe(0)
  })

  test('changes nothing when it is refused: two IINs, a suspended person, somebody who isn’t there, a higher module’s word', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [first, second, third] = [await make(db, { iin }), await make(db, { iin: '061211600012' }), await make(db)]
    await suspendPerson(db, admin, { personId: third })
    const before = await db.$count(entries)
    await expect(merge(db, first, second)).rejects.toMatchObject({ code: 'person.merge-two-iins' })
    await expect(merge(db, third, second)).rejects.toMatchObject({ code: 'person.merge-suspended' })
    await expect(merge(db, crypto.randomUUID(), second)).rejects.toMatchObject({ code: 'object.not-found' })
    const fourth = await make(db)
    await expect(mergePersons(db, admin, { personId: fourth, intoId: second }, async () => { throw new Error('no') })).rejects.toThrow('no')
    expect(await db.$count(persons, isNull(persons.mergedInto))).toBe(await db.$count(persons))
    expect(await db.$count(entries)).toBe(before + 1)
  })

  test('holds: a duplicate is changed, merged, freed and pointed at no more, whatever the code above says', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [first, second, third] = [await make(db), await make(db), await make(db)]
    await merge(db, first, second)
    await expect(changePerson(db, admin, { personId: first, givenName: 'Айгүл' })).rejects.toMatchObject({ code: 'person.merged' })
    await expect(merge(db, first, third)).rejects.toMatchObject({ code: 'person.merged' })
    await expect(merge(db, third, first)).rejects.toMatchObject({ code: 'person.merged' })
    const set = (id: string, mergedInto: string | null) => db.transaction((tx) => tx.update(persons).set({ mergedInto, mergedAt: mergedInto ? new Date() : null }).where(eq(persons.id, id)))
    for (const [id, into] of [[first, null], [third, first], [second, third]] as const) await expect(set(id, into)).rejects.toMatchObject({ cause: { code: '23001' } })
    await expect(set(third, third)).rejects.toMatchObject({ cause: { code: '23514' } })
  })

  test('is followed by erasure: nothing is left of either record', async ({ db }) => {
    const admin = await anAdministrator(db)
    const kept = await make(db, { email: 'kept@example.kz' })
    const duplicate = await make(db, { familyName: 'Ерекшетегі', email: 'second@example.kz', phone: '+77050000002' })
    await merge(db, duplicate, kept)
    await expect(erasePerson(db, admin, { personId: duplicate }, mergeable)).rejects.toMatchObject({ code: 'person.merged' })
    const asked: string[] = []
    await erasePerson(db, admin, { personId: kept }, async (_tx, id) => void asked.push(id))
    expect(asked.sort()).toEqual([duplicate, kept].sort())
    expect(JSON.stringify([await db.select().from(persons), await keptNotices(db)])).not.toMatch(/Ерекшетегі|second@|77050000002|kept@/)
    const erased = (await db.select().from(entries).where(eq(entries.kind, 'person.erased'))).map((entry) => JSON.parse(entry.body).facts.subject)
    expect(erased.sort()).toEqual([subjectOf(duplicate), subjectOf(kept)].sort())
  })
})

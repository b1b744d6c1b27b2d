import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { consents, entries, memberships, merges, persons, recoveryCodes, workplaces } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import {
  changePerson, createPerson, endRole, erasePerson, giveConsent, hasConsented, matchPersons, mergePersons, person, revealNumber, signIn, suspendPerson, unmergePersons, unmergeProblem, withdrawConsent,
} from '#modules/people/index.ts'
import { consentVersion } from '#modules/people/rules.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, aFacility, anAdministrator, aPerson, aTrainee } from '#tests/factories.ts'
import { aSignIn, rowOf } from './people.ts'

const iin = '791028302728'
const nurse = { familyName: 'Құдайберген', givenName: 'Үміт', role: 'trainee' } as const
const nothingAgainst = async () => {}
const reason = 'Бұл екі бөлек адам екен'
const merge = (db: Db, personId: string, intoId: string) => mergePersons(db, system('test'), { personId, intoId }, nothingAgainst)
const undo = (db: Db, personId: string, actor = system('test')) => unmergePersons(db, actor, { personId, reason }, nothingAgainst)
const make = async (db: Db, values: object = {}) => (await createPerson(db, system('test'), { ...nurse, ...values })).id
const liveRoles = async (db: Db, personId: string) => (await db.select().from(memberships).where(and(eq(memberships.personId, personId), isNull(memberships.until)))).map((one) => one.role).sort()

describe('whether a merge can be undone', () => {
  const plain = { erased: false, suspended: false, recorded: true, later: false }
  test.for([
    [{}, null], [{ erased: true, recorded: false }, 'person.erased'], [{ later: true }, 'person.unmerge-later'],
    [{ recorded: false }, 'person.unmerge-unrecorded'], [{ suspended: true }, 'person.unmerge-suspended'],
  ] as const)('%j: %s', ([facts, problem]) => expect(unmergeProblem({ ...plain, ...facts })).toBe(problem))
})

describe('undoing a merge', () => {
  test('makes the duplicate what it was: contacts, number, password, roles, consents, work', async ({ db }) => {
    const [facility, centre] = [await aFacility(db), await aCentre(db)]
    const kept = await make(db, { email: 'kept@example.kz' })
    const duplicate = await aSignIn(db, { role: 'trainee' }, { role: 'trainer', centreId: centre.id })
    await changePerson(db, system('test'), { personId: duplicate.personId, iin, phone: '+77050000002', passport: 'N7654321', facilityId: facility.id, profession: 'midwife' })
    await db.insert(recoveryCodes).values([{ personId: duplicate.personId, hash: 'one', usedAt: null }, { personId: duplicate.personId, hash: 'two', usedAt: new Date() }])
    const all = async () => ({
      persons: await db.select().from(persons).orderBy(persons.id), workplaces: await db.select().from(workplaces).orderBy(workplaces.id), consents: await db.select().from(consents).orderBy(consents.id),
      codes: await db.select().from(recoveryCodes).orderBy(recoveryCodes.hash), roles: await db.select().from(memberships).where(isNull(memberships.until)).orderBy(memberships.id),
    })
    const before = await all()
    await merge(db, duplicate.personId, kept)
    expect(await rowOf(db, kept)).toMatchObject({ phone: '+77050000002', facilityId: facility.id, email: 'kept@example.kz' })
    expect(await all()).not.toEqual(before)

    expect(await undo(db, duplicate.personId)).toEqual({ personId: duplicate.personId, keptId: kept })
    expect(await all()).toEqual(before)
    // The number opens in its own row again, and the way in works.
    expect(await revealNumber(db, system('test'), { personId: duplicate.personId, field: 'iin' })).toEqual({ number: iin })
    expect(await matchPersons(db, system('test'), { iins: [iin] })).toMatchObject([{ id: duplicate.personId }])
    expect(await signIn(db, visitor, { login: duplicate.login, password: duplicate.password })).toMatchObject({ roles: ['trainee', 'trainer'] })
    expect(await liveRoles(db, kept)).toEqual(['trainee'])
  })

  test('is told to the ledger and to both addresses, and its reason stays in the record, without what was moved', async ({ db }) => {
    const [duplicate, kept] = [await make(db, { email: 'second@example.kz' }), await make(db, { email: 'first@example.kz' })]
    await merge(db, duplicate, kept)
    const [standing] = await db.select().from(merges)
    expect(standing!.moved!.toString('utf8')).not.toContain('second@')
    const before = await db.$count(entries)
    await undo(db, duplicate)
    expect((await db.select().from(merges))[0]).toMatchObject({ id: standing!.id, moved: null, undoneBecause: reason })
    const told = (await db.select().from(entries).orderBy(entries.seq)).slice(before).map((one) => JSON.parse(one.body))
    expect(told.map((one) => one.kind)).toEqual(['role.changed', 'person.unmerged'])
    expect(told[1].facts).toEqual({ subject: subjectOf(duplicate), from: subjectOf(kept), moment: expect.any(String) })
    expect(await verifyLedger(db)).toMatchObject({ ok: true })
    expect((await keptNotices(db)).filter((one) => one.kind === 'account.unmerged').map((one) => one.recipient).sort()).toEqual(['first@example.kz', 'second@example.kz'])
  })

  test('is an administrator’s, stepped up, and never of oneself', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [duplicate, kept] = [await make(db), await make(db)]
    await merge(db, duplicate, kept)
    for (const actor of [visitor, await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id), await actorFor(db, (await aPerson(db)).id, { role: 'auditor' })]) {
      await expect(undo(db, duplicate, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    }
    await expect(undo(db, duplicate, { ...admin, steppedUp: false })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await expect(undo(db, duplicate, { ...admin, personId: kept })).rejects.toMatchObject({ code: 'person.not-yourself' })
    await expect(undo(db, kept, admin)).rejects.toMatchObject({ code: 'person.not-merged' })
    await expect(undo(db, crypto.randomUUID(), admin)).rejects.toMatchObject({ code: 'object.not-found' })
    expect((await rowOf(db, duplicate)).mergedInto).toBe(kept)
    await undo(db, duplicate, admin)
    await expect(undo(db, duplicate, admin)).rejects.toMatchObject({ code: 'person.not-merged' })
  })

  test('leaves alone what has changed since: another phone, a consent withdrawn, a role taken away, another workplace', async ({ db }) => {
    const [first, second, centre] = [await aFacility(db), await aFacility(db), await aCentre(db)]
    const kept = await make(db)
    const duplicate = await make(db, { phone: '+77050000002', facilityId: first.id })
    await actorFor(db, duplicate, { role: 'trainer', centreId: centre.id })
    await giveConsent(db, await actorFor(db, duplicate), { locale: 'kk' })
    await merge(db, duplicate, kept)
    await changePerson(db, system('test'), { personId: kept, phone: '+77050000003', facilityId: second.id })
    await withdrawConsent(db, await actorFor(db, kept), {})
    const [trainer] = await db.select().from(memberships).where(and(eq(memberships.personId, kept), eq(memberships.role, 'trainer')))
    await endRole(db, system('test'), { membershipId: trainer!.id })

    await undo(db, duplicate)
    expect(await rowOf(db, kept)).toMatchObject({ phone: '+77050000003', facilityId: second.id })
    expect(await rowOf(db, duplicate)).toMatchObject({ phone: '+77050000002', facilityId: first.id })
    expect(await liveRoles(db, duplicate)).toEqual(['trainee'])
    expect(await hasConsented(db, duplicate)).toBe(false)
    expect(await db.select().from(consents)).toMatchObject([{ personId: duplicate, version: consentVersion }])
    expect(await db.select().from(workplaces).where(and(eq(workplaces.personId, kept), isNull(workplaces.until)))).toMatchObject([{ facilityId: second.id }])
  })

  test('is refused by name, and changes nothing, when something since makes it impossible', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [duplicate, kept] = [await make(db, { email: 'second@example.kz' }), await make(db, { email: 'first@example.kz' })]
    await merge(db, duplicate, kept)
    const refused = async (code: string, facts?: object) => {
      const before = [await db.select().from(persons).orderBy(persons.id), await db.$count(entries), await db.$count(merges)]
      await expect(undo(db, duplicate, admin)).rejects.toMatchObject({ code, ...(facts && { facts }) })
      expect([await db.select().from(persons).orderBy(persons.id), await db.$count(entries), await db.$count(merges)]).toEqual(before)
    }
    const later = await make(db)
    await merge(db, later, kept)
    await refused('person.unmerge-later')
    await undo(db, later)
    await changePerson(db, admin, { personId: kept, email: 'second@example.kz' })
    await refused('person.unmerge-taken', { field: 'email' })
    await changePerson(db, admin, { personId: kept, email: 'first@example.kz' })
    await expect(unmergePersons(db, admin, { personId: duplicate, reason }, async () => { throw new Error('no') })).rejects.toThrow('no')
    await suspendPerson(db, admin, { personId: kept })
    await refused('person.unmerge-suspended')
    await db.update(persons).set({ suspendedAt: null }).where(eq(persons.id, kept))
    await db.update(merges).set({ moved: null })
    await refused('person.unmerge-unrecorded')
    await erasePerson(db, admin, { personId: kept }, nothingAgainst)
    await refused('person.erased')
    expect(await db.$count(workplaces)).toBe(0)
  })

  test('leads the duplicate’s own duplicates back to it, the last merge first', async ({ db }) => {
    const [first, second, third] = [await make(db), await make(db), await make(db)]
    await merge(db, first, second)
    await merge(db, second, third)
    await expect(undo(db, first)).rejects.toMatchObject({ code: 'person.unmerge-later' })
    await undo(db, second)
    expect([(await rowOf(db, first)).mergedInto, (await rowOf(db, second)).mergedInto]).toEqual([second, null])
    await undo(db, first)
    expect(await db.$count(persons, isNull(persons.mergedInto))).toBe(await db.$count(persons))
    // And the two may be joined again.
    await merge(db, first, third)
    expect((await person(db, system('test'), first)).mergedInto?.id).toBe(third)
  })
})

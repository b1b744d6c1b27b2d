import { eq } from 'drizzle-orm'
import { entries, memberships, persons } from '#db/schema/index.ts'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { changePerson, createPerson, endRole, erasePerson, grantRole, matchPersons, person, persons as list, readSession, revealNumber, suspendPerson } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, anAuditor, aRegion, aTrainee, aTrainer } from '#tests/factories.ts'
import { aSignIn, signedIn } from './people.ts'

const iin = '791028302728'
const nurse = { familyName: 'Құдайберген', givenName: 'Үміт', patronymic: 'Маратқызы', sex: 'female', profession: 'patronage-nurse', role: 'trainee' } as const

describe('who gives which role', () => {
  const cases: [string, (actors: Record<string, Actor>) => Actor, Partial<Parameters<typeof createPerson>[2]>, string | null][] = [
    ['a visitor makes nobody', () => visitor, {}, 'permission.denied'],
    ['a trainee makes nobody', (a) => a['trainee']!, {}, 'permission.denied'],
    ['an auditor makes nobody', (a) => a['auditor']!, {}, 'permission.denied'],
    ['a trainer makes nobody', (a) => a['trainer']!, {}, 'permission.denied'],
    ['a coordinator makes trainees', (a) => a['coordinator']!, {}, null],
    ['a coordinator makes no auditor', (a) => a['coordinator']!, { role: 'auditor' }, 'permission.denied'],
    ['a coordinator makes no administrator', (a) => a['coordinator']!, { role: 'administrator' }, 'permission.denied'],
    ['an administrator makes an auditor', (a) => a['administrator']!, { role: 'auditor' }, null],
    ['an administrator who hasn’t stepped up makes a trainee', (a) => ({ ...a['administrator']!, steppedUp: false }), {}, null],
    ['an administrator who hasn’t stepped up makes no auditor', (a) => ({ ...a['administrator']!, steppedUp: false }), { role: 'auditor' }, 'permission.step-up-needed'],
  ]
  test.for(cases)('%s', async ([, pick, values, code], { db }) => {
    const centre = await aCentre(db)
    const actors = {
      trainee: await aTrainee(db), auditor: await anAuditor(db), trainer: await aTrainer(db, centre.id), coordinator: await aCoordinator(db, centre.id), administrator: await anAdministrator(db),
    }
    const before = await db.$count(persons)
    const made = createPerson(db, pick(actors), { ...nurse, ...values })
    if (code) await expect(made).rejects.toMatchObject({ code })
    else await made
    expect(await db.$count(persons)).toBe(before + (code ? 0 : 1))
  })

  test('a coordinator makes trainers of the own centre only, and no second coordinator', async ({ db }) => {
    const [mine, foreign] = [await aCentre(db), await aCentre(db)]
    const coordinator = await aCoordinator(db, mine.id)
    await createPerson(db, coordinator, { ...nurse, role: 'trainer', centreId: mine.id })
    await expect(createPerson(db, coordinator, { ...nurse, role: 'trainer', centreId: foreign.id })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(createPerson(db, coordinator, { ...nurse, role: 'coordinator', centreId: mine.id })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('roles', () => {
  test('are given and ended, each told by the ledger; the row stays', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { id: centreId } = await aCentre(db)
    const { id } = await createPerson(db, admin, nurse)
    const { membershipId } = await grantRole(db, admin, { personId: id, role: 'trainer', centreId })
    await expect(grantRole(db, admin, { personId: id, role: 'trainer', centreId })).rejects.toMatchObject({ code: 'role.held' })
    await endRole(db, admin, { membershipId })
    await expect(endRole(db, admin, { membershipId })).rejects.toMatchObject({ code: 'object.not-found' })
    expect((await person(db, admin, id)).roles.map((one) => one.role)).toEqual(['trainee'])
    expect((await db.select().from(memberships).where(eq(memberships.id, membershipId)))[0]!.until).toBeInstanceOf(Date)
    expect((await db.select().from(entries).orderBy(entries.seq)).map((one) => JSON.parse(one.body).facts.change)).toEqual(['granted', 'granted', 'ended'])
    await grantRole(db, admin, { personId: id, role: 'trainer', centreId })
  })

  test('changed, the person signs in again', async ({ db }) => {
    const admin = await anAdministrator(db)
    const who = await aSignIn(db, { role: 'trainee' })
    const open = await signedIn(db, who)
    await grantRole(db, admin, { personId: who.personId, role: 'auditor' })
    expect(await readSession(db, open.token)).toBeNull()
    expect((await signedIn(db, who)).person.mustSetUpSecondFactor).toBe(true)
  })

  test('the last administrator stays', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [membership] = await db.select().from(memberships)
    await expect(endRole(db, system('test'), { membershipId: membership!.id })).rejects.toMatchObject({ code: 'person.last-administrator' })
    await expect(suspendPerson(db, system('test'), { personId: admin.personId! })).rejects.toMatchObject({ code: 'person.last-administrator' })
    await expect(erasePerson(db, system('test'), { personId: admin.personId! }, async () => {})).rejects.toMatchObject({ code: 'person.last-administrator' })
    const second = await anAdministrator(db)
    await suspendPerson(db, second, { personId: admin.personId! })
    await expect(endRole(db, system('test'), { membershipId: (await db.select().from(memberships).where(eq(memberships.personId, second.personId!)))[0]!.id })).rejects.toMatchObject({ code: 'person.last-administrator' })
  })
})

describe('who sees whom', () => {
  test('a coordinator sees the own centre’s people and the region’s trainees; everybody else is not found', async ({ db }) => {
    const mine = await aCentre(db)
    await aRegion(db, 'KZ-31')
    const far = await aCentre(db, { regionCode: 'KZ-31' })
    const coordinator = await aCoordinator(db, mine.id)
    const near = await aTrainee(db, { facilityId: (await aFacility(db)).id })
    const trainer = await aTrainer(db, mine.id)
    const made = await createPerson(db, coordinator, nurse)
    const distant = await aTrainee(db, { facilityId: (await aFacility(db, { regionCode: 'KZ-31' })).id })
    const foreign = await aTrainer(db, far.id)
    const auditor = await anAuditor(db)
    const seen = (await list(db, coordinator)).items.map((one) => one.id).sort()
    expect(seen).toEqual([coordinator.personId!, near.personId!, trainer.personId!, made.id].sort())
    for (const hidden of [distant, foreign, auditor]) {
      await expect(person(db, coordinator, hidden.personId!)).rejects.toMatchObject({ code: 'object.not-found' })
      await expect(changePerson(db, coordinator, { personId: hidden.personId!, givenName: 'Айгүл' })).rejects.toMatchObject({ code: 'object.not-found' })
      await expect(revealNumber(db, coordinator, { personId: hidden.personId!, field: 'iin' })).rejects.toMatchObject({ code: 'object.not-found' })
    }
    await expect(person(db, coordinator, crypto.randomUUID())).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('trainees, trainers and auditors see themselves, visitors nobody', async ({ db }) => {
    const centre = await aCentre(db)
    for (const actor of [await aTrainee(db), await aTrainer(db, centre.id), await anAuditor(db)]) expect((await list(db, actor)).items.map((one) => one.id)).toEqual([actor.personId])
    expect((await list(db, visitor)).items).toEqual([])
    await expect(matchPersons(db, await anAuditor(db), { iins: [iin] })).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('people are found by folded name, e-mail, phone, role, place and state, page by page', async ({ db }) => {
    const admin = await anAdministrator(db)
    const centre = await aCentre(db)
    const umit = (await createPerson(db, admin, { ...nurse, familyName: 'Ғұмарова', givenName: 'Тоғжан', email: 'umit@example.kz', phone: '+77050289896' })).id
    await createPerson(db, admin, { ...nurse, familyName: 'Әлімбек', givenName: 'Бауыржан', role: 'trainer', centreId: centre.id })
    const names = async (filter: Parameters<typeof list>[2]) => (await list(db, admin, filter)).items.map((one) => one.givenName)
    for (const search of ['гумарова', 'ТОҒЖАН ғұм', 'umit@', '8 705 028 98 96']) expect(await names({ search })).toEqual(['Тоғжан'])
    expect(await names({ search: '%' })).toEqual([])
    expect(await names({ role: 'trainer', centreId: centre.id })).toEqual(['Бауыржан'])
    await suspendPerson(db, admin, { personId: umit })
    expect(await names({ state: 'suspended' })).toEqual(['Тоғжан'])
    const first = await list(db, admin, { limit: 2 })
    const second = await list(db, admin, { limit: 2, cursor: first.cursor! })
    expect([...first.items, ...second.items]).toHaveLength(3)
    expect(new Set([...first.items, ...second.items].map((one) => one.id)).size).toBe(3)
    expect(second.cursor).toBeNull()
    expect(first.total).toBe(3)
  })
})

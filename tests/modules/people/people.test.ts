import { eq } from 'drizzle-orm'
import { entries, memberships, persons } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { changePerson, createPerson, createPersonInput, findByNumber, giveConsent, matchPersons, myAccount, person, persons as list, revealNumber, withdrawConsent } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, aPerson, aTrainee } from '#tests/factories.ts'
import { rowOf } from './people.ts'

const iin = '791028302728'
const other = '061211600012'
const nurse = { familyName: 'Құдайберген', givenName: 'Үміт', patronymic: 'Маратқызы', sex: 'female', profession: 'patronage-nurse', role: 'trainee' } as const
const kinds = async (db: Parameters<typeof person>[0]) => (await db.select().from(entries).orderBy(entries.seq)).map((one) => one.kind)

describe('making a person', () => {
  test('keeps the number sealed and findable, shown masked', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { id, warnings } = await createPerson(db, admin, { ...nurse, iin: '791028 302728', email: ' Umit@Example.KZ ', phone: '8 705 028 98 96' })
    expect(warnings).toEqual(['iin-sex-differs'])
    expect(await person(db, admin, id)).toMatchObject({ iin: '7910******28', passport: null, email: 'umit@example.kz', phone: '+77050289896', hasPassword: false, roles: [{ role: 'trainee' }] })
    expect(JSON.stringify(await db.select().from(persons).where(eq(persons.id, id)))).not.toContain(iin)
    expect(await matchPersons(db, admin, { iins: [iin] })).toMatchObject([{ id, iin }])
  })

  test('takes a passport in place of an IIN, with the same protection', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { id } = await createPerson(db, admin, { ...nurse, passport: 'n 123 456 78' })
    expect(await person(db, admin, id)).toMatchObject({ iin: null, passport: 'N1*****78' })
    await expect(createPerson(db, admin, { ...nurse, passport: 'N12345678' })).rejects.toMatchObject({ code: 'person.number-taken' })
  })

  test('is told by the ledger, without a name or number', async ({ db }) => {
    const admin = await anAdministrator(db)
    await createPerson(db, admin, { ...nurse, iin, email: 'umit@example.kz' })
    const [entry] = await db.select().from(entries)
    expect(JSON.parse(entry!.body)).toMatchObject({ kind: 'role.changed', facts: { role: 'trainee', change: 'granted', centre: null } })
    expect(entry!.body).not.toMatch(/791028302728|Құдайберген|umit/)
  })

  test.for([
    [{ iin: '791028302729' }, { iin: 'field.iin-check-digit' }],
    [{ iin: '79102830' }, { iin: 'field.iin-length' }],
    [{ iin: '7,91E+11', email: 'umit', phone: '12' }, { iin: 'field.iin-characters', email: 'field.email', phone: 'field.phone' }],
    [{ passport: '!' }, { passport: 'field.passport' }],
    [{ role: 'trainer' as const }, { centreId: 'field.required' }],
    [{ role: 'college' as const }, { collegeId: 'field.required' }],
  ] as const)('with %j is refused field by field', async ([values, fields], { db }) => {
    await expect(createPerson(db, system('test'), { ...nurse, ...values })).rejects.toMatchObject({ code: 'input.invalid', fields })
    expect(await db.$count(persons)).toBe(0)
  })

  test('twice with the same number, e-mail or phone is refused, naming what is taken and never by whom', async ({ db }) => {
    await createPerson(db, system('test'), { ...nurse, iin, email: 'umit@example.kz', phone: '+77050289896' })
    for (const [values, code] of [[{ iin }, 'person.number-taken'], [{ email: 'UMIT@example.kz' }, 'person.email-taken'], [{ phone: '87050289896' }, 'person.phone-taken']] as const) {
      await expect(createPerson(db, system('test'), { ...nurse, ...values })).rejects.toMatchObject({ code, facts: {} })
    }
    expect(await db.$count(persons)).toBe(1)
  })

  test('without a contact is possible: many nurses have none of their own', async ({ db }) => {
    await createPerson(db, system('test'), nurse)
    await createPerson(db, system('test'), nurse)
    expect(await db.$count(persons)).toBe(2)
  })

  test('needs an existing, open place', async ({ db }) => {
    const centre = await aCentre(db, { closedAt: new Date() })
    await expect(createPerson(db, system('test'), { ...nurse, role: 'trainer', centreId: centre.id })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(createPerson(db, system('test'), { ...nurse, facilityId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('shapes its input: names that are none don’t pass, and roles don’t slip in', () => {
    expect(createPersonInput.safeParse({ ...nurse, familyName: '?ұдайберген' }).error?.issues[0]?.message).toBe('field.name-characters')
    expect(createPersonInput.safeParse({ ...nurse, familyName: 'Иванoва' }).error?.issues[0]?.message).toBe('field.mixed-scripts')
    expect(createPersonInput.parse({ ...nurse, suspendedAt: 1, passwordHash: 'x', id: 'x' })).not.toHaveProperty('passwordHash')
  })
})

describe('finding by number', () => {
  test('answers who it is, wherever registered, and whether their page may be opened', async ({ db }) => {
    const mine = await aCentre(db)
    const coordinator = await aCoordinator(db, mine.id)
    const far = await createPerson(db, system('test'), { ...nurse, iin })
    const near = await createPerson(db, coordinator, { ...nurse, passport: 'N1234567' })
    expect(await findByNumber(db, coordinator, { iin: '7910 2830 2728' })).toEqual({ id: far.id, name: 'Құдайберген Үміт Маратқызы', visible: false })
    expect(await findByNumber(db, coordinator, { iin: 'n 1234567' })).toMatchObject({ id: near.id, visible: true })
    await expect(findByNumber(db, coordinator, { iin: other })).rejects.toMatchObject({ code: 'person.number-unknown' })
    await expect(findByNumber(db, coordinator, { iin: '791028302729' })).rejects.toMatchObject({ fields: { iin: 'field.iin-check-digit' } })
    await expect(findByNumber(db, coordinator, { iin: '79102830272' })).rejects.toMatchObject({ fields: { iin: 'field.iin-length' } })
    await expect(findByNumber(db, await aTrainee(db), { iin })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('changing a person', () => {
  test('oneself changes language and, stepped up, how to sign in: never the name or number', async ({ db }) => {
    const actor = await aTrainee(db)
    const mine = { personId: actor.personId! }
    await changePerson(db, { ...actor, steppedUp: false }, { ...mine, locale: 'ru' })
    await expect(changePerson(db, { ...actor, steppedUp: false }, { ...mine, email: 'a@example.kz' })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    await changePerson(db, actor, { ...mine, email: 'a@example.kz' })
    await expect(changePerson(db, actor, { ...mine, familyName: 'Басқа' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(changePerson(db, actor, { ...mine, iin })).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await rowOf(db, mine.personId)).toMatchObject({ locale: 'ru', email: 'a@example.kz', iinCipher: null })
  })

  test('a coordinator corrects a trainee, but nobody who holds more', async ({ db }) => {
    const centre = await aCentre(db)
    const facility = await aFacility(db)
    const coordinator = await aCoordinator(db, centre.id)
    const trainee = await aTrainee(db, { facilityId: facility.id })
    expect(await changePerson(db, coordinator, { personId: trainee.personId!, familyName: 'Ахметова', iin, sex: 'female' })).toEqual({ warnings: ['iin-sex-differs'] })
    expect(await person(db, coordinator, trainee.personId!)).toMatchObject({ familyName: 'Ахметова', iin: '7910******28' })
    expect((await list(db, coordinator, { search: 'ахметова' })).total).toBe(1)
    await db.insert(memberships).values({ personId: trainee.personId!, role: 'auditor' })
    await expect(changePerson(db, coordinator, { personId: trainee.personId!, email: 'evil@example.kz' })).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('absent fields stay and null empties', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { id } = await createPerson(db, admin, { ...nurse, iin, email: 'umit@example.kz', phone: '+77050289896' })
    await changePerson(db, admin, { personId: id, patronymic: null, phone: null })
    expect(await person(db, admin, id)).toMatchObject({ familyName: 'Құдайберген', patronymic: null, email: 'umit@example.kz', phone: null, iin: '7910******28' })
    await changePerson(db, admin, { personId: id, iin: null })
    expect(await rowOf(db, id)).toMatchObject({ iinCipher: null, iinLookup: null })
  })

  test('what another person has stays theirs', async ({ db }) => {
    await createPerson(db, system('test'), { ...nurse, iin, email: 'umit@example.kz' })
    const { id } = await createPerson(db, system('test'), { ...nurse, iin: other })
    await expect(changePerson(db, system('test'), { personId: id, iin })).rejects.toMatchObject({ code: 'person.number-taken' })
    await expect(changePerson(db, system('test'), { personId: id, email: 'umit@example.kz' })).rejects.toMatchObject({ code: 'person.email-taken' })
    await changePerson(db, system('test'), { personId: id, iin: other })
  })
})

describe('a personal number', () => {
  test('is revealed after stepping up, and told by the ledger', async ({ db }) => {
    const admin = await anAdministrator(db)
    const { id } = await createPerson(db, admin, { ...nurse, iin })
    await expect(revealNumber(db, { ...admin, steppedUp: false }, { personId: id, field: 'iin' })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    expect(await kinds(db)).toEqual(['role.changed'])
    expect(await revealNumber(db, admin, { personId: id, field: 'iin' })).toEqual({ number: iin })
    expect(await kinds(db)).toEqual(['role.changed', 'person.revealed'])
    await expect(revealNumber(db, admin, { personId: id, field: 'passport' })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('put into another person’s row opens no more', async ({ db }) => {
    const admin = await anAdministrator(db)
    const [one, two] = [await createPerson(db, admin, { ...nurse, iin }), await createPerson(db, admin, { ...nurse, iin: other })]
    const { iinCipher } = await rowOf(db, one.id)
    await db.update(persons).set({ iinCipher }).where(eq(persons.id, two.id))
    await expect(revealNumber(db, admin, { personId: two.id, field: 'iin' })).rejects.toThrow(/authenticate/)
  })
})

test('a consent is given once, withdrawn, and given again, and every day of it is kept', async ({ db }) => {
  const actor = await aTrainee(db)
  expect((await myAccount(db, actor)).consented).toBe(false)
  await giveConsent(db, actor, { locale: 'kk' })
  await giveConsent(db, actor, { locale: 'ru' })
  expect(await myAccount(db, actor)).toMatchObject({ consented: true, consents: [{ locale: 'kk', withdrawnAt: null }] })
  await withdrawConsent(db, actor)
  expect(await myAccount(db, actor)).toMatchObject({ consented: false, consents: [{ withdrawnAt: expect.any(Date) }] })
  await giveConsent(db, actor, { locale: 'ru' })
  expect((await myAccount(db, actor)).consents).toHaveLength(2)
  await expect(giveConsent(db, visitor, { locale: 'kk' })).rejects.toMatchObject({ code: 'permission.denied' })
})

test('what a person holds is told in their own account, the number masked', async ({ db }) => {
  const { id } = await createPerson(db, system('test'), { ...nurse, iin, facilityId: (await aFacility(db)).id })
  const account = await myAccount(db, { ...visitor, kind: 'person', personId: id })
  expect(account).toMatchObject({ iin: '7910******28', facility: { ru: 'Қызылорда қалалық №3 емханасы' }, secondFactor: { set: false, required: false, recoveryCodesLeft: 0 }, minimumLength: 15 })
  expect(JSON.stringify(account)).not.toMatch(/791028302728|[Cc]ipher|[Ll]ookup|[Hh]ash"/)
  await expect(myAccount(db, visitor)).rejects.toMatchObject({ code: 'permission.denied' })
  await aPerson(db)
})

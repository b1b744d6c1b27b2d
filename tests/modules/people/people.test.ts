import { and, eq, isNull } from 'drizzle-orm'
import { entries, memberships, persons, recoveryCodes, sessions, tokens } from '#db/schema/index.ts'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import {
  changePerson, createPerson, createPersonInput, createToken, endRole, endToken, erasePerson, giveConsent, grantRole, invitePerson, matchPersons, myAccount, person, persons as list, readSession, readToken, restorePerson,
  revealNumber, suspendPerson, tokensOf, withdrawConsent,
} from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, anAuditor, aPerson, aRegion, aTrainee, aTrainer } from '#tests/factories.ts'
import { aSignIn, rowOf, signedIn, withTotp } from './people.ts'

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
    const umit = (await createPerson(db, admin, { ...nurse, email: 'umit@example.kz', phone: '+77050289896' })).id
    await createPerson(db, admin, { ...nurse, familyName: 'Әлімбек', givenName: 'Бауыржан', role: 'trainer', centreId: centre.id })
    const names = async (filter: Parameters<typeof list>[2]) => (await list(db, admin, filter)).items.map((one) => one.givenName)
    for (const search of ['кудайберген', 'ҮМІТ құдай', 'umit@', '8 705 028 98 96']) expect(await names({ search })).toEqual(['Үміт'])
    expect(await names({ search: '%' })).toEqual([])
    expect(await names({ role: 'trainer', centreId: centre.id })).toEqual(['Бауыржан'])
    await suspendPerson(db, admin, { personId: umit })
    expect(await names({ state: 'suspended' })).toEqual(['Үміт'])
    const first = await list(db, admin, { limit: 2 })
    const second = await list(db, admin, { limit: 2, cursor: first.cursor! })
    expect([...first.items, ...second.items]).toHaveLength(3)
    expect(new Set([...first.items, ...second.items].map((one) => one.id)).size).toBe(3)
    expect(second.cursor).toBeNull()
    expect(first.total).toBe(3)
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

test('what a person holds is told in their own account, the number masked', async ({ db }) => {
  const { id } = await createPerson(db, system('test'), { ...nurse, iin, facilityId: (await aFacility(db)).id })
  const account = await myAccount(db, { ...visitor, kind: 'person', personId: id })
  expect(account).toMatchObject({ iin: '7910******28', facility: { ru: 'Қызылорда қалалық №3 емханасы' }, secondFactor: { set: false, required: false, recoveryCodesLeft: 0 }, minimumLength: 15 })
  expect(JSON.stringify(account)).not.toMatch(/791028302728|[Cc]ipher|[Ll]ookup|[Hh]ash"/)
  await expect(myAccount(db, visitor)).rejects.toMatchObject({ code: 'permission.denied' })
  await aPerson(db)
})

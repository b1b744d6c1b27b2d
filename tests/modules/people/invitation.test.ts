import { eq } from 'drizzle-orm'
import { consents, invitations, notices, persons, sessions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { acceptInvitation, changePassword, changePerson, invitationOf, invitePerson, printSlip, readSession, requestReset, signIn, suspendPerson } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, actorFor, anAdministrator, aPerson, aTrainee, aTrainer } from '#tests/factories.ts'
import { aSignIn, minutesAgo, minutesAhead, password, rowOf, signedIn, withTotp } from './people.ts'

const tokenOf = (link: string) => link.split('/').at(-1)!
const unusable = { code: 'invitation.unusable' }

describe('an invitation', () => {
  test('is mailed, sets a password and records the consent, once', async ({ db }) => {
    const person = await aPerson(db, { email: 'aidana01@example.kz' })
    const { link, expiresAt } = await invitePerson(db, system('test'), { personId: person.id })
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:4321\/kk\/sign-in\/invitation\/[\w-]{43}$/)
    expect(Math.abs(expiresAt.getTime() - minutesAhead(7 * 1440).getTime())).toBeLessThan(5000)
    expect((await keptNotices(db))[0]).toMatchObject({ recipient: 'aidana01@example.kz', kind: 'account.invitation', body: expect.stringContaining(link) })
    expect(await invitationOf(db, tokenOf(link))).toEqual({ kind: 'invitation', givenName: person.givenName, login: 'aidana01@example.kz', minimumLength: 15, needsConsent: true })

    await expect(acceptInvitation(db, visitor, { token: tokenOf(link), password })).rejects.toMatchObject({ code: 'input.invalid', fields: { consent: 'field.consent' } })
    await acceptInvitation(db, visitor, { token: tokenOf(link), password, consent: true, locale: 'ru' })
    expect(await signIn(db, visitor, { login: 'aidana01@example.kz', password })).toMatchObject({ personId: person.id })
    expect(await db.select().from(consents)).toMatchObject([{ personId: person.id, locale: 'ru', withdrawnAt: null }])
    await expect(acceptInvitation(db, visitor, { token: tokenOf(link), password: 'another three words here', consent: true })).rejects.toMatchObject(unusable)
    expect(await invitationOf(db, tokenOf(link))).toBeNull()
  })

  test('is stored hashed, and its mail sealed', async ({ db }) => {
    const person = await aPerson(db, { email: 'aidana01@example.kz' })
    const { link } = await invitePerson(db, system('test'), { personId: person.id })
    expect(JSON.stringify([await db.select().from(invitations), await db.select().from(notices)])).not.toContain(tokenOf(link))
  })

  test('works no longer when a newer one was sent, after its time, or for a suspended person', async ({ db }) => {
    const person = await aPerson(db, { email: 'aidana01@example.kz' })
    const first = await invitePerson(db, system('test'), { personId: person.id })
    const second = await invitePerson(db, system('test'), { personId: person.id })
    await expect(acceptInvitation(db, visitor, { token: tokenOf(first.link), password, consent: true })).rejects.toMatchObject(unusable)
    await db.update(invitations).set({ expiresAt: minutesAgo(1) })
    await expect(acceptInvitation(db, visitor, { token: tokenOf(second.link), password, consent: true })).rejects.toMatchObject(unusable)
    const third = await invitePerson(db, system('test'), { personId: person.id })
    await suspendPerson(db, await anAdministrator(db), { personId: person.id })
    await expect(acceptInvitation(db, visitor, { token: tokenOf(third.link), password, consent: true })).rejects.toMatchObject(unusable)
    expect((await rowOf(db, person.id)).passwordHash).toBeNull()
  })

  test('takes no password that won’t do, and is not used up by it', async ({ db }) => {
    const person = await aPerson(db, { email: 'aidana01@example.kz', familyName: 'Рақымбаева' })
    const { link } = await invitePerson(db, system('test'), { personId: person.id })
    for (const [bad, key] of [['қысқа', 'field.password-short-15'], ['passwordpassword', 'field.password-common'], ['рақымбаева-1990!', 'field.password-common']] as const) {
      await expect(acceptInvitation(db, visitor, { token: tokenOf(link), password: bad, consent: true })).rejects.toMatchObject({ fields: { password: key } })
    }
    await acceptInvitation(db, visitor, { token: tokenOf(link), password, consent: true })
  })

  test('of staff takes a shorter password, since a second factor stands beside it', async ({ db }) => {
    const person = await aPerson(db, { email: 'aidana01@example.kz' })
    await actorFor(db, person.id, { role: 'auditor' })
    const { link } = await invitePerson(db, system('test'), { personId: person.id })
    await acceptInvitation(db, visitor, { token: tokenOf(link), password: 'қар-7351', consent: true })
    expect((await signedIn(db, { login: 'aidana01@example.kz', password: 'қар-7351' })).person.mustSetUpSecondFactor).toBe(true)
  })

  test('is for those who may change the person; without e-mail there is the slip', async ({ db }) => {
    const centre = await aCentre(db)
    const facility = await aFacility(db)
    const coordinator = await aCoordinator(db, centre.id)
    const trainee = (await aTrainee(db, { facilityId: facility.id })).personId!
    await expect(invitePerson(db, coordinator, { personId: trainee })).rejects.toMatchObject({ code: 'person.no-email' })
    await db.update(persons).set({ email: 'aidana01@example.kz' }).where(eq(persons.id, trainee))
    await invitePerson(db, coordinator, { personId: trainee })
    await expect(invitePerson(db, await aTrainer(db, centre.id), { personId: trainee })).rejects.toMatchObject({ code: 'object.not-found' })
    const boss = await aPerson(db, { email: 'boss@example.kz', facilityId: facility.id })
    await actorFor(db, boss.id, { role: 'administrator' }, { role: 'trainee' })
    await expect(invitePerson(db, coordinator, { personId: boss.id })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(printSlip(db, coordinator, { personId: boss.id })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('a printed slip', () => {
  test('has a code of 60 bits that is forgiven its spelling, and lets a nurse choose her phone to sign in', async ({ db }) => {
    const centre = await aCentre(db)
    const nurse = await aTrainee(db)
    const { code, expiresAt } = await printSlip(db, await aCoordinator(db, centre.id), { personId: nurse.personId! })
    expect(code).toMatch(/^[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}-[0-9A-HJKMNP-TV-Z]{4}$/)
    expect(Math.abs(expiresAt.getTime() - minutesAhead(14 * 1440).getTime())).toBeLessThan(5000)
    const typed = code.toLowerCase().replaceAll('-', ' ').replaceAll('0', 'o').replaceAll('1', 'l').replaceAll('h', 'н')
    await expect(acceptInvitation(db, visitor, { token: typed, password, consent: true })).rejects.toMatchObject({ fields: { login: 'field.login-needed' } })
    await expect(acceptInvitation(db, visitor, { token: typed, password, consent: true, login: '12' })).rejects.toMatchObject({ fields: { login: 'field.login' } })
    await acceptInvitation(db, visitor, { token: typed, password, consent: true, login: '8 705 028 98 96' })
    expect(await signIn(db, visitor, { login: '+77050289896', password })).toMatchObject({ personId: nurse.personId })
    await expect(acceptInvitation(db, visitor, { token: code, password, consent: true })).rejects.toMatchObject(unusable)
  })

  test('never gives away somebody else’s phone', async ({ db }) => {
    await aPerson(db, { phone: '+77050289896' })
    const nurse = await aTrainee(db)
    const { code } = await printSlip(db, system('test'), { personId: nurse.personId! })
    await expect(acceptInvitation(db, visitor, { token: code, password, consent: true, login: '+77050289896' })).rejects.toMatchObject({ code: 'person.phone-taken' })
    await acceptInvitation(db, visitor, { token: code, password, consent: true, login: '+77050289897' })
  })

  test('can’t be guessed from one address for long', async ({ db }) => {
    for (let n = 0; n < 60; n++) await expect(acceptInvitation(db, visitor, { token: 'AAAA-AAAA-AAAA', password, address: '203.0.113.7' })).rejects.toMatchObject(unusable)
    await expect(acceptInvitation(db, visitor, { token: 'AAAA-AAAA-AAAA', password, address: '203.0.113.7' })).rejects.toMatchObject({ code: 'limit.too-many' })
  })
})

describe('a forgotten password', () => {
  test('is reset by a mailed link within thirty minutes; every session ends and wrong tries are forgotten', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const open = await signedIn(db, who)
    await db.update(persons).set({ failedSignIns: 100 }).where(eq(persons.id, who.personId))
    await requestReset(db, visitor, { login: who.login })
    const letter = (await keptNotices(db)).find((one) => one.kind === 'account.reset')!
    const token = tokenOf(/http\S+/.exec(letter.body)![0])
    const [row] = await db.select().from(invitations).where(eq(invitations.kind, 'reset'))
    expect(Math.abs(row!.expiresAt.getTime() - minutesAhead(30).getTime())).toBeLessThan(5000)
    await acceptInvitation(db, visitor, { token, password: 'another three words here' })
    expect(await readSession(db, open.token)).toBeNull()
    expect(await signIn(db, visitor, { login: who.login, password: 'another three words here' })).toMatchObject({ personId: who.personId })
    await expect(signIn(db, visitor, who)).rejects.toMatchObject({ code: 'session.wrong-credentials' })
  })

  test('reset, the second factor is still asked for', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    await withTotp(db, (await signedIn(db, who)).actor)
    await requestReset(db, visitor, { login: who.login })
    const letter = (await keptNotices(db)).find((one) => one.kind === 'account.reset')!
    await acceptInvitation(db, visitor, { token: tokenOf(/http\S+/.exec(letter.body)![0]), password: 'another three words here' })
    await expect(signIn(db, visitor, { login: who.login, password: 'another three words here' })).rejects.toMatchObject({ code: 'session.second-factor-needed' })
  })

  test('of nobody is answered alike, and three times an hour', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const before = (await keptNotices(db)).length
    for (const login of [who.login, 'nobody@example.kz']) {
      for (let n = 0; n < 3; n++) expect(await requestReset(db, visitor, { login })).toBeUndefined()
      await expect(requestReset(db, visitor, { login: login.toUpperCase() })).rejects.toMatchObject({ code: 'limit.too-many' })
    }
    expect((await keptNotices(db)).length).toBe(before + 3)
  })
})

describe('one’s own password', () => {
  test('is changed for the present one, with a new session and no other left', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const [here, there] = [await signedIn(db, who), await signedIn(db, who)]
    await expect(changePassword(db, here.actor, { current: 'something else', password: 'another three words here' })).rejects.toMatchObject({ code: 'session.wrong-password', fields: { current: 'field.password-wrong' } })
    await expect(changePassword(db, here.actor, { current: password, password: 'short' })).rejects.toMatchObject({ fields: { password: 'field.password-short-15' } })
    expect(await readSession(db, there.token)).not.toBeNull()
    const { token } = await changePassword(db, here.actor, { current: password, password: 'another three words here' })
    expect([await readSession(db, here.token), await readSession(db, there.token)]).toEqual([null, null])
    expect(await readSession(db, token)).toMatchObject({ person: { id: who.personId } })
    expect(await db.$count(sessions)).toBe(1)
  })

  test('changed, an open reset link no longer works', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const { actor } = await signedIn(db, who)
    const { link } = await invitePerson(db, system('test'), { personId: who.personId })
    await changePassword(db, actor, { current: password, password: 'another three words here' })
    await expect(acceptInvitation(db, visitor, { token: tokenOf(link), password })).rejects.toMatchObject(unusable)
  })
})

test('a changed e-mail ends sessions and open links, and the old address is told', async ({ db }) => {
  const who = await aSignIn(db, { role: 'trainee' })
  const open = await signedIn(db, who)
  const { link } = await invitePerson(db, system('test'), { personId: who.personId })
  await changePerson(db, await anAdministrator(db), { personId: who.personId, email: 'new@example.kz' })
  expect(await readSession(db, open.token)).toBeNull()
  await expect(acceptInvitation(db, visitor, { token: tokenOf(link), password })).rejects.toMatchObject(unusable)
  expect((await keptNotices(db)).find((one) => one.kind === 'account.sign-in-changed')).toMatchObject({ recipient: who.login })
})

import { eq } from 'drizzle-orm'
import { limits, persons, sessions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { confirmTotp, endTotp, makeDemoPeople, newRecoveryCodes, readSession, SecondFactorNeeded, signIn, startTotp, stepUp, suspendPerson, takeLimit } from '#modules/people/index.ts'
import { pauseAfter } from '#modules/people/rules.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator } from '#tests/factories.ts'
import { aSignIn, minutesAgo, moveSession, password, rowOf, signedIn, withTotp } from './people.ts'

const wrong = { code: 'session.wrong-credentials' }

describe('the password', () => {
  test('opens by e-mail in any case, and by phone however it is written', async ({ db }) => {
    const { personId, login } = await aSignIn(db, { role: 'trainee' })
    await db.update(persons).set({ phone: '+77050289896' }).where(eq(persons.id, personId))
    for (const typed of [login.toUpperCase(), ` ${login} `, '8 (705) 028-98-96', '+77050289896']) expect(await signIn(db, visitor, { login: typed, password })).toMatchObject({ personId })
  })

  test('unknown, wrong, suspended, never invited and erased are told alike', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const gone = await aSignIn(db, { role: 'trainee' })
    await suspendPerson(db, await anAdministrator(db), { personId: gone.personId })
    const refusals = await Promise.all(
      [{ login: who.login, password: 'something else' }, { login: 'nobody@example.kz', password }, { login: 'not a login', password }, { login: gone.login, password }, { login: '', password: '' }].map((input) => signIn(db, visitor, input).catch((error: unknown) => error)),
    )
    for (const refusal of refusals) expect(refusal).toMatchObject({ ...wrong, facts: {}, fields: undefined })
    expect(await db.$count(sessions)).toBe(0)
  })

  test('an unknown login is answered no sooner than a wrong password: after a whole tenth of a second, hash included', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    for (const login of [who.login, 'nobody@example.kz']) {
      const started = performance.now()
      await expect(signIn(db, visitor, { login, password: 'something else' })).rejects.toMatchObject(wrong)
      // A timer may ring a millisecond early.
      expect(performance.now() - started).toBeGreaterThan(98)
    }
  })

  test('after five wrong tries in a row there is a pause, in which the right password is wrong too', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    for (let n = 0; n < 5; n++) await expect(signIn(db, visitor, { ...who, password: 'something else' })).rejects.toMatchObject(wrong)
    const row = await rowOf(db, who.personId)
    expect(row.failedSignIns).toBe(5)
    expect(row.lockedUntil!.getTime()).toBeGreaterThan(Date.now())
    await expect(signIn(db, visitor, who)).rejects.toMatchObject(wrong)
    expect((await rowOf(db, who.personId)).failedSignIns).toBe(5)
    await db.update(persons).set({ lockedUntil: minutesAgo(1) })
    expect(await signIn(db, visitor, who)).toMatchObject({ personId: who.personId })
    expect(await rowOf(db, who.personId)).toMatchObject({ failedSignIns: 0, lockedUntil: null })
  })

  test('the pause doubles from one second to a quarter of an hour', () => {
    expect([1, 4, 5, 6, 7, 8, 14, 15, 99].map(pauseAfter)).toEqual([0, 0, 1, 2, 4, 8, 512, 900, 900])
  })

  test('a hundred wrong tries in a row close the account to the password until it is reset', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    await db.update(persons).set({ failedSignIns: 99 }).where(eq(persons.id, who.personId))
    await expect(signIn(db, visitor, { ...who, password: 'something else' })).rejects.toMatchObject(wrong)
    await db.update(persons).set({ lockedUntil: null })
    await expect(signIn(db, visitor, who)).rejects.toMatchObject(wrong)
    expect(await db.$count(sessions)).toBe(0)
  })

  test('an address that tries too often must wait, whatever it tries', async ({ db }) => {
    for (let n = 0; n < 30; n++) await takeLimit(db, 'sign-in', '203.0.113.7', { max: 30, seconds: 60 })
    const who = await aSignIn(db, { role: 'trainee' })
    await expect(signIn(db, visitor, { ...who, address: '203.0.113.7' })).rejects.toMatchObject({ code: 'limit.too-many', facts: { seconds: expect.any(Number) } })
    expect(await signIn(db, visitor, { ...who, address: '203.0.113.8' })).toMatchObject({ personId: who.personId })
  })

  test('an old hash is renewed at the next sign-in', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const { hash } = await import('@node-rs/argon2')
    const { keyedHash } = await import('#modules/keys/index.ts')
    const old = await hash(keyedHash('pepper', password.normalize('NFC')).toString('base64'), { memoryCost: 8192, timeCost: 1, parallelism: 1 })
    await db.update(persons).set({ passwordHash: old }).where(eq(persons.id, who.personId))
    await signIn(db, visitor, who)
    expect((await rowOf(db, who.personId)).passwordHash).toContain('m=19456,t=2,p=1')
    expect(await signIn(db, visitor, who)).toMatchObject({ personId: who.personId })
  })
})

describe('the second factor', () => {
  test('is asked for once it is set up, and a code opens once', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { actor, token: before } = await signedIn(db, who)
    const { token, codeAt } = await withTotp(db, actor)
    expect(await readSession(db, before)).toBeNull()
    expect(await readSession(db, token)).toMatchObject({ actor: { memberships: [{ role: 'administrator' }] }, person: { mustSetUpSecondFactor: false } })

    await expect(signIn(db, visitor, who)).rejects.toMatchObject({ code: 'session.second-factor-needed' })
    const code = codeAt(0)
    expect(await signIn(db, visitor, { ...who, code: `${code.slice(0, 3)} ${code.slice(3)}` })).toMatchObject({ personId: who.personId })
    await expect(signIn(db, visitor, { ...who, code })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    expect((await rowOf(db, who.personId)).failedSignIns).toBe(1)
  })

  test('a code of one step early or late is taken, of two is not', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainer', centreId: (await import('#tests/factories.ts').then(({ aCentre }) => aCentre(db))).id })
    const { codeAt } = await withTotp(db, (await signedIn(db, who)).actor)
    await expect(signIn(db, visitor, { ...who, code: codeAt(3) })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    await expect(signIn(db, visitor, { ...who, code: codeAt(-3) })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    expect(await signIn(db, visitor, { ...who, code: codeAt(1) })).toMatchObject({ personId: who.personId })
    // An earlier code after a later one is a replay.
    await expect(signIn(db, visitor, { ...who, code: codeAt(0) })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
  })

  test('wrong codes are counted like wrong passwords', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { codeAt } = await withTotp(db, (await signedIn(db, who)).actor)
    for (let n = 0; n < 5; n++) await expect(signIn(db, visitor, { ...who, code: '000000' })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    await expect(signIn(db, visitor, { ...who, code: codeAt(0) })).rejects.toMatchObject(wrong)
  })

  test('the second step may be sent without the password, for five minutes and while it is the password', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { codeAt } = await withTotp(db, (await signedIn(db, who)).actor)
    const asked = (await signIn(db, visitor, who).catch((error: unknown) => error)) as SecondFactorNeeded
    expect(asked).toBeInstanceOf(SecondFactorNeeded)
    const { pending } = asked.keep
    expect(pending).not.toContain(who.personId)
    await expect(signIn(db, visitor, { pending, code: '000000' })).rejects.toMatchObject({ code: 'session.second-factor-wrong', keep: { pending } })
    await expect(signIn(db, visitor, { pending: `${pending.slice(0, -4)}AAAA`, code: codeAt(0) })).rejects.toMatchObject(wrong)
    expect(await signIn(db, visitor, { pending, code: codeAt(0) })).toMatchObject({ personId: who.personId })
    await db.update(persons).set({ passwordHash: '$argon2id$other' }).where(eq(persons.id, who.personId))
    await expect(signIn(db, visitor, { pending, code: codeAt(1) })).rejects.toMatchObject(wrong)
  })

  test('each of ten recovery codes opens once, and new ones replace them', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { recoveryCodes } = await withTotp(db, (await signedIn(db, who)).actor)
    expect(new Set(recoveryCodes).size).toBe(10)
    const [first, second, third] = recoveryCodes as [string, string, string]
    expect(await signIn(db, visitor, { ...who, code: first.toLowerCase().replaceAll('-', ' ') })).toMatchObject({ personId: who.personId })
    await expect(signIn(db, visitor, { ...who, code: first })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    const { actor } = await signedIn(db, who, second)
    const renewed = await newRecoveryCodes(db, actor)
    await expect(signIn(db, visitor, { ...who, code: third })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    expect(await signIn(db, visitor, { ...who, code: renewed.recoveryCodes[0]! })).toMatchObject({ personId: who.personId })
  })

  test('is confirmed by a right code only, and set up once', async ({ db }) => {
    const { actor } = await signedIn(db, await aSignIn(db, { role: 'administrator' }))
    await expect(confirmTotp(db, actor, { code: '123456' })).rejects.toMatchObject({ code: 'second-factor.not-begun' })
    const begun = await startTotp(db, actor)
    expect(begun.address).toMatch(/^otpauth:\/\/totp\/Besik:/)
    expect(await startTotp(db, actor)).toEqual(begun)
    await expect(confirmTotp(db, actor, { code: '12345a' })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
    await withTotp(db, actor)
    await expect(startTotp(db, actor)).rejects.toMatchObject({ code: 'second-factor.set' })
    expect(JSON.stringify(await db.select().from(persons))).not.toContain(begun.secret)
  })

  test('is taken off with step-up, by oneself or an administrator, and all sessions end', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { token } = await withTotp(db, (await signedIn(db, who)).actor)
    const { actor } = (await readSession(db, token))!
    await expect(endTotp(db, { ...actor, steppedUp: false }, { personId: who.personId })).rejects.toMatchObject({ code: 'permission.step-up-needed' })
    const stranger = await aSignIn(db, { role: 'trainee' })
    await expect(endTotp(db, (await signedIn(db, stranger)).actor, { personId: who.personId })).rejects.toMatchObject({ code: 'object.not-found' })
    await endTotp(db, await anAdministrator(db), { personId: who.personId })
    expect(await readSession(db, token)).toBeNull()
    expect((await signedIn(db, who)).person.mustSetUpSecondFactor).toBe(true)
  })

  test('demo people sign in without it', async ({ db }) => {
    const who = await aSignIn(db, { role: 'auditor' })
    await makeDemoPeople(db, system('demo'), { personIds: [who.personId], password: 'besik-demo-2026' })
    expect((await signedIn(db, { ...who, password: 'besik-demo-2026' })).actor.memberships).toMatchObject([{ role: 'auditor' }])
    await expect(makeDemoPeople(db, await anAdministrator(db), { personIds: [who.personId], password })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('stepping up', () => {
  test('by the password opens dangerous steps in this session', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const [here, there] = [await signedIn(db, who), await signedIn(db, who)]
    await moveSession(db, who.personId, { steppedUpAt: minutesAgo(11) })
    await expect(stepUp(db, here.actor, { session: here.session.hash, password: 'something else' })).rejects.toMatchObject({ code: 'session.wrong-password', fields: { password: 'field.password-wrong' } })
    expect((await readSession(db, here.token))!.actor.steppedUp).toBe(false)
    await stepUp(db, here.actor, { session: here.session.hash, password })
    expect((await readSession(db, here.token))!.actor.steppedUp).toBe(true)
    expect((await readSession(db, there.token))!.actor.steppedUp).toBe(false)
  })

  test('by a code uses it up', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    const { token, codeAt } = await withTotp(db, (await signedIn(db, who)).actor)
    const { actor, session } = (await readSession(db, token))!
    const code = codeAt(0)
    await stepUp(db, actor, { session: session.hash, code })
    await expect(stepUp(db, actor, { session: session.hash, code })).rejects.toMatchObject({ code: 'session.second-factor-wrong' })
  })

  test('in somebody else’s session is not possible', async ({ db }) => {
    const [one, other] = [await signedIn(db, await aSignIn(db)), await signedIn(db, await aSignIn(db))]
    await expect(stepUp(db, one.actor, { session: other.session.hash, password })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('is limited to ten tries in a quarter of an hour', async ({ db }) => {
    const { actor, session } = await signedIn(db, await aSignIn(db))
    for (let n = 0; n < 10; n++) await expect(stepUp(db, actor, { session: session.hash, password: 'x' })).rejects.toMatchObject({ code: 'session.wrong-password', fields: { password: 'field.password-wrong' } })
    await expect(stepUp(db, actor, { session: session.hash, password })).rejects.toMatchObject({ code: 'limit.too-many' })
  })
})

test('a limit counts within its window and forgets afterwards, and stores nobody’s address', async ({ db }) => {
  const take = () => takeLimit(db, 'verify', '203.0.113.9', { max: 2, seconds: 60 })
  await take()
  await take()
  await expect(take()).rejects.toMatchObject({ code: 'limit.too-many', facts: { seconds: 60 } })
  await takeLimit(db, 'verify', '203.0.113.10', { max: 2, seconds: 60 })
  await db.update(limits).set({ windowStart: minutesAgo(2) })
  await take()
  expect(JSON.stringify(await db.select().from(limits))).not.toContain('203.0.113')
})

import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import { Lucia, TimeSpan } from 'lucia'
import { memberships, persons, sessions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { endOtherSessions, endSessionsOf, forgetExpired, makeDemoPeople, mySessions, readSession, signIn, signOut } from '#modules/people/index.ts'
import { luciaOver, sessionAdapter } from '#modules/people/session.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, actorFor, anAdministrator, aPerson } from '#tests/factories.ts'
import { aSignIn, minutesAgo, minutesAhead, moveSession, password, signedIn } from './people.ts'

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')
const token = 'a-token-of-more-than-twenty-characters'
const attributes = () => ({ createdAt: minutesAgo(1), lastSeenAt: minutesAgo(1), endsAt: minutesAhead(600), secondFactorAt: null, steppedUpAt: null, browser: 'Chrome, Android' })

describe('what lucia is given', () => {
  test('a session is stored under the hash of its token and comes back under the token', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const adapter = sessionAdapter(db)
    await adapter.setSession({ id: token, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    expect((await db.select().from(sessions)).map((row) => row.hash)).toEqual([sha256(token)])
    const [session, user] = await adapter.getSessionAndUser(token)
    expect(session).toMatchObject({ id: token, userId, attributes: { browser: 'Chrome, Android' } })
    expect(user).toMatchObject({ id: userId })
  })

  test('the stored hash opens nothing', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    await sessionAdapter(db).setSession({ id: token, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    expect(await sessionAdapter(db).getSessionAndUser(sha256(token))).toEqual([null, null])
    expect(await readSession(db, sha256(token))).toBeNull()
  })

  test('lucia’s own prolonging really moves the stored time, and never past the absolute end', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const adapter = sessionAdapter(db)
    await adapter.setSession({ id: token, userId, expiresAt: minutesAhead(1), attributes: attributes() })
    const hourly = new Lucia(adapter, { sessionExpiresIn: new TimeSpan(1, 'h'), getSessionAttributes: (one) => one, getUserAttributes: (one) => one })
    const { session } = await hourly.validateSession(token)
    expect(session!.fresh).toBe(true)
    const stored = async () => (await db.select().from(sessions).where(eq(sessions.hash, sha256(token))))[0]!.expiresAt.getTime()
    expect(await stored()).toBeGreaterThan(minutesAhead(59).getTime())
    await adapter.updateSessionExpiration(token, minutesAhead(6000))
    expect(await stored()).toBeLessThan(minutesAhead(601).getTime())
  })

  test('deleteSession and lucia’s invalidateSession end this session and no other', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const adapter = sessionAdapter(db)
    for (const id of [token, `${token}2`, `${token}3`]) await adapter.setSession({ id, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    await adapter.deleteSession(token)
    await luciaOver(db).invalidateSession(`${token}2`)
    expect((await db.select().from(sessions)).map((row) => row.hash)).toEqual([sha256(`${token}3`)])
  })

  test('deleteUserSessions ends every session of one person only', async ({ db }) => {
    const [one, other] = [await aPerson(db), await aPerson(db)]
    const adapter = sessionAdapter(db)
    for (const [id, userId] of [['first-token-of-one-person', one.id], ['second-token-of-one-person', one.id], ['token-of-another-person', other.id]] as const) await adapter.setSession({ id, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    await luciaOver(db).invalidateUserSessions(one.id)
    expect((await db.select().from(sessions)).map((row) => row.personId)).toEqual([other.id])
  })

  test('getUserSessions lists what is stored, and lucia leaves out what is over', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const adapter = sessionAdapter(db)
    await adapter.setSession({ id: token, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    await adapter.setSession({ id: `${token}2`, userId, expiresAt: minutesAgo(1), attributes: attributes() })
    expect(await adapter.getUserSessions(userId)).toHaveLength(2)
    expect((await luciaOver(db).getUserSessions(userId)).map((one) => one.id)).toEqual([sha256(token)])
  })

  test('deleteExpiredSessions takes what is over by either lifetime', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const adapter = sessionAdapter(db)
    await adapter.setSession({ id: token, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    await adapter.setSession({ id: `${token}2`, userId, expiresAt: minutesAgo(1), attributes: attributes() })
    await adapter.setSession({ id: `${token}3`, userId, expiresAt: minutesAhead(60), attributes: { ...attributes(), endsAt: minutesAgo(1) } })
    await forgetExpired(db)
    expect((await db.select().from(sessions)).map((row) => row.hash)).toEqual([sha256(token)])
  })

  test('an attribute never takes the place of id, person or end', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    const evil = { ...attributes(), id: 'evil', userId: 'evil', expiresAt: minutesAhead(99_999), fresh: false } as ReturnType<typeof attributes>
    const session = await luciaOver(db, 3600).createSession(userId, evil, { sessionId: token })
    expect(session).toMatchObject({ id: token, userId })
    expect(session.expiresAt.getTime()).toBeLessThan(minutesAhead(61).getTime())
    expect((await db.select().from(sessions))[0]).toMatchObject({ hash: sha256(token), personId: userId })
  })

  test('a suspended person has no session: it is ended when it is next used', async ({ db }) => {
    const { id: userId } = await aPerson(db)
    await sessionAdapter(db).setSession({ id: token, userId, expiresAt: minutesAhead(60), attributes: attributes() })
    await db.update(persons).set({ suspendedAt: new Date() })
    expect(await readSession(db, token)).toBeNull()
    expect(await db.$count(sessions)).toBe(0)
  })
})

describe('a signed-in person', () => {
  test('is known by a token of 256 bits that is nowhere in the database', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const first = await signedIn(db, who)
    const second = await signedIn(db, who)
    expect(Buffer.from(first.token, 'base64url')).toHaveLength(32)
    expect(first.token).not.toBe(second.token)
    expect(JSON.stringify(await db.select().from(sessions))).not.toContain(first.token)
    expect(first.actor).toMatchObject({ kind: 'person', personId: who.personId, memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: true })
  })

  test('a page costs one query, and no write within minutes', async ({ db }) => {
    const { token: mine } = await signedIn(db, await aSignIn(db, { role: 'trainee' }))
    const [before] = await db.select().from(sessions)
    await readSession(db, mine)
    expect((await db.select().from(sessions))[0]).toEqual(before)
  })

  test.for(['', 'x', 'x'.repeat(5000), "' or 1=1 --          "])('%j is nobody’s token', async (token, { db }) => {
    expect(await readSession(db, token)).toBeNull()
  })

  test('use prolongs the session by the idle time of the roles, up to the absolute end', async ({ db }) => {
    const centre = await aCentre(db)
    const trainee = await aSignIn(db, { role: 'trainee' })
    const coordinator = await aSignIn(db, { role: 'coordinator', centreId: centre.id })
    for (const [who, idle, absolute] of [[trainee, 720, 7 * 1440], [coordinator, 60, 720]] as const) {
      const { token: mine, session } = await signedIn(db, who)
      expect(session.endsAt.getTime() - session.createdAt.getTime()).toBe(absolute * 60_000)
      await moveSession(db, who.personId, { lastSeenAt: minutesAgo(10), expiresAt: minutesAhead(5) })
      const later = (await readSession(db, mine))!
      expect(Math.abs(later.session.expiresAt.getTime() - minutesAhead(idle).getTime())).toBeLessThan(5000)
      await moveSession(db, who.personId, { lastSeenAt: minutesAgo(10), expiresAt: minutesAhead(5), endsAt: minutesAhead(20) })
      expect((await readSession(db, mine))!.session.expiresAt.getTime()).toBeLessThanOrEqual(minutesAhead(20).getTime())
    }
  })

  test('is signed out after the idle time, and after the absolute time however busy', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const idle = await signedIn(db, who)
    await moveSession(db, who.personId, { expiresAt: minutesAgo(1) })
    expect(await readSession(db, idle.token)).toBeNull()
    const old = await signedIn(db, who)
    await moveSession(db, who.personId, { expiresAt: minutesAhead(600), endsAt: minutesAgo(1) })
    expect(await readSession(db, old.token)).toBeNull()
    expect(await db.$count(sessions)).toBe(0)
  })

  test('a role that ended is gone on the very next request', async ({ db }) => {
    const { token: mine } = await signedIn(db, await aSignIn(db, { role: 'trainee' }))
    await db.update(memberships).set({ until: new Date() })
    expect((await readSession(db, mine))!.actor.memberships).toEqual([])
  })

  test('stepping up lasts ten minutes', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const { token: mine } = await signedIn(db, who)
    await moveSession(db, who.personId, { steppedUpAt: minutesAgo(9) })
    expect((await readSession(db, mine))!.actor.steppedUp).toBe(true)
    await moveSession(db, who.personId, { steppedUpAt: minutesAgo(11) })
    expect((await readSession(db, mine))!.actor.steppedUp).toBe(false)
  })

  test('staff without a second factor can only set it up; demo people are exempt', async ({ db }) => {
    const centre = await aCentre(db)
    for (const role of [{ role: 'administrator' }, { role: 'auditor' }, { role: 'coordinator', centreId: centre.id }] as const) {
      const who = await aSignIn(db, role, { role: 'trainee' })
      const limited = await signedIn(db, who)
      expect(limited).toMatchObject({ actor: { memberships: [] }, person: { mustSetUpSecondFactor: true } })
      await makeDemoPeople(db, system('demo'), { personIds: [who.personId], password })
      const full = (await readSession(db, limited.token))!
      expect(full.person.mustSetUpSecondFactor).toBe(false)
      expect(full.actor.memberships.map((one) => one.role).sort()).toEqual([role.role, 'trainee'].sort())
    }
  })

  test('a demo person’s exemption holds in a demonstration only', async ({ db }) => {
    const who = await aSignIn(db, { role: 'administrator' })
    await makeDemoPeople(db, system('demo'), { personIds: [who.personId], password })
    const { setSetting } = await import('#modules/jobs/index.ts')
    await setSetting(db, 'demonstration', false)
    expect((await signedIn(db, who)).person.mustSetUpSecondFactor).toBe(true)
  })
})

describe('signing out', () => {
  test('ends this session and leaves the others', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const [here, there] = [await signedIn(db, who), await signedIn(db, who)]
    await signOut(db, here.actor, { session: here.session.hash })
    expect(await readSession(db, here.token)).toBeNull()
    expect(await readSession(db, there.token)).not.toBeNull()
  })

  test('elsewhere leaves this one', async ({ db }) => {
    const who = await aSignIn(db, { role: 'trainee' })
    const [here, there] = [await signedIn(db, who), await signedIn(db, who)]
    expect(await mySessions(db, here.actor)).toHaveLength(2)
    await endOtherSessions(db, here.actor, { session: here.session.hash })
    expect(await readSession(db, there.token)).toBeNull()
    expect((await mySessions(db, here.actor)).map((one) => one.hash)).toEqual([here.session.hash])
  })

  test('of somebody else is for administrators', async ({ db }) => {
    const [one, other] = [await aSignIn(db, { role: 'trainee' }), await aSignIn(db, { role: 'trainee' })]
    const [mine, theirs] = [await signedIn(db, one), await signedIn(db, other)]
    await signOut(db, mine.actor, { session: theirs.session.hash })
    await expect(endSessionsOf(db, mine.actor, { personId: other.personId })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await readSession(db, theirs.token)).not.toBeNull()
    await endSessionsOf(db, await anAdministrator(db), { personId: other.personId })
    expect(await readSession(db, theirs.token)).toBeNull()
  })
})

test('the browser of a session is its name only', async ({ db }) => {
  const who = await aSignIn(db, { role: 'trainee' })
  await signIn(db, visitor, { ...who, browser: 'Firefox, Linux' })
  expect(await mySessions(db, await actorFor(db, who.personId))).toMatchObject([{ browser: 'Firefox, Linux' }])
})

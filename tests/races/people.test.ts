import { eq } from 'drizzle-orm'
import { idempotencyKeys, invitations, memberships, notices, persons, sessions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { enqueue, once, runDueJobs } from '#modules/jobs/index.ts'
import { deliverDue, notify } from '#modules/notices/index.ts'
import { acceptInvitation, createPerson, invitePerson, readSession, signIn, suspendPerson, takeLimit } from '#modules/people/index.ts'
import { aPerson, aTrainee } from '#tests/factories.ts'
import { aSignIn, minutesAgo, signedIn, withTotp } from '#tests/modules/people/people.ts'
import { expect, outcome, test } from './server.ts'

const times = <T>(n: number, work: (index: number) => Promise<T>) => Promise.all(Array.from({ length: n }, (_, index) => work(index)))
const count = (all: string[], word: string) => all.filter((one) => one === word).length

test('of twenty who open one invitation at the same moment, one wins', async ({ db }) => {
  const person = await aPerson(db, { email: 'race-invitation@example.kz' })
  const { link } = await invitePerson(db, system('test'), { personId: person.id })
  const token = link.split('/').at(-1)!
  const passwords = Array.from({ length: 20 }, (_, index) => `үш қоян тауға шықты ${index} рет`)
  const got = await times(20, (index) => outcome(acceptInvitation(db, visitor, { token, password: passwords[index]!, consent: true })))
  expect([count(got, 'done'), count(got, 'invitation.unusable')]).toEqual([1, 19])
  expect(await signIn(db, visitor, { login: person.email!, password: passwords[got.indexOf('done')]! })).toMatchObject({ personId: person.id })
  expect(await db.select().from(invitations).where(eq(invitations.personId, person.id))).toMatchObject([{ usedAt: expect.any(Date) }])
})

test('a code of the authenticator opens once, however many send it together', async ({ db }) => {
  const who = await aSignIn(db, { role: 'auditor' })
  const { codeAt } = await withTotp(db, (await signedIn(db, who)).actor)
  const code = codeAt(0)
  const got = await times(8, () => outcome(signIn(db, visitor, { ...who, code })))
  expect(count(got, 'done')).toBe(1)
  expect(await db.$count(sessions, eq(sessions.personId, who.personId))).toBe(2)
})

test('wrong tries in parallel are all counted, and the pause begins at the fifth', async ({ db }) => {
  const who = await aSignIn(db, { role: 'trainee' })
  const got = await times(30, () => outcome(signIn(db, visitor, { ...who, password: 'not the password' })))
  expect(got.every((one) => one === 'session.wrong-credentials' || one === 'people.busy')).toBe(true)
  const [row] = await db.select().from(persons).where(eq(persons.id, who.personId))
  expect(row!.failedSignIns).toBeGreaterThanOrEqual(5)
  expect(row!.lockedUntil).not.toBeNull()
  await expect(signIn(db, visitor, who)).rejects.toMatchObject({ code: 'session.wrong-credentials' })
})

test('one number makes one person, from however many desks at once', async ({ db }) => {
  const got = await times(20, () => outcome(createPerson(db, system('test'), { familyName: 'Құдайберген', givenName: 'Үміт', iin: '791028302728', role: 'trainee' })))
  expect([count(got, 'done'), count(got, 'person.number-taken')]).toEqual([1, 19])
})

test('two administrators who suspend each other at once leave one', async ({ db }) => {
  await db.update(memberships).set({ until: new Date() }).where(eq(memberships.role, 'administrator'))
  const [first, second] = [await aPerson(db), await aPerson(db)]
  for (const one of [first, second]) await db.insert(memberships).values({ personId: one.id, role: 'administrator' })
  const got = await Promise.all([first, second].map((one) => outcome(suspendPerson(db, system('test'), { personId: one.id }))))
  expect(got.sort()).toEqual(['done', 'person.last-administrator'])
})

test('a limit lets exactly as many through as it says', async ({ db }) => {
  const got = await times(50, () => outcome(takeLimit(db, 'race', 'x', { max: 7, seconds: 60 })))
  expect([count(got, 'done'), count(got, 'limit.too-many')]).toEqual([7, 43])
})

test('a session is read by one statement, and the arrays of roles come as arrays', async ({ db }) => {
  const who = await aSignIn(db, { role: 'trainee' }, { role: 'auditor' })
  const { token } = await signedIn(db, who)
  await db.update(sessions).set({ secondFactorAt: minutesAgo(1) }).where(eq(sessions.personId, who.personId))
  expect((await readSession(db, token))!.actor.memberships.map((one) => one.role).sort()).toEqual(['auditor', 'trainee'])
})

test('fifty equal calls with one key do their work once and all hear the first answer', async ({ db }) => {
  const actor = await aTrainee(db)
  let runs = 0
  const call = () => once(db, actor, { key: 'k', call: 'POST /x', requestHash: 'h' }, async (tx) => {
    runs++
    await enqueue(tx, 'race-child', {})
    return { status: 201, answer: 'first' }
  })
  const answers = await times(50, call)
  expect(runs).toBe(1)
  expect(new Set(answers.map((one) => `${one.status} ${one.answer}`))).toEqual(new Set(['201 first']))
  expect(await db.$count(idempotencyKeys, eq(idempotencyKeys.key, 'k'))).toBe(1)
})

test('ten workers do a hundred jobs once each', async ({ db }) => {
  const seen: number[] = []
  await db.execute('delete from jobs')
  for (let n = 0; n < 100; n++) await enqueue(db, 'race', { n })
  const done = await times(10, () => runDueJobs(db, { race: async (_tx, { n }) => void seen.push(n as number) }))
  expect(done.reduce((sum, one) => sum + one, 0)).toBe(100)
  expect(seen.sort((a, b) => a - b)).toEqual(Array.from({ length: 100 }, (_, n) => n))
})

test('five senders send sixty letters once each', async ({ db }) => {
  await db.delete(notices)
  for (let n = 0; n < 60; n++) await notify(db, { personId: null, recipient: `reader${n}@example.kz`, locale: 'kk', kind: 'account.password-changed' })
  const sent: string[] = []
  await times(5, () => deliverDue(db, async ({ to }) => void sent.push(to)))
  expect(new Set(sent).size).toBe(60)
  expect(sent).toHaveLength(60)
})

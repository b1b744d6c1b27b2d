import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices, persons } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { deliverDue, forgetSentNotices, keptNotices, noticesHealth, notify } from '#modules/notices/index.ts'
import { myNotice, myNotices, noticesOf } from '#modules/people/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, anAdministrator, anAuditor, aTrainee, aTrainer } from '#tests/factories.ts'

const facts = { course: 'IMCI', centre: 'Қызылорда ресурстық орталығы', days: '1–5', link: 'http://127.0.0.1:4321/kk/cohorts/x' }
const post = async () => {}
const write = (db: Db, personId: string, kind: 'cohort.reminder' | 'cohort.promoted' = 'cohort.reminder', recipient: string | null = 'aidana01@example.kz') => notify(db, { personId, recipient, locale: 'kk', kind, facts })
const wayIn = (db: Db, personId: string) => notify(db, { personId, recipient: 'aidana01@example.kz', locale: 'ru', kind: 'account.reset', facts: { name: 'Нұргүл', link: 'http://127.0.0.1:4321/ru/x/SECRET', until: new Date() } })

describe('one’s own letters', () => {
  test('are read here before they are sent and afterwards, newest first', async ({ db }) => {
    const trainee = await aTrainee(db)
    await write(db, trainee.personId!)
    await write(db, trainee.personId!, 'cohort.promoted')
    const read = async () => Promise.all((await myNotices(db, trainee, {})).items.map(async ({ id }) => (await myNotice(db, trainee, { id })).text))
    expect(await read()).toEqual(expect.arrayContaining([expect.stringContaining('Курсыңыз жақында басталады'), expect.stringContaining(facts.link)]))
    expect(await deliverDue(db, post)).toBe(2)
    expect(await read()).toEqual(expect.arrayContaining([expect.stringContaining('Курсыңыз жақында басталады')]))
    expect((await myNotices(db, trainee, {})).items.map(({ state, readable }) => [state, readable])).toEqual([['sent', true], ['sent', true]])
    // Still sealed in the table.
    expect(JSON.stringify(await db.select().from(notices))).not.toContain(facts.link)
  })

  test('that hold a way in are listed and never shown, neither before nor after', async ({ db }) => {
    const trainee = await aTrainee(db)
    await wayIn(db, trainee.personId!)
    const [line] = (await myNotices(db, trainee, {})).items
    expect(line).toMatchObject({ kind: 'account.reset', readable: false, state: 'waiting' })
    expect(JSON.stringify(line)).not.toContain('SECRET')
    expect((await myNotice(db, trainee, { id: line!.id })).text).toBeNull()
    await deliverDue(db, post)
    expect((await myNotice(db, trainee, { id: line!.id })).text).toBeNull()
    expect(await db.select().from(notices)).toMatchObject([{ body: '' }])
  })

  test('reach somebody without an address here, and wait for no mail', async ({ db }) => {
    const trainee = await aTrainee(db)
    expect(await write(db, trainee.personId!, 'cohort.reminder', null)).toBe(false)
    expect((await myNotices(db, trainee, {})).items).toMatchObject([{ state: 'here', readable: true, nextAt: null }])
    expect(await noticesHealth(db)).toEqual({ waiting: 0, givenUp: 0 })
    expect(await deliverDue(db, async () => { throw new Error('nobody to write to') })).toBe(0)
    expect(await keptNotices(db)).toEqual([])
  })

  test('without an address, a way in is written to nobody', async ({ db }) => {
    const trainee = await aTrainee(db)
    expect(await notify(db, { personId: trainee.personId, recipient: null, locale: 'kk', kind: 'account.invitation', facts: { name: 'Нұргүл', link: 'http://x', until: new Date() } })).toBe(false)
    expect(await db.$count(notices)).toBe(0)
  })

  test('are nobody else’s, not even an administrator’s', async ({ db }) => {
    const trainee = await aTrainee(db)
    await write(db, trainee.personId!)
    const id = (await myNotices(db, trainee, {})).items[0]!.id
    for (const other of [await aTrainee(db), await anAdministrator(db)]) {
      expect((await myNotices(db, other, {})).items).toEqual([])
      await expect(myNotice(db, other, { id })).rejects.toMatchObject({ code: 'object.not-found' })
    }
    await expect(myNotice(db, trainee, { id: 'nothing' })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(myNotices(db, visitor, {})).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('of a duplicate are read by the record that is kept', async ({ db }) => {
    const [kept, duplicate] = [await aTrainee(db), await aTrainee(db)]
    await write(db, duplicate.personId!)
    await db.update(persons).set({ mergedInto: kept.personId, mergedAt: new Date() }).where(eq(persons.id, duplicate.personId!))
    expect((await myNotices(db, kept, {})).items).toHaveLength(1)
  })

  test('go on page by page, each once', async ({ db }) => {
    const trainee = await aTrainee(db)
    for (let n = 0; n < 5; n++) await write(db, trainee.personId!)
    const seen = new Set<string>()
    for (let cursor: string | undefined, pages = 0; pages < 3; pages++) {
      const page = await myNotices(db, trainee, { limit: 2, cursor })
      for (const { id } of page.items) seen.add(id)
      cursor = page.cursor ?? undefined
    }
    expect(seen.size).toBe(5)
  })

  test('are kept a month', async ({ db }) => {
    const trainee = await aTrainee(db)
    const old = new Date(Date.now() - 31 * 86_400_000)
    await write(db, trainee.personId!)
    await write(db, trainee.personId!, 'cohort.promoted', null)
    await deliverDue(db, post)
    await write(db, trainee.personId!)
    await forgetSentNotices(db)
    expect(await db.$count(notices)).toBe(3)
    await db.update(notices).set({ createdAt: old, nextAt: old })
    await db.update(notices).set({ sentAt: old }).where(eq(notices.kind, 'cohort.reminder'))
    await write(db, trainee.personId!)
    await db.insert(notices).values({ personId: trainee.personId, recipient: 'x@example.kz', kind: 'cohort.moved', locale: 'kk', subject: '…', body: '', attempts: 10, nextAt: old, failure: 'Error' })
    await forgetSentNotices(db)
    expect(await db.$count(notices)).toBe(1)
  })
})

describe('the log of a person', () => {
  test('tells a coordinator of the region kinds, times and states, and no word of a letter', async ({ db }) => {
    const centre = await aCentre(db)
    const trainee = await aTrainee(db, { facilityId: (await aFacility(db)).id })
    await write(db, trainee.personId!)
    await wayIn(db, trainee.personId!)
    for (const actor of [await aCoordinator(db, centre.id), await anAdministrator(db)]) {
      const { items } = await noticesOf(db, actor, { personId: trainee.personId! })
      expect(items.map(({ kind, state }) => [kind, state])).toEqual(expect.arrayContaining([['cohort.reminder', 'waiting'], ['account.reset', 'waiting']]))
      for (const one of items) expect(Object.keys(one).sort()).toEqual(['attempts', 'createdAt', 'id', 'kind', 'nextAt', 'sentAt', 'state'])
    }
  })

  test('shows what is tried again, and what was given up', async ({ db }) => {
    const trainee = await aTrainee(db)
    const administrator = await anAdministrator(db)
    await write(db, trainee.personId!)
    await deliverDue(db, async () => { throw Object.assign(new Error('no such mailbox'), { responseCode: 550 }) })
    const log = async () => (await noticesOf(db, administrator, { personId: trainee.personId! })).items[0]!
    expect(await log()).toMatchObject({ state: 'retrying', attempts: 1, nextAt: expect.any(Date) })
    await db.update(notices).set({ attempts: 10 })
    expect(await log()).toMatchObject({ state: 'given-up', attempts: 10, nextAt: null })
  })

  test('is not there for a coordinator who may not see the person, and for nobody without that role', async ({ db }) => {
    const centre = await aCentre(db)
    const trainee = await aTrainee(db, { facilityId: (await aFacility(db)).id })
    await write(db, trainee.personId!)
    const elsewhere = await aCoordinator(db, (await aCentre(db, { regionCode: 'KZ-31' })).id)
    await expect(noticesOf(db, elsewhere, { personId: trainee.personId! })).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [trainee, await aTrainer(db, centre.id), await anAuditor(db), visitor]) await expect(noticesOf(db, actor, { personId: trainee.personId! })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('a mail server that is down', () => {
  const down = async () => { throw Object.assign(new Error('connect ECONNREFUSED 10.0.0.1:25'), { code: 'ESOCKET', command: 'CONN' }) }

  test('costs no letter a try, however long, and says nothing but on the health page', async ({ db }) => {
    const trainee = await aTrainee(db)
    for (let n = 0; n < 3; n++) await write(db, trainee.personId!)
    let now = Date.now()
    let tries = 0
    for (let n = 0; n < 30; n++) {
      expect(await deliverDue(db, () => { tries++; return down() }, () => new Date(now))).toBe(0)
      now += 10 * 60_000
    }
    // One connection a round, not one a letter.
    expect(tries).toBe(30)
    expect(await db.select().from(notices)).toMatchObject(Array.from({ length: 3 }, () => ({ attempts: 0, sentAt: null })))
    expect(await noticesHealth(db)).toEqual({ waiting: 3, givenUp: 0 })
    expect(await deliverDue(db, post, () => new Date(now + 10 * 60_000))).toBe(3)
  })

  test('is tried again after five minutes, not at once', async ({ db }) => {
    const trainee = await aTrainee(db)
    await write(db, trainee.personId!)
    await write(db, trainee.personId!)
    const start = Date.now()
    await deliverDue(db, down, () => new Date(start))
    expect(await deliverDue(db, post, () => new Date(start + 4 * 60_000))).toBe(0)
    expect(await deliverDue(db, post, () => new Date(start + 6 * 60_000))).toBe(1)
    expect(await deliverDue(db, post, () => new Date(start + 11 * 60_000))).toBe(1)
  })

  test('for one letter only, the others pass it', async ({ db }) => {
    const trainee = await aTrainee(db)
    for (let n = 0; n < 3; n++) await write(db, trainee.personId!)
    const [first] = await db.select({ id: notices.id }).from(notices).orderBy(notices.nextAt)
    const picky = async ({ messageId }: { messageId: string }) => { if (messageId.includes(first!.id)) await down() }
    let now = Date.now() + 1000
    let sent = 0
    for (let n = 0; n < 4; n++, now += 6 * 60_000) sent += await deliverDue(db, picky, () => new Date(now))
    expect(sent).toBe(2)
    expect(await db.select().from(notices).where(eq(notices.id, first!.id))).toMatchObject([{ sentAt: null, attempts: 0 }])
  })
})

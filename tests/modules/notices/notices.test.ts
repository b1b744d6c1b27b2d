import { notices } from '#db/schema/index.ts'
import { deliverDue, keptNotices, noticesHealth, notify } from '#modules/notices/index.ts'
import { describe, expect, test } from '#tests/database.ts'

const letter = { personId: null, recipient: 'aidana01@example.kz', locale: 'ru', kind: 'account.reset', facts: { name: 'Нұргүл', link: 'http://127.0.0.1:4321/ru/x/SECRET', until: new Date('2027-03-01T09:30:00Z') } } as const
const sentBy = (box: unknown[]) => async (mail: unknown) => void box.push(mail)

test('a letter is in the reader’s language, and its text is sealed while it waits', async ({ db }) => {
  await notify(db, letter)
  expect(await keptNotices(db)).toMatchObject([{ subject: 'Новый пароль для Besik', body: expect.stringContaining('SECRET'), sentAt: null }])
  expect((await keptNotices(db))[0]!.body).toContain('01.03.2027, 14:30')
  expect(JSON.stringify(await db.select().from(notices))).not.toContain('SECRET')
})

test('without an address there is no letter', async ({ db }) => {
  expect(await notify(db, { ...letter, recipient: null })).toBe(false)
  expect(await db.$count(notices)).toBe(0)
})

test('no fact, no letter: it goes with its transaction', async ({ db }) => {
  await db.transaction(async (tx) => {
    await notify(tx as unknown as typeof db, letter)
    throw new Error('undone')
  }).catch(() => {})
  expect(await db.$count(notices)).toBe(0)
})

describe('delivery', () => {
  test('sends each letter once, and keeps no text of what was sent', async ({ db }) => {
    const box: { to: string; text: string; messageId: string }[] = []
    await notify(db, letter)
    expect(await deliverDue(db, sentBy(box))).toBe(1)
    expect(await deliverDue(db, sentBy(box))).toBe(0)
    expect(box).toMatchObject([{ to: 'aidana01@example.kz', text: expect.stringContaining('SECRET'), messageId: expect.stringMatching(/^<[0-9a-f-]{36}@127\.0\.0\.1>$/) }])
    expect(await keptNotices(db)).toMatchObject([{ body: '', sentAt: expect.any(Date) }])
  })

  test('that fails comes back later, later each time, under the same Message-ID, and gives up after ten', async ({ db }) => {
    const ids = new Set<string>()
    const broken = async ({ messageId }: { messageId: string }) => {
      ids.add(messageId)
      throw Object.assign(new Error('Mailbox aidana01@example.kz unavailable'), { responseCode: 450, code: 'EENVELOPE' })
    }
    await notify(db, letter)
    let now = Date.now()
    const clock = () => new Date(now)
    const pauses: number[] = []
    for (let n = 0; n < 12; n++) {
      expect(await deliverDue(db, broken, clock)).toBe(0)
      const [row] = await db.select().from(notices)
      pauses.push((row!.nextAt.getTime() - now) / 60_000)
      now = row!.nextAt.getTime() + 1000
    }
    expect(pauses.slice(0, 4)).toEqual([1, 2, 4, 8])
    expect((await db.select().from(notices))[0]).toMatchObject({ attempts: 10, sentAt: null, failure: 'Error EENVELOPE 450' })
    expect(ids.size).toBe(1)
    expect(await noticesHealth(db)).toEqual({ waiting: 0, givenUp: 1 })
  })

  test('one that can’t be sent doesn’t stop the others', async ({ db }) => {
    const box: unknown[] = []
    for (const recipient of ['broken@example.kz', 'aidana01@example.kz']) await notify(db, { ...letter, recipient })
    expect(await deliverDue(db, async (mail) => { if (mail.to.startsWith('broken')) throw new Error('no'); box.push(mail) })).toBe(1)
    expect(box).toHaveLength(1)
  })

  test('a letter that another process has taken is left to it, until it has had its time', async ({ db }) => {
    const box: unknown[] = []
    await notify(db, letter)
    await deliverDue(db, async () => {
      expect(await deliverDue(db, sentBy(box))).toBe(0)
      throw new Error('died')
    })
    expect(box).toEqual([])
  })
})

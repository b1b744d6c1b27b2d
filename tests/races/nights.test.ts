import { sql } from 'drizzle-orm'
import { openDatabase } from '#db/client.ts'
import { inSnapshot } from '#db/snapshot.ts'
import { errorCode } from '#db/transact.ts'
import { system } from '#modules/actor.ts'
import { compareAsOf, compareStatement, nightly, reconcile } from '#modules/reconciliation/index.ts'
import { aCertificate } from '#tests/modules/counts/register.ts'
import { describe, expect, test } from './server.ts'

const clock = system('test')
const night = new Date('2026-11-04T20:10:00Z')

describe('a reading that takes longer than a request may', () => {
  test('is cut off on the connections of requests, and ends on its own: the night compares and signs', async ({ url, db, sql: outside }) => {
    await aCertificate(db, { issuedOn: '2026-10-12' }, 2026)
    // As on a register of a million certificates: every question about who holds what, and about what stands, takes its time.
    await outside.unsafe(`alter view held_now rename to held_quickly; create view held_now as select q.* from held_quickly q, (select pg_sleep(0.6)) slow`)
    const hurried = await openDatabase({ databaseUrl: url, dataDir: '', requestMilliseconds: 250 })
    try {
      // The control: the same work on a connection of requests.
      const cut = hurried.db.transaction((tx) => tx.execute(sql`select * from held_now`), { isolationLevel: 'repeatable read', accessMode: 'read only' })
      expect(errorCode(await cut.then(() => null, (error: unknown) => error))).toBe('57014')

      expect(await reconcile(hurried.db, clock, {})).toMatchObject({ ok: true, figures: { query: 1, register: 1, ledger: 1, list: 1 } })
      expect(await nightly(hurried.db, night)).toMatchObject({ found: { ok: true }, signed: '2026-10' })
      expect((await compareAsOf(hurried.db, clock, { asOf: '2026-10-31' })).differences).toEqual([])
      expect((await compareStatement(hurried.db, clock, { month: '2026-10' })).every((one) => one.said === one.again && one.said === one.today)).toBe(true)
    } finally {
      await hurried.close()
      await outside.unsafe('drop view held_now; alter view held_quickly rename to held_now')
    }
  })

  test('sees one moment, writes nothing, and leaves no connection behind', async ({ db, sql: outside }) => {
    const reading = () => outside`select count(*)::int as n from pg_stat_activity where application_name = 'besik reading' and datname = current_database()`.then(([row]) => row!['n'] as number)
    const count = (tx: typeof db) => tx.execute(sql`select count(*)::int as n from certificates`).then((found) => (found as unknown as { n: number }[])[0]!.n)
    await inSnapshot(db, async (tx) => {
      const before = await count(tx)
      await aCertificate(db, { issuedOn: '2026-10-13' }, 2026)
      expect(await count(tx)).toBe(before)
      expect(await reading()).toBe(1)
    })
    expect(errorCode(await inSnapshot(db, (tx) => tx.execute(sql`update settings set value = 'true'`)).then(() => null, (error: unknown) => error))).toBe('25006')
    for (let tries = 0; tries < 50 && (await reading()) > 0; tries++) await new Promise((go) => setTimeout(go, 100))
    expect(await reading()).toBe(0)
  })

  test('is ended with the database that it was opened from', async ({ url }) => {
    const database = await openDatabase({ databaseUrl: url, dataDir: '' })
    const ended = inSnapshot(database.db, (tx) => tx.execute(sql`select pg_sleep(60)`)).then(() => 'read', () => 'ended')
    await new Promise((go) => setTimeout(go, 500))
    await database.close()
    expect(await ended).toBe('ended')
  })

  test('of two processes one compares', async ({ url, db, sql: outside }) => {
    await outside`delete from settings where name in ('comparison', 'compared-at')`
    const other = await openDatabase({ databaseUrl: url, dataDir: '' })
    try {
      const both = await Promise.all([nightly(db, night), nightly(other.db, night)])
      expect(both.filter((one) => one !== null)).toHaveLength(1)
    } finally {
      await other.close()
    }
  })
})

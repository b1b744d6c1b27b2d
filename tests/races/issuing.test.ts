import { rmSync } from 'node:fs'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eq, sql } from 'drizzle-orm'
import { describe, test as always } from 'vitest'
import { type Db, openDatabase } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { certificates, entries, serials, statements } from '#db/schema/index.ts'
import { keptNotes, verifyLedger } from '#modules/ledger/index.ts'
import { startServer, type Server } from '#tests/server.ts'
import { aFolder, dice, drive, type Group, groups, type Journal } from './issuer.ts'
import { expect, test } from './server.ts'

// kill -9 of the server while it issues certificates. Whoever was told a serial keeps it, nobody has two, the serials have
// no gap, the ledger verifies with every head that was ever signed, and the server is ready again.

const torture = process.env['TORTURE'] === '1'
// KILLS=… for another number than the usual ones.
const wanted = Number(process.env['KILLS'] ?? 0)
const kills = { postgresql: wanted || (torture ? 300 : 30), embedded: Math.ceil(wanted / 10) || (torture ? 30 : 3) }
const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))

/** Everything that must be so after each kill, whatever was under way. Answers how many certificates there are. */
async function examine(db: Db, journal: Journal, folder: string): Promise<number> {
  const held = await db.select({ personId: certificates.personId, serial: certificates.serial }).from(certificates)
  const serialOf = new Map(held.map((one) => [one.personId, one.serial]))
  expect(serialOf.size, 'nobody has two').toBe(held.length)
  for (const [personId, serial] of journal) expect(serialOf.get(personId), 'what was told is there').toBe(serial)
  const numbers = held.map((one) => Number(one.serial.slice(-6))).toSorted((one, other) => one - other)
  expect(numbers, 'no gap').toEqual(numbers.map((_, index) => index + 1))
  const [last] = await db.select({ last: serials.last }).from(serials)
  expect(last?.last ?? 0).toBe(held.length)
  expect(await db.$count(entries, eq(entries.kind, 'certificate.issued')), 'each told once').toBe(held.length)
  expect(await db.$count(statements)).toBe(held.length)
  const [drawn] = await rows<{ twice: number }>(db, sql`select count(*)::int as twice from (select body::json -> 'facts' ->> 'certificate' from entries where kind = 'certificate.drawn' group by 1 having count(*) > 1) t`)
  expect(drawn!.twice, 'no PDF drawn twice').toBe(0)
  expect(await verifyLedger(db, { notes: await keptNotes(join(folder, 'checkpoints')) })).toMatchObject({ ok: true })
  return held.length
}

type Stage = { env: Record<string, string>; folder: string; all: Group[]; kills: number; look<Answer>(work: (db: Db) => Promise<Answer>): Promise<Answer> }

async function killAgainAndAgain({ env, folder, all, kills, look }: Stage) {
  const roll = dice(seed)
  const journal: Journal = new Map()
  const ready: number[] = []
  let [inFlight, untold, issued] = [0, 0, 0]
  for (let kill = 0; kill < kills; kill++) {
    const started = performance.now()
    const server: Server = await startServer(env)
    ready.push(performance.now() - started)
    const driver = drive(server.origin, all, journal, roll)
    try {
      // A moment after so many people were told: on a slow machine the first of them take a while.
      await driver.until(roll(5), 20_000)
      await pause(roll(80))
    } finally {
      server.process.kill('SIGKILL')
    }
    await server.stop('SIGKILL')
    await driver.stop()
    const now = await look((db) => examine(db, journal, folder))
    if (now - journal.size > untold) inFlight++
    untold = now - journal.size
    issued = now
  }
  const server = await startServer(env)
  await server.stop('SIGKILL')
  ready.sort((one, other) => one - other)
  console.info(`seed ${seed}: ${kills} kills, ${issued} certificates, ${journal.size} of them told, ${inFlight} kills between the commit and the answer; ready in ${Math.round(ready[ready.length >> 1]!)} ms, at most ${Math.round(ready.at(-1)!)} ms`)
  expect(issued).toBeGreaterThan(kills / 2)
  expect(await look((db) => examine(db, journal, folder))).toBe(issued)
}

const long = (count: number) => 120_000 + count * 30_000

test(`nothing that was issued is lost, doubled or skipped by kill -9 (PostgreSQL, ${kills.postgresql} kills)`, { timeout: long(kills.postgresql) }, async ({ url, db }) => {
  const folder = aFolder()
  const all = await groups(db, Math.ceil(kills.postgresql / 4), 25)
  try {
    await killAgainAndAgain({ env: { DATABASE_URL: url, DATA_DIR: folder, DEMO: 'off', NODE_COMPILE_CACHE: join(folder, 'compiled') }, folder, all, kills: kills.postgresql, look: (work) => work(db) })
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
})

describe('without PostgreSQL', () => {
  always(`nothing that was issued is lost, doubled or skipped by kill -9 (embedded, ${kills.embedded} kills)`, { timeout: long(kills.embedded) }, async () => {
    const folder = aFolder()
    const look = async <Answer>(work: (db: Db) => Promise<Answer>) => {
      const database = await openDatabase({ databaseUrl: undefined, dataDir: folder })
      try {
        await database.migrate()
        return await work(database.db)
      } finally {
        await database.close()
      }
    }
    try {
      const all = await look((db) => groups(db, 1 + Math.ceil(kills.embedded / 4), 25))
      await killAgainAndAgain({ env: { DATA_DIR: folder, DEMO: 'off', NODE_COMPILE_CACHE: join(folder, 'compiled') }, folder, all, kills: kills.embedded, look })
    } finally {
      rmSync(folder, { recursive: true, force: true })
    }
  })
})

import { execFile } from 'node:child_process'
import { rmSync } from 'node:fs'
import { promisify } from 'node:util'
import { asc } from 'drizzle-orm'
import { certificates, publicKeys } from '#db/schema/index.ts'
import { verifyMany } from './verifyMany.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { startServer } from '#tests/server.ts'
import { aFolder, dice, drive, groups, type Journal } from './issuer.ts'
import { expect, test } from './server.ts'

const run = promisify(execFile)

test('a running server goes on issuing while its key is replaced at the command line, and never signs with an ended one', { timeout: 900_000 }, async ({ url, db }) => {
  const folder = aFolder()
  const env = { DATABASE_URL: url, DATA_DIR: folder, DEMO: 'off' }
  const turns = await groups(db, 4, 25)
  const server = await startServer(env)
  const journal: Journal = new Map()
  try {
    // People of their own for each turn: however long a rotation takes, there is somebody left for the next key.
    for (const [turn, group] of turns.entries()) {
      const driver = drive(server.origin, [group], journal, dice(turn))
      await driver.until(4)
      if (turn < 3) {
        const { stdout } = await run(process.execPath, ['scripts/besik.ts', 'key', 'rotate', 'certificate'], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env } })
        expect(stdout).toContain('signs from now on')
      }
      await driver.stop()
    }
  } finally {
    await server.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }

  const keys = await db.select().from(publicKeys).orderBy(asc(publicKeys.notBefore))
  const ofCertificates = keys.filter((key) => key.purpose === 'certificate')
  const rows = await db.select().from(certificates).orderBy(asc(certificates.entrySeq))
  const used = [...new Set(rows.map((row) => row.kid))]
  expect(used, 'each key signed for a while, one after the other').toEqual(ofCertificates.map((key) => key.kid))
  expect(used).toHaveLength(4)
  for (const [index, kid] of rows.map((row) => row.kid).entries()) if (index > 0) expect(used.indexOf(kid)).toBeGreaterThanOrEqual(used.indexOf(rows[index - 1]!.kid))
  expect(await verifyMany(db)).toEqual({ valid: rows.length })
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
})

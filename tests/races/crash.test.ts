import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { inject } from 'vitest'
import { tokens } from '#db/schema/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { startServer, type Server } from '#tests/server.ts'
import { aCohort, aTrainee, seated } from '#tests/factories.ts'
import { expect, test } from './server.ts'

const kills = process.env['TORTURE'] ? 100 : 4

test(`an answer the server acknowledged survives kill -9 (${kills} kills)`, async ({ url, db, sql }) => {
  const cohort = await aCohort(db, { state: 'running' })
  const trainees = [await aTrainee(db), await aTrainee(db), await aTrainee(db), await aTrainee(db)]
  await seated(db, cohort, ...trainees.map((one) => one.personId!))
  const bearers = trainees.map(() => `besik_${randomBytes(32).toString('base64url')}`)
  await db.insert(tokens).values(trainees.map((one, index) => ({ hash: createHash('sha256').update(bearers[index]!).digest('hex'), personId: one.personId!, label: 'crash' })))
  const folder = mkdtempSync(join(tmpdir(), 'besik-crash-'))
  cpSync(join(inject('folder'), 'keys'), join(folder, 'keys'), { recursive: true })
  await db.execute(`delete from public_keys`)
  const env = { DATABASE_URL: url, DATA_DIR: folder, DEMO: 'off' }

  let server: Server = await startServer(env)
  const call = async (bearer: string, method: string, path: string, body?: unknown) => {
    const response = await fetch(`${server.origin}/api/v1${path}`, { method, body: body === undefined ? null : JSON.stringify(body), headers: { authorization: `Bearer ${bearer}`, 'content-type': 'application/json' } })
    return { status: response.status, body: await response.json() as any }
  }
  try {
    const { body: assessments } = await call(bearers[0]!, 'GET', `/cohorts/${cohort.id}/assessments`)
    const [assessment] = assessments.items ?? assessments
    const sittings = await Promise.all(bearers.map((bearer) => call(bearer, 'POST', `/assessments/${assessment.id}/attempts`)))

    // The journal is the driver's: what it was told has been saved.
    const journal = new Map<string, { sequence: number; choice: string[] }>()
    let sequence = 0
    let over = false
    const drivers = bearers.map(async (bearer, index) => {
      const { attemptId, items } = sittings[index]!.body
      while (!over) {
        const item = items[Math.floor(Math.random() * items.length)]
        const choice = [item.options[Math.floor(Math.random() * item.options.length)].id]
        const mine = ++sequence
        try {
          const { status, body } = await call(bearer, 'PUT', `/attempts/${attemptId}/answers/${item.id}`, { choice, sequence: mine })
          if (status === 200 && body.acknowledged === mine) journal.set(`${attemptId} ${item.id}`, { sequence: mine, choice })
        } catch {
          await pause(20)
        }
      }
    })
    for (let kill = 0; kill < kills; kill++) {
      await pause(200 + Math.random() * 600)
      server.process.kill('SIGKILL')
      server = await startServer({ ...env })
    }
    over = true
    await Promise.all(drivers)

    expect(journal.size).toBeGreaterThan(0)
    for (const [key, told] of journal) {
      const [attemptId, itemId] = key.split(' ') as [string, string]
      const [stored] = await sql<{ sequence: number; choice: string[] }[]>`select sequence, choice from answers where attempt_id = ${attemptId} and item_id = ${itemId}`
      // A later answer may have been saved without its acknowledgement arriving; an acknowledged one is never lost.
      expect(stored!.sequence).toBeGreaterThanOrEqual(told.sequence)
      if (stored!.sequence === told.sequence) expect(stored!.choice).toEqual(told.choice)
    }
    const [attempts] = await sql<{ n: number }[]>`select count(*)::int as n from attempts`
    expect(attempts!.n).toBe(4)
    expect((await verifyLedger(db)).ok).toBe(true)
  } finally {
    await server.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}, process.env['TORTURE'] ? 1_800_000 : 180_000)

import { createHash, randomBytes } from 'node:crypto'
import { cpSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { inject } from 'vitest'
import { tokens } from '#db/schema/index.ts'
import { startServer, type Server } from '#tests/server.ts'
import { classes, expect, test } from './server.ts'

const upTo = (n: number) => Array.from({ length: n }, (_, index) => index + 1)

test('200 clients over HTTP, two server processes, 20 cohorts: 25 enrolled and 175 queued at places 1 to 175 in each, and no error', async ({ url, db }) => {
  const { cohortIds, trainees } = await classes(db, { cohorts: 20, trainees: 200, capacity: 25 })
  const bearers = trainees.map(() => `besik_${randomBytes(32).toString('base64url')}`)
  await db.insert(tokens).values(trainees.map((one, index) => ({ hash: createHash('sha256').update(bearers[index]!).digest('hex'), personId: one.personId!, label: 'race' })))

  // The servers must hold the keys that made the people.
  const folder = mkdtempSync(join(tmpdir(), 'besik-http-'))
  cpSync(join(inject('folder'), 'keys'), join(folder, 'keys'), { recursive: true })
  await db.execute(`delete from public_keys`)
  const env = { DATABASE_URL: url, DATA_DIR: folder, DEMO: 'off' }
  const servers: Server[] = []
  try {
    servers.push(await startServer(env), await startServer(env))
    const got = new Map<string, { status: number; body: { state: string; seat?: number; place?: number } }[]>(cohortIds.map((id) => [id, []]))
    const failures: string[] = []
    const started = Date.now()
    await Promise.all(bearers.map(async (bearer, client) => {
      const origin = servers[client % 2]!.origin
      // Everybody in an order of their own, so that all cohorts are fought for at once.
      for (const step of cohortIds.keys()) {
        const cohortId = cohortIds[(step * 7 + client) % cohortIds.length]!
        const response = await fetch(`${origin}/api/v1/cohorts/${cohortId}/enrolments`, { method: 'POST', headers: { authorization: `Bearer ${bearer}` } })
        const text = await response.text()
        if (response.status === 201 || response.status === 202) got.get(cohortId)!.push({ status: response.status, body: JSON.parse(text) })
        else failures.push(`${response.status} ${text}`)
      }
    }))
    console.info(`enrolments over HTTP: 4000 in ${Date.now() - started} ms`)

    expect(failures.slice(0, 3)).toEqual([])
    for (const answers of got.values()) {
      const seats = answers.filter(({ status }) => status === 201).map(({ body }) => body.seat!)
      const places = answers.filter(({ status }) => status === 202).map(({ body }) => body.place!)
      expect(seats.sort((a, b) => a - b)).toEqual(upTo(25))
      expect(places.sort((a, b) => a - b)).toEqual(upTo(175))
    }
  } finally {
    for (const server of servers) await server.stop('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
})

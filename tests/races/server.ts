import { fork } from 'node:child_process'
import { randomUUID } from 'node:crypto'
import postgres, { type Sql } from 'postgres'
import { inject, test as base } from 'vitest'
import { type Db, openDatabase } from '#db/client.ts'
import type { cohorts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { aCohort, aCoordinator, aTrainee } from '#tests/factories.ts'
import { newDatabase } from '#tests/startPostgres.ts'

const installed = inject('postgres')

/** A `test` on real PostgreSQL: `db` as the product opens it, `sql` for looking at it from outside, each file with a database of its own. Skipped, saying why, when none is installed. */
export const test = base.extend<{ $file: { url: string; db: Db; sql: Sql } }>({
  // The pattern tells vitest which fixtures this one needs: none.
  // oxlint-disable-next-line no-empty-pattern
  url: [async ({}, use) => use(installed ? await newDatabase(installed, `race_${randomUUID().replaceAll('-', '')}`) : ''), { scope: 'file' }],
  db: [
    async ({ url }, use) => {
      const database = await openDatabase({ databaseUrl: url, dataDir: '' })
      await use(database.db)
      await database.close()
    },
    { scope: 'file' },
  ],
  sql: [
    async ({ url }, use) => {
      const client = postgres(url, { max: 20, onnotice: () => {} })
      await use(client)
      await client.end()
    },
    { scope: 'file' },
  ],
})
test.beforeEach(({ skip }) => {
  if (!installed) skip('PostgreSQL is not installed here, and the embedded database has one connection: nothing can race')
})
export { describe, expect } from 'vitest'

/** Open cohorts with their coordinator, each in a room of its own, and trainees who are in none of them. */
export async function classes(db: Db, size: { cohorts: number; trainees: number; capacity: number }, values: Partial<typeof cohorts.$inferInsert> = {}) {
  const rooms = []
  for (let n = 0; n < size.cohorts; n++) rooms.push(await aCohort(db, { capacity: size.capacity, ...values }))
  const trainees: Actor[] = []
  for (let n = 0; n < size.trainees; n++) trainees.push(await aTrainee(db, { email: `${randomUUID()}@example.kz` }))
  return { cohorts: rooms, cohortIds: rooms.map((one) => one.id), trainees, coordinator: await aCoordinator(db, rooms[0]!.centreId) }
}

/** Runs a job in a server process of its own, and answers what it answers. */
export function inProcess<Answer>(url: string, job: object): Promise<Answer> {
  const child = fork('tests/races/enrolClient.ts', { env: { ...process.env, DATABASE_URL: url }, execArgv: [], serialization: 'json' })
  return new Promise((resolve, reject) => {
    child.once('message', (answer) => resolve(answer as Answer))
    child.once('error', reject)
    child.once('exit', (code) => code !== 0 && reject(new Error(`the client process ended with ${code}`)))
    child.send(job)
  })
}

export const outcome = (work: Promise<unknown>): Promise<string> =>
  work.then((answer) => (answer as { state?: string } | undefined)?.state ?? 'done', (error: { code?: string; message: string }) => error.code ?? error.message)

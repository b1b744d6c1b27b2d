import { type ChildProcess, spawn } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { certificates, cohorts, rooms, statements } from '#db/schema/index.ts'
import { type Database, openDatabase } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { seedDemo } from '#db/seed/demo.ts'
import { demoPassword } from '#db/seed/people.ts'
import { type Actor, system, visitor } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import type { drawCertificate } from '#modules/certificates/index.ts'
import { changeState } from '#modules/cohorts/index.ts'
import { createPerson, createToken, signIn } from '#modules/people/index.ts'
import { scheduleCohort } from '#modules/timetable/index.ts'
import { prepareDatabase } from '#scripts/migrate.ts'

type Signed = Parameters<typeof drawCertificate>[0]

/** A demonstration with people to work with, and the built server on it. */
export type Bench = {
  kind: 'embedded' | 'postgresql'
  folder: string
  dataDir: string
  databaseUrl: string | undefined
  env: Record<string, string>
  origin: string
  traineeToken: string
  /** Trainees of the benchmark with their bearer tokens. */
  people: { actor: Actor; personId: string; bearer: string }[]
  lessonPath(): Promise<string>
  signedStatement(): Promise<Signed>
  freePort(): number
  /** Makes an open cohort with a seat for each of so many people. */
  openCohort(seats: number): Promise<string>
  startServer(): Promise<void>
  stopServer(): Promise<void>
  /** Opens the database in this process; the server must not run on the embedded one. */
  withDatabase<Result>(work: (database: Database) => Promise<Result>): Promise<Result>
  end(): Promise<void>
}

const actor = system('bench')
let nextPort = 4500 + (process.pid % 400)

export async function setStage(kind: Bench['kind'], databaseUrl: string | undefined, howMany: number): Promise<Bench> {
  const folder = mkdtempSync(join(tmpdir(), 'besik-bench-'))
  const port = nextPort++
  const env: Record<string, string> = { DATA_DIR: folder, PORT: String(port), DEMO: 'on', PACKAGES_AHEAD: 'off', ...(databaseUrl ? { DATABASE_URL: databaseUrl } : {}) }
  Object.assign(process.env, { KEYS_DIR: join(folder, 'keys') })
  const environment = readEnvironment({ ...env })
  const withDatabase: Bench['withDatabase'] = async (work) => {
    const database = await openDatabase(environment)
    try {
      return await work(database)
    } finally {
      await database.close()
    }
  }

  const people = await withDatabase(async (database) => {
    await prepareDatabase({ db: database.db, database, environment })
    await seedDemo(database.db, () => {})
    const made: Bench['people'] = []
    for (let n = 0; n < howMany; n++) {
      const { id } = await createPerson(database.db, actor, { familyName: 'Рақымбаева', givenName: 'Нұргүл', role: 'trainee', phone: `+7747${String(1_000_000 + n)}` })
      const { token } = await createToken(database.db, actor, { personId: id, label: 'bench' })
      made.push({ personId: id, bearer: token, actor: { kind: 'person', personId: id, system: '', memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: false } })
    }
    return made
  })

  let child: ChildProcess | undefined
  const bench: Bench = {
    kind, folder, dataDir: folder, databaseUrl, env, origin: environment.origin, traineeToken: '', people, withDatabase,
    freePort: () => nextPort++,
    async startServer() {
      child = spawn(process.execPath, ['scripts/besik.ts', 'serve'], { env: { PATH: process.env['PATH'], HOME: process.env['HOME'], ...env }, stdio: 'ignore' })
      while (!(await fetch(`${environment.origin}/readyz`).then((answer) => answer.ok, () => false))) await pause(100)
    },
    async stopServer() {
      if (!child) return
      child.kill('SIGTERM')
      await once(child, 'exit')
      child = undefined
    },
    async lessonPath() {
      const page = await fetch(`${environment.origin}/kk/learn/courses/imci/1`, { headers: { cookie: `besik=${bench.traineeToken}` } })
      const href = /href="(\/kk\/learn\/courses\/imci\/1\/[^"#?]*1-0[36][^"#?]*)"/.exec(await page.text())?.[1]
      if (!href) throw new Error('no lesson found on the course page')
      return href
    },
    signedStatement: () =>
      withDatabase(async ({ db }) => {
        const [one] = await db.select({ body: statements.body, hash: certificates.statementHash, kid: certificates.kid, signature: certificates.signature }).from(certificates).innerJoin(statements, eq(statements.certificateId, certificates.id)).limit(1)
        return one!
      }),
    openCohort: (seats) =>
      withDatabase(async ({ db }) => {
        const [like] = await db.select().from(cohorts).limit(1)
        const [room] = await db.insert(rooms).values({ centreId: like!.centreId, name: `bench ${nextPort++}`, capacity: 500 }).returning()
        const { id } = await scheduleCohort(db, actor, { course: 'imci', centreId: like!.centreId, roomId: room!.id, language: 'kk', startsOn: '2031-03-03', endsOn: '2031-03-07', capacity: seats })
        await changeState(db, actor, { cohortId: id, to: 'open' }, sealAttendance)
        return id
      }),
    async end() {
      await bench.stopServer()
      rmSync(folder, { recursive: true, force: true })
    },
  }
  bench.traineeToken = await withDatabase(async ({ db }) => {
    const { token } = await signIn(db, visitor, { login: 'trainee@demo.kz', password: demoPassword })
    return token
  })
  return bench
}

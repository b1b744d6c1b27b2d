import { readFileSync } from 'node:fs'
import { sql } from 'drizzle-orm'
import { PgDialect } from 'drizzle-orm/pg-core'
import { type Database, openDatabase } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { rows } from '#db/rows.ts'
import { seedScale } from '#db/seed/scale/index.ts'
import { system } from '#modules/actor.ts'
import { openRaw, type Raw } from '#scripts/bench/rawSql.ts'
import { prepareDatabase } from '#scripts/migrate.ts'
import { planOf, processorOf, time } from './asking.ts'
import { enterNeeds, findGround, type Ground } from './ground.ts'
import { type Question, questionsOf } from './questions.ts'
import type { Answered, Dataset } from './tables.ts'

// One data set of the ministry's benchmark, in a process of its own: its environment says which database (DATABASE_URL, or the embedded one in
// DATA_DIR) and how many certificates it gets (BENCH_CERTIFICATES) when it is empty. Prints what was measured as JSON.

const environment = readEnvironment({ ...process.env })
const kind = environment.databaseUrl ? 'postgresql' : 'embedded'
const wanted = Number(process.env['BENCH_CERTIFICATES'])
const only = process.env['BENCH_ONLY'] ? new RegExp(process.env['BENCH_ONLY'], 'i') : null

const withDatabase = async <Result>(work: (database: Database) => Promise<Result>): Promise<Result> => {
  const database = await openDatabase(environment)
  try {
    return await work(database)
  } finally {
    await database.close()
  }
}

/** Seconds that it took to make the register; null when there is one already. */
const makeRegister = () => withDatabase(async (database) => {
  const { db } = database
  await prepareDatabase({ db, database, environment })
  const [held] = await rows<{ certificates: number }>(db, sql`select count(*)::int as certificates from (select 1 from certificates limit 1) one`)
  const started = performance.now()
  if (held!.certificates === 0) await seedScale(db, system('bench'), { certificates: wanted })
  const seconds = (performance.now() - started) / 1000
  await enterNeeds(db, await findGround(db))
  return held!.certificates === 0 ? seconds : null
})

const dialect = new PgDialect({ casing: 'snake_case' })
const say = (text: string) => void process.stderr.write(`${text}\n`)

/** What the product takes over its own connections, as a page has them. */
async function timeOurs(database: Database, questions: readonly Question[]) {
  const spent = processorOf(kind === 'postgresql' ? await postmasterOf(database) : null)
  const ours = new Map<string, Pick<Answered, 'ours' | 'failed'> & { answer: unknown }>()
  for (const { what, ask } of questions) {
    let answer: unknown
    const found = await time(async () => { answer = await ask(database.reports) }, spent).then((ours) => ({ ours, failed: null }), (error: Error) => ({ ours: null, failed: error.cause instanceof Error ? error.cause.message : error.message }))
    ours.set(what, { ...found, answer })
    say(`${what}: ${found.ours ? `${found.ours.p95.toFixed(1)} ms` : found.failed}`)
  }
  return ours
}

/** The server's first process, when it runs on this machine. */
async function postmasterOf({ db }: Database): Promise<number | null> {
  const [backend] = await rows<{ pid: number }>(db, sql`select pg_backend_pid() as pid`)
  try {
    const told = readFileSync(`/proc/${backend!.pid}/stat`, 'utf8')
    return Number(told.slice(told.lastIndexOf(')') + 2).split(' ')[1])
  } catch {
    return null
  }
}

async function answer(raw: Raw, question: Question, ours: Pick<Answered, 'ours' | 'failed'> & { answer: unknown }): Promise<Answered> {
  const { answer: came, ...timed } = ours
  const plain = question.plainly && dialect.sqlToQuery(question.plainly)
  const bare = plain ? await time(() => raw.run(plain.sql, plain.params), () => null) : null
  if (plain && typeof came === 'number') {
    const sum = (await raw.run(plain.sql, plain.params)).reduce((total, row) => total + Number(row['count']), 0)
    if (sum !== came) throw new Error(`${question.what}: the product says ${came}, its definition in bare SQL ${sum}`)
  }
  const plan = timed.failed === null ? await planOf(raw, await raw.capture(question.ask)) : null
  return { what: question.what, goal: question.goal, ...timed, plan, bare: bare && { p50: bare.p50, processor: bare.processor } }
}

const seeded = await makeRegister()
if (seeded !== null) say(`${wanted} certificates on ${kind} in ${seeded.toFixed(1)} s`)
const raw = kind === 'postgresql' ? await openRaw(environment.databaseUrl, environment.dataDir) : null
await (raw ?? { run: async (text: string) => withDatabase(({ db }) => db.execute(sql.raw(text))) }).run('vacuum analyze', [])
const { ground, questions, ours } = await withDatabase(async (database) => {
  const ground: Ground = await findGround(database.db)
  const questions = questionsOf(ground).filter(({ what }) => only?.test(what) ?? true)
  return { ground, questions, ours: await timeOurs(database, questions) }
})
// The embedded database has one door: the product's own is shut by now.
const beside = raw ?? await openRaw(undefined, environment.dataDir)
const answered: Answered[] = []
for (const question of questions) answered.push(await answer(beside, question, ours.get(question.what)!))
await beside.close()
const dataset: Dataset = { database: kind, certificates: ground.certificates, entries: ground.entries, answers: ground.answers, seeded, answered }
process.stdout.write(JSON.stringify(dataset))

import { count, countDistinct, eq, isNotNull, sql, TransactionRollbackError } from 'drizzle-orm'
import { existsSync, mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { rows } from '#db/rows.ts'
import { answers, assessments, attempts, certificates, cohorts, editions, enrolments, entries, evaluations, evaluators, followups, persons, revocations, seats, serials, settings } from '#db/schema/index.ts'
import { fillBare } from '#db/seed/scale/bare.ts'
import { classesOf, classSizes, fateOf, mondays, personOf } from '#db/seed/scale/plan.ts'
import { syntheticIin } from '#db/seed/scale/people.ts'
import { seedScale } from '#db/seed/scale/index.ts'
import { system } from '#modules/actor.ts'
import { type Choice, grade, reaches } from '#modules/assessment/index.ts'
import { countCertificates } from '#modules/counts/index.ts'
import { reconcile } from '#modules/reconciliation/index.ts'
import { fileOf, issueCertificates, verifyCode } from '#modules/certificates/index.ts'
import { itemsOf, publishCourse } from '#modules/courses/index.ts'
import { readObserved } from '#modules/followup/index.ts'
import { keepPublicKeys, record, verifyLedger } from '#modules/ledger/index.ts'
import { checkIin } from '#modules/people/index.ts'
import { seedRegions } from '#modules/places/index.ts'
import { type Context, WrongUsage } from '#scripts/command.ts'
import { seedScaleCommand } from '#scripts/seedScale.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, anEdition, aPerson } from '#tests/factories.ts'

// A folder of each test's own: others keep checkpoints of other ledgers.
let folder: string
const before = environment().dataDir
beforeEach(() => void (environment().dataDir = folder = mkdtempSync(join(tmpdir(), 'besik-scale-'))))
afterEach(() => {
  environment().dataDir = before
  rmSync(folder, { recursive: true, force: true })
})

const actor = system('scale')
const twoCourses = async (tx: Db) => {
  await anEdition(tx, { demonstration: true, approval: null, number: 1 })
  await anEdition(tx, { course: 'home-visiting', demonstration: true, approval: null, validityMonths: 60, number: 1 })
}

test('500 certificates: the ledger verifies, everything reconciles, and the counts are right', async ({ db }) => {
  await seedRegions(db)
  const told: number[] = []
  const scale = await seedScale(db, actor, { certificates: 500, publish: twoCourses, now: new Date('2026-11-23T08:00:00Z') }, (done) => told.push(done))

  const verdict = await verifyLedger(db)
  expect(verdict).toMatchObject({ ok: true, entries: scale.entries, covered: scale.entries, checkpoints: 1 })
  expect(await reconcile(db, actor, {})).toMatchObject({ ok: true, differences: [], figures: { query: 500 - scale.revoked, register: 500 - scale.revoked, ledger: 500 - scale.revoked, list: 500 - scale.revoked } })
  const by = async (dimension: 'region' | 'centre' | 'month' | 'profession' | 'course' | 'language') => (await countCertificates(db, actor, { by: [dimension] }))
  for (const dimension of ['region', 'centre', 'month', 'profession', 'course', 'language'] as const) {
    const { rows, total } = await by(dimension)
    expect([dimension, rows.reduce((sum, row) => sum + row.count, 0), total]).toEqual([dimension, 500 - scale.revoked, 500 - scale.revoked])
  }
  expect((await by('region')).rows).toHaveLength(20)
  expect((await by('centre')).rows.length).toBeGreaterThanOrEqual(20)
  expect((await by('course')).rows).toHaveLength(2)
  expect((await by('profession')).rows.length).toBeGreaterThan(10)
  expect(new Set((await by('month')).rows.map((row) => String(row['month']).slice(0, 4))).size).toBeGreaterThanOrEqual(5)
  expect([scale.revoked, scale.replaced]).toEqual([6, 7])
  expect(await db.$count(revocations)).toBe(6)
  expect(await db.$count(certificates, isNotNull(certificates.predecessorId))).toBe(7)
  expect(told.at(-1)).toBe(500)
})

test('what it makes keeps the product’s promises: seats, serials, signatures, PDFs, and new entries go on from it', async ({ db }) => {
  await seedRegions(db)
  // As migrating does before anything is seeded.
  await keepPublicKeys(db)
  await seedScale(db, actor, { certificates: 60, publish: twoCourses })
  expect(await db.$count(seats)).toBe(await db.$count(enrolments))
  expect((await db.select({ n: count() }).from(seats).groupBy(seats.cohortId)).every(({ n }) => n >= 1 && n <= 25)).toBe(true)
  const [rooms] = await db.select({ all: count(), apart: sql<number>`count(distinct (${cohorts.roomId}, ${cohorts.startsOn}))::int` }).from(cohorts)
  expect(rooms!.apart).toBe(rooms!.all)
  for (const { year, last } of await db.select().from(serials)) {
    const [row] = await db.select({ n: countDistinct(certificates.serial), last: sql<string>`max(${certificates.serial})` }).from(certificates).where(sql`${certificates.serial} like ${`KZ-${year}-%`}`)
    expect(row).toEqual({ n: last, last: `KZ-${year}-${String(last).padStart(6, '0')}` })
  }
  const states = new Map<string, number>()
  for (const { code } of await db.select({ code: certificates.code }).from(certificates)) {
    const view = (await verifyCode(db, code))!
    expect(view).toMatchObject({ demonstration: true, signature: { state: 'holds' } })
    expect(view.ledger.proof).not.toBeNull()
    states.set(view.status, (states.get(view.status) ?? 0) + 1)
  }
  expect(Object.fromEntries(states)).toEqual({ valid: 58 + 1, replaced: 1, revoked: 1 })
  const [one] = await db.select({ code: certificates.code }).from(certificates).limit(1)
  expect((await fileOf(db, one!.code)).pdf.subarray(0, 5).toString()).toBe('%PDF-')
  await record(db, actor, 'list.exported', { list: 'x', rows: 1, digest: '0'.repeat(64) })
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
  // Nobody gets a second certificate where there is one.
  const [cohort] = await db.select({ id: certificates.cohortId }).from(certificates).limit(1)
  const held = await db.$count(certificates)
  await issueCertificates(db, actor, { cohortId: cohort!.id })
  expect(await db.$count(certificates)).toBe(held)
})

test('the database stays marked, nobody in it can sign in, and no number is of anyone alive', async ({ db }) => {
  await seedRegions(db)
  await seedScale(db, actor, { certificates: 30, publish: twoCourses })
  expect((await db.select().from(settings).orderBy(settings.name)).map((row) => [row.name, row.value])).toEqual([['demonstration', true], ['synthetic', true]])
  const people = await db.select().from(persons)
  expect(people).toHaveLength(30)
  for (const { email, phone, passwordHash } of people) expect([email, phone, passwordHash]).toEqual([null, null, null])
  const bodies = (await db.select({ body: entries.body }).from(entries)).map((entry) => entry.body).join()
  for (const { familyName } of people) expect(bodies).not.toContain(familyName)
  const numbers = Array.from({ length: 20_000 }, (_, n) => syntheticIin(n, n % 3 === 0))
  expect(new Set(numbers).size).toBe(numbers.length)
  for (const number of numbers.slice(0, 2000)) expect(checkIin(number)).toMatchObject({ valid: true, birthDate: expect.stringMatching(/^18/) })
})

test('a course of content/: ten answers a certificate marked by the product’s rule, opinions, visits within their days, and every key and trigger back in its place', async ({ db }) => {
  await seedRegions(db)
  const catalogue = async () => (await rows<{ what: string }>(db, sql`
    select concat_ws(' ', conrelid::regclass, conname, pg_get_constraintdef(oid)) as what from pg_constraint where connamespace = 'public'::regnamespace
    union all select indexdef from pg_indexes where schemaname = 'public'
    union all select concat_ws(' ', tgrelid::regclass, tgname, tgenabled) from pg_trigger where not tgisinternal order by 1`)).map(({ what }) => what)
  const before = await catalogue()
  const scale = await seedScale(db, actor, { certificates: 300, publish: (tx, by) => publishCourse(tx, by, { course: 'imci', demonstration: true }) })
  expect(await catalogue()).toEqual(before)
  expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: scale.entries })

  expect([await db.$count(attempts), await db.$count(answers)]).toEqual([600, 3000])
  const [edition] = await db.select({ id: editions.id }).from(editions)
  const items = await itemsOf(db, edition!.id)
  const sat = await db.select({ attempt: attempts, test: assessments }).from(attempts).innerJoin(assessments, eq(assessments.id, attempts.assessmentId))
  const given = Map.groupBy(await db.select().from(answers), (one) => one.attemptId)
  for (const { attempt, test } of sat) {
    const { score, maximum } = grade(attempt.form.map(({ id }) => items.get(id)!), new Map(given.get(attempt.id)!.map((one) => [one.itemId, one.choice as Choice])))
    expect([attempt.score, attempt.maximum, attempt.passed]).toEqual([score, maximum, reaches(score, maximum, test.passPercent)])
    if (test.kind === 'post-test') expect(attempt.passed).toBe(true)
  }
  const mean = (kind: string) => sat.filter(({ test }) => test.kind === kind).reduce((sum, { attempt }) => sum + attempt.score! / attempt.maximum!, 0) / 300
  expect(mean('post-test')).toBeGreaterThan(mean('pre-test') + 0.2)

  expect(await db.$count(evaluations)).toBe(await db.$count(evaluators))
  expect(await db.$count(followups)).toBe(300)
  const made = await db.select().from(followups).where(isNotNull(followups.visitedOn))
  expect(made.length).toBeGreaterThan(150)
  for (const visit of made) {
    expect(visit.visitedOn! >= visit.dueFrom && visit.visitedOn! <= visit.dueUntil).toBe(true)
    expect(readObserved(visit.observed!)).toMatchObject({ edition: expect.any(String), trainee: [expect.any(String)], supervisor: [expect.any(String)] })
  }
  expect(await db.$count(entries, sql`kind = 'followup.recorded'`)).toBe(made.length)
  for (const [kept, view] of [['tallies', 'standing_cells'], ['holdings', 'held_now'], ['learning_sums', 'learned_now']] as const) {
    const [apart] = await rows<{ n: number }>(db, sql`select count(*)::int as n from ((select to_jsonb(a) as row from ${sql.identifier(kept)} a) except all (select to_jsonb(b) from ${sql.identifier(view)} b)) x`)
    expect([kept, apart!.n, (await rows(db, sql`select 1 from ${sql.identifier(kept)}`)).length]).toEqual([kept, 0, (await rows(db, sql`select 1 from ${sql.identifier(view)}`)).length])
  }
})

test('the same number makes the same register: ids, serials and codes, and keys aside every word that the ledger tells', async ({ db }) => {
  await seedRegions(db)
  const register = async () => {
    const made: unknown[] = []
    await db.transaction(async (inner) => {
      const tx = inner as unknown as Db
      await seedScale(tx, actor, { certificates: 80, publish: twoCourses, now: new Date('2026-11-23T08:00:00Z') })
      made.push(
        await tx.select({ id: certificates.id, serial: certificates.serial, code: certificates.code, person: certificates.personId, cohort: certificates.cohortId, entry: certificates.entrySeq }).from(certificates).orderBy(certificates.serial),
        (await tx.select({ at: entries.at, kind: entries.kind }).from(entries).orderBy(entries.seq)).filter(({ kind }) => kind !== 'course.published'),
        await tx.select({ id: persons.id, name: persons.folded }).from(persons).orderBy(persons.id),
      )
      inner.rollback()
    }).catch((error: unknown) => {
      if (!(error instanceof TransactionRollbackError)) throw error
    })
    return made
  }
  const [first, second] = [await register(), await register()]
  expect(second).toEqual(first)
  expect((first[0] as unknown[]).length).toBe(81)
})

test('a register that breaks what only triggers look after is refused whole', async ({ db }) => {
  const chain = { n: 0 }
  await expect(db.transaction((inner) => fillBare(inner as unknown as Db, async () => {
    chain.n++
    await inner.execute(sql`insert into entries (seq, at, kind, body, prev, hash) values (1, now(), 'list.exported', '{}', decode(repeat('11', 32), 'hex'), decode(repeat('22', 32), 'hex'))`)
  }, async () => {}))).rejects.toThrow(/continue the chain|synthetic register/)
  expect([chain.n, await db.$count(entries)]).toEqual([1, 0])
})

describe('the command', () => {
  const run = async (db: Db, ...args: string[]) => {
    const lines: string[] = []
    const database = { migrate: async () => {} }
    const code = await seedScaleCommand.run({ db, database, environment: environment(), args, print: (line: string) => void lines.push(line) } as unknown as Context)
    return { code, text: lines.join('\n') }
  }

  test.for([
    ['a person', (db: Db) => aPerson(db)],
    ['a place', (db: Db) => aCentre(db)],
    ['an entry of the ledger', (db: Db) => record(db, actor, 'list.exported', { list: 'x', rows: 1, digest: '0'.repeat(64) })],
  ] as const)('refuses a database that holds %s, and changes nothing', async ([, make], { db }) => {
    await make(db)
    const held = [await db.$count(entries), await db.$count(persons)]
    expect(await run(db, '--certificates', '5')).toMatchObject({ code: 1, text: expect.stringContaining('not empty') })
    expect([await db.$count(entries), await db.$count(persons)]).toEqual(held)
    expect([await db.$count(certificates), await db.$count(settings)]).toEqual([0, 0])
  })

  test.for(['', '0', '-5', '1.5', 'many', '1000001'])('says what is wrong with --certificates %j', async (number, { db }) => {
    await expect(run(db, ...(number ? [`--certificates=${number}`] : []))).rejects.toBeInstanceOf(WrongUsage)
    expect(existsSync(join(folder, 'checkpoints'))).toBe(false)
  })
})

describe('the plan', () => {
  test.for([1, 24, 25, 26, 500, 10_000])('%d certificates are given by classes of at most 25 that add up', (n) => {
    const sizes = classSizes(n)
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(n)
    expect(sizes.every((size) => size >= 1 && size <= 25)).toBe(true)
    expect(sizes.slice(0, -1).every((size) => size >= 23)).toBe(true)
  })

  test('no class is in a region before that region was there, and no room holds two in a week', () => {
    const opensIn = [0, 0, 29, 0, 29]
    const classes = classesOf(20_000, opensIn)
    for (const { centre, week } of classes) expect(week).toBeGreaterThanOrEqual(opensIn[centre]!)
    expect(new Set(classes.map((one) => `${one.week} ${one.centre} ${one.room}`)).size).toBe(classes.length)
    expect([Math.min(...classes.map((one) => one.week)), Math.max(...classes.map((one) => one.week))]).toEqual([0, 259])
  })

  test('five years of Mondays end before today', () => {
    const all = mondays(new Date('2026-11-23T08:00:00Z'))
    expect([all.length, all[0], all.at(-1)]).toEqual([260, '2021-11-29', '2026-11-16'])
    expect(all.every((date) => new Date(`${date}T00:00:00Z`).getUTCDay() === 1)).toBe(true)
    expect(mondays(new Date('2026-11-22T20:00:00Z')).at(-1)).toBe('2026-11-16')
    expect(mondays(new Date('2026-11-22T18:00:00Z')).at(-1)).toBe('2026-11-09')
  })

  test('nobody is twice in one class, and nobody comes back before they came', () => {
    for (let n = 0; n < 5000; n++) {
      const person = personOf(n)
      expect(person === n || (n - person > 25 && personOf(person) === person)).toBe(true)
    }
    expect(['kept', 'revoked', 'replaced'].map((fate) => Array.from({ length: 5000 }, (_, n) => fateOf(n)).filter((one) => one === fate).length).every((n) => n > 50)).toBe(true)
  })
})

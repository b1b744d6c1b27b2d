import { type SQL, and, eq, isNull, sql } from 'drizzle-orm'
import type { PgTable } from 'drizzle-orm/pg-core'
import fc from 'fast-check'
import type { Db } from '#db/client.ts'
import * as schema from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { learningOf, logbookOf, stationsOf } from '#modules/assessment/index.ts'
import { myAttendance } from '#modules/attendance/index.ts'
import { demandMergeable, demandUnmergeable } from '#modules/certificates/index.ts'
import { myDemands, myEnrolments } from '#modules/cohorts/index.ts'
import { bookmarksOf, progressOf } from '#modules/courses/index.ts'
import { myFollowups } from '#modules/followup/index.ts'
import { changePerson, createPerson, mergePersons, unmergePersons, workHistory } from '#modules/people/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, actorFor, aFacility, anEdition, aTrainer } from '#tests/factories.ts'

// Whatever two records have been through: joined they show everything that either had, and parted again they are what they were.

class RollBack extends Error {}
const actor = system('test')
const iin = '791028302728'
const day = (n: number) => new Date(Date.UTC(2026, 9, n))

/** What may have happened to one record. A thing of the other record never happens to it too where the register forbids that. */
const life = fc.record({
  email: fc.boolean(), phone: fc.boolean(), passport: fc.boolean(), sex: fc.boolean(), trainer: fc.boolean(), password: fc.boolean(),
  works: fc.array(fc.record({ facility: fc.constantFrom(0, 1, null), profession: fc.constantFrom('midwife' as const, 'teacher' as const, null) }), { maxLength: 3 }),
  consents: fc.array(fc.record({ given: fc.integer({ min: 1, max: 20 }), withdrawn: fc.boolean() }), { maxLength: 3 }),
  codes: fc.integer({ min: 0, max: 2 }), classes: fc.subarray([0, 1, 2]), lessons: fc.subarray([1, 2]), bookmarks: fc.subarray([1, 2]),
  demand: fc.constantFrom(null, 'imci', 'emergency'), duplicates: fc.integer({ min: 0, max: 1 }),
})
type Life = typeof life extends fc.Arbitrary<infer One> ? One : never

type World = { facilities: string[]; centreId: string; editionId: string; cohorts: (typeof schema.cohorts.$inferSelect)[]; trainerId: string; assessments: string[] }

async function aWorld(db: Db): Promise<World> {
  const centre = await aCentre(db)
  const edition = await anEdition(db)
  const cohorts = []
  const assessments = []
  for (const _ of [1, 2, 3]) {
    const cohort = await aCohort(db, { centreId: centre.id, editionId: edition.id, state: 'closed', startsOn: '2026-10-05', endsOn: '2026-10-09' })
    const [test] = await db.insert(schema.assessments).values({
      cohortId: cohort.id, editionId: edition.id, name: 'post-test', kind: 'post-test', minutes: 30, attempts: 3, retakeDays: 7, itemCount: 3, passPercent: 70, opensAt: day(5),
    }).returning()
    cohorts.push(cohort)
    assessments.push(test!.id)
  }
  return { facilities: [(await aFacility(db)).id, (await aFacility(db)).id], centreId: centre.id, editionId: edition.id, cohorts, trainerId: (await aTrainer(db, centre.id)).personId!, assessments }
}

async function lives(db: Db, world: World, one: Life, n: number, withIin: boolean): Promise<string> {
  const { id } = await createPerson(db, actor, {
    familyName: 'Оспан', givenName: 'Айгүл', role: 'trainee', ...(one.email && { email: `record${n}@example.kz` }), ...(one.phone && { phone: `+7705000000${n}` }),
    ...(one.passport && { passport: `N1234567${n}` }), ...(one.sex && { sex: 'female' as const }), ...(withIin && { iin }),
  })
  if (one.trainer) await actorFor(db, id, { role: 'trainer', centreId: world.centreId })
  if (one.password) await db.update(schema.persons).set({ passwordHash: `hash ${n}` }).where(eq(schema.persons.id, id))
  for (const [index, { facility, profession }] of one.works.entries()) {
    await changePerson(db, actor, { personId: id, facilityId: facility === null ? null : world.facilities[facility]!, profession })
    await db.update(schema.workplaces).set({ since: `2025-0${index + 1}-01` }).where(and(eq(schema.workplaces.personId, id), isNull(schema.workplaces.until)))
  }
  for (const { given, withdrawn } of one.consents) await db.insert(schema.consents).values({ personId: id, version: '2026-11', locale: 'kk', givenAt: day(given), withdrawnAt: withdrawn ? day(given + 3) : null })
  for (let code = 0; code < one.codes; code++) await db.insert(schema.recoveryCodes).values({ personId: id, hash: `${n}-${code}`, usedAt: code ? day(1) : null })
  for (const index of one.classes) {
    const [cohort, seat] = [world.cohorts[index]!, { cohortId: world.cohorts[index]!.id, personId: id }]
    await db.insert(schema.enrolments).values({ ...seat, state: 'enrolled', source: 'roster', ticket: 10 * index + n })
    await db.insert(schema.attendance).values({ ...seat, date: cohort.startsOn, half: n === 1 ? 'am' : 'pm', mark: 'present' })
    await db.insert(schema.attempts).values({ ...seat, assessmentId: world.assessments[index]!, number: 1, seed: 's', form: [], startedAt: day(6), closesAt: day(7), finishedAt: day(6), score: 3, maximum: 3, passed: true })
    await db.insert(schema.observations).values({ ...seat, editionId: world.editionId, station: 'counting-breaths', observerId: world.trainerId, steps: { 'calm-child': true }, passed: true })
    await db.insert(schema.logbook).values({ ...seat, date: cohort.startsOn, setting: 'outpatient', signs: [], classifications: [], ageGroup: 'child' })
    await db.insert(schema.followups).values({ ...seat, dueFrom: '2026-11-06', dueUntil: '2026-11-20' })
  }
  for (const lesson of one.lessons) await db.insert(schema.progress).values({ personId: id, editionId: world.editionId, lessonId: `imci-1-0${lesson}` })
  for (const lesson of one.bookmarks) await db.insert(schema.bookmarks).values({ personId: id, editionId: world.editionId, lessonId: `imci-1-0${lesson}` })
  if (one.demand) await db.insert(schema.demands).values({ personId: id, course: one.demand, language: 'kk' })
  return id
}

/** Every table that leads to a person, row for row. A role that was given by the merge and ended by its undoing is history, and letters are letters. */
async function everything(db: Db) {
  const rows = async (table: PgTable, where?: SQL) => (await db.select().from(table).where(where)).map((row) => JSON.stringify(row)).sort()
  const { persons, workplaces, consents, recoveryCodes, enrolments, attendance, attempts, observations, logbook, followups, progress, bookmarks, demands, memberships } = schema
  const all: Record<string, string[]> = { memberships: await rows(memberships, isNull(memberships.until)) }
  for (const [name, table] of Object.entries({ persons, workplaces, consents, recoveryCodes, enrolments, attendance, attempts, observations, logbook, followups, progress, bookmarks, demands })) all[name] = await rows(table)
  return all
}

test('joined they show all that either had, and parted they are what they were', { timeout: 3_600_000 }, async ({ db }) => {
  const seed = Number(process.env['SEED'] ?? Date.now() % 2 ** 31)
  console.info(`seed ${seed}`)
  const world = await aWorld(db)
  await fc.assert(fc.asyncProperty(life, life, fc.constantFrom('duplicate', 'kept', 'neither'), async (first, second, iinOf) => {
    await db.transaction(async (raw) => {
      const tx = raw as unknown as Db
      const duplicate = await lives(tx, world, first, 1, iinOf === 'duplicate')
      const kept = await lives(tx, world, second, 2, iinOf === 'kept')
      if (first.duplicates) {
        const { id } = await createPerson(tx, actor, { familyName: 'Оспан', givenName: 'Айгүл', role: 'trainee' })
        await mergePersons(tx, actor, { personId: id, intoId: duplicate }, demandMergeable)
      }
      const before = await everything(tx)
      await mergePersons(tx, actor, { personId: duplicate, intoId: kept }, demandMergeable)

      const human = await actorFor(tx, kept)
      const classes = new Set([...first.classes, ...second.classes])
      expect(await myEnrolments(tx, human)).toHaveLength(first.classes.length + second.classes.length)
      expect(await learningOf(tx, human)).toHaveLength(classes.size)
      expect(await myFollowups(tx, human)).toHaveLength(first.classes.length + second.classes.length)
      for (const index of classes) {
        const cohortId = world.cohorts[index]!.id
        const parts = Number(first.classes.includes(index)) + Number(second.classes.includes(index))
        expect(await myAttendance(tx, human, { cohortId })).toHaveLength(parts)
        expect((await logbookOf(tx, human, { cohortId })).people.flatMap((one) => one.written)).toHaveLength(parts)
        expect((await stationsOf(tx, human, { cohortId })).people.filter((one) => 'counting-breaths' in one.sheets)).toHaveLength(parts)
      }
      expect([...(await progressOf(tx, human, world.editionId)).keys()].sort()).toEqual([...new Set([...first.lessons, ...second.lessons])].map((n) => `imci-1-0${n}`).sort())
      expect(new Set((await bookmarksOf(tx, human)).map((one) => one.lessonId)).size).toBe(new Set([...first.bookmarks, ...second.bookmarks]).size)
      expect(new Set((await myDemands(tx, human)).map((one) => one.course))).toEqual(new Set([first.demand, second.demand].filter((one) => one !== null)))
      const [row] = await tx.select().from(schema.persons).where(eq(schema.persons.id, kept))
      const open = (await workHistory(tx, actor, kept)).filter((stay) => stay.until === null)
      expect(open).toMatchObject(row!.facilityId || row!.profession ? [{ facilityId: row!.facilityId, profession: row!.profession }] : [])

      await unmergePersons(tx, actor, { personId: duplicate, reason: 'екі бөлек адам' }, demandUnmergeable)
      expect(await everything(tx)).toEqual(before)
      throw new RollBack()
    }).catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error
    })
  }), { seed, numRuns: process.env['TORTURE'] ? 1500 : 20 })
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
  expect(await db.$count(schema.persons, sql`merged_into is not null`)).toBe(0)
})

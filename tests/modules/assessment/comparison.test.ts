import { eq } from 'drizzle-orm'
import { describe } from 'vitest'
import type { Db } from '#db/client.ts'
import { enrolments, entries, observations } from '#db/schema/index.ts'
import { comparisonOf, observe, resultsOf, stationsOf } from '#modules/assessment/index.ts'
import { compare, type Observed, pairSheets } from '#modules/assessment/comparison.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, actorFor, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const station = 'counting-breaths'
const all = { 'calm-child': true, 'whole-minute': true, threshold: true, thanks: true }
const zone = 'Asia/Qyzylorda'
const at = (hour: number, day = 1): Date => new Date(`2027-03-0${day}T${String(hour).padStart(2, '0')}:00:00+05:00`)
const sheet = (role: Observed['role'], when: Date, steps: Record<string, boolean> = all, personId = 'p'): Observed => ({ personId, role, steps, observedAt: when })

describe('which sheets are of the same performance', () => {
  test('the examiner’s nearest in time on the same day', () => {
    const [early, late] = [{ ...all, thanks: false }, all]
    expect(pairSheets([sheet('examiner', at(9), early), sheet('examiner', at(15), late), sheet('second', at(10), all)], zone)).toEqual([{ examiner: early, second: all }])
    expect(pairSheets([sheet('examiner', at(9), early), sheet('examiner', at(15), late), sheet('second', at(14), all)], zone)).toEqual([{ examiner: late, second: all }])
  })

  test('of a second observer the latest; of another day, or of another person, none', () => {
    const first = { ...all, threshold: false }
    expect(pairSheets([sheet('examiner', at(9)), sheet('second', at(9), first), sheet('second', at(10), all)], zone)).toEqual([{ examiner: all, second: all }])
    expect(pairSheets([sheet('examiner', at(9)), sheet('second', at(9, 2))], zone)).toEqual([])
    expect(pairSheets([sheet('examiner', at(9), all, 'p'), sheet('second', at(9), all, 'q')], zone)).toEqual([])
  })

  test('the day is the centre’s: after midnight in UTC it may still be the same evening there', () => {
    // 23:00 and 03:00 in UTC are 04:00 and 08:00 of one day in Kyzylorda.
    expect(pairSheets([sheet('examiner', new Date('2027-03-01T23:00:00Z')), sheet('second', new Date('2027-03-02T03:00:00Z'))], zone)).toHaveLength(1)
  })
})

test('steps are compared one by one, and those that differ are named, the most often first', () => {
  const steps = Object.keys(all).map((id) => ({ id }))
  const pairs = [
    { examiner: all, second: { ...all, threshold: false } },
    { examiner: all, second: { ...all, threshold: false, thanks: false } },
    { examiner: all, second: { 'calm-child': true, 'whole-minute': true, threshold: true } },
  ]
  expect(compare(steps, pairs)).toMatchObject({ people: 3, enough: false, agreement: { n: 11 }, differing: [{ step: 'threshold', n: 2 }, { step: 'thanks', n: 1 }] })
  expect(compare(steps, pairs).agreement.observed).toBeCloseTo(8 / 11, 10)
  expect(compare(steps, []).agreement).toMatchObject({ n: 0, kappa: null })
  expect(compare(steps, Array.from({ length: 13 }, () => pairs[0]!))).toMatchObject({ enough: true, agreement: { n: 52 } })
})

async function aGroup(db: Db) {
  const cohort = await aCohort(db, { state: 'running' })
  const trainee = await aTrainee(db)
  await seated(db, cohort, trainee.personId!)
  const [examiner, second] = [await aTrainer(db, cohort.centreId), await aTrainer(db, cohort.centreId)]
  return { cohort, trainee, examiner, second, sheet: { cohortId: cohort.id, station, personId: trainee.personId!, steps: all } }
}
const passed = async (db: Db, cohortId: string, personId: string) => (await resultsOf(db, cohortId)).get(personId)!.stations
const moment = () => new Promise((resolve) => setTimeout(resolve, 5))

describe('a second observer', () => {
  test('never decides, however late, and the ledger does not tell it', async ({ db }) => {
    const { cohort, trainee, examiner, second, sheet: page } = await aGroup(db)
    await observe(db, second, { ...page, role: 'second' })
    expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: false }])
    await observe(db, examiner, page)
    await moment()
    expect(await observe(db, second, { ...page, role: 'second', steps: { ...all, threshold: false } })).toEqual({ passed: false, role: 'second' })
    expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: true }])
    expect(await db.$count(entries)).toBe(1)
  })

  test('is shown beside the examiner to trainers, and not to the trainee', async ({ db }) => {
    const { cohort, trainee, examiner, second, sheet: page } = await aGroup(db)
    await observe(db, examiner, page)
    await observe(db, second, { ...page, role: 'second', steps: { ...all, threshold: false } })
    expect((await stationsOf(db, examiner, { cohortId: cohort.id })).people).toMatchObject([{ sheets: { [station]: { passed: true } }, seconds: { [station]: { passed: false } } }])
    expect((await stationsOf(db, trainee, { cohortId: cohort.id })).people).toMatchObject([{ sheets: { [station]: { passed: true } }, seconds: {} }])
    const { stations } = await comparisonOf(db, examiner, { cohortId: cohort.id })
    expect(stations).toMatchObject([{ station, comparison: { people: 1, agreement: { n: 4, observed: 0.75 }, differing: [{ step: 'threshold', n: 1 }] } }])
  })

  test.for(['examiner', 'second'] as const)('is somebody else: who has a sheet as %s writes none in the other role', async (role, { db }) => {
    const { examiner, sheet: page } = await aGroup(db)
    await observe(db, examiner, { ...page, role })
    await expect(observe(db, examiner, { ...page, role: role === 'second' ? 'examiner' : 'second', steps: { ...all, thanks: false } })).rejects.toMatchObject({ code: 'observation.both-roles' })
    expect(await db.$count(observations)).toBe(1)
  })

  test('may be the examiner of another person', async ({ db }) => {
    const { cohort, examiner, sheet: page } = await aGroup(db)
    const other = await aTrainee(db)
    await db.insert(enrolments).values({ cohortId: cohort.id, personId: other.personId!, state: 'enrolled', source: 'coordinator', ticket: 77 })
    await observe(db, examiner, page)
    expect(await observe(db, examiner, { ...page, personId: other.personId!, role: 'second' })).toEqual({ passed: true, role: 'second' })
  })

  test('and the agreement are for those who work at the centre', async ({ db }) => {
    const { cohort, trainee } = await aGroup(db)
    for (const actor of [trainee, await aTrainer(db, (await aCentre(db)).id)]) await expect(comparisonOf(db, actor, { cohortId: cohort.id })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

describe('a sheet from a device that lost the connection', () => {
  const sheetId = '3b0e9e86-5a0c-4e39-9a2b-6d1b7c0b9d11'

  test('is kept once, however often it is sent, also when another sheet came between', async ({ db }) => {
    const { cohort, trainee, examiner, second, sheet: page } = await aGroup(db)
    const failed = { ...page, sheetId, seen: '' as const, steps: { ...all, threshold: false } }
    await observe(db, examiner, failed)
    await moment()
    await observe(db, second, page)
    expect(await observe(db, examiner, failed)).toEqual({ passed: false, role: 'examiner' })
    expect(await db.$count(observations)).toBe(2)
    expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: true }])
  })

  test('that was changed after it had arrived is not mistaken for the one that arrived', async ({ db }) => {
    const { examiner, sheet: page } = await aGroup(db)
    await observe(db, examiner, { ...page, sheetId, seen: '' })
    await expect(observe(db, examiner, { ...page, sheetId, seen: '', steps: { ...all, threshold: false } })).rejects.toMatchObject({ code: 'observation.newer' })
    expect(await db.select().from(observations).where(eq(observations.id, sheetId))).toMatchObject([{ steps: all, passed: true }])
  })

  test('never overrules unawares a sheet that was kept after the page was opened', async ({ db }) => {
    const { cohort, trainee, examiner, second, sheet: page } = await aGroup(db)
    await observe(db, second, page)
    const late = { ...page, seen: '' as const, steps: { ...all, threshold: false } }
    await expect(observe(db, examiner, late)).rejects.toMatchObject({ code: 'observation.newer' })
    expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: true }])
    const { sheets } = (await stationsOf(db, examiner, { cohortId: cohort.id })).people[0]!
    await moment()
    await observe(db, examiner, { ...late, seen: sheets[station]!.sheetId })
    expect(await passed(db, cohort.id, trainee.personId!)).toEqual([{ station, passed: false }])
  })

  test('is not one that somebody else sent', async ({ db }) => {
    const { cohort, examiner, second, sheet: page } = await aGroup(db)
    await observe(db, examiner, { ...page, sheetId })
    await expect(observe(db, second, { ...page, sheetId, steps: { ...all, thanks: false } })).rejects.toMatchObject({ code: 'observation.newer' })
    const stranger = await actorFor(db, (await aTrainee(db)).personId!, { role: 'trainer', centreId: cohort.centreId })
    await expect(observe(db, stranger, { ...page, sheetId, role: 'second' })).rejects.toMatchObject({ code: 'observation.newer' })
    expect(await db.$count(observations)).toBe(1)
  })
})

import { jobs } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { attentionOf } from '#modules/cohorts/rules.ts'
import { changeCapacity, changeSeatRules, changeState, cohortJobs, cohortOf, deskOf, enrol, tellMinimum } from '#modules/cohorts/index.ts'
import { runDueJobs } from '#modules/jobs/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { persons } from '#db/schema/index.ts'
import { eq } from 'drizzle-orm'
import { expect, test } from '#tests/database.ts'
import { aClass } from './cast.ts'

test.for([[1, 'missed'], [2, 'reached']] as const)('on the day of the decision, with %s of two people, the coordinators are told: %s; nothing is cancelled', async ([people, said], { db }) => {
  const { cohortId, coordinator, ids } = await aClass(db, 2)
  await db.update(persons).set({ email: 'coordinator@example.kz' }).where(eq(persons.id, coordinator.personId!))
  await changeSeatRules(db, coordinator, { cohortId, minimum: 2, decideOn: '2027-02-15' })
  for (const personId of ids.slice(0, people)) await enrol(db, coordinator, { cohortId, personId })
  const decided = async () => (await keptNotices(db)).filter((one) => one.kind.startsWith('cohort.minimum'))
  await runDueJobs(db, cohortJobs, () => new Date('2027-02-14T18:59:59Z'))
  expect(await decided()).toEqual([])
  await runDueJobs(db, cohortJobs, () => new Date('2027-02-14T19:00:00Z'))
  const letters = await decided()
  expect(letters.map((one) => [one.kind, one.recipient])).toEqual([[`cohort.minimum-${said}`, 'coordinator@example.kz']])
  expect(letters[0]!.body).toContain(`/kk/centre/cohorts/${cohortId}`)
  expect((await cohortOf(db, coordinator, { cohortId })).state).toBe('open')
})

test('a day that was moved, or a group that began, is decided by no old job', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  await changeSeatRules(db, coordinator, { cohortId, minimum: 2, decideOn: '2027-02-15' })
  await changeSeatRules(db, coordinator, { cohortId, minimum: 2, decideOn: '2027-02-20' })
  expect((await db.select().from(jobs)).map((one) => one.payload['decideOn']).sort()).toEqual(['2027-02-15', '2027-02-20'])
  const decide = (decideOn: string) => tellMinimum(db, system('clock'), { cohortId, decideOn })
  expect([await decide('2027-02-15'), await decide('2027-02-20')]).toEqual([null, 'missed'])
  await changeState(db, coordinator, { cohortId, to: 'running' }, sealAttendance)
  expect(await decide('2027-02-20')).toBe(null)
  await expect(tellMinimum(db, coordinator, { cohortId, decideOn: '2027-02-20' })).rejects.toMatchObject({ code: 'permission.denied' })
})

test('capacity never falls below the minimum', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  await changeSeatRules(db, coordinator, { cohortId, minimum: 10, decideOn: '2027-02-15' })
  await expect(changeCapacity(db, coordinator, { cohortId, capacity: 9 })).rejects.toMatchObject({ code: 'cohort.capacity-below-minimum', facts: { minimum: 10 } })
})

test.for([
  ['a week before the day', { today: '2027-02-08' }, true],
  ['earlier', { today: '2027-02-07' }, false],
  ['after it', { today: '2027-02-16' }, true],
  ['reached', { enrolled: 10 }, false],
  ['reached only with offers that nobody accepted', { enrolled: 11, offered: 2 }, true],
  ['running', { state: 'running' }, false],
  ['no minimum', { minimum: null, decideOn: null }, false],
] as const)('the desk says that a group is below its minimum: %s', ([, values, expected]) => {
  const { today, ...cohort } = { state: 'open' as const, startsOn: '2027-03-01', endsOn: '2027-03-05', trainers: 1, minimum: 10, decideOn: '2027-02-15', enrolled: 4, offered: 0, today: '2027-02-10', ...values }
  expect(attentionOf(cohort, today).includes('below minimum')).toBe(expected)
})

test('the desk of a coordinator shows it', async ({ db }) => {
  const { cohortId, coordinator } = await aClass(db, 0)
  await changeSeatRules(db, coordinator, { cohortId, minimum: 10, decideOn: '2027-02-15' })
  const { cohorts } = await deskOf(db, coordinator, new Date('2027-02-14T10:00:00Z'))
  expect(cohorts[0]!.attention).toContain('below minimum')
})

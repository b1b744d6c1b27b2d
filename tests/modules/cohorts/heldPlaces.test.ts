import { sealAttendance } from '#modules/attendance/index.ts'
import { heldPlaces } from '#db/schema/index.ts'
import { changeState, enrol, leavingsOf, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import type { Db } from '#db/client.ts'
import { type Actor, system } from '#modules/actor.ts'
import { demandMergeable, demandUnmergeable } from '#modules/certificates/index.ts'
import { mergePersons, unmergePersons } from '#modules/people/index.ts'
import { aCentre, aCohort, aCoordinator, anEdition, aTrainee } from '#tests/factories.ts'
import { aClass, stateOf } from './cast.ts'

const code = (work: Promise<unknown>) => work.then((got) => (got as { state?: string })?.state ?? 'done', (error: { code?: string }) => error.code ?? String(error))

/** Two cohorts of one course, each at a centre of its own, that hold to one place per course or don't. */
async function twoCentres(db: Db, rules: [boolean, boolean] = [true, true]) {
  const edition = await anEdition(db)
  const groups: ({ coordinator: Actor } & Awaited<ReturnType<typeof aCohort>>)[] = []
  for (const onePlacePerCourse of rules) {
    const centreId = (await aCentre(db, { onePlacePerCourse })).id
    groups.push({ coordinator: await aCoordinator(db, centreId), ...(await aCohort(db, { centreId, editionId: edition.id, capacity: 1 })) })
  }
  const trainee = await aTrainee(db)
  const join = (at: 0 | 1) => code(enrol(db, trainee, { cohortId: groups[at]!.id, personId: trainee.personId! }))
  return { here: groups[0]!, there: groups[1]!, edition, trainee, personId: trainee.personId!, join }
}

test('a person holds one place of a course at a time, and is told when the other one starts', async ({ db }) => {
  const { here, there, personId, trainee, join } = await twoCentres(db)
  expect(await join(0)).toBe('enrolled')
  await expect(enrol(db, trainee, { cohortId: there.id, personId })).rejects.toMatchObject({ code: 'cohort.place-elsewhere', facts: { course: 'imci', startsOn: here.startsOn } })
  expect((await stateOf(db, there.id)).seats).toEqual({})
  await withdraw(db, trainee, { cohortId: here.id, personId })
  expect(await join(1)).toBe('enrolled')
  expect(await join(0)).toBe('cohort.place-elsewhere')
})

test('a place in a queue is a place too', async ({ db }) => {
  const { here, join } = await twoCentres(db)
  await enrol(db, here.coordinator, { cohortId: here.id, personId: (await aTrainee(db)).personId! })
  expect(await join(0)).toBe('queued')
  expect(await join(1)).toBe('cohort.place-elsewhere')
})

test.for([
  ['both hold to it', [true, true], 'cohort.place-elsewhere'],
  ['only the first', [true, false], 'enrolled'],
  ['only the second', [false, true], 'enrolled'],
  ['neither', [false, false], 'enrolled'],
] as const)('the rule is the centre’s: %s', async ([, rules, second], { db }) => {
  const { join } = await twoCentres(db, [...rules])
  expect(await join(0)).toBe('enrolled')
  expect(await join(1)).toBe(second)
})

test('another course is another place', async ({ db }) => {
  const { here, trainee, personId, join } = await twoCentres(db)
  await join(0)
  const other = await aCohort(db, { centreId: here.centreId, editionId: (await anEdition(db, { course: 'emergency' })).id })
  expect(await code(enrol(db, trainee, { cohortId: other.id, personId }))).toBe('enrolled')
})

test.for(['running', 'cancelled'] as const)('when the cohort is %s the person may take a place elsewhere', async (state, { db }) => {
  const { here, join } = await twoCentres(db)
  await join(0)
  await changeState(db, here.coordinator, { cohortId: here.id, to: state }, sealAttendance)
  expect(await db.$count(heldPlaces)).toBe(0)
  expect(await join(1)).toBe('enrolled')
})

test('back from running to enrolment the places are held again, or the way back is refused', async ({ db }) => {
  const { here, there, join } = await twoCentres(db)
  await join(0)
  const move = (to: 'running' | 'open') => code(changeState(db, here.coordinator, { cohortId: here.id, to }, sealAttendance))
  await move('running')
  expect(await move('open')).toBe('open')
  expect(await join(1)).toBe('cohort.place-elsewhere')
  await move('running')
  expect(await join(1)).toBe('enrolled')
  await expect(changeState(db, here.coordinator, { cohortId: here.id, to: 'open' }, sealAttendance)).rejects.toMatchObject({ code: 'cohort.places-elsewhere', facts: { people: 1 } })
  expect([(await stateOf(db, here.id)).state, (await stateOf(db, there.id)).seats]).toMatchObject(['running', {}])
})

test('a centre that gives the rule up holds nobody any more', async ({ db }) => {
  const { join } = await twoCentres(db)
  await join(0)
  await db.execute(`update centres set one_place_per_course = false where id in (select centre_id from cohorts c join held_places h on h.cohort_id = c.id)`)
  expect(await join(1)).toBe('enrolled')
})

test('two records of one human that both hold a place are not joined, either way; once one has left, the human holds the other place only', async ({ db }) => {
  const { here, there, personId, trainee, join } = await twoCentres(db)
  const kept = await aTrainee(db)
  await join(0)
  await enrol(db, kept, { cohortId: there.id, personId: kept.personId! })
  const merge = (one: string, into: string) => mergePersons(db, system('test'), { personId: one, intoId: into }, demandMergeable)
  await expect(merge(personId, kept.personId!)).rejects.toMatchObject({ code: 'person.merge-both-unfinished', facts: { day: here.startsOn, other: there.startsOn } })
  await expect(merge(kept.personId!, personId)).rejects.toMatchObject({ code: 'person.merge-both-unfinished' })

  await withdraw(db, trainee, { cohortId: here.id, personId })
  await merge(personId, kept.personId!)
  expect(await db.select({ personId: heldPlaces.personId, cohortId: heldPlaces.cohortId }).from(heldPlaces)).toEqual([{ personId: kept.personId, cohortId: there.id }])
  expect(await code(enrol(db, kept, { cohortId: here.id, personId: kept.personId! }))).toBe('cohort.place-elsewhere')
  expect(await code(enrol(db, here.coordinator, { cohortId: here.id, personId }))).toBe('object.not-found')
  await unmergePersons(db, system('test'), { personId, reason: 'екі бөлек адам' }, demandUnmergeable)
  expect(await join(0)).toBe('enrolled')
})

test('every leaving is kept, with who chose it and whether it was late', async ({ db }) => {
  const soon = new Date(Date.now() + 2 * 86_400_000).toISOString().slice(0, 10)
  const { cohortId, coordinator, trainees, ids } = await aClass(db, 4, { capacity: 2, startsOn: soon, endsOn: soon })
  for (const personId of ids) await enrol(db, coordinator, { cohortId, personId })
  await withdraw(db, trainees[3]!, { cohortId, personId: ids[3]! })
  await withdraw(db, trainees[0]!, { cohortId, personId: ids[0]! })
  await withdraw(db, coordinator, { cohortId, personId: ids[1]!, reason: 'Жұмыста қалды' })
  await changeState(db, coordinator, { cohortId, to: 'cancelled' }, sealAttendance)
  const left = new Map((await leavingsOf(db, coordinator, { cohortId })).map((one) => [ids.indexOf(one.personId), [one.how, one.late, one.reason]]))
  expect(left).toEqual(new Map([[3, ['withdrew', false, null]], [0, ['withdrew', true, null]], [1, ['taken-out', true, 'Жұмыста қалды']], [2, ['cancelled', false, null]]]))
  expect(await code(leavingsOf(db, trainees[0]!, { cohortId }))).toBe('object.not-found')
})

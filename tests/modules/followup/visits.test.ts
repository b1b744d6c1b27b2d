import { randomUUID } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { followups, memberships } from '#db/schema/index.ts'
import {
  assignSupervisor,
  cancelFollowup,
  followupOf,
  listFollowups,
  myFollowups,
  recordFollowup,
  visitFigures,
  visitsBy,
  visitState,
} from '#modules/followup/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainee, aTrainer } from '#tests/factories.ts'
import { aFinishedClass, aVisit, daysAgo, told } from './cast.ts'

const stored = async (db: Db, visit: { cohortId: string; personId: string }) =>
  (
    await db
      .select()
      .from(followups)
      .where(and(eq(followups.cohortId, visit.cohortId), eq(followups.personId, visit.personId)))
  )[0]!

describe('assigning a supervisor', () => {
  test('a coordinator gives several visits to a trainer, and takes them back', async ({ db }) => {
    const { cohortId, ids, coordinator, trainer } = await aFinishedClass(db, 3)
    const visits = ids.slice(0, 2).map((personId) => ({ cohortId, personId }))
    await assignSupervisor(db, coordinator, { visits, supervisorId: trainer.personId! })
    expect((await listFollowups(db, trainer, { supervisor: trainer.personId! })).items.map((one) => one.personId).sort()).toEqual(
      ids.slice(0, 2).sort(),
    )
    await assignSupervisor(db, coordinator, { visits: visits.slice(0, 1) })
    expect((await stored(db, visits[0]!)).supervisorId).toBeNull()
    expect((await stored(db, visits[1]!)).supervisorId).toBe(trainer.personId)
  })

  test('only somebody who works at the centre now can be given one, and nobody a visit to themselves', async ({ db }) => {
    const { cohortId, personId, centreId, coordinator, trainer } = await aFinishedClass(db, 1)
    const visits = [{ cohortId, personId }]
    const stranger = await aTrainer(db, (await aCentre(db)).id)
    await db.update(memberships).set({ until: new Date() }).where(eq(memberships.personId, trainer.personId!))
    await db.insert(memberships).values({ personId, role: 'trainer', centreId })
    for (const [supervisorId, code] of [
      [stranger.personId, 'followup.supervisor'],
      [trainer.personId, 'followup.supervisor'],
      [personId, 'followup.self'],
    ] as const) {
      await expect(assignSupervisor(db, coordinator, { visits, supervisorId: supervisorId! })).rejects.toMatchObject({ code })
    }
    expect((await stored(db, visits[0]!)).supervisorId).toBeNull()
  })

  test('a visit that was cancelled gets no supervisor, and then none of the others does', async ({ db }) => {
    const { cohortId, ids, coordinator, trainer } = await aFinishedClass(db, 2)
    await cancelFollowup(db, coordinator, { cohortId, personId: ids[1]!, reason: 'жұмыстан кетті' })
    await expect(
      assignSupervisor(db, coordinator, { visits: ids.map((personId) => ({ cohortId, personId })), supervisorId: trainer.personId! }),
    ).rejects.toMatchObject({ code: 'followup.over' })
    expect((await stored(db, { cohortId, personId: ids[0]! })).supervisorId).toBeNull()
  })
})

describe('recording a visit', () => {
  test('what trainee and supervisor classified is kept by the protocol’s ids, and agreement follows from it', async ({ db }) => {
    const { cohortId, ids, trainer } = await aFinishedClass(db, 2)
    const [same, other] = ids.map((personId) => ({ cohortId, personId }))
    expect(await recordFollowup(db, trainer, aVisit(same!, { trainee: ['DEH-3', 'RESP-2'], supervisor: ['RESP-2', 'DEH-3'] }))).toEqual({
      agreed: true,
    })
    expect(await recordFollowup(db, trainer, aVisit(other!, { trainee: ['RESP-3'], supervisor: ['RESP-2'] }))).toEqual({ agreed: false })
    expect(await stored(db, other!)).toMatchObject({
      agreed: false,
      recordedBy: trainer.personId,
      supervisorId: trainer.personId,
      observed: { edition: 'who-imci-2014', ageGroup: 'child', trainee: ['RESP-3'], supervisor: ['RESP-2'] },
    })
    expect(await told(db)).toEqual(['followup.recorded', 'followup.recorded'])
  })

  test('the same form sent twice is one visit; with other facts, or from another device, it is refused', async ({ db }) => {
    const { cohortId, personId, trainer, coordinator } = await aFinishedClass(db, 1)
    const form = aVisit({ cohortId, personId })
    await recordFollowup(db, trainer, form)
    expect(await recordFollowup(db, trainer, { ...form, trainee: ['RESP-2', 'RESP-2'] })).toEqual({ agreed: true })
    await expect(recordFollowup(db, trainer, { ...form, actions: 'басқа' })).rejects.toMatchObject({ code: 'followup.recorded' })
    await expect(recordFollowup(db, coordinator, { ...form, clientId: randomUUID() })).rejects.toMatchObject({ code: 'followup.recorded' })
    expect((await stored(db, form)).actions).toBe('ОРС бұрышын ашу')
    expect(await told(db)).toEqual(['followup.recorded'])
  })

  test('a form’s id stands for one person’s visit', async ({ db }) => {
    const { cohortId, ids, trainer } = await aFinishedClass(db, 2)
    const form = aVisit({ cohortId, personId: ids[0]! })
    await recordFollowup(db, trainer, form)
    await expect(recordFollowup(db, trainer, { ...form, personId: ids[1]! })).rejects.toMatchObject({ code: 'followup.recorded' })
    expect((await stored(db, { cohortId, personId: ids[1]! })).visitedOn).toBeNull()
  })

  const refusals: [string, Parameters<typeof aVisit>[1], string][] = [
    ['a day before the course ended', { visitedOn: daysAgo(36) }, 'followup.before-course'],
    ['a day that has not come', { visitedOn: daysAgo(-3) }, 'followup.future'],
    ['a classification of no chart', { trainee: ['FLU-1'] }, 'followup.classification'],
    ['one of another age', { ageGroup: 'young-infant' }, 'followup.classification'],
    ['a line left out', { support: {} }, 'followup.items'],
    ['a line of no form', { caregiver: { ...aVisit({ cohortId: '', personId: '' }).caregiver, smiles: true } }, 'followup.items'],
  ]
  test.for(refusals)('%s is refused and nothing changes', async ([, values, code], { db }) => {
    const { cohortId, personId, trainer } = await aFinishedClass(db, 1)
    await expect(recordFollowup(db, trainer, aVisit({ cohortId, personId }, values))).rejects.toMatchObject({ code })
    expect((await stored(db, { cohortId, personId })).visitedOn).toBeNull()
    expect(await told(db)).toEqual([])
  })

  test('on the last day of the course it may already be made', async ({ db }) => {
    const { cohortId, personId, trainer, cohort } = await aFinishedClass(db, 1)
    await recordFollowup(db, trainer, aVisit({ cohortId, personId }, { visitedOn: cohort.endsOn }))
    expect((await stored(db, { cohortId, personId })).visitedOn).toBe(cohort.endsOn)
  })

  test('nobody visits themselves; a trainee and another centre find no visit', async ({ db }) => {
    const { cohortId, personId, people, centreId } = await aFinishedClass(db, 1)
    const form = aVisit({ cohortId, personId })
    const himself = { ...people[0]!, memberships: [...people[0]!.memberships, { role: 'trainer' as const, centreId, collegeId: null }] }
    await expect(recordFollowup(db, himself, form)).rejects.toMatchObject({ code: 'permission.denied' })
    const elsewhere = (await aCentre(db)).id
    for (const stranger of [people[0]!, await aTrainee(db), await aTrainer(db, elsewhere), await aCoordinator(db, elsewhere)]) {
      await expect(recordFollowup(db, stranger, form)).rejects.toMatchObject({ code: 'object.not-found' })
      await expect(followupOf(db, stranger, form)).rejects.toMatchObject({ code: 'object.not-found' })
      expect((await listFollowups(db, stranger, {})).items).toEqual([])
    }
    expect((await stored(db, form)).visitedOn).toBeNull()
  })
})

describe('cancelling a visit', () => {
  test('says why, and no visit is recorded any more', async ({ db }) => {
    const { cohortId, personId, coordinator, trainer } = await aFinishedClass(db, 1)
    await cancelFollowup(db, coordinator, { cohortId, personId, reason: 'декреттік демалыста' })
    await expect(recordFollowup(db, trainer, aVisit({ cohortId, personId }))).rejects.toMatchObject({ code: 'followup.cancelled' })
    await expect(cancelFollowup(db, coordinator, { cohortId, personId, reason: 'тағы' })).rejects.toMatchObject({ code: 'followup.over' })
    expect(await stored(db, { cohortId, personId })).toMatchObject({ cancelled: 'декреттік демалыста', visitedOn: null })
  })

  test('is not for trainers, and not for a visit that was made', async ({ db }) => {
    const { cohortId, personId, coordinator, trainer } = await aFinishedClass(db, 1)
    await expect(cancelFollowup(db, trainer, { cohortId, personId, reason: 'x' })).rejects.toMatchObject({ code: 'permission.denied' })
    await recordFollowup(db, trainer, aVisit({ cohortId, personId }))
    await expect(cancelFollowup(db, coordinator, { cohortId, personId, reason: 'x' })).rejects.toMatchObject({ code: 'followup.over' })
    expect((await stored(db, { cohortId, personId })).cancelled).toBeNull()
  })
})

describe('the list of visits', () => {
  test('tells each state as the rule does, and filters by it', async ({ db }) => {
    const centreId = (await aCentre(db)).id
    const classes = await Promise.all([10, 35, 60].map((ended) => aFinishedClass(db, 1, { ended, centreId })))
    const made = await aFinishedClass(db, 2, { ended: 60, centreId })
    await recordFollowup(db, made.trainer, aVisit({ cohortId: made.cohortId, personId: made.ids[0]! }, { visitedOn: daysAgo(25) }))
    await cancelFollowup(db, made.coordinator, { cohortId: made.cohortId, personId: made.ids[1]!, reason: 'көшіп кетті' })

    const { items } = await listFollowups(db, made.trainer, {})
    expect(items).toHaveLength(5)
    const today = daysAgo(0)
    for (const one of items) expect(one.state).toBe(visitState(one, today))
    expect(classes.map(({ cohortId }) => items.find((one) => one.cohortId === cohortId)!.state)).toEqual(['later', 'due', 'overdue'])
    for (const state of ['later', 'due', 'overdue', 'recorded', 'cancelled'] as const)
      expect((await listFollowups(db, made.trainer, { state })).items.map((one) => one.state)).toEqual([state])
    expect((await listFollowups(db, made.trainer, { state: 'open' })).items.map((one) => one.state)).toEqual(['overdue', 'due'])
    expect((await listFollowups(db, made.trainer, { state: 'overdue' })).items[0]!.daysLate).toBe(18)
  })

  test('the share in time counts what was made in the window among made and overdue, by supervisor, facility and group', async ({ db }) => {
    const { cohortId, ids, trainer, coordinator } = await aFinishedClass(db, 4, { ended: 60 })
    await recordFollowup(db, trainer, aVisit({ cohortId, personId: ids[0]! }, { visitedOn: daysAgo(25) }))
    await recordFollowup(db, trainer, aVisit({ cohortId, personId: ids[1]! }, { visitedOn: daysAgo(5), trainee: ['RESP-3'] }))
    await cancelFollowup(db, coordinator, { cohortId, personId: ids[2]!, reason: 'кетті' })
    expect(await visitFigures(db, trainer)).toMatchObject({
      recorded: 2,
      overdue: 1,
      cancelled: 1,
      due: 0,
      later: 0,
      agreed: 1,
      inTime: 1,
      share: 100 / 3,
    })
    const by = await visitsBy(db, trainer, 'supervisor')
    expect(by.map((row) => [row.id, row.overdue, row.recorded])).toEqual([
      [null, 1, 0],
      [trainer.personId, 0, 2],
    ])
    expect(await visitsBy(db, trainer, 'cohort')).toMatchObject([{ id: cohortId, overdue: 1, recorded: 2 }])
    expect((await visitsBy(db, trainer, 'facility')).reduce((sum, row) => sum + row.recorded, 0)).toBe(2)
  })

  test('goes on where it stopped, and finds a name however it is written', async ({ db }) => {
    const { trainer, ids } = await aFinishedClass(db, 5)
    const first = await listFollowups(db, trainer, { limit: 3 })
    const second = await listFollowups(db, trainer, { limit: 3, cursor: first.cursor! })
    expect([...first.items, ...second.items].map((one) => one.personId).sort()).toEqual(ids.toSorted())
    expect(second.cursor).toBeNull()
    const [family] = first.items[0]!.name.split(' ')
    expect((await listFollowups(db, trainer, { q: family!.toUpperCase() })).items.map((one) => one.name)).toContain(first.items[0]!.name)
    expect((await listFollowups(db, trainer, { q: '%' })).items).toHaveLength(5)
  })
})

test('a trainee sees the own visit and what was agreed, and nobody else’s', async ({ db }) => {
  const { cohortId, ids, people, trainer } = await aFinishedClass(db, 2)
  await recordFollowup(db, trainer, aVisit({ cohortId, personId: ids[0]! }))
  expect(await myFollowups(db, people[0]!)).toMatchObject([{ personId: ids[0], state: 'recorded', actions: 'ОРС бұрышын ашу', agreed: true }])
  expect(await myFollowups(db, people[1]!)).toMatchObject([{ personId: ids[1], state: 'due', actions: null }])
  expect(await myFollowups(db, await aTrainee(db))).toEqual([])
})

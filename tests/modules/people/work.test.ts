import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons, workplaces } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { changePerson, createPerson, leavePost, mergePersons, person, workHistory } from '#modules/people/index.ts'
import { setWork, today } from '#modules/people/work.ts'
import { joined, type Workplace } from '#modules/people/workHistory.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, aTrainee } from '#tests/factories.ts'
import { rowOf } from './people.ts'

const actor = system('test')
const make = async (db: Db, values: object = {}) => (await createPerson(db, actor, { familyName: 'Оспан', givenName: 'Айгүл', role: 'trainee', ...values })).id
const stays = (db: Db, personId: string) => db.select().from(workplaces).where(eq(workplaces.personId, personId)).orderBy(workplaces.since)
const began = (db: Db, personId: string, since: string) => db.update(workplaces).set({ since }).where(eq(workplaces.personId, personId))

describe('where somebody works', () => {
  test('opens with the person, and nothing opens when nothing is known', async ({ db }) => {
    const facility = await aFacility(db)
    const id = await make(db, { facilityId: facility.id, profession: 'midwife' })
    expect(await stays(db, id)).toMatchObject([{ facilityId: facility.id, profession: 'midwife', since: today(), until: null }])
    expect(await stays(db, await make(db))).toEqual([])
  })

  test('keeps its history when facility or profession changes', async ({ db }) => {
    const [first, second] = [await aFacility(db), await aFacility(db)]
    const id = await make(db, { facilityId: first.id, profession: 'midwife' })
    await began(db, id, '2024-02-01')
    await changePerson(db, actor, { personId: id, facilityId: second.id })
    expect(await stays(db, id)).toMatchObject([
      { facilityId: first.id, profession: 'midwife', since: '2024-02-01', until: today() }, { facilityId: second.id, profession: 'midwife', since: today(), until: null },
    ])
    // The same again is no change, and neither is a change of something else.
    await changePerson(db, actor, { personId: id, facilityId: second.id, profession: 'midwife' })
    await changePerson(db, actor, { personId: id, givenName: 'Айгерім' })
    expect(await stays(db, id)).toHaveLength(2)
    // A slip corrected on the same day leaves no trace of a post that nobody had.
    await changePerson(db, actor, { personId: id, profession: 'teacher' })
    expect(await stays(db, id)).toMatchObject([{ facilityId: first.id }, { facilityId: second.id, profession: 'teacher', until: null }])
    expect((await workHistory(db, actor, id)).map((stay) => stay.facilityId)).toEqual([second.id, first.id])
  })

  test('is the same in persons and in the open row, whatever happens', async ({ db }) => {
    const [first, second] = [await aFacility(db), await aFacility(db)]
    const id = await make(db, { facilityId: first.id })
    for (const change of [{ profession: 'midwife' as const }, { facilityId: second.id }, { facilityId: null }, { profession: null }, { facilityId: first.id, profession: 'teacher' as const }]) {
      await changePerson(db, actor, { personId: id, ...change })
      const { facilityId, profession } = await rowOf(db, id)
      const open = (await stays(db, id)).filter((stay) => stay.until === null)
      expect(open).toMatchObject(facilityId || profession ? [{ facilityId, profession }] : [])
    }
  })

  test('may begin later than it ends by another clock: it ends on the day it began', async ({ db }) => {
    const id = await make(db, { profession: 'midwife' })
    await began(db, id, '2099-01-01')
    await setWork(db, id, { facilityId: null, profession: null }, today())
    expect(await stays(db, id)).toMatchObject([{ since: '2099-01-01', until: '2099-01-01' }])
  })
})

describe('leaving a post', () => {
  test('ends the workplace on that day with its reason; the coordinator still sees the person', async ({ db }) => {
    const centre = await aCentre(db)
    const coordinator = await aCoordinator(db, centre.id)
    const facility = await aFacility(db)
    const id = await make(db, { facilityId: facility.id, profession: 'midwife' })
    await began(db, id, '2024-02-01')
    await leavePost(db, coordinator, { personId: id, on: '2026-06-30', reason: 'декреттік демалыс' })
    expect(await stays(db, id)).toMatchObject([{ facilityId: facility.id, since: '2024-02-01', until: '2026-06-30', leftBecause: 'декреттік демалыс' }])
    expect(await rowOf(db, id)).toMatchObject({ facilityId: null, profession: 'midwife' })
    expect((await person(db, coordinator, id)).id).toBe(id)
    expect(await workHistory(db, coordinator, id)).toMatchObject([{ leftBecause: 'декреттік демалыс' }])
  })

  test('is refused to whoever may not change the person, for a day that can’t be, and twice', async ({ db }) => {
    const facility = await aFacility(db)
    const id = await make(db, { facilityId: facility.id })
    await began(db, id, '2024-02-01')
    const leave = (on: string, who = actor) => leavePost(db, who, { personId: id, on, reason: 'көшті' })
    await expect(leave('2026-06-30', await aTrainee(db))).rejects.toMatchObject({ code: 'object.not-found' })
    const { personId } = await aTrainee(db)
    await expect(leave('2026-06-30', { ...(await aTrainee(db)), personId: id })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(leavePost(db, await aCoordinator(db, (await aCentre(db, { regionCode: 'KZ-75' })).id), { personId: personId!, on: '2026-06-30', reason: 'көшті' })).rejects.toMatchObject({ code: 'object.not-found' })
    for (const on of ['2024-01-31', '2099-01-01']) await expect(leave(on)).rejects.toMatchObject({ code: 'person.left-day', facts: { since: '2024-02-01' } })
    expect(await stays(db, id)).toMatchObject([{ until: null }])
    await leave('2024-02-01')
    await expect(leave('2024-02-02')).rejects.toMatchObject({ code: 'person.no-post' })
  })
})

describe('history of two records', () => {
  test('is one after a merge, without a seam', async ({ db }) => {
    const facility = await aFacility(db)
    const [duplicate, kept] = [await make(db, { facilityId: facility.id, profession: 'midwife' }), await make(db)]
    await began(db, duplicate, '2024-02-01')
    await mergePersons(db, actor, { personId: duplicate, intoId: kept }, async () => {})
    expect(await workHistory(db, actor, kept)).toMatchObject([{ since: '2024-02-01', until: null, facilityId: facility.id, profession: 'midwife' }])
    expect((await rowOf(db, kept)).facilityId).toBe(facility.id)
    expect(await db.$count(persons)).toBe(2)
  })

  const stay = (since: string, until: string | null, more: Partial<Workplace> = {}): Workplace => ({ since, until, facilityId: 'a', facility: null, profession: 'midwife', leftBecause: null, ...more })
  test.for<[string, Workplace[], number]>([
    ['two that meet', [stay('2024-01-01', '2025-01-01'), stay('2025-01-01', null)], 1],
    ['three that meet', [stay('2024-01-01', '2025-01-01'), stay('2025-01-01', '2026-01-01'), stay('2026-01-01', null)], 1],
    ['a gap', [stay('2024-01-01', '2025-01-01'), stay('2025-01-02', null)], 2],
    ['another place', [stay('2024-01-01', '2025-01-01'), stay('2025-01-01', null, { facilityId: 'b' })], 2],
    ['another work', [stay('2024-01-01', '2025-01-01'), stay('2025-01-01', null, { profession: 'teacher' })], 2],
    ['left and came back', [stay('2024-01-01', '2025-01-01', { leftBecause: 'декрет' }), stay('2025-01-01', null)], 2],
  ])('%s', ([, all, count]) => expect(joined(all)).toHaveLength(count))
})

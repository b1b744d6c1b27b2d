import { targets } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { planYears, removeTarget, setTarget, setTargetInput, targetsOf } from '#modules/planning/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, aTrainee, aTrainer } from '#tests/factories.ts'
import { aDesk, aNeighbour } from './cast.ts'

describe('a line of the plan', () => {
  test('is set by a coordinator, and set again for the same place and profession', async ({ db }) => {
    const { plan, coordinator, polyclinic } = await aDesk(db)
    const first = await setTarget(db, coordinator, { ...plan, facilityId: polyclinic.id, profession: 'patronage-nurse', people: 40 })
    const again = await setTarget(db, coordinator, { ...plan, facilityId: polyclinic.id, profession: 'patronage-nurse', people: 45, note: '№ 12 бұйрық' })
    expect(again).toEqual(first)
    expect(await targetsOf(db, coordinator, plan)).toMatchObject([{ id: first.id, people: 45, note: '№ 12 бұйрық', facilityId: polyclinic.id, regionCode: 'KZ-43', profession: 'patronage-nurse' }])
    expect(await db.select().from(targets)).toMatchObject([{ changedBy: coordinator.personId }])
  })

  test('is one for each place, profession, course and year', async ({ db }) => {
    const { plan, coordinator, polyclinic, hospital } = await aDesk(db)
    for (const line of [{}, { profession: 'midwife' as const }, { regionCode: 'KZ-43' }, { facilityId: polyclinic.id }, { facilityId: hospital.id }, { facilityId: polyclinic.id, profession: 'midwife' as const }, { year: 2028 }]) {
      await setTarget(db, coordinator, { ...plan, people: 5, ...line })
    }
    expect(await targetsOf(db, coordinator, plan)).toHaveLength(6)
    expect(await planYears(db, coordinator, plan)).toEqual([2028, 2027])
  })

  test('is for a facility or a region, of at least one person, in a year of this century', () => {
    const id = crypto.randomUUID()
    const wrong = (more: object) => setTargetInput.safeParse({ centreId: id, year: 2027, course: 'imci', people: 5, ...more }).error?.issues.map((issue) => issue.path.join('.'))
    expect(wrong({})).toBeUndefined()
    expect(wrong({ facilityId: id, regionCode: 'KZ-43' })).toEqual(['regionCode'])
    expect(wrong({ people: 0 })).toEqual(['people'])
    expect(wrong({ people: 2.5 })).toEqual(['people'])
    expect(wrong({ year: 1999 })).toEqual(['year'])
    expect(wrong({ profession: 'astronaut' })).toEqual(['profession'])
  })

  test.for([
    [{ course: 'no-such-course' }, 'target.course-unknown'],
    [{ facilityId: crypto.randomUUID() }, 'object.not-found'],
    [{ regionCode: 'KZ-99' }, 'object.not-found'],
  ] as const)('%j is refused and nothing is written', async ([wrong, code], { db }) => {
    const { plan, coordinator } = await aDesk(db)
    await expect(setTarget(db, coordinator, { ...plan, people: 5, ...wrong })).rejects.toMatchObject({ code })
    expect(await db.$count(targets)).toBe(0)
  })

  test('is removed, and then it is gone', async ({ db }) => {
    const { plan, coordinator } = await aDesk(db)
    const { id } = await setTarget(db, coordinator, { ...plan, people: 5 })
    await removeTarget(db, coordinator, { targetId: id })
    expect(await targetsOf(db, coordinator, plan)).toEqual([])
    await expect(removeTarget(db, coordinator, { targetId: id })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

describe('who may', () => {
  test('a trainer of the centre reads the plan and does not change it', async ({ db }) => {
    const { plan, coordinator, centreId } = await aDesk(db)
    const { id } = await setTarget(db, coordinator, { ...plan, people: 5 })
    const trainer = await aTrainer(db, centreId)
    expect(await targetsOf(db, trainer, plan)).toHaveLength(1)
    await expect(setTarget(db, trainer, { ...plan, people: 6 })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(removeTarget(db, trainer, { targetId: id })).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await targetsOf(db, coordinator, plan)).toMatchObject([{ people: 5 }])
  })

  test('to another centre’s coordinator the plan is not there, as if there were no such centre', async ({ db }) => {
    const { plan, coordinator } = await aDesk(db)
    const { id } = await setTarget(db, coordinator, { ...plan, people: 5 })
    const { coordinator: foreigner } = await aNeighbour(db)
    const absent = { ...plan, centreId: crypto.randomUUID() }
    for (const asked of [plan, absent]) {
      await expect(targetsOf(db, foreigner, asked)).rejects.toMatchObject({ code: 'object.not-found' })
      await expect(setTarget(db, foreigner, { ...asked, people: 6 })).rejects.toMatchObject({ code: 'object.not-found' })
    }
    await expect(removeTarget(db, foreigner, { targetId: id })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(targets)).toBe(1)
  })

  test('nobody else', async ({ db }) => {
    const { plan } = await aDesk(db)
    for (const actor of [visitor, await aTrainee(db), await anAuditor(db), await anAdministrator(db)]) {
      await expect(targetsOf(db, actor, plan)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(setTarget(db, actor, { ...plan, people: 6 })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    expect(await db.$count(targets)).toBe(0)
  })
})

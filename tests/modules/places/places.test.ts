import { centres as centreTable, rooms } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import {
  addAcademy, addCentre, addCentreInput, addCollege, addFacility, addRoom, centre, centres, changeCentre, changeCollege, changeFacility, changeRoom, colleges, facilities, seedRegions,
} from '#modules/places/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anAdministrator, aRoom, aTrainer, texts } from '#tests/factories.ts'

test('an administrator adds a centre with its rooms, below the academy', async ({ db }) => {
  await seedRegions(db)
  const admin = await anAdministrator(db)
  const academy = await addAcademy(db, admin, { names: texts('Ұлттық академия') })
  const { id } = await addCentre(db, admin, { regionCode: 'KZ-43', names: texts('Қызылорда ресурстық орталығы'), cities: texts('Қызылорда'), timeZone: 'Asia/Qyzylorda' })
  await addRoom(db, admin, { centreId: id, name: '2-зал', capacity: 25 })
  await addRoom(db, admin, { centreId: id, name: '1-зал', capacity: 30 })
  expect(await centre(db, id)).toMatchObject({ academyId: academy.id, timeZone: 'Asia/Qyzylorda', region: { kk: 'Қызылорда облысы' }, rooms: [{ name: '1-зал', capacity: 30 }, { name: '2-зал', capacity: 25 }] })
})

test('nobody but an administrator changes places', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const { id: facilityId } = await aFacility(db)
  for (const actor of [visitor, await aTrainer(db, centreId), await aCoordinator(db, centreId)]) {
    const verbs = [
      addAcademy(db, actor, { names: texts('x') }),
      addCentre(db, actor, { regionCode: 'KZ-43', names: texts('x'), cities: texts('x') }),
      changeCentre(db, actor, { centreId, closed: true }),
      addFacility(db, actor, { regionCode: 'KZ-43', names: texts('x'), kind: 'hospital', rural: true }),
      changeFacility(db, actor, { facilityId, closed: true }),
      addCollege(db, actor, { regionCode: 'KZ-43', names: texts('x') }),
    ]
    for (const verb of verbs) await expect(verb).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(await centres(db)).toHaveLength(1)
  expect(await facilities(db)).toHaveLength(1)
})

test('a coordinator adds and changes rooms of the own centre only', async ({ db }) => {
  const mine = await aCentre(db)
  const other = await aRoom(db)
  const coordinator = await aCoordinator(db, mine.id)
  const { id } = await addRoom(db, coordinator, { centreId: mine.id, name: 'Зал', capacity: 20 })
  await changeRoom(db, coordinator, { roomId: id, capacity: 24, name: 'Үлкен зал' })
  expect((await centre(db, mine.id))!.rooms).toMatchObject([{ name: 'Үлкен зал', capacity: 24 }])
  await expect(addRoom(db, coordinator, { centreId: other.centreId, name: 'Зал', capacity: 20 })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(changeRoom(db, coordinator, { roomId: other.id, capacity: 1 })).rejects.toMatchObject({ code: 'permission.denied' })
})

test('a centre has no two rooms of one name', async ({ db }) => {
  const room = await aRoom(db, { name: 'Зал' })
  await expect(addRoom(db, system('test'), { centreId: room.centreId, name: 'Зал', capacity: 9 })).rejects.toMatchObject({ code: 'room.name-taken' })
  const { id } = await addRoom(db, system('test'), { centreId: room.centreId, name: 'Екінші зал', capacity: 9 })
  await expect(changeRoom(db, system('test'), { roomId: id, name: 'Зал' })).rejects.toMatchObject({ code: 'room.name-taken' })
  expect(await db.$count(rooms)).toBe(2)
})

test('a room never gets smaller than a cohort that is taught in it', async ({ db }) => {
  const cohort = await aCohort(db, { capacity: 25 })
  await expect(changeRoom(db, system('test'), { roomId: cohort.roomId, capacity: 24 })).rejects.toMatchObject({ code: 'room.too-small' })
  await changeRoom(db, system('test'), { roomId: cohort.roomId, capacity: 25 })
  expect((await centre(db, cohort.centreId))!.rooms[0]!.capacity).toBe(25)
})

test('a closed place leaves the lists and comes back', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const { id: facilityId } = await aFacility(db)
  const { id: collegeId } = await addCollege(db, system('test'), { regionCode: 'KZ-43', names: texts('Колледж'), higher: true })
  await changeCentre(db, system('test'), { centreId, closed: true })
  await changeFacility(db, system('test'), { facilityId, closed: true })
  await changeCollege(db, system('test'), { collegeId, closed: true })
  expect([await centres(db), await facilities(db), await colleges(db)]).toEqual([[], [], []])
  expect(await centre(db, centreId)).toMatchObject({ id: centreId })
  await changeCentre(db, system('test'), { centreId, closed: false, director: 'Сейітқали Асқар' })
  expect(await centres(db)).toMatchObject([{ director: 'Сейітқали Асқар', closedAt: null }])
})

test('a facility keeps what it is: rural, private, with a Healthy Baby Room', async ({ db }) => {
  await seedRegions(db)
  const { id } = await addFacility(db, system('test'), { regionCode: 'KZ-43', names: texts('Бесарық медициналық пункті'), kind: 'medical-post', rural: true })
  await changeFacility(db, system('test'), { facilityId: id, healthyBabyRoom: true })
  expect(await facilities(db, { regionCode: 'KZ-43' })).toMatchObject([{ rural: true, private: false, healthyBabyRoom: true }])
  expect(await facilities(db, { regionCode: 'KZ-10' })).toEqual([])
})

test('a place in an unknown region is refused, and so is a time zone of another country', async ({ db }) => {
  await expect(addCentre(db, system('test'), { regionCode: 'KZ-99', names: texts('x'), cities: texts('x') })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(centreTable)).toBe(0)
  expect(addCentreInput.safeParse({ regionCode: 'KZ-43', names: texts('x'), cities: texts('x'), timeZone: 'Asia/Tashkent' }).success).toBe(false)
})

test.for(['\u0000', 'a\u202Eb', 'x'.repeat(201), '   ', '\ud800'])('%j is no name', (name) => {
  expect(addCentreInput.safeParse({ regionCode: 'KZ-43', names: { kk: name, ru: 'x', en: 'x' }, cities: texts('x') }).success).toBe(false)
})

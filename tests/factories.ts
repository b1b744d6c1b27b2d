import { randomUUID } from 'node:crypto'
import type { Db } from '#db/client.ts'
import {
  centres, cohorts, editions, enrolments, facilities, items, lessons, memberships, persons, regions, rooms, seats, stations, type Texts,
} from '#db/schema/index.ts'
import type { Actor, Membership } from '#modules/actor.ts'
import { fold } from '#modules/words/index.ts'

// Every factory makes the parents that the test did not name. Names are people's, not user1's.

const names = [
  ['Рақымбаева', 'Нұргүл', 'Ерланқызы'], ['Сағындық', 'Гүлжан', 'Маратқызы'], ['Әлімбек', 'Бауыржан', 'Серікұлы'],
  ['Құдайберген', 'Үміт', 'Маратқызы'], ['Иванова', 'Айгүл', null], ['Мұқанова', 'Мәншүк', null], ['Ким', 'Оксана', null],
] as const
let next = 0

export const texts = (text: string): Texts => ({ kk: text, ru: text, en: text })

export async function aRegion(db: Db, code = 'KZ-43') {
  const [row] = await db.insert(regions).values({ code, kato: `${code.slice(3)}0000000`, names: { kk: 'Қызылорда облысы', ru: 'Кызылординская область', en: 'Kyzylorda Region' }, validFrom: '1938-01-15' })
    .onConflictDoUpdate({ target: regions.code, set: { code } }).returning()
  return row!
}

export async function aCentre(db: Db, values: Partial<typeof centres.$inferInsert> = {}) {
  const region = await aRegion(db, values.regionCode)
  const [row] = await db.insert(centres).values({ regionCode: region.code, names: texts('Қызылорда ресурстық орталығы'), cities: texts('Қызылорда'), timeZone: 'Asia/Qyzylorda', onePlacePerCourse: false, ...values }).returning()
  return row!
}

export async function aRoom(db: Db, values: Partial<typeof rooms.$inferInsert> = {}) {
  const centreId = values.centreId ?? (await aCentre(db)).id
  const [row] = await db.insert(rooms).values({ name: `Зал ${++next}`, capacity: 30, ...values, centreId }).returning()
  return row!
}

export async function aFacility(db: Db, values: Partial<typeof facilities.$inferInsert> = {}) {
  const region = await aRegion(db, values.regionCode)
  const [row] = await db.insert(facilities).values({ regionCode: region.code, names: texts('Қызылорда қалалық №3 емханасы'), kind: 'polyclinic', rural: false, ...values }).returning()
  return row!
}

export async function aPerson(db: Db, values: Partial<typeof persons.$inferInsert> = {}) {
  const [familyName, givenName, patronymic] = names[next++ % names.length]!
  const whole = { familyName, givenName, patronymic, sex: 'female' as const, profession: 'patronage-nurse' as const, ...values }
  const [row] = await db.insert(persons).values({ ...whole, folded: fold(`${whole.familyName} ${whole.givenName} ${whole.patronymic ?? ''}`) }).returning()
  return row!
}

/** The actor for a person with these roles, granted in the database too. */
export async function actorFor(db: Db, personId: string, ...roles: (Pick<Membership, 'role'> & Partial<Membership>)[]): Promise<Actor> {
  for (const role of roles) await db.insert(memberships).values({ personId, ...role }).onConflictDoNothing()
  return { kind: 'person', personId, system: '', memberships: roles.map((one) => ({ centreId: null, collegeId: null, ...one })), steppedUp: true }
}

export const aTrainee = async (db: Db, values: Partial<typeof persons.$inferInsert> = {}) => {
  const facilityId = values.facilityId ?? (await aFacility(db)).id
  return actorFor(db, (await aPerson(db, { ...values, facilityId })).id, { role: 'trainee' })
}
export const aTrainer = async (db: Db, centreId: string) => actorFor(db, (await aPerson(db, { profession: 'paediatrician' })).id, { role: 'trainer', centreId })
export const aCoordinator = async (db: Db, centreId: string) => actorFor(db, (await aPerson(db)).id, { role: 'coordinator', centreId })
export const anAuditor = async (db: Db) => actorFor(db, (await aPerson(db)).id, { role: 'auditor' })
export const anAdministrator = async (db: Db) => actorFor(db, (await aPerson(db)).id, { role: 'administrator' })

/** A published edition of three items, two lessons and one station, whose outline has the shape of modules/courses. */
export async function anEdition(db: Db, values: Partial<typeof editions.$inferInsert> = {}) {
  const [row] = await db.insert(editions).values({
    course: 'imci', number: ++next, titles: { kk: 'БЖАИЖ', ru: 'ИВБДВ', en: 'IMCI' }, guideline: 'who-imci-2014', contentHash: randomUUID(), kind: 'non-formal', hours: 40, demonstration: false,
    approval: { body: 'Ғылыми-әдістемелік кеңес', number: '7', date: '2026-09-01' },
    outline: {
      rules: { attendancePercent: 90, passPercent: 70, attempts: 3, retakeDays: 7, practiceCases: 20 },
      assessments: [{ id: 'post-test', kind: 'post-test', minutes: 30, items: 3, bank: 'day-1', titles: texts('Қорытынды тестілеу') }],
      days: [{ day: 1, titles: texts('1-күн'), hours: 8, practiceHours: 2, objectives: [], sessions: [] }],
      guidelines: [{ id: 'who-imci-2014', titles: texts('WHO IMCI 2014'), year: 2014 }], academicHourMinutes: 45,
      review: { clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'original' } }, summary: texts('…'), short: texts('IMCI'),
    },
    ...values,
  }).returning()
  const editionId = row!.id
  await db.insert(lessons).values([1, 2].map((n) => ({ editionId, id: `imci-1-0${n}`, slug: `1-0${n}-lesson`, day: 1, position: n, minutes: 45, kind: 'theory', titles: texts(`Сабақ ${n}`), hash: 'x' })))
  await db.insert(items).values([1, 2, 3].map((n) => ({
    editionId, id: `imci-1-danger-0${n}`, bank: 'day-1', kind: 'single' as const, topic: 'danger-signs',
    body: { prompt: texts(`Сұрақ ${n}`), options: ['a', 'b', 'c'].map((id) => ({ id, text: texts(`Жауап ${id}`) })), key: ['b'], rationale: texts('Себебі'), lesson: 'imci-1-01', source: { guideline: 'who-imci-2014', rule: 'GDS-1' } },
  })))
  await db.insert(stations).values({ editionId, station: 'counting-breaths', body: { titles: texts('Тыныс санау'), day: 1, minutes: 10, instructions: texts('…'), passPercent: 80, steps: ['calm-child', 'whole-minute', 'threshold', 'thanks'].map((id) => ({ id, critical: id !== 'thanks', text: texts(id) })) } })
  return row!
}

/** An open cohort of 25 in a room of 30, next week, unless the test says otherwise. */
export async function aCohort(db: Db, values: Partial<typeof cohorts.$inferInsert> = {}) {
  const centreId = values.centreId ?? (await aCentre(db)).id
  const room = values.roomId ? { id: values.roomId, capacity: values.roomCapacity! } : await aRoom(db, { centreId })
  const editionId = values.editionId ?? (await anEdition(db)).id
  const [row] = await db.insert(cohorts).values({ language: 'kk', startsOn: '2027-03-01', endsOn: '2027-03-05', capacity: 25, state: 'open', ...values, centreId, editionId, roomId: room.id, roomCapacity: room.capacity }).returning()
  return row!
}

/** Puts people straight into the first free seats, past the verb: for tests of what comes after. */
export async function seated(db: Db, cohort: typeof cohorts.$inferSelect, ...personIds: string[]) {
  const taken = await db.$count(enrolments)
  for (const [index, personId] of personIds.entries()) {
    await db.insert(enrolments).values({ cohortId: cohort.id, personId, state: 'enrolled', source: 'coordinator', ticket: 1000 + taken + index })
    await db.insert(seats).values({ cohortId: cohort.id, seat: index + 1, capacity: cohort.capacity, personId })
  }
}

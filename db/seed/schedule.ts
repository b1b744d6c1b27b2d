import { and, asc, eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, rooms } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { createPerson } from '#modules/people/index.ts'
import { facilities } from '#modules/places/index.ts'
import { addAbsence, assignTrainer, registerTrainer, scheduleCohort } from '#modules/timetable/index.ts'
import { addDays, dayOf, mondayOf } from '#modules/words/index.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'

type Level = 'national' | 'regional' | 'facility'
type Row = [region: string, familyName: string, givenName: string, patronymic: string, level: Level | null, languages: ('kk' | 'ru' | 'en')[], courses: string[]]

/** Invented trainers; one of them has not been entered into the registry yet. */
const people: Row[] = [
  ['KZ-43', 'Дүйсенова', 'Бақыт', 'Сапарқызы', 'national', ['kk', 'ru'], ['imci', 'home-visiting', 'emergency']],
  ['KZ-43', 'Тілеубаева', 'Гүлмира', 'Асқарқызы', 'regional', ['kk'], ['imci']],
  ['KZ-43', 'Қойшыбаев', 'Нұрлан', 'Әбдіұлы', 'regional', ['kk', 'ru'], ['imci', 'emergency']],
  ['KZ-43', 'Пак', 'Елена', 'Сергеевна', 'regional', ['ru'], ['imci']],
  ['KZ-43', 'Ерғалиева', 'Сандуғаш', 'Мұратқызы', 'facility', ['kk'], ['imci']],
  ['KZ-43', 'Омарова', 'Жансая', 'Ерболқызы', 'facility', ['kk', 'ru'], ['home-visiting']],
  ['KZ-43', 'Бисенғали', 'Арман', 'Талғатұлы', null, ['kk'], ['imci']],
  ['KZ-31', 'Сәрсенбаева', 'Мадина', 'Қайратқызы', 'regional', ['kk', 'ru'], ['imci', 'home-visiting']],
  ['KZ-31', 'Ткаченко', 'Ирина', 'Павловна', 'regional', ['ru'], ['imci']],
  ['KZ-47', 'Өтеғұлова', 'Айнагүл', 'Жақсылыққызы', 'regional', ['kk'], ['imci']],
  ['KZ-71', 'Смағұлова', 'Раушан', 'Дәуренқызы', 'national', ['kk', 'ru', 'en'], ['imci', 'emergency']],
]

/** Weeks from this one in which the centre in Kyzylorda plans another group, and the room. */
const drafts: [week: number, room: string, language: 'kk' | 'ru'][] = [[1, '2-зал', 'ru'], [3, '1-зал', 'kk'], [5, '1-зал', 'kk']]

/** Trainers of four centres with what they teach and when they are away, their groups, and three more planned ones: a month full of work. */
export async function seedSchedule(db: Db, actor: Actor) {
  const team = new Map<string, string[]>()
  for (const [index, [region, familyName, givenName, patronymic, level, languages, courses]] of people.entries()) {
    const { centreId, facilityIds } = await seededPlaces(db, region)
    const { id } = await createPerson(db, actor, {
      familyName, givenName, patronymic, sex: index % 7 === 2 || index === 6 ? 'male' : 'female', profession: index % 3 === 0 ? 'paediatrician' : 'general-practitioner',
      locale: languages[0] === 'ru' ? 'ru' : 'kk', phone: `+7701${String(2_000_000 + index * 131)}`, role: 'trainer', centreId, facilityId: facilityIds[index % facilityIds.length]!,
    })
    team.set(region, [...(team.get(region) ?? []), id])
    if (level) await registerTrainer(db, actor, { personId: id, level, languages, courses })
  }
  const trainer = await castId(db, 'trainer@demo.kz')
  await registerTrainer(db, actor, { personId: trainer, level: 'regional', languages: ['kk', 'ru'], courses: ['imci'] })

  const { centreId } = await seededPlaces(db, 'KZ-43')
  const [centre] = await db.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, centreId))
  const monday = mondayOf(dayOf(new Date(), centre!.timeZone))
  const home = team.get('KZ-43')!
  await addAbsence(db, actor, { personId: home[1]!, startsOn: addDays(monday, 7), endsOn: addDays(monday, 11), note: 'Еңбек демалысы' })
  await addAbsence(db, actor, { personId: home[3]!, startsOn: addDays(monday, 23), endsOn: addDays(monday, 24) })

  // Each group that is not over has five or six of them beside the trainer of the cast.
  const live = await db.select({ id: cohorts.id }).from(cohorts).where(and(eq(cohorts.centreId, centreId), inArray(cohorts.state, ['draft', 'open', 'running']))).orderBy(asc(cohorts.startsOn))
  for (const [turn, { id: cohortId }] of live.entries())
    for (const [index, personId] of home.slice(0, 6).entries()) if ((index + turn) % 6 !== 0) await assignTrainer(db, actor, { cohortId, personId })

  const sites = (await facilities(db, { regionCode: 'KZ-43' })).filter((one) => one.healthyBabyRoom).map((one) => one.id)
  for (const [week, name, language] of drafts) {
    const [room] = await db.select().from(rooms).where(and(eq(rooms.centreId, centreId), eq(rooms.name, name)))
    await scheduleCohort(db, actor, {
      centreId, roomId: room!.id, course: 'imci', language, startsOn: addDays(monday, week * 7), endsOn: addDays(monday, week * 7 + 4), capacity: Math.min(25, room!.capacity),
      trainers: [trainer, ...home.slice(0, 5)], sites, checkConflicts: true, reason: 'Тренерлер бір-бірін алмастырады, күндері облыспен келісілді',
    })
  }
}

import { and, asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, facilities } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { answerRequest, askPlaces, askTrainers, setNeed, setTarget } from '#modules/planning/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { seededPlaces } from './places.ts'

const invented = 'Бөлініс ойдан шығарылған / Разбивка придумана'

/**
 * Plans of the demonstration. The story of 2018 is published: 1,200 specialists in 17 facilities; 546 had been trained the
 * year before. How they are split is invented, and each line says so. This year's plan is invented as a whole.
 */
export async function seedPlans(db: Db, actor: Actor) {
  const kyzylorda = await seededPlaces(db, 'KZ-43')
  const everywhere = (await db.select({ id: facilities.id }).from(facilities).orderBy(asc(facilities.createdAt), asc(facilities.id))).map(({ id }) => id)
  const [own] = await db.select({ timeZone: centres.timeZone }).from(centres).where(eq(centres.id, kyzylorda.centreId))
  const year = Number(dayOf(new Date(), own!.timeZone).slice(0, 4))
  const { centreId } = kyzylorda

  await setTarget(db, actor, { centreId, year: 2017, course: 'imci', people: 546, note: 'Besik-ке дейін оқытылғандар / Обучены в 2017 году, до Besik' })
  for (const [index, facilityId] of everywhere.slice(0, 17).entries()) {
    await setTarget(db, actor, { centreId, year: 2018, course: 'imci', facilityId, people: shareOf2018[index]!, note: invented })
  }

  const lines = [
    [0, 'patronage-nurse', 24], [0, 'general-practitioner', 12], [1, 'patronage-nurse', 30], [2, null, 18], [3, null, 14], [4, null, 9], [5, 'patronage-nurse', 10], [5, 'midwife', 4], [6, null, 12], [7, 'feldsher', 3],
  ] as const
  for (const [index, profession, people] of lines) {
    await setTarget(db, actor, { centreId, year, course: 'imci', facilityId: kyzylorda.facilityIds[index], people, ...(profession && { profession }) })
  }
  await setTarget(db, actor, { centreId, year, course: 'imci', regionCode: 'KZ-61', people: 5, note: 'Көрші облыстан қонақтар / Гости из соседней области' })
  await setTarget(db, actor, { centreId, year, course: 'imci', profession: 'social-worker', people: 15, note: 'Әлеуметтік қызметкерлермен бірлескен топтар / Группы вместе с социальными работниками' })

  const taraz = await seededPlaces(db, 'KZ-31')
  for (const [index, facilityId] of taraz.facilityIds.entries()) await setTarget(db, actor, { centreId: taraz.centreId, year, course: 'imci', facilityId, people: 12 + 8 * index })
}

/** What the regions of the demonstration's centres need is made up, and said to be so wherever it is shown. */
export async function seedNeedsOfRegions(db: Db, actor: Actor) {
  for (const [regionCode, needed, inPost] of [['KZ-43', 480, 214], ['KZ-31', 690, 268], ['KZ-47', 430, 151], ['KZ-71', 760, 322]] as const) {
    await setNeed(db, actor, { regionCode, profession: 'patronage-nurse', year: 2025, needed, inPost, source: 'Ойдан шығарылған / Придумано / Made up', invented: true })
  }
}

/** 1,200 people over 17 facilities: more in a city's polyclinic than in a village. */
const shareOf2018 = [180, 160, 90, 75, 70, 85, 80, 30, 10, 95, 50, 60, 90, 15, 70, 20, 20] as const

/** Requests between centres in every state: two wait in Kyzylorda, one was granted and one declined. */
export async function seedRequests(db: Db, actor: Actor) {
  const [kyzylorda, taraz, aktau] = [(await seededPlaces(db, 'KZ-43')).centreId, (await seededPlaces(db, 'KZ-31')).centreId, (await seededPlaces(db, 'KZ-47')).centreId]
  const imci = { course: 'imci', language: 'kk' as const }
  await askPlaces(db, actor, { ...imci, fromCentreId: taraz, toCentreId: kyzylorda, people: 6, text: 'Меркі ауданының алты патронаж мейіргері' })
  await askTrainers(db, actor, { ...imci, fromCentreId: taraz, toCentreId: kyzylorda, people: 1 })
  const granted = await askPlaces(db, actor, { ...imci, fromCentreId: aktau, toCentreId: kyzylorda, people: 3, text: 'Бейнеу ауданынан үш фельдшер' })
  const declined = await askPlaces(db, actor, { ...imci, language: 'ru', fromCentreId: kyzylorda, toCentreId: taraz, people: 10, text: 'Десять врачей общей практики, группа на русском языке' })

  const [draft] = await db.select({ id: cohorts.id }).from(cohorts).where(and(eq(cohorts.centreId, kyzylorda), eq(cohorts.state, 'draft'))).orderBy(asc(cohorts.startsOn)).limit(1)
  if (draft) await answerRequest(db, actor, { requestId: granted.id, answer: 'granted', cohortId: draft.id, trainers: [], text: 'Қонақтарға үш орын қалдырамыз' })
  await answerRequest(db, actor, { requestId: declined.id, answer: 'declined', trainers: [], text: 'До конца года свободных мест нет' })
}

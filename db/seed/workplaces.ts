import { and, asc, eq, isNotNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificates, persons, workplaces } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { changePerson, createPerson, leavePost } from '#modules/people/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { seededPlaces } from './places.ts'

/**
 * Who moved on, and who stands in the register twice. Everybody has worked where they work for a year and more; of those who
 * were certified one has changed the facility and one has left; three people were entered a second time, as it happens: in
 * Russian letters, in Latin ones without a patronymic, and under the name of a husband.
 */
export async function seedWorkplaces(db: Db, actor: Actor) {
  await db.update(workplaces).set({ since: sql`${workplaces.since} - 400` })
  const { centreId, facilityIds } = await seededPlaces(db, 'KZ-43')
  const certified = await db.selectDistinct({ id: persons.id, folded: persons.folded, facilityId: persons.facilityId }).from(certificates).innerJoin(persons, eq(persons.id, certificates.personId))
    .where(and(eq(certificates.centreId, centreId), eq(certificates.certifies, true), isNotNull(persons.facilityId), sql`${persons.email} is null`)).orderBy(asc(persons.folded), asc(persons.id))
  const [moved, left] = certified
  if (moved) await changePerson(db, actor, { personId: moved.id, facilityId: facilityIds.find((id) => id !== moved.facilityId)! })
  if (left) await leavePost(db, actor, { personId: left.id, on: dayOf(new Date(), 'Asia/Almaty'), reason: 'бала күтіміне байланысты демалыс' })

  const trainees = await db.select().from(persons).where(and(isNotNull(persons.patronymic), isNotNull(persons.facilityId), eq(persons.sex, 'female'), sql`${persons.email} is null`)).orderBy(asc(persons.folded), asc(persons.id))
  const named = (familyName: string, givenName: string) => trainees.find((one) => one.familyName === familyName && one.givenName === givenName)
  for (const [known, twin] of [
    [named('Жүнісова', 'Айгүл'), { familyName: 'Жунисова', givenName: 'Айгуль', patronymic: 'Канатовна' }],
    [named('Төлегенова', 'Гүлжан'), { familyName: 'Tolegenova', givenName: 'Gulzhan', patronymic: null }],
    [named('Иванова', 'Динара'), { familyName: 'Сейтова', givenName: 'Динара', patronymic: 'Ерлановна' }],
  ] as const) {
    if (known) await createPerson(db, actor, { ...twin, sex: 'female', profession: known.profession, facilityId: known.facilityId, locale: 'ru', role: 'trainee' })
  }
}

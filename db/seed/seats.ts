import { and, asc, eq, isNull, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, persons, rooms } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { addQuota, changeSeatRules, changeState, decideNomination, enrol, joinDemand, nominate, withdraw } from '#modules/cohorts/index.ts'
import { scheduleCohort } from '#modules/timetable/index.ts'
import { traineesOf, weekAt } from './cohorts.ts'
import { castId } from './people.ts'

const kyzylorda = 'KZ-43'
const aktau = 'KZ-47'

const trainee = (personId: string): Actor => ({ ...system('demo'), kind: 'person', personId, memberships: [{ role: 'trainee', centreId: null, collegeId: null }] })

/** People of Aktau who wait for a course without a date, at any centre: before the groups are opened that they could join. */
export async function seedDemand(db: Db) {
  for (const personId of (await traineesOf(db, aktau)).slice(0, 3)) {
    await joinDemand(db, trainee(personId), { course: 'imci', language: 'kk' })
  }
}

/**
 * What the desk does with seats: a mixed group with quotas and a minimum, whose places are released a week before, with
 * people of another region nominated for it; and a small full group that offers its seats, one of them just now.
 */
export async function seedSeats(db: Db, actor: Actor) {
  const [place] = await db.select({ centreId: centres.id, roomId: rooms.id, timeZone: centres.timeZone }).from(rooms).innerJoin(centres, eq(centres.id, rooms.centreId))
    .where(and(eq(centres.regionCode, kyzylorda), eq(rooms.name, '2-зал'), isNull(rooms.closedAt)))
  const [mixed] = await db.select({ id: cohorts.id, startsOn: cohorts.startsOn }).from(cohorts)
    .where(and(eq(cohorts.centreId, place!.centreId), eq(cohorts.state, 'open'), eq(cohorts.language, 'ru'))).orderBy(asc(cohorts.startsOn)).limit(1)
  const cohortId = mixed!.id
  const before = new Date(Date.parse(mixed!.startsOn) - 7 * 86_400_000).toISOString().slice(0, 10)
  await addQuota(db, actor, { cohortId, kind: 'professions', professions: ['patronage-nurse', 'general-practice-nurse', 'extended-practice-nurse'], seats: 10, releasesOn: before })
  await addQuota(db, actor, { cohortId, kind: 'professions', professions: ['social-worker'], seats: 5, releasesOn: before })
  await addQuota(db, actor, { cohortId, kind: 'guests', seats: 2, releasesOn: before })
  await changeSeatRules(db, actor, { cohortId, minimum: 12, decideOn: before })
  const [, , , guest, other] = await traineesOf(db, aktau)
  await enrol(db, actor, { cohortId, personId: guest! })
  if (other) await nominate(db, actor, { cohortId, personId: other })

  const { startsOn, endsOn } = weekAt(new Date(), place!.timeZone, 6)
  const { id } = await scheduleCohort(db, actor, { centreId: place!.centreId, roomId: place!.roomId, course: 'imci', language: 'ru', startsOn, endsOn, capacity: 8 })
  await changeSeatRules(db, actor, { cohortId: id, offerHours: 72 })
  await changeState(db, actor, { cohortId: id, to: 'open' }, sealAttendance)
  const people = (await traineesOf(db, kyzylorda)).slice(20, 30)
  for (const personId of people) await enrol(db, actor, { cohortId: id, personId })
  await withdraw(db, actor, { cohortId: id, personId: people[2]!, reason: 'Жұмыс кестесі өзгерді' })
}

/** Nominations at the facility of the cast's trainee for a group of home visiting: two wait for its head, one was approved and one declined. */
export async function seedNominations(db: Db, actor: Actor) {
  const [head, colleague] = [await castId(db, 'manager@demo.kz'), await castId(db, 'trainee@demo.kz')]
  const [group] = await db.select({ id: cohorts.id }).from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId)).innerJoin(centres, eq(centres.id, cohorts.centreId))
    .where(and(eq(editions.course, 'home-visiting'), eq(cohorts.state, 'open'), eq(centres.regionCode, kyzylorda)))
  const cohortId = group!.id
  const here = await db.select({ id: persons.id }).from(persons).where(sql`${persons.facilityId} = (select facility_id from persons where id = ${head}::uuid) and ${persons.email} is null
    and not exists (select from enrolments e where e.cohort_id = ${cohortId}::uuid and e.person_id = ${persons.id})`).orderBy(asc(persons.phone)).limit(3)
  const [waits, approved, declined] = here.map((one) => one.id)
  await nominate(db, actor, { cohortId, personId: colleague })
  await nominate(db, trainee(colleague), { cohortId, personId: waits! })
  const first = await nominate(db, trainee(colleague), { cohortId, personId: approved! })
  const second = await nominate(db, actor, { cohortId, personId: declined! })
  await decideNomination(db, trainee(head), { nominationId: first.id, decision: 'approved' })
  await decideNomination(db, trainee(head), { nominationId: second.id, decision: 'declined', reason: 'Бұл аптада бөлімшеде жалғыз мейіргер' })
}

import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, facilities, memberships, persons, rooms } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Mark, markAttendance, sealAttendance } from '#modules/attendance/index.ts'
import { changeState, daysOf, enrol } from '#modules/cohorts/index.ts'
import { assignTrainer, scheduleCohort } from '#modules/timetable/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { castId } from './people.ts'

type Plan = {
  region: string
  /** The course; the one of children's illnesses when left out. */
  course?: 'home-visiting' | 'emergency'
  room: string
  language: 'kk' | 'ru'
  /** Weeks from this one; the course runs from Monday to Friday. */
  week: number
  capacity?: number
  /** Trainees of the region, from and to (not included), in the order in which they were made. */
  people?: [from: number, to: number]
  /** E-mails of the cast who are in it, first. */
  cast?: string[]
  state: 'draft' | 'open' | 'running' | 'cancelled'
}

/** Cohorts that are over and wait for their results, closing and certificates: those come in the steps after this one. */
const finished: Plan[] = [
  { region: 'KZ-43', room: '1-зал', language: 'kk', week: -6, people: [0, 20], cast: ['trainee@demo.kz'], state: 'running' },
  { region: 'KZ-31', room: '1-зал', language: 'ru', week: -9, people: [0, 6], state: 'running' },
  { region: 'KZ-47', room: '1-зал', language: 'kk', week: -14, people: [0, 5], state: 'running' },
  { region: 'KZ-71', room: '101', language: 'ru', week: -18, people: [0, 4], state: 'running' },
  { region: 'KZ-31', course: 'home-visiting', room: '1-зал', language: 'kk', week: -7, people: [0, 8], state: 'running' },
  { region: 'KZ-71', course: 'emergency', room: '101', language: 'ru', week: -8, people: [0, 4], state: 'running' },
]

const plans: Plan[] = [
  ...finished,
  // Over since Friday: its coordinator has attendance to close.
  { region: 'KZ-43', room: '2-зал', language: 'ru', week: -1, people: [20, 34], state: 'running' },
  { region: 'KZ-43', room: '1-зал', language: 'kk', week: 0, people: [14, 37], cast: ['trainee@demo.kz'], state: 'running' },
  { region: 'KZ-43', room: '1-зал', language: 'kk', week: 2, people: [6, 37], state: 'open' },
  { region: 'KZ-43', room: '2-зал', language: 'ru', week: 4, people: [0, 11], state: 'open' },
  { region: 'KZ-43', room: '2-зал', language: 'kk', week: 3, people: [11, 15], state: 'cancelled' },
  { region: 'KZ-43', room: '2-зал', language: 'kk', week: 7, capacity: 30, state: 'draft' },
  { region: 'KZ-31', room: '2-зал', language: 'kk', week: 3, capacity: 16, people: [2, 8], state: 'open' },
  { region: 'KZ-71', room: '101', language: 'ru', week: 5, people: [1, 3], state: 'open' },
  { region: 'KZ-43', course: 'home-visiting', room: '1-зал', language: 'kk', week: 8, people: [0, 12], state: 'open' },
  { region: 'KZ-43', course: 'emergency', room: '2-зал', language: 'ru', week: 9, capacity: 20, people: [12, 20], state: 'open' },
]

/** Cohorts of the demonstration, of every course and in every state: one full with a queue, one running now, and six finished ones. */
export async function seedCohorts(db: Db, actor: Actor) {
  for (const plan of plans) await seedCohort(db, actor, plan)
}

async function seedCohort(db: Db, actor: Actor, plan: Plan) {
  const [place] = await db.select({ centreId: centres.id, roomId: rooms.id, capacity: rooms.capacity, timeZone: centres.timeZone })
    .from(rooms).innerJoin(centres, eq(centres.id, rooms.centreId)).where(and(eq(centres.regionCode, plan.region), eq(rooms.name, plan.room)))
  const { startsOn, endsOn } = weekAt(new Date(), place!.timeZone, plan.week)
  const { id: cohortId } = await scheduleCohort(db, actor, {
    centreId: place!.centreId, roomId: place!.roomId, course: plan.course ?? 'imci', language: plan.language, startsOn, endsOn, capacity: plan.capacity ?? Math.min(25, place!.capacity),
  })
  if (plan.region === 'KZ-43') await assignTrainer(db, actor, { cohortId, personId: await castId(db, 'trainer@demo.kz') })
  if (plan.state !== 'draft') await changeState(db, actor, { cohortId, to: 'open' }, sealAttendance)
  const people = [...(await Promise.all((plan.cast ?? []).map((email) => castId(db, email)))), ...(await traineesOf(db, plan.region)).slice(...(plan.people ?? [0, 0]))]
  for (const personId of people) await enrol(db, actor, { cohortId, personId })
  if (plan.state !== 'draft' && plan.state !== 'open') await changeState(db, actor, { cohortId, to: plan.state }, sealAttendance)
  const today = dayOf(new Date(), place!.timeZone)
  if (plan.state === 'running') await markAttendance(db, actor, { cohortId, marks: marksOf(people, daysOf(startsOn, endsOn).filter((day) => day < today)) })
}

/** Monday and Friday of the week so many weeks from now, by a centre's clock. */
export function weekAt(now: Date, timeZone: string, weeks: number) {
  const today = new Date(`${dayOf(now, timeZone)}T00:00:00Z`)
  const monday = today.getTime() - ((today.getUTCDay() + 6) % 7) * 86_400_000 + weeks * 7 * 86_400_000
  const day = (offset: number) => new Date(monday + offset * 86_400_000).toISOString().slice(0, 10)
  return { startsOn: day(0), endsOn: day(4) }
}

/** Trainees of the invented people of a region, in the order in which they were made. */
export async function traineesOf(db: Db, regionCode: string): Promise<string[]> {
  const people = await db.selectDistinct({ id: persons.id, phone: persons.phone }).from(persons)
    .innerJoin(facilities, eq(facilities.id, persons.facilityId)).innerJoin(memberships, eq(memberships.personId, persons.id))
    .where(and(eq(facilities.regionCode, regionCode), eq(memberships.role, 'trainee'), isNull(persons.email))).orderBy(asc(persons.phone))
  return people.map((one) => one.id)
}

/** Most are there; a few come late, and the last two of a full class miss more than the rule allows. */
function marksOf(people: string[], days: string[]) {
  return people.flatMap((personId, index) => days.flatMap((date, day) => (['am', 'pm'] as const).map((half) => ({ personId, date, half, mark: markOf(index, day, half, people.length) }))))
}

function markOf(index: number, day: number, half: 'am' | 'pm', size: number): Mark {
  if (size > 10 && index === size - 1 && day > 1) return 'absent'
  if (size > 10 && index === size - 2 && day > 2) return 'excused'
  return half === 'am' && (index * 3 + day * 5) % 17 === 0 ? 'late' : 'present'
}

/** The finished cohorts, the demonstration's own first: results are seeded in them, then they are closed and certified. */
export async function finishedCohorts(db: Db): Promise<string[]> {
  const over = await db.select({ id: cohorts.id, region: centres.regionCode, startsOn: cohorts.startsOn, timeZone: centres.timeZone })
    .from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(inArray(cohorts.state, ['running', 'closed']), eq(editions.demonstration, true))).orderBy(desc(cohorts.startsOn))
  return over.filter((one) => finished.some((plan) => plan.region === one.region && weekAt(new Date(), one.timeZone, plan.week).startsOn === one.startsOn)).map((one) => one.id)
}

/** Closes the finished cohorts, once their results are in: certificates may follow. */
export async function closeFinishedCohorts(db: Db, actor: Actor) {
  for (const cohortId of await finishedCohorts(db)) await changeState(db, actor, { cohortId, to: 'closed' }, sealAttendance)
}

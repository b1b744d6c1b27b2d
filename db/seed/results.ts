import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { attempts, centres, cohorts, enrolments, logbook, memberships, observations, progress } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { assessmentsOf, type Choice, logCases, observe, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { daysOf } from '#modules/cohorts/index.ts'
import { finishLesson, type Item, itemsOf, lessonsOf, stationsOfEdition } from '#modules/courses/index.ts'
import { createPerson } from '#modules/people/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { finishedCohorts } from './cohorts.ts'
import { castId } from './people.ts'

type Cohort = typeof cohorts.$inferSelect & { timeZone: string }

const person = (personId: string, centreId?: string): Actor => ({
  kind: 'person', personId, system: '', steppedUp: false,
  memberships: [{ role: 'trainee', centreId: null, collegeId: null }, ...(centreId ? [{ role: 'trainer' as const, centreId, collegeId: null }] : [])],
})

/** What a few people of a finished class did not manage, by their place in it: so that not everybody gets a certificate. */
const gaps: Record<number, 'test' | 'second-try' | 'station' | 'cases'> = { 4: 'test', 7: 'second-try', 10: 'station', 12: 'cases' }

/** Lessons, tests, stations and logbooks of the finished cohorts, and a first day's work in the one that runs. */
export async function seedResults(db: Db, actor: Actor) {
  for (const cohortId of await finishedCohorts(db)) await finishClass(db, actor, cohortId)
  await beginClass(db, actor)
}

async function finishClass(db: Db, actor: Actor, cohortId: string) {
  const cohort = await cohortWithClock(db, cohortId)
  const trainer = person(await trainerAt(db, actor, cohort.centreId), cohort.centreId)
  const days = daysOf(cohort.startsOn, cohort.endsOn)
  const people = await seatedIn(db, cohortId)
  const all = await lessonsOf(db, cohort.editionId)
  for (const [index, personId] of people.entries()) {
    const gap = people.length > 10 ? gaps[index] : undefined
    for (const lesson of all) await finishLesson(db, person(personId), { editionId: cohort.editionId, lessonId: lesson.id })
    await checkStations(db, trainer, cohort, personId, gap === 'station', at(days[0]!, 15, index))
    for (const [day, date] of days.entries()) await confirm(db, trainer, cohort, personId, date, gap === 'cases' ? 2 : 4 + ((index + day) % 3))
    await sitTest(db, cohort, personId, gap === 'test' || gap === 'second-try' ? 0.5 : 0.8 + (index % 3) * 0.1, at(days.at(-1)!, 11, 0))
    if (gap === 'second-try') await sitTest(db, cohort, personId, 0.9, at(nextWeek(days.at(-1)!), 11, 0))
  }
  await db.update(progress).set({ finishedAt: at(days[0]!, 17, 0) }).where(and(eq(progress.editionId, cohort.editionId), inArray(progress.personId, people)))
}

/** The running class: some have read the first lessons, and the trainer has begun with the stations. */
async function beginClass(db: Db, actor: Actor) {
  const trainee = await castId(db, 'trainee@demo.kz')
  const [latest] = await db.select({ id: cohorts.id }).from(enrolments).innerJoin(cohorts, eq(cohorts.id, enrolments.cohortId))
    .where(and(eq(enrolments.personId, trainee), eq(cohorts.state, 'running'))).orderBy(desc(cohorts.startsOn)).limit(1)
  if (!latest) return
  const cohort = await cohortWithClock(db, latest.id)
  const trainer = person(await trainerAt(db, actor, cohort.centreId), cohort.centreId)
  const people = await seatedIn(db, cohort.id)
  const first = (await lessonsOf(db, cohort.editionId)).slice(0, 2)
  // The demonstration's trainee starts afresh here, whatever the earlier course of the same edition has ticked.
  await db.delete(progress).where(and(eq(progress.personId, trainee), eq(progress.editionId, cohort.editionId)))
  for (const [index, personId] of people.entries()) {
    if (index % 3 < 2) for (const lesson of first) await finishLesson(db, person(personId), { editionId: cohort.editionId, lessonId: lesson.id })
    if (index > 0 && index < 6) await checkStations(db, trainer, cohort, personId, index === 3, new Date())
    const yesterday = daysOf(cohort.startsOn, cohort.endsOn).filter((date) => date < dayOf(new Date(), cohort.timeZone))
    for (const date of yesterday) await confirm(db, trainer, cohort, personId, date, 3 + (index % 3))
  }
}

/** One sitting, with this share of the questions answered rightly, at a time in the past. */
async function sitTest(db: Db, cohort: Cohort, personId: string, share: number, when: Date) {
  const actor = person(personId)
  const [test] = (await assessmentsOf(db, actor, { cohortId: cohort.id })).filter((one) => one.kind === 'post-test')
  if (!test) return
  const { attemptId, items } = await startAttempt(db, actor, { assessmentId: test.id })
  const keys = await itemsOf(db, cohort.editionId)
  const right = Math.round(items.length * share)
  for (const [index, { id }] of items.entries()) await saveAnswer(db, actor, { attemptId, itemId: id, sequence: 1, choice: chosen(keys.get(id)!, index < right) as never })
  // It was sat then: an attempt that is finished after its time counts as finished when the time ran out.
  await db.update(attempts).set({ startedAt: when, closesAt: new Date(when.getTime() + test.minutes * 60_000) }).where(eq(attempts.id, attemptId))
  await submitAttempt(db, actor, { attemptId })
}

function chosen(item: Item, right: boolean): Choice {
  if (item.kind === 'numeric') return { value: item.body.key.value + (right ? 0 : 7), unit: item.body.key.unit }
  return right ? item.body.key : [item.body.options.find((option) => !item.body.key.includes(option.id))!.id]
}

async function checkStations(db: Db, trainer: Actor, cohort: Cohort, personId: string, fails: boolean, when: Date) {
  for (const { station, body } of await stationsOfEdition(db, cohort.editionId)) {
    const missed = fails ? body.steps.find((step) => step.critical)!.id : body.steps.findLast((step) => !step.critical)?.id
    const steps = Object.fromEntries(body.steps.map((step) => [step.id, step.id !== missed]))
    await observe(db, trainer, { cohortId: cohort.id, station, personId, steps })
  }
  await db.update(observations).set({ observedAt: when }).where(and(eq(observations.cohortId, cohort.id), eq(observations.personId, personId)))
}

async function confirm(db: Db, trainer: Actor, cohort: Cohort, personId: string, date: string, cases: number) {
  await logCases(db, trainer, { cohortId: cohort.id, personId, date, cases })
  await db.update(logbook).set({ confirmedAt: at(date, 17, 0) }).where(and(eq(logbook.cohortId, cohort.id), eq(logbook.personId, personId), eq(logbook.date, date)))
}

/** A trainer of the centre; one is made where there is none. */
async function trainerAt(db: Db, actor: Actor, centreId: string): Promise<string> {
  const [known] = await db.select({ id: memberships.personId }).from(memberships).where(and(eq(memberships.centreId, centreId), eq(memberships.role, 'trainer'), isNull(memberships.until)))
  if (known) return known.id
  const count = await db.$count(memberships, eq(memberships.role, 'trainer'))
  const [familyName, givenName, patronymic] = [['Қожахметова', 'Әсел', 'Нұрланқызы'], ['Смағұлова', 'Раушан', 'Қанатқызы'], ['Дүйсенова', 'Гүлмира', 'Болатқызы']][(count + 2) % 3]!
  const { id } = await createPerson(db, actor, { familyName: familyName!, givenName: givenName!, patronymic: patronymic!, sex: 'female', profession: 'paediatrician', locale: 'kk', phone: `+7705900000${count}`, role: 'trainer', centreId })
  return id
}

async function cohortWithClock(db: Db, cohortId: string): Promise<Cohort> {
  const [row] = await db.select({ cohort: cohorts, timeZone: centres.timeZone }).from(cohorts).innerJoin(centres, eq(centres.id, cohorts.centreId)).where(eq(cohorts.id, cohortId))
  return { ...row!.cohort, timeZone: row!.timeZone }
}

const seatedIn = async (db: Db, cohortId: string) =>
  (await db.select({ id: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled'))).orderBy(asc(enrolments.ticket))).map((row) => row.id)

/** A moment of a day: Kazakhstan's clocks are five hours ahead of UTC. */
const at = (date: string, hour: number, minutes: number) => new Date(Date.parse(`${date}T${String(hour).padStart(2, '0')}:00:00+05:00`) + minutes * 60_000)
const nextWeek = (date: string) => new Date(Date.parse(date) + 9 * 86_400_000).toISOString().slice(0, 10)

import { and, asc, desc, eq, inArray, isNull, ne } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { attempts, centres, cohorts, enrolments, logbook, memberships, observations, progress } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { assessmentsOf, type Choice, grade, logCase, observe, saveAnswer, startAttempt, submitAttempt } from '#modules/assessment/index.ts'
import { daysOf } from '#modules/cohorts/index.ts'
import { editionOf, finishLesson, type Item, itemsOf, lessonsOf, stationsOfEdition } from '#modules/courses/index.ts'
import { createPerson } from '#modules/people/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { finishedCohorts } from './cohorts.ts'
import { castId } from './people.ts'
import { practiceCase } from './practice.ts'

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
  const second = people.length > 10 ? person(await anotherTrainerAt(db, actor, cohort.centreId, trainer.personId!), cohort.centreId) : undefined
  for (const [index, personId] of people.entries()) {
    const gap = people.length > 10 ? gaps[index] : undefined
    for (const lesson of all) await finishLesson(db, person(personId), { editionId: cohort.editionId, lessonId: lesson.id })
    await checkStations(db, trainer, cohort, personId, gap === 'station', at(days[0]!, 15, index))
    if (second && index % 3 === 0) await watchToo(db, second, cohort, personId, index, at(days[0]!, 15, index))
    for (const [day, date] of days.entries()) await confirm(db, trainer, cohort, personId, date, gap === 'cases' ? 2 : 4 + ((index + day) % 3))
    await sitTest(db, cohort, personId, 'pre-test', 0.3 + (index % 5) * 0.08, at(days[0]!, 9, 0))
    await sitTest(db, cohort, personId, 'quiz', index % 4 === 3 ? 0.6 : 1, at(days[0]!, 17, 30))
    await sitTest(db, cohort, personId, 'post-test', gap === 'test' || gap === 'second-try' ? 0.5 : 0.8 + (index % 3) * 0.1, at(days.at(-1)!, 11, 0))
    if (gap === 'second-try') await sitTest(db, cohort, personId, 'post-test', 0.9, at(nextWeek(days.at(-1)!), 11, 0))
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
    if (index > 0 && index < 4) await writeDown(db, cohort, personId, 1 + index)
    // Everybody has been tested before the first lesson, so that the one next step is a lesson.
    await sitTest(db, cohort, personId, 'pre-test', 0.3 + (index % 5) * 0.08, at(cohort.startsOn, 9, 0))
  }
}

/**
 * One sitting of the first test of a kind, at a time in the past. From 0.7 on at least this share of the points is earned, below it
 * never more, so that passing and failing don't hang on which questions were drawn; the easier ones are got right sooner.
 */
async function sitTest(db: Db, cohort: Cohort, personId: string, kind: 'pre-test' | 'quiz' | 'post-test', share: number, when: Date) {
  const actor = person(personId)
  const [test] = (await assessmentsOf(db, actor, { cohortId: cohort.id })).filter((one) => one.kind === kind)
  if (!test) return
  const { attemptId, items } = await startAttempt(db, actor, { assessmentId: test.id })
  const keys = await itemsOf(db, cohort.editionId)
  const worth = (item: Item) => grade([item], new Map()).maximum
  const easiest = items.map(({ id }) => keys.get(id)!).sort((one, other) => hardness(one, personId) - hardness(other, personId))
  const wanted = share * easiest.reduce((sum, item) => sum + worth(item), 0)
  let points = 0
  for (const item of easiest) {
    const right = share >= 0.7 ? points < wanted : points + worth(item) <= wanted
    if (right) points += worth(item)
    await saveAnswer(db, actor, { attemptId, itemId: item.id, sequence: 1, choice: chosen(item, right, personId) as never })
  }
  // It was sat then: an attempt that is finished after its time counts as finished when the time ran out.
  await db.update(attempts).set({ startedAt: when, closesAt: new Date(when.getTime() + test.minutes * 60_000) }).where(eq(attempts.id, attemptId))
  await submitAttempt(db, actor, { attemptId })
}

/** How hard a question is for somebody: what its author meant, and something of one's own. */
const hardness = (item: Item, personId: string) => ({ easy: 0, medium: 0.35, hard: 0.7 })[item.body.difficulty ?? 'medium'] + turnOf(personId, item.id) / 256
const turnOf = (...parts: string[]) => createHash('sha256').update(parts.join(' ')).digest()[0]!

function chosen({ id, kind, body }: Item, right: boolean, personId: string): Choice {
  switch (kind) {
    case 'numeric':
      return { value: body.key.value + (right ? 0 : body.key.tolerance + 7), unit: body.key.unit }
    case 'matching':
      return right ? body.key : body.key.map(([left], index): [string, string] => [left, body.key[(index + 1) % body.key.length]![1]])
    case 'ordering':
      return right ? body.key : body.key.toReversed()
    default: {
      const wrong = body.options.filter((option) => !body.key.includes(option.id))
      return right ? body.key : [wrong[turnOf(id, personId) % wrong.length]!.id]
    }
  }
}

async function checkStations(db: Db, trainer: Actor, cohort: Cohort, personId: string, fails: boolean, when: Date) {
  for (const { station, body } of await stationsOfEdition(db, cohort.editionId)) {
    const missed = fails ? body.steps.find((step) => step.critical)!.id : body.steps.findLast((step) => !step.critical)?.id
    const steps = Object.fromEntries(body.steps.map((step) => [step.id, step.id !== missed]))
    await observe(db, trainer, { cohortId: cohort.id, station, personId, steps })
  }
  await db.update(observations).set({ observedAt: when }).where(and(eq(observations.cohortId, cohort.id), eq(observations.personId, personId)))
}

/** The sheet of a second observer, who now and then sees a step otherwise than the examiner. */
async function watchToo(db: Db, second: Actor, cohort: Cohort, personId: string, index: number, when: Date) {
  const sheets = await db.select().from(observations).where(and(eq(observations.cohortId, cohort.id), eq(observations.personId, personId), eq(observations.role, 'examiner')))
  for (const { station, steps } of sheets) {
    const names = Object.keys(steps)
    const otherwise = names[index % names.length]!
    await observe(db, second, { cohortId: cohort.id, station, personId, role: 'second', steps: { ...steps, [otherwise]: index % 2 === 0 ? steps[otherwise]! : !steps[otherwise] } })
  }
  await db.update(observations).set({ observedAt: when }).where(and(eq(observations.cohortId, cohort.id), eq(observations.personId, personId), eq(observations.role, 'second')))
}

/** A day's cases in a logbook, confirmed by the trainer at its end. Past moments can't go through the verbs, and what is confirmed is final. */
async function confirm(db: Db, trainer: Actor, cohort: Cohort, personId: string, date: string, cases: number) {
  const { outline } = await editionOf(db, cohort.editionId)
  // A course that asks for few cases has few written down, and none where nobody can wait for a real emergency.
  const written = Array.from({ length: Math.min(cases, Math.ceil(outline.rules.practiceCases / 2)) }, (_, index) => ({
    cohortId: cohort.id, personId, date, ...practiceCase(outline.guidelines.map(({ id }) => id), personId, date, index),
    recordedAt: at(date, 14, index * 10), confirmedBy: trainer.personId, confirmedAt: at(date, 17, 0),
  }))
  if (written.length > 0) await db.insert(logbook).values(written)
}

/** Cases of today that wait for the trainer. */
async function writeDown(db: Db, cohort: Cohort, personId: string, cases: number) {
  const { outline } = await editionOf(db, cohort.editionId)
  const date = dayOf(new Date(), cohort.timeZone)
  for (let index = 0; index < cases; index++) {
    const { ageGroup, setting, visit, signs, classifications } = practiceCase(outline.guidelines.map(({ id }) => id), personId, date, index)
    await logCase(db, person(personId), { cohortId: cohort.id, date, ageGroup, setting, visit, signs, classifications })
  }
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

/** A second trainer of the centre: one is made where there is only one. */
async function anotherTrainerAt(db: Db, actor: Actor, centreId: string, besides: string): Promise<string> {
  const [known] = await db.select({ id: memberships.personId }).from(memberships).where(and(eq(memberships.centreId, centreId), eq(memberships.role, 'trainer'), isNull(memberships.until), ne(memberships.personId, besides)))
  if (known) return known.id
  const count = await db.$count(memberships, eq(memberships.role, 'trainer'))
  const { id } = await createPerson(db, actor, { familyName: 'Сәрсенова', givenName: 'Жанар', patronymic: 'Бекболатқызы', sex: 'female', profession: 'paediatrician', locale: 'kk', phone: `+7705910000${count}`, role: 'trainer', centreId })
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

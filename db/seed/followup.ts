import { randomUUID } from 'node:crypto'
import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, evaluations, evaluators, followups, memberships, suggestions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { caseWordsOf } from '#modules/assessment/index.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { editionOf } from '#modules/courses/index.ts'
import {
  addSuggestion,
  assignSupervisor,
  cancelFollowup,
  changeSuggestion,
  daysAfter,
  evaluationForm,
  type FormItem,
  holdMeeting,
  planFollowups,
  recordFollowup,
  recordSupervision,
  supervisionForm,
  visitForm,
} from '#modules/followup/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'
import { held, liked, stories, wished } from './suggestionStories.ts'

type Course = { id: string; editionId: string; centreId: string; endsOn: string; today: string; state: string }

const staff = (personId: string, role: 'trainer' | 'coordinator', centreId: string): Actor => ({
  kind: 'person',
  personId,
  system: '',
  steppedUp: false,
  memberships: [{ role, centreId, collegeId: null }],
})

/** What comes after the courses that are over: visits, opinions, suggestions, meetings and supervision. All of it invented. */
export async function seedFollowup(db: Db, actor: Actor) {
  for (const course of await coursesOver(db)) {
    if (course.state === 'closed') await visitEverybody(db, actor, course)
    await giveOpinions(db, course)
  }
  const { centreId, facilityIds } = await seededPlaces(db, 'KZ-43')
  const coordinator = staff(await castId(db, 'coordinator@demo.kz'), 'coordinator', centreId)
  const today = dayOf(new Date(), 'Asia/Qyzylorda')
  await collectSuggestions(db, coordinator, centreId, today)
  await superviseFacilities(db, await trainersAt(db, centreId), centreId, facilityIds, today)
}

async function coursesOver(db: Db): Promise<Course[]> {
  const now = new Date()
  const all = await db
    .select({ id: cohorts.id, editionId: cohorts.editionId, centreId: cohorts.centreId, endsOn: cohorts.endsOn, state: cohorts.state, timeZone: centres.timeZone })
    .from(cohorts)
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(inArray(cohorts.state, ['running', 'closed']), eq(editions.demonstration, true)))
    .orderBy(asc(cohorts.startsOn), asc(cohorts.id))
  return all.map((one) => ({ ...one, today: dayOf(now, one.timeZone) })).filter((one) => one.endsOn < one.today)
}

const trainersAt = async (db: Db, centreId: string) =>
  (
    await db
      .select({ id: memberships.personId })
      .from(memberships)
      .where(and(eq(memberships.centreId, centreId), eq(memberships.role, 'trainer'), isNull(memberships.until)))
      .orderBy(asc(memberships.since), asc(memberships.personId))
  ).map(({ id }) => id)

const answers = (form: readonly FormItem[], no: (index: number) => boolean) => Object.fromEntries(form.map(({ id }, index) => [id, !no(index)]))

/** What trainee and supervisor made of the same child: mostly the same. */
const seen = [
  [['RESP-2'], ['RESP-2']],
  [
    ['DEH-3', 'RESP-3'],
    ['DEH-3', 'RESP-3'],
  ],
  [['RESP-3'], ['RESP-2']],
  [['DEH-2'], ['DEH-2']],
  [
    ['RESP-2', 'DEH-3'],
    ['RESP-2', 'DEH-3'],
  ],
  [['RESP-1'], ['RESP-1']],
  [['DEH-3'], ['DEH-2']],
] as const
const agreedOn = [
  'Регидратация бұрышын ашу; бір айдан кейін телефонмен сөйлесеміз.',
  'Кестелер буклетін қабылдау бөлмесіне іліп қою.',
  'Тынысты толық бір минут санау; апта сайын үш жағдайды бірге талдау.',
  'Меңгерушімен секундомер мен таразы туралы сөйлесу.',
]

/** Two of three visits have been made, one in their midst was cancelled; the last ones wait, with a supervisor or without. */
async function visitEverybody(db: Db, actor: Actor, course: Course) {
  await planFollowups(db, actor, { cohortId: course.id })
  const own = await castId(db, 'trainee@demo.kz')
  const trainers = await trainersAt(db, course.centreId)
  const visits = await db.select().from(followups).where(eq(followups.cohortId, course.id))
  const people = (await seatedIn(db, course.id)).map(({ personId }) => visits.find((one) => one.personId === personId)!)
  const { outline } = await editionOf(db, course.editionId)
  const { kind, child } = caseWordsOf(outline.guidelines.map(({ id }) => id))
  const { performance, caregiver, support } = visitForm(kind)
  const levels = child.boxes.flatMap((box) => box.rules.map(({ id }) => id))
  // The demonstration's trainee finds a visit to look at.
  const planned = people.map((visit, index) => ({
    key: { cohortId: course.id, personId: visit.personId },
    visit,
    index,
    supervisor: trainers.filter((id) => id !== visit.personId)[index % trainers.length] ?? trainers[0]!,
    made: index % 3 !== 2 || visit.personId === own,
  }))
  const given = Map.groupBy(planned.filter(({ made, index }) => made || index % 5 !== 4), ({ supervisor }) => supervisor)
  for (const [supervisorId, visits] of given) await assignSupervisor(db, actor, { visits: visits.map(({ key }) => key), supervisorId })
  for (const { key, visit, index, supervisor, made } of planned) {
    if (index === 3 && visit.personId !== own) await cancelFollowup(db, actor, { ...key, reason: 'Декреттік демалысқа шықты' })
    else if (made) {
      // Of a visit to a family one level of service is told by both, and now and then another one.
      const [trainee, supervised] = kind === 'chart' ? seen[index % seen.length]! : [[levels[(index + Number(index % 6 === 4)) % levels.length]!], [levels[index % levels.length]!]]
      const day = daysAfter(visit.dueFrom, (index * 3) % 13)
      await recordFollowup(db, staff(supervisor, 'trainer', course.centreId), {
        ...key,
        clientId: randomUUID(),
        visitedOn: day < course.today ? day : course.today,
        ageGroup: 'child',
        visit: kind === 'home' ? 'routine' : null,
        trainee: [...trainee],
        supervisor: [...supervised],
        actions: agreedOn[index % agreedOn.length]!,
        performance: answers(performance, (n) => (index + n) % 6 === 5),
        caregiver: answers(caregiver, (n) => (index + n) % 5 === 4),
        support: answers(support, (n) => (index * 3 + n) % 4 === 3),
      })
    }
  }
}

/** Mostly four and five; practice (the fifth item), pace and the room please fewer people. */
const pointsOf = (index: number, item: number) =>
  Math.max(1, 5 - ((index * 5 + item * 7) % 3 === 0 ? 1 : 0) - ([4, 7, 8].includes(item) ? (index * 3 + item) % 4 : 0))

/** Four of five have said what they think, on the course's last day. Written straight into the tables: the verb keeps only today's opinions. */
async function giveOpinions(db: Db, course: Course) {
  const own = await castId(db, 'trainee@demo.kz')
  const people = (await seatedIn(db, course.id)).filter((one, index) => index % 5 !== 4 && one.personId !== own)
  if (people.length === 0) return
  await db.insert(evaluators).values(people.map(({ personId }) => ({ cohortId: course.id, personId })).toReversed())
  await db.insert(evaluations).values(
    people.map((_, index) => ({
      cohortId: course.id,
      givenOn: course.endsOn,
      locale: index % 4 === 3 ? ('ru' as const) : ('kk' as const),
      points: Object.fromEntries(evaluationForm().items.map(({ id }, item) => [id, pointsOf(index, item)])),
      liked: index % 2 === 0 ? liked[(index / 2) % liked.length]! : null,
      suggestion: index % 3 === 1 ? wished[((index - 1) / 3) % wished.length]! : null,
    })),
  )
}

/** Thirty suggestions, eight done and twenty-two in progress; six focus groups and two round tables talked about them. */
async function collectSuggestions(db: Db, coordinator: Actor, centreId: string, today: string) {
  const trainers = await trainersAt(db, centreId)
  const [course] = await db
    .select({ id: cohorts.id })
    .from(cohorts)
    .where(and(eq(cohorts.centreId, centreId), eq(cohorts.state, 'closed')))
    .limit(1)
  const ids: string[] = []
  for (const [index, [source, text, done]] of stories.entries()) {
    const about = source === 'evaluation' || source === 'complaint' ? course?.id : undefined
    const { id } = await addSuggestion(db, coordinator, { centreId, source, text, cohortId: about })
    const ownerId = index % 4 === 3 ? coordinator.personId! : trainers[index % trainers.length]!
    await changeSuggestion(db, coordinator, {
      suggestionId: id,
      state: done ? 'done' : 'in-progress',
      ownerId,
      dueOn: daysAfter(today, done ? -20 : (index % 7) * 9 - 12),
      outcome: done,
    })
    const made = new Date(`${daysAfter(today, -90 + index * 2)}T09:00:00+05:00`)
    await db
      .update(suggestions)
      .set({ createdAt: made, ...(done ? { endedAt: new Date(`${daysAfter(today, -30 + index)}T09:00:00+05:00`) } : {}) })
      .where(eq(suggestions.id, id))
    ids.push(id)
  }
  for (const [index, [kind, days, people, notes]] of held.entries()) {
    const points = ids.filter((_, at) => stories[at]![0] === kind || (at + index) % 9 === 0).filter((_, at) => at % 3 === index % 3)
    await holdMeeting(db, coordinator, { centreId, kind, heldOn: daysAfter(today, -days), people, notes, suggestionIds: days < 90 ? points : [] })
  }
}

/** A log of supervision at four facilities: one of them is overdue, and one has nurses used for other duties. */
async function superviseFacilities(db: Db, trainers: string[], centreId: string, facilityIds: string[], today: string) {
  const { checklist } = supervisionForm()
  const visits = [
    {
      at: 0,
      days: 100,
      no: 4,
      agreed: 'Айына бір рет қиын жағдайды бірге талдау; кестеге енгізу.',
      cases: 'Емізу қиындығы және анасының көңіл күйі төмендеген отбасы: жоспар мен кім баратыны келісілді.',
      next: 10,
      burnout: ['exhausted'],
      duties: 1,
    },
    {
      at: 0,
      days: 8,
      no: 9,
      agreed: 'Бірлескен сапар нәтижесін тоқсан соңында басшыға көрсету.',
      cases: 'Дамуы кешеуілдеген бала: психологпен бірге бару.',
      next: 92,
      burnout: [],
      duties: 0,
    },
    {
      at: 3,
      days: 60,
      no: 3,
      agreed: 'Таразы мен буклет сұрау; екі мейіргердің жүктемесін қайта бөлу.',
      cases: '',
      next: 30,
      burnout: ['exhausted', 'overtime', 'leaving'],
      duties: 2,
    },
    {
      at: 5,
      days: 20,
      no: 5,
      agreed: 'Патронаж мейіргерлерін тіркеу бөліміне ауыстырмау туралы бас дәрігермен келісілді.',
      cases: 'Үйінде қауіпсіздігі төмен отбасы: әлеуметтік қызметкермен бірге баруға келісілді.',
      next: 70,
      burnout: ['distant', 'overtime'],
      duties: 3,
    },
    { at: 7, days: 35, no: 2, agreed: 'Регидратация бұрышын қайта жабдықтау.', cases: '', next: undefined, burnout: [], duties: 0 },
  ]
  for (const [index, { at, days, no, agreed, cases, next, burnout, duties }] of visits.entries()) {
    const visitedOn = daysAfter(today, -days)
    await recordSupervision(db, staff(trainers[index % trainers.length]!, 'trainer', centreId), {
      centreId,
      facilityId: facilityIds[at % facilityIds.length]!,
      visitedOn,
      agreed,
      cases,
      burnout,
      otherDuties: duties,
      checklist: answers(checklist, (n) => (n + index) % no === no - 1),
      ...(next ? { nextOn: daysAfter(visitedOn, next) } : {}),
    })
  }
}

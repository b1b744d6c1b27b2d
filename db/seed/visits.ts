import { randomUUID } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { followups } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { caseWordsOf } from '#modules/assessment/index.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { editionOf } from '#modules/courses/index.ts'
import { assignSupervisor, cancelFollowup, daysAfter, planFollowups, recordFollowup, visitForm } from '#modules/followup/index.ts'
import { answers, staff, trainersAt } from './centreStaff.ts'
import type { Course } from './followup.ts'
import { castId } from './people.ts'

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
export async function visitEverybody(db: Db, actor: Actor, course: Course) {
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

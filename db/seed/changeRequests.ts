import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { items } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { latestEditions, lessonsOf } from '#modules/courses/index.ts'
import { answerChangeRequest, sendChangeRequest } from '#modules/packages/index.ts'
import { castId } from './people.ts'
import { seededPlaces } from './places.ts'

/** What a college has written to the authors of the demonstration's course: one waits, one is accepted, one question is answered, one was declined. */
export async function seedChangeRequests(db: Db, authors: Actor) {
  const { collegeId } = await seededPlaces(db, 'KZ-43')
  const staff: Actor = { kind: 'person', personId: await castId(db, 'college@demo.kz'), system: '', memberships: [{ role: 'college', centreId: null, collegeId }], steppedUp: false }
  const edition = (await latestEditions(db)).find((one) => one.course === 'imci')!
  const lessons = await lessonsOf(db, edition.id)
  const [item] = await db.select({ id: items.id }).from(items).where(eq(items.editionId, edition.id)).orderBy(asc(items.id)).limit(1)
  const ask = { editionId: edition.id, collegeId }

  await sendChangeRequest(db, staff, { ...ask, kind: 'question', text: 'Практикалық сағаттарды колледждің симуляциялық кабинетінде өткізуге бола ма?' }).then(({ id }) =>
    answerChangeRequest(db, authors, { requestId: id, seen: 'open', to: 'done', text: 'Иә. Станциялардың сипаттамасы мен қажетті құралдар оқытушы нұсқаулығында берілген.' }))
  await sendChangeRequest(db, staff, { ...ask, kind: 'correction', about: lessons[2]!.id, text: 'Кестенің екінші жолында «рет/мин» деген өлшем бірлігі түсіп қалған.' }).then(({ id }) =>
    answerChangeRequest(db, authors, { requestId: id, seen: 'open', to: 'accepted', text: 'Рақмет, келесі редакцияға енгіземіз.' }))
  await sendChangeRequest(db, staff, { ...ask, kind: 'correction', about: item!.id, text: 'Дұрыс жауап ретінде екі нұсқаны да қабылдауға болады деп ойлаймыз.' }).then(({ id }) =>
    answerChangeRequest(db, authors, { requestId: id, seen: 'open', to: 'declined', text: 'Сабақ мәтінінде тек біріншісі аталған, сондықтан кілт өзгермейді.' }))
  await sendChangeRequest(db, staff, { ...ask, kind: 'correction', about: lessons[0]!.id, text: 'Просим добавить в урок время для разбора вопросов: на занятии не хватило 10 минут.' })
}

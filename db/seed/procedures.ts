import { desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { procedureRequests } from '#db/schema/index.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { answerProcedureRequest, requestProcedure } from '#modules/procedures/index.ts'

const asked = [
  { procedure: 'training-course', organisation: 'Алматы облысының оқу-әдістемелік орталығы', country: 'KZ', regionCode: 'KZ-19', name: 'Сәуле Қасымова', email: 'saule@almaty-centre.example', purpose: 'Орталығымыз биыл ашылады, алғашқы топты күзде қабылдаймыз. Дайындық күнтізбесі керек.', locale: 'kk' },
  { procedure: 'agreement-between-sectors', organisation: 'Управление здравоохранения области Абай', country: 'KZ', regionCode: 'KZ-10', name: 'Марина Левченко', email: 'levchenko@abai-health.example', purpose: 'Готовим соглашение с соцзащитой и образованием в двух районах, хотим взять ваш шаблон за основу.', locale: 'ru' },
  { procedure: 'training-course', organisation: 'Family Medicine Centre, Osh', country: 'KG', name: 'Aigerim Toktogulova', email: 'aigerim@osh-fmc.example', purpose: 'We plan a first course for twenty nurses and would like to see how you prepare it.', locale: 'en' },
  { procedure: 'case-safety', organisation: 'Частное лицо', country: 'KZ', regionCode: 'KZ-75', name: 'Игорь Ли', email: 'igor@mail.example', purpose: 'Для личного чтения.', locale: 'ru' },
] as const

/** What is answered in the demonstration; the others wait. */
const answers: Record<string, { answer: 'granted' | 'declined'; text: string }> = {
  'levchenko@abai-health.example': { answer: 'granted', text: 'Расскажите потом, что пришлось изменить.' },
  'igor@mail.example': { answer: 'declined', text: 'Эта процедура заполняется именами и телефонами региона и передаётся только организациям. Открытые процедуры можно читать сразу.' },
}

/** Requests of other regions and of a neighbouring country for procedures: two wait, one is granted, one declined. */
export async function seedProcedureRequests(db: Db, actor: Actor) {
  for (const one of asked) {
    await requestProcedure(db, visitor, { ...one, consent: true })
    const answer = answers[one.email]
    const [request] = await db.select({ id: procedureRequests.id }).from(procedureRequests).where(eq(procedureRequests.email, one.email)).orderBy(desc(procedureRequests.requestedAt)).limit(1)
    if (answer) await answerProcedureRequest(db, actor, { requestId: request!.id, ...answer, days: 30 })
  }
}

import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { changeRequests, colleges, editions, persons } from '#db/schema/index.ts'
import { notify } from '#modules/notices/index.ts'
import { administrators } from '#modules/people/index.ts'
import { t } from '#modules/words/index.ts'

async function factsOf(tx: Db, requestId: string) {
  const [row] = await tx.select({ request: changeRequests, titles: editions.titles, college: colleges.names })
    .from(changeRequests).innerJoin(editions, eq(editions.id, changeRequests.editionId)).leftJoin(colleges, eq(colleges.id, changeRequests.collegeId)).where(eq(changeRequests.id, requestId))
  return row!
}

/** Writes to everybody who answers for the courses: a request has come, or a college has said more on one. */
export async function tellAuthors(tx: Db, requestId: string, kind: 'change-request.sent' | 'change-request.replied', text: string) {
  const { titles, college } = await factsOf(tx, requestId)
  for (const { id, email, locale } of await administrators(tx)) {
    await notify(tx, { personId: id, recipient: email, locale, kind, facts: { college: college?.[locale] ?? '', course: titles[locale], text, link: `${environment().origin}/${locale}/admin/requests/${requestId}` } })
  }
}

/** Writes to whoever sent the request, unless their account is closed: the authors have answered. */
export async function tellSender(tx: Db, requestId: string, text: string) {
  const { request, titles } = await factsOf(tx, requestId)
  if (!request.sentBy) return
  const [person] = await tx.select({ id: persons.id, email: persons.email, locale: persons.locale }).from(persons).where(and(eq(persons.id, request.sentBy), isNull(persons.suspendedAt), isNull(persons.erasedAt)))
  if (!person) return
  const { id, email, locale } = person
  await notify(tx, {
    personId: id, recipient: email, locale, kind: 'change-request.answered',
    facts: { course: titles[locale], state: t(locale, `change-request.state.${request.state}`), text, link: `${environment().origin}/${locale}/college/requests/${requestId}` },
  })
}

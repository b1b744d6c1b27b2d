import { and, desc, eq, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { centres, editions, memberships, persons, requests } from '#db/schema/index.ts'
import { notify } from '#modules/notices/index.ts'
import { t } from '#modules/words/index.ts'

type Kind = 'request.asked' | 'request.granted' | 'request.declined' | 'request.withdrawn'

/**
 * Writes to every coordinator of the side that has not acted: of the centre asked when a request is made or taken back, of
 * the asking one when it is answered. Names nobody: who was named stands in the request itself.
 */
export async function tellCentre(tx: Db, requestId: string, kind: Kind) {
  const [asking, asked] = [alias(centres, 'asking'), alias(centres, 'asked')]
  const [about] = await tx
    .select({ request: requests, titles: editions.titles, from: asking.names, to: asked.names })
    .from(requests).innerJoin(asking, eq(asking.id, requests.fromCentreId)).innerJoin(asked, eq(asked.id, requests.toCentreId)).innerJoin(editions, eq(editions.course, requests.course))
    .where(eq(requests.id, requestId)).orderBy(desc(editions.number)).limit(1)
  const { request, titles, from, to } = about!
  const [side, other] = kind === 'request.asked' || kind === 'request.withdrawn' ? [request.toCentreId, from] : [request.fromCentreId, to]
  const people = await tx
    .select({ id: persons.id, email: persons.email, locale: persons.locale })
    .from(memberships).innerJoin(persons, eq(persons.id, memberships.personId))
    .where(and(eq(memberships.centreId, side), eq(memberships.role, 'coordinator'), isNull(memberships.until), isNull(persons.suspendedAt)))
  for (const { id, email, locale } of people) {
    const what = t(locale, `request.what.${request.kind}`, { n: request.people })
    await notify(tx, {
      personId: id, recipient: email, locale, kind,
      facts: { centre: other[locale], course: titles[locale], what, answer: request.answer ?? '', link: `${environment().origin}/${locale}/centre/requests/${request.id}` },
    })
  }
}

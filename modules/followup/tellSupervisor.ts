import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { persons } from '#db/schema/index.ts'
import { notify } from '#modules/notices/index.ts'
import { formalDate } from '#modules/words/index.ts'

/** Writes to a supervisor how many visits were given to them and by when the first is due. Names nobody who is visited: the list does. */
export async function tellSupervisor(tx: Db, supervisorId: string, visits: readonly { dueUntil: string }[]): Promise<void> {
  const [person] = await tx.select({ email: persons.email, locale: persons.locale }).from(persons).where(eq(persons.id, supervisorId))
  const { email, locale } = person!
  const first = visits.map(({ dueUntil }) => dueUntil).toSorted()[0]!
  await notify(tx, {
    personId: supervisorId,
    recipient: email,
    locale,
    kind: 'followup.assigned',
    facts: { n: visits.length, day: formalDate(locale, first), link: `${environment().origin}/${locale}/centre/follow-up?supervisor=${supervisorId}` },
  })
}

import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { memberships, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { notify } from '#modules/notices/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayCompareRecords, visibleTo } from './policy.ts'
import { mergeFactsOf, mergeProblem } from './rules.ts'
import { takeLimit } from './takeLimit.ts'

export const proposeMergeInput = z.object({ personId: z.uuid(), otherId: z.uuid() })

const day = 24 * 3600

/**
 * Asks the administrators to look at two records that seem to be of one human: each who has an address gets a letter with a
 * link to the comparison, and no name. Answers how many were written to. Once a day for a pair (`limit.too-many`).
 * Refuses whoever may not compare records, records that the actor may not see, and what `mergeProblem` names.
 */
export async function proposeMerge(db: Db, actor: Actor, { personId, otherId }: z.infer<typeof proposeMergeInput>): Promise<{ told: number }> {
  const both = await db.select().from(persons).where(and(inArray(persons.id, [personId, otherId]), visibleTo(actor)))

  permit(mayCompareRecords(actor))

  if (personId === otherId) throw new Refusal('person.merge-same')
  const [one, other] = [found(both.find(({ id }) => id === personId)), found(both.find(({ id }) => id === otherId))]
  const problem = mergeProblem(mergeFactsOf(one), mergeFactsOf(other))
  if (problem) throw new Refusal(problem)
  await takeLimit(db, 'merge-proposal', [personId, otherId].sort().join(' '), { max: 1, seconds: day })

  return transact(db, async (tx) => {
    const administrators = await tx.selectDistinct({ id: persons.id, email: persons.email, locale: persons.locale }).from(persons)
      .innerJoin(memberships, eq(memberships.personId, persons.id))
      .where(and(eq(memberships.role, 'administrator'), isNull(memberships.until), isNull(persons.suspendedAt))).orderBy(asc(persons.id))
    let told = 0
    for (const { id, email, locale } of administrators) {
      const link = `${environment().origin}/${locale}/admin/people/${personId}/merge?with=${otherId}`
      if (await notify(tx, { personId: id, recipient: email, locale, kind: 'person.merge-proposed', facts: { link } })) told++
    }
    return { told }
  })
}

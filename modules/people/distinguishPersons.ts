import { and, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { distinctPersons, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayCompareRecords, visibleTo } from './policy.ts'

export const distinguishPersonsInput = z.object({ personId: z.uuid(), otherId: z.uuid() })

/**
 * Says that two records with like names are two people, so that they are proposed as duplicates no more. Saying it twice is
 * saying it once. Refuses whoever may not compare records, one record given twice, and records that the actor may not see.
 */
export function distinguishPersons(db: Db, actor: Actor, { personId, otherId }: z.infer<typeof distinguishPersonsInput>): Promise<void> {
  return transact(db, async (tx) => {
    const seen = await tx.select({ id: persons.id }).from(persons).where(and(inArray(persons.id, [personId, otherId]), visibleTo(actor)))

    permit(mayCompareRecords(actor))

    if (personId === otherId) throw new Refusal('person.merge-same')
    const [a, b] = seen.map((one) => one.id).sort()
    await tx.insert(distinctPersons).values({ a: found(a), b: found(b), decidedBy: actor.personId }).onConflictDoNothing()
  })
}

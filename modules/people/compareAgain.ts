import { and, eq, inArray } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { distinctPersons, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { distinguishPersonsInput } from './distinguishPersons.ts'
import { mayCompareRecords, visibleTo } from './policy.ts'

export const compareAgainInput = distinguishPersonsInput

/** Takes back that two records are two people: they are proposed as duplicates again, if they are still alike. */
export function compareAgain(db: Db, actor: Actor, { personId, otherId }: z.infer<typeof compareAgainInput>): Promise<void> {
  return transact(db, async (tx) => {
    const seen = await tx.select({ id: persons.id }).from(persons).where(and(inArray(persons.id, [personId, otherId]), visibleTo(actor)))

    permit(mayCompareRecords(actor))

    const [a, b] = seen.map((one) => one.id).sort()
    await tx.delete(distinctPersons).where(and(eq(distinctPersons.a, found(a)), eq(distinctPersons.b, found(b))))
  })
}

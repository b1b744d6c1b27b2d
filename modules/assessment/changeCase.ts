import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { logbook } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { checkedCase } from './checkedCase.ts'
import { caseShape, logbookOwner } from './logCase.ts'
import { mayLogCase, maySeeCohort } from './policy.ts'
import { isPracticeDay } from './practice.ts'

export const changeCaseInput = caseShape.extend({ caseId: z.uuid() })

/**
 * Corrects a case that no trainer has confirmed yet: by the person whose logbook it is, or by a trainer who goes over it
 * with them. Its moment of writing becomes now, so that nobody confirms what they have not seen. Throws `object.not-found`,
 * `logbook.confirmed`, `logbook.date`, `logbook.visit` and `logbook.sign`.
 */
export function changeCase(db: Db, actor: Actor, { caseId, ...facts }: z.infer<typeof changeCaseInput>): Promise<{ cohortId: string }> {
  return transact(db, async (tx) => {
    const { row, owner } = await unconfirmedCase(tx, actor, caseId)

    const now = new Date()
    if (facts.date !== row.date && !isPracticeDay(facts.date, owner.cohort.startsOn, dayOf(now, owner.timeZone))) throw new Refusal('logbook.date')
    const checked = checkedCase(owner.guidelines, facts)

    await tx.update(logbook).set({ ...checked, recordedAt: now }).where(eq(logbook.id, row.id))
    return { cohortId: row.cohortId }
  })
}

/** A case that may still be corrected or taken back by the actor, locked against a trainer who confirms it meanwhile. */
export async function unconfirmedCase(tx: Db, actor: Actor, caseId: string) {
  const [place] = await tx.select({ cohortId: logbook.cohortId, personId: logbook.personId }).from(logbook).where(eq(logbook.id, caseId))
  const { cohortId, personId } = found(place)
  const owner = found(await logbookOwner(tx, cohortId, personId))
  const [row] = await tx.select().from(logbook).where(eq(logbook.id, caseId)).for('update')
  const kept = found(row && maySeeCohort(actor, owner.cohort, isSelf(actor, personId)) ? row : null)

  permit(mayLogCase(actor, owner.cohort, personId))

  if (kept.confirmedAt) throw new Refusal('logbook.confirmed')
  return { row: kept, owner }
}

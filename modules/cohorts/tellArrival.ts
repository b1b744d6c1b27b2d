import { and, eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { enrolments } from '#db/schema/index.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { tell } from './promotions.ts'

export const tellArrivalInput = z.object({ cohortId: z.uuid(), personId: z.uuid(), ticket: z.int(), state: z.enum(['enrolled', 'queued']) })

/**
 * Writes to somebody whom the centre has put into a cohort that they have a seat, or a place in the queue. A job, for a
 * roster brings many at once; whoever has left or moved up meanwhile gets the letter of that instead. For the system's clock.
 */
export async function tellArrival(tx: Db, actor: Actor, input: z.infer<typeof tellArrivalInput>): Promise<void> {
  const { cohortId, personId, ticket, state } = tellArrivalInput.parse(input)
  permit(isSystem(actor))
  const [still] = await tx
    .select({ place: sql<number>`(select count(*)::int from enrolments q where q.cohort_id = ${enrolments.cohortId} and q.state = 'queued' and q.ticket <= ${enrolments.ticket})` })
    .from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.personId, personId), eq(enrolments.ticket, ticket), eq(enrolments.state, state)))
  if (!still) return
  if (state === 'enrolled') await tell(tx, { id: cohortId }, [{ personId }], 'cohort.seated')
  else await tell(tx, { id: cohortId }, [{ personId }], 'cohort.queued', { place: still.place })
}

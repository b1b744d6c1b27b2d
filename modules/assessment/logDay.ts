import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { logCases, logCasesInput } from './logCases.ts'

export const logDayInput = z.object({ cohortId: z.uuid(), date: z.iso.date(), people: z.array(logCasesInput.pick({ personId: true, cases: true })).max(500) })

/** Confirms the cases of several people on one day, all or none; see `logCases` for what each line means and refuses. */
export function logDay(db: Db, actor: Actor, { cohortId, date, people }: z.infer<typeof logDayInput>) {
  return transact(db, async (tx) => {
    // In one order for everybody, so that two trainers who save at once wait for each other instead of deadlocking.
    for (const { personId, cases } of people.toSorted((a, b) => (a.personId < b.personId ? -1 : 1))) await logCases(tx, actor, { cohortId, personId, date, cases })
  })
}

import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { cohorts } from '#db/schema/index.ts'
import { found } from '#modules/refusal.ts'
import { allot, type Traits } from './allot.ts'
import { boardOf } from './fillSeats.ts'

/** Somebody who is going to be put in; `passportOnly` when they have a passport and no IIN. */
export type Coming = Omit<Traits, 'guest'> & { passportOnly: boolean }

/**
 * Foresees what people would get if the centre put them into a cohort one after another, by the rule that gives the seats (`allot`): a
 * function to be asked for each in their order. It locks nothing and promises nothing. For the modules above, which have permitted already.
 */
export async function foresee(db: Db, cohortId: string): Promise<(person: Coming) => 'seat' | 'queue'> {
  const [cohort] = await db.select({ capacity: cohorts.capacity }).from(cohorts).where(eq(cohorts.id, cohortId))
  const { capacity } = found(cohort)
  const { quotas, queue, taken } = await boardOf(db, cohortId)
  const abroad = new Set((await rows<{ id: string }>(db, sql`
    select f.id from facilities f join cohorts c on c.id = ${cohortId}::uuid join centres place on place.id = c.centre_id where f.region_code <> place.region_code`)).map((one) => one.id))
  taken.push(...allot({ capacity, taken, quotas, queue }))
  // Whoever waits may take none of the seats that are free now, and what others take makes no seat free: only the one who comes is asked about.
  return ({ passportOnly, ...person }) => {
    if (taken.length >= capacity || (quotas.length === 0 && queue.length > 0)) return 'queue'
    const guest = passportOnly || (person.facilityId !== null && abroad.has(person.facilityId))
    const [mine] = allot({ capacity, taken, quotas, queue: [{ ...person, guest, personId: '' }] })
    if (!mine) return 'queue'
    taken.push(mine)
    return 'seat'
  }
}

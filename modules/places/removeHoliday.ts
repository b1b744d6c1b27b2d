import { eq } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { holidays } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { mayManagePlaces } from './policy.ts'
import { setHolidayInput } from './setHoliday.ts'

export const removeHolidayInput = setHolidayInput.pick({ date: true })

/** Takes a day out of the country's calendar. Refuses anyone but an administrator (`permission.denied`); not found when it is not there. */
export function removeHoliday(db: Db, actor: Actor, { date }: z.infer<typeof removeHolidayInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayManagePlaces(actor))

    const [removed] = await tx.delete(holidays).where(eq(holidays.date, date)).returning({ date: holidays.date })
    found(removed)
  })
}

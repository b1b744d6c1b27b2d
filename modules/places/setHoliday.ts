import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { holidays } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { texts } from '#modules/text.ts'
import { holidayKinds } from './holidays.ts'
import { mayManagePlaces } from './policy.ts'

const day = z.iso.date().refine((date) => date >= '2000-01-01' && date <= '2100-12-31', { error: 'field.date-out-of-range' })

export const setHolidayInput = z.object({ date: day, kind: z.enum(holidayKinds), names: texts(120) })

/**
 * Says what a day is in the country's calendar, or says it anew: one row for each date. Courses already scheduled stay as they are.
 * Refuses anyone but an administrator (`permission.denied`).
 */
export function setHoliday(db: Db, actor: Actor, { date, kind, names }: z.infer<typeof setHolidayInput>): Promise<void> {
  return transact(db, async (tx) => {
    permit(mayManagePlaces(actor))

    const values = { kind, names, changedBy: actor.personId, changedAt: new Date() }
    await tx.insert(holidays).values({ date, ...values }).onConflictDoUpdate({ target: holidays.date, set: values })
  })
}

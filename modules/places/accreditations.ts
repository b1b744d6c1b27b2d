import { desc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { accreditations } from '#db/schema/index.ts'

export type Accreditation = typeof accreditations.$inferSelect

/** Every accreditation that a centre ever had, newest first. Public, like the centre: its number stands on certificates. */
export const accreditationsOf = (db: Db, centreId: string): Promise<Accreditation[]> =>
  db.select().from(accreditations).where(eq(accreditations.centreId, centreId)).orderBy(desc(accreditations.validFrom), desc(accreditations.recordedAt), desc(accreditations.id))

/** `coming` has not begun; `ended` has had its last day; `withdrawn` was taken away, from its day on. */
export type AccreditationState = 'valid' | 'coming' | 'ended' | 'withdrawn'

/** What an accreditation is worth on a day of its centre (`YYYY-MM-DD`): good through its last day, and no longer on the day it is withdrawn. */
export function accreditationState({ validFrom, validUntil, withdrawnOn }: Pick<Accreditation, 'validFrom' | 'validUntil' | 'withdrawnOn'>, day: string): AccreditationState {
  if (withdrawnOn !== null && withdrawnOn <= day) return 'withdrawn'
  if (validFrom > day) return 'coming'
  return validUntil !== null && validUntil < day ? 'ended' : 'valid'
}

/** The accreditation that counts on a day: of several the one that began last. Null without any. */
export function accreditedOn<One extends Pick<Accreditation, 'validFrom' | 'validUntil' | 'withdrawnOn'>>(all: readonly One[], day: string): One | null {
  return all.filter((one) => accreditationState(one, day) === 'valid').toSorted((one, other) => (one.validFrom < other.validFrom ? 1 : -1))[0] ?? null
}

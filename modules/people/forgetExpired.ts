import { lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { denials, invitations, limits } from '#db/schema/index.ts'
import { luciaOver } from './session.ts'

const days = (n: number) => new Date(Date.now() - n * 24 * 3600 * 1000)

/** Deletes sessions that are over, limits of past days, ways in that ended a month ago, and who was kept out a year ago. Part of the nightly clean-up. */
export async function forgetExpired(db: Db): Promise<void> {
  await luciaOver(db).deleteExpiredSessions()
  await db.delete(limits).where(lt(limits.windowStart, days(1)))
  await db.delete(invitations).where(lt(invitations.expiresAt, days(30)))
  await db.delete(denials).where(lt(denials.at, days(365)))
}

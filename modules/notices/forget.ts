import { and, eq, isNotNull, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'

/** Deletes what was sent a month ago. Part of the nightly clean-up. */
export async function forgetSentNotices(db: Db): Promise<void> {
  await db.delete(notices).where(and(isNotNull(notices.sentAt), lt(notices.sentAt, new Date(Date.now() - 30 * 24 * 3600 * 1000))))
}

/** Deletes every letter to a person who is erased: it holds name and address. */
export async function forgetNoticesOf(tx: Db, personId: string): Promise<void> {
  await tx.delete(notices).where(eq(notices.personId, personId))
}

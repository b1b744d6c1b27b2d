import { and, eq, gte, isNotNull, isNull, lt, or } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { keptDays, mostAttempts } from './rules.ts'

/** Deletes what was sent, could be read here, or was given up a month ago. Part of the nightly clean-up. */
export async function forgetSentNotices(db: Db): Promise<void> {
  const before = new Date(Date.now() - keptDays * 24 * 3600 * 1000)
  const sent = and(isNotNull(notices.sentAt), lt(notices.sentAt, before))
  const read = and(isNull(notices.recipient), lt(notices.createdAt, before))
  const givenUp = and(isNull(notices.sentAt), gte(notices.attempts, mostAttempts), lt(notices.nextAt, before))
  await db.delete(notices).where(or(sent, read, givenUp))
}

/** Deletes every letter to a person who is erased: it holds name and address. */
export async function forgetNoticesOf(tx: Db, personId: string): Promise<void> {
  await tx.delete(notices).where(eq(notices.personId, personId))
}

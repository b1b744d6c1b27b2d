import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { limits } from '#db/schema/index.ts'
import { keyedHash } from '#modules/keys/index.ts'
import { Refusal } from '#modules/refusal.ts'

/**
 * Counts one use of something limited, such as a sign-in from an address, and throws `limit.too-many` with the seconds to
 * wait when more than `max` fall into a window of `seconds`; `uses` counts several at once. One statement. Call it outside the transaction that a refusal
 * rolls back, or the count is lost. The value itself is not stored.
 */
export async function takeLimit(db: Db, kind: string, value: string, { max, seconds, uses = 1 }: { max: number; seconds: number; uses?: number }): Promise<void> {
  const now = new Date()
  const over = sql`${limits.windowStart} <= ${new Date(now.getTime() - seconds * 1000).toISOString()}::timestamptz`
  const [row] = await db
    .insert(limits)
    .values({ key: keyedHash('lookup', `limit|${kind}|${value}`).toString('hex'), windowStart: now, count: uses })
    .onConflictDoUpdate({
      target: limits.key,
      set: {
        count: sql`case when ${over} then ${uses}::int else least(${limits.count} + ${uses}::int, 1000000) end`,
        windowStart: sql`case when ${over} then ${now.toISOString()}::timestamptz else ${limits.windowStart} end`,
      },
    })
    .returning()
  if (row!.count <= max) return
  throw new Refusal('limit.too-many', { seconds: Math.max(1, Math.ceil((row!.windowStart.getTime() + seconds * 1000 - now.getTime()) / 1000)) })
}

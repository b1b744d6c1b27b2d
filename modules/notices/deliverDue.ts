import { and, asc, eq, isNull, lt, lte } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'

/** Sends one letter; throws when it could not. */
export type Transport = (letter: { to: string; subject: string; text: string }) => Promise<void>

const mostAttempts = 10

/**
 * Sends the letters that are due, each under a row lock. One that fails is tried again after 1, 2, 4 … minutes, ten times
 * at most. A letter may arrive twice when a process dies between sending and noting it, never not at all.
 */
export async function deliverDue(db: Db, transport: Transport, now: () => Date = () => new Date()): Promise<number> {
  let sent = 0
  for (;;) {
    const outcome = await transact(db, async (tx) => {
      const due = and(isNull(notices.sentAt), lte(notices.nextAt, now()), lt(notices.attempts, mostAttempts))
      const [letter] = await tx.select().from(notices).where(due).orderBy(asc(notices.nextAt)).limit(1).for('update', { skipLocked: true })
      if (!letter) return 'nothing'
      const attempts = letter.attempts + 1
      try {
        await transport({ to: letter.recipient, subject: letter.subject, text: letter.body })
      } catch (error) {
        const nextAt = new Date(now().getTime() + 60_000 * 2 ** (attempts - 1))
        await tx.update(notices).set({ attempts, nextAt, failure: String((error as Error)?.message ?? error).slice(0, 300) }).where(eq(notices.id, letter.id))
        return 'failed'
      }
      await tx.update(notices).set({ attempts, sentAt: now(), failure: null }).where(eq(notices.id, letter.id))
      return 'sent'
    })
    if (outcome === 'nothing') return sent
    if (outcome === 'sent') sent++
  }
}

import { and, asc, eq, inArray, isNotNull, isNull, lt, lte, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { notices } from '#db/schema/index.ts'
import { failureOf } from '#modules/jobs/index.ts'
import { unseal } from '#modules/keys/index.ts'
import { placeOfBody } from './notify.ts'
import { isReadable, isServerFailure, leaseSeconds, mostAttempts, pauseAfter, pauseOfServer } from './rules.ts'

/** Sends one letter; throws when it could not. */
export type Transport = (letter: { to: string; subject: string; text: string; messageId: string }) => Promise<void>

const atOnce = 50

/**
 * Sends the letters that are due and answers how many were. Each is first taken for five minutes and then sent outside any
 * transaction: a slow mail server must hold no lock. One that fails is tried again with growing pauses, ten times at most;
 * when the server itself can't be reached, no letter is to blame: all go back uncounted, for five minutes.
 * A letter may leave twice when a process dies between sending and noting it, never not at all; its Message-ID stays the
 * same, so mail programs show one.
 */
export async function deliverDue(db: Db, transport: Transport, now: () => Date = () => new Date()): Promise<number> {
  const host = new URL(environment().origin).hostname
  let sent = 0
  for (;;) {
    const taken = await take(db, now())
    for (const [index, letter] of taken.entries()) {
      try {
        await transport({ to: letter.recipient!, subject: letter.subject, text: unseal(Buffer.from(letter.body, 'base64'), placeOfBody(letter.id)), messageId: `<${letter.id}@${host}>` })
      } catch (error) {
        if (isServerFailure(error)) {
          await putBack(db, taken.slice(index).map(({ id }) => id), failureOf(error), now())
          // Behind the others: should it be this very letter that makes the server hang up, they pass it.
          await db.update(notices).set({ nextAt: new Date(now().getTime() + 2 * pauseOfServer * 1000) }).where(eq(notices.id, letter.id))
          return sent
        }
        const nextAt = new Date(now().getTime() + pauseAfter(letter.attempts) * 1000)
        await db.update(notices).set({ nextAt, failure: failureOf(error) }).where(eq(notices.id, letter.id))
        continue
      }
      // What was sent is the reader's: a text that may open an account is not kept here.
      await db.update(notices).set({ sentAt: now(), failure: null, ...(isReadable(letter.kind) ? {} : { body: '' }) }).where(eq(notices.id, letter.id))
      sent++
    }
    if (taken.length < atOnce) return sent
  }
}

async function take(db: Db, now: Date) {
  const due = and(isNull(notices.sentAt), isNotNull(notices.recipient), lte(notices.nextAt, now), lt(notices.attempts, mostAttempts))
  const some = db.select({ id: notices.id }).from(notices).where(due).orderBy(asc(notices.nextAt)).limit(atOnce).for('update', { skipLocked: true })
  return db
    .update(notices)
    .set({ attempts: sql`${notices.attempts} + 1`, nextAt: new Date(now.getTime() + leaseSeconds * 1000) })
    .where(inArray(notices.id, some))
    .returning()
}

async function putBack(db: Db, ids: string[], failure: string, now: Date) {
  const nextAt = new Date(now.getTime() + pauseOfServer * 1000)
  await db.update(notices).set({ attempts: sql`${notices.attempts} - 1`, nextAt, failure }).where(inArray(notices.id, ids))
}

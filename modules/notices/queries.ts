import { and, count, desc, gte, isNull, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { unseal } from '#modules/keys/index.ts'
import { placeOfBody } from './notify.ts'
import { mostAttempts } from './rules.ts'

/** The latest letters with their text, newest first: for the mail page of a demonstration, where nothing is sent. */
export async function keptNotices(db: Db, limit = 100) {
  const rows = await db.select().from(notices).orderBy(desc(notices.createdAt), desc(notices.id)).limit(limit)
  return rows.map(({ id, recipient, kind, locale, subject, body, createdAt, sentAt }) => ({
    id, recipient, kind, locale, subject, body: body && unseal(Buffer.from(body, 'base64'), placeOfBody(id)), createdAt, sentAt,
  }))
}

/** For the health page: how many letters wait, and how many have given up. */
export async function noticesHealth(db: Db): Promise<{ waiting: number; givenUp: number }> {
  const [waiting] = await db.select({ n: count() }).from(notices).where(and(isNull(notices.sentAt), lt(notices.attempts, mostAttempts)))
  const [given] = await db.select({ n: count() }).from(notices).where(and(isNull(notices.sentAt), gte(notices.attempts, mostAttempts)))
  return { waiting: waiting!.n, givenUp: given!.n }
}

import { desc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'

/** The latest letters, newest first: for the mail page of a demonstration, where nothing is sent. */
export const keptNotices = (db: Db, limit = 100) =>
  db.select({ id: notices.id, recipient: notices.recipient, kind: notices.kind, locale: notices.locale, subject: notices.subject, body: notices.body, createdAt: notices.createdAt, sentAt: notices.sentAt })
    .from(notices).orderBy(desc(notices.createdAt)).limit(limit)

import { and, count, desc, eq, gte, inArray, isNotNull, isNull, lt, or, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { notices } from '#db/schema/index.ts'
import { unseal } from '#modules/keys/index.ts'
import { placeOfBody } from './notify.ts'
import { isReadable, mostAttempts, type NoticeState, stateOf } from './rules.ts'

const textOf = (id: string, body: string) => body && unseal(Buffer.from(body, 'base64'), placeOfBody(id))

/** The latest letters with their text, newest first: for the mail page of a demonstration, where nothing is sent. */
export async function keptNotices(db: Db, limit = 100) {
  const rows = await db.select().from(notices).where(isNotNull(notices.recipient)).orderBy(desc(notices.createdAt), desc(notices.id)).limit(limit)
  return rows.map(({ id, recipient, kind, locale, subject, body, createdAt, sentAt }) => ({ id, recipient, kind, locale, subject, body: textOf(id, body), createdAt, sentAt }))
}

/** A letter without its text: of what kind, in which language, and how it stands. Its subject names no secret. */
export type NoticeLine = {
  id: string; kind: string; locale: string; subject: string; createdAt: Date; sentAt: Date | null
  state: NoticeState
  /** How often it was tried, and when it will be again. */
  attempts: number
  nextAt: Date | null
  /** Its text can be read here. */
  readable: boolean
}

/** To the millisecond, as a cursor carries it. */
const written = sql`date_trunc('milliseconds', ${notices.createdAt})`.mapWith(notices.createdAt)

/** The letters to any of these records of one person, newest first. For the modules above, which have permitted already. */
export async function noticesTo(db: Db, personIds: readonly string[], { limit, cursor }: { limit: number; cursor?: string | undefined }): Promise<{ items: NoticeLine[]; cursor: string | null }> {
  const [at, id] = cursor?.split('_') ?? []
  const since = at ? new Date(Number(at)) : null
  const rows = await db.select().from(notices)
    .where(and(inArray(notices.personId, [...personIds]), since ? or(lt(written, since), and(eq(written, since), lt(notices.id, id!))) : undefined))
    .orderBy(desc(written), desc(notices.id)).limit(limit + 1)
  const last = rows.length > limit ? rows[limit - 1]! : null
  return { items: rows.slice(0, limit).map(lineOf), cursor: last ? `${last.createdAt.getTime()}_${last.id}` : null }
}

/** One letter to any of these records with its text, or undefined when there is none; the text is null where it may not be read here. */
export async function noticeTo(db: Db, personIds: readonly string[], id: string): Promise<(NoticeLine & { text: string | null }) | undefined> {
  const [row] = await db.select().from(notices).where(and(eq(notices.id, id), inArray(notices.personId, [...personIds])))
  return row && { ...lineOf(row), text: isReadable(row.kind) ? textOf(row.id, row.body) : null }
}

/** Everything written to these records, oldest first, with the text where it may be read: what a person is told is held on them. */
export async function noticesWithText(db: Db, personIds: readonly string[]) {
  const rows = await db.select().from(notices).where(inArray(notices.personId, [...personIds])).orderBy(notices.createdAt)
  return rows.map(({ id, recipient, kind, subject, body, createdAt, sentAt }) => ({ to: recipient, kind, subject, text: isReadable(kind) ? textOf(id, body) : null, createdAt, sentAt }))
}

function lineOf(row: typeof notices.$inferSelect): NoticeLine {
  const { id, kind, locale, subject, createdAt, sentAt, attempts, nextAt } = row
  const state = stateOf(row)
  return { id, kind, locale, subject, createdAt, sentAt, state, attempts, nextAt: state === 'retrying' ? nextAt : null, readable: isReadable(kind) }
}

const unsent = and(isNull(notices.sentAt), isNotNull(notices.recipient))

/** For the health page: how many letters wait, and how many have given up. */
export async function noticesHealth(db: Db): Promise<{ waiting: number; givenUp: number }> {
  const [waiting] = await db.select({ n: count() }).from(notices).where(and(unsent, lt(notices.attempts, mostAttempts)))
  const [given] = await db.select({ n: count() }).from(notices).where(and(unsent, gte(notices.attempts, mostAttempts)))
  return { waiting: waiting!.n, givenUp: given!.n }
}

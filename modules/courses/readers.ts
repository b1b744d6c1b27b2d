import { and, asc, desc, eq, inArray, isNotNull, isNull, lt } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { bookmarks, editions, errorReports, lessons, persons } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { mayReadReports } from './policy.ts'

// What readers leave at lessons: bookmarks, and reports of errors.

/** The actor's bookmarks, the newest first, each with the lesson it lies in. */
export async function bookmarksOf(db: Db, actor: Actor) {
  if (!isSignedIn(actor)) return []
  return db
    .select({ editionId: bookmarks.editionId, lessonId: bookmarks.lessonId, keptAt: bookmarks.keptAt, course: editions.course, number: editions.number, slug: lessons.slug, day: lessons.day, minutes: lessons.minutes, titles: lessons.titles, courseTitles: editions.titles })
    .from(bookmarks)
    .innerJoin(editions, eq(editions.id, bookmarks.editionId))
    .innerJoin(lessons, and(eq(lessons.editionId, bookmarks.editionId), eq(lessons.id, bookmarks.lessonId)))
    .where(isRecordOf(bookmarks.personId, actor.personId!))
    .orderBy(desc(bookmarks.keptAt), asc(lessons.id))
}

/** Reported errors, the newest first, those that wait or those that are closed; `before` is the moment that the page before ended with. */
export async function reportsOf(db: Db, actor: Actor, { closed = false, before, limit = 50 }: { closed?: boolean; before?: Date | undefined; limit?: number } = {}) {
  permit(mayReadReports(actor))
  return db
    .select({
      id: errorReports.id, text: errorReports.text, locale: errorReports.locale, reportedAt: errorReports.reportedAt, closedAt: errorReports.closedAt,
      course: editions.course, number: editions.number, slug: lessons.slug, titles: lessons.titles, personId: errorReports.personId, familyName: persons.familyName, givenName: persons.givenName,
    })
    .from(errorReports)
    .innerJoin(editions, eq(editions.id, errorReports.editionId))
    .innerJoin(lessons, and(eq(lessons.editionId, errorReports.editionId), eq(lessons.id, errorReports.lessonId)))
    .leftJoin(persons, eq(persons.id, errorReports.personId))
    .where(and(closed ? isNotNull(errorReports.closedAt) : isNull(errorReports.closedAt), before ? lt(errorReports.reportedAt, before) : undefined))
    .orderBy(desc(errorReports.reportedAt), asc(errorReports.id))
    .limit(limit)
}

/** How many reported errors nobody has closed yet. */
export async function openReports(db: Db, actor: Actor): Promise<number> {
  permit(mayReadReports(actor))
  return db.$count(errorReports, isNull(errorReports.closedAt))
}

/** Where lessons that can be read now stand: `course/slug` → the number of the newest edition of that course, if it has the lesson. */
export async function newestPlaces(db: Db, courses: readonly string[]): Promise<Map<string, number>> {
  if (courses.length === 0) return new Map()
  const newest = await db.selectDistinctOn([editions.course], { id: editions.id, course: editions.course, number: editions.number }).from(editions).where(inArray(editions.course, [...courses])).orderBy(asc(editions.course), desc(editions.number))
  if (newest.length === 0) return new Map()
  const rows = await db.select({ editionId: lessons.editionId, slug: lessons.slug }).from(lessons).where(inArray(lessons.editionId, newest.map((one) => one.id)))
  return new Map(rows.map((row) => { const edition = newest.find((one) => one.id === row.editionId)!; return [`${edition.course}/${row.slug}`, edition.number] }))
}

/**
 * Takes back what a person left at lessons, in the transaction that erases them: their bookmarks, and their name at the errors
 * they reported. What is wrong in a lesson stays wrong, so the words stay.
 */
export async function forgetReader(tx: Db, personId: string): Promise<void> {
  await tx.delete(bookmarks).where(eq(bookmarks.personId, personId))
  await tx.update(errorReports).set({ personId: null }).where(eq(errorReports.personId, personId))
}

import { and, asc, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { bookmarks, editions, items, lessons, progress, sessions, stations } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { isRecordOf } from '#modules/people/index.ts'
import type { Rider } from '#modules/people/index.ts'
import { found } from '#modules/refusal.ts'
import type { FrozenGuide } from './documents.ts'
import { guideHash, type Item, lessonHash } from './freeze.ts'
import { contentFolder, coursesIn, readTexts } from './readCourse.ts'
import type { Outline, StationBody } from './shapes.ts'

// Editions are public, so these queries ask nothing of the actor; questions and keys leave only through assessment.

export type Edition = Omit<typeof editions.$inferSelect, 'outline'> & { outline: Outline }
export type Lesson = typeof lessons.$inferSelect
export type Station = { station: string; body: StationBody }

const asEdition = (row: typeof editions.$inferSelect) => row as unknown as Edition

/** The newest edition of each course, by course. */
export async function latestEditions(db: Db): Promise<Edition[]> {
  return (await db.selectDistinctOn([editions.course]).from(editions).orderBy(asc(editions.course), desc(editions.number))).map(asEdition)
}

/** All editions of a course, newest first; none when there is no such course. */
export async function editionsOf(db: Db, course: string): Promise<Edition[]> {
  return (await db.select().from(editions).where(eq(editions.course, course)).orderBy(desc(editions.number))).map(asEdition)
}

/** One edition. Throws `object.not-found`. */
export async function editionOf(db: Db, editionId: string): Promise<Edition> {
  const [row] = await db.select().from(editions).where(eq(editions.id, editionId))
  return asEdition(found(row))
}

/** The edition of a course with this number. Throws `object.not-found`. */
export async function editionAt(db: Db, course: string, number: number): Promise<Edition> {
  const [row] = await db.select().from(editions).where(and(eq(editions.course, course), eq(editions.number, number)))
  return asEdition(found(row))
}

/** The lessons of an edition in the order of the course. */
export function lessonsOf(db: Db, editionId: string): Promise<Lesson[]> {
  return db.select().from(lessons).where(eq(lessons.editionId, editionId)).orderBy(asc(lessons.day), asc(lessons.position))
}

/** The skills stations of an edition, by day. */
export async function stationsOfEdition(db: Db, editionId: string): Promise<Station[]> {
  const rows = await db.select().from(stations).where(eq(stations.editionId, editionId)).orderBy(sql`(${stations.body} ->> 'day')::int`, asc(stations.station))
  return rows.map((row) => ({ station: row.station, body: row.body as StationBody }))
}

let written: Map<string, string> | undefined

/**
 * True when the text that content/ holds for a lesson is the one that its edition froze. Texts are rendered from content/,
 * so a page about an older edition must say when they have been changed since. Read once per process.
 */
export const textStands = (edition: Pick<Edition, 'course'>, lesson: Pick<Lesson, 'id' | 'hash'>): boolean => texts().get(`${edition.course}/${lesson.id}`) === lesson.hash

/** The same of the facilitator's guide of a day. */
export const guideStands = (edition: Pick<Edition, 'course'>, guide: FrozenGuide): boolean => texts().get(`${edition.course}/guide ${guide.day}`) === guide.hash

function texts(): Map<string, string> {
  written ??= new Map(coursesIn().flatMap((course) => {
    const { lessons: texts, guides } = readTexts(contentFolder(), course)
    return [...texts.map((one): [string, string] => [`${course}/${one.id}`, lessonHash(one)]), ...guides.map((one): [string, string] => [`${course}/guide ${one.day}`, guideHash(one)])]
  }))
  return written
}

const kept = new Map<string, Map<string, Item>>()

/**
 * The questions of an edition with their keys, by id: for grading, never for a page. An edition is frozen by trigger, so the
 * process keeps the last few: a sitting then costs no look-up of a hundred kilobytes.
 */
export async function itemsOf(db: Db, editionId: string): Promise<Map<string, Item>> {
  const known = kept.get(editionId)
  if (known) return known
  const rows = await db.select().from(items).where(eq(items.editionId, editionId)).orderBy(asc(items.id))
  const all = new Map(rows.map(({ editionId: _, ...row }) => [row.id, row as unknown as Item]))
  if (all.size) {
    if (kept.size >= 20) kept.delete(kept.keys().next().value!)
    kept.set(editionId, all)
  }
  return all
}

/** Lessons of an edition that the actor has finished, with the moment of each. A visitor has finished none. */
export async function progressOf(db: Db, actor: Actor, editionId: string): Promise<Map<string, Date>> {
  if (!isSignedIn(actor)) return new Map()
  const rows = await db.select().from(progress).where(and(isRecordOf(progress.personId, actor.personId!), eq(progress.editionId, editionId)))
  return new Map(rows.map((row) => [row.lessonId, row.finishedAt]))
}

/** What a reader has done with one lesson. */
export type Reading = { finished: boolean; bookmarked: boolean }

/** Whether the actor has finished one lesson, and whether they keep a bookmark in it. */
export async function readingOf(db: Db, actor: Actor, { editionId, lessonId }: { editionId: string; lessonId: string }): Promise<Reading> {
  if (!isSignedIn(actor)) return { finished: false, bookmarked: false }
  const row = (table: typeof progress | typeof bookmarks) => db.$count(table, and(isRecordOf(table.personId, actor.personId!), eq(table.editionId, editionId), eq(table.lessonId, lessonId)))
  return { finished: (await row(progress)) > 0, bookmarked: (await row(bookmarks)) > 0 }
}

/** The same of whoever holds a session, to ride with the question of who that is: a lesson then costs one query. */
export const readingRider = (lesson: { editionId: string; lessonId: string }): Rider => ({
  name: 'reading',
  sql: sql`jsonb_build_object(
    'finished', exists (select 1 from progress p where p.person_id in (select r.id from persons r where r.id = ${sessions.personId} or r.merged_into = ${sessions.personId}) and p.edition_id = ${sql.placeholder('editionId')}::uuid and p.lesson_id = ${sql.placeholder('lessonId')}::text),
    'bookmarked', exists (select 1 from bookmarks b where b.person_id in (select r.id from persons r where r.id = ${sessions.personId} or r.merged_into = ${sessions.personId}) and b.edition_id = ${sql.placeholder('editionId')}::uuid and b.lesson_id = ${sql.placeholder('lessonId')}::text))`,
  values: { editionId: lesson.editionId, lessonId: lesson.lessonId },
})

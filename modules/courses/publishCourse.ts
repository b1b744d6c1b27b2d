import { and, eq, max, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificateKinds, editions, items, lessons, settings, stations } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { contentHash, freezeItem, freezeStation, lessonHash, outlineOf, titlesOf } from './freeze.ts'
import { mayPublish } from './policy.ts'
import { contentFolder, readCourse } from './readCourse.ts'
import { approvalFacts, approvalShape, recordApproval } from './recordApproval.ts'
import { courseSlug } from './parts.ts'

export const publishCourseInput = z.object({ course: courseSlug, approval: approvalShape.optional(), demonstration: z.boolean() })

export type Published = { editionId: string; course: string; number: number; contentHash: string; created: boolean }

/**
 * Freezes a course as it stands in content/ as its next edition: outline, lessons, questions, stations, under one content
 * hash. Content that was published before is answered with its edition and nothing is written, but for an approval it did
 * not have yet. In a database that is a demonstration every edition is one. Throws what `readCourse` throws for content that
 * doesn't fit, `course.kind-unknown` when it leads to a kind of certificate that isn't there, and what `recordApproval` throws.
 */
export async function publishCourse(db: Db, actor: Actor, input: z.infer<typeof publishCourseInput>, contentDir = contentFolder()): Promise<Published> {
  const { course, approval } = input
  permit(mayPublish(actor))
  const source = readCourse(contentDir, course)
  const demonstration = input.demonstration || (await isDemonstration(db))
  const hash = contentHash(source, demonstration)

  return transact(db, async (tx) => {
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext(${`publish ${course}`}))`)
    const [same] = await tx.select().from(editions).where(and(eq(editions.course, course), eq(editions.contentHash, hash)))

    if (same) {
      if (approval) await recordApproval(tx, actor, { editionId: same.id, approval })
      return { editionId: same.id, course, number: same.number, contentHash: hash, created: false }
    }

    const editionId = randomUUID()
    const [last] = await tx.select({ number: max(editions.number) }).from(editions).where(eq(editions.course, course))
    const number = (last?.number ?? 0) + 1
    const { titles, guideline, kind, hours, validityMonths } = source.course
    const [known] = await tx.select({ kind: certificateKinds.kind }).from(certificateKinds).where(eq(certificateKinds.kind, kind))
    if (!known) throw new Refusal('course.kind-unknown', { course, kind })
    await tx.insert(editions).values({
      id: editionId, course, number, titles, guideline, contentHash: hash, outline: outlineOf(source), kind, hours, validityMonths,
      approval: approval ?? null, demonstration, publishedBy: actor.personId,
    })
    const lessonRows = source.lessons.map((lesson) => ({ editionId, id: lesson.id, slug: lesson.slug, day: lesson.day, position: lesson.order, minutes: lesson.minutes, kind: lesson.kind, titles: titlesOf(lesson), hash: lessonHash(lesson) }))
    const itemRows = source.banks.flatMap((bank) => bank.items.map((item) => ({ editionId, ...freezeItem(editionId, bank.bank, item) })))
    const stationRows = source.stations.map((station) => ({ editionId, station: station.station, body: freezeStation(station) }))
    if (lessonRows.length) await tx.insert(lessons).values(lessonRows)
    if (itemRows.length) await tx.insert(items).values(itemRows)
    if (stationRows.length) await tx.insert(stations).values(stationRows)
    await record(tx, actor, 'course.published', { edition: editionId, course, number, content: hash, guideline })
    if (approval) await record(tx, actor, 'course.approved', approvalFacts({ id: editionId, course, number }, approval))
    return { editionId, course, number, contentHash: hash, created: true }
  })
}

async function isDemonstration(db: Db): Promise<boolean> {
  const [mark] = await db.select({ value: settings.value }).from(settings).where(eq(settings.name, 'demonstration'))
  return mark?.value === true
}

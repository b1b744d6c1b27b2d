import { asc, desc, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { certificateKinds, editions, type Texts } from '#db/schema/index.ts'

export type Choices = {
  /** Every course that was ever published, by the title of its newest edition. */
  courses: { course: string; titles: Texts }[]
  /** Every edition, course by course, the newest first. */
  editions: { id: string; course: string; number: number; titles: Texts }[]
  /** Every guideline that an edition went by. */
  guidelines: { id: string; titles: Texts }[]
  kinds: { kind: string; titles: Texts }[]
}

/** What a cut can be narrowed to, earlier editions and their guidelines too: their certificates are counted as well. Public, so nobody is asked. */
export async function choices(db: Db): Promise<Choices> {
  const found = await db
    .select({ id: editions.id, course: editions.course, number: editions.number, titles: editions.titles, guideline: editions.guideline, said: sql<{ id: string; titles: Texts }[] | null>`${editions.outline} -> 'guidelines'` })
    .from(editions).orderBy(asc(editions.course), desc(editions.number))
  const courses = new Map<string, Texts>()
  const guidelines = new Map<string, Texts>()
  for (const { course, titles, guideline, said } of found) {
    if (!courses.has(course)) courses.set(course, titles)
    if (!guidelines.has(guideline)) guidelines.set(guideline, said?.find(({ id }) => id === guideline)?.titles ?? { kk: guideline, ru: guideline, en: guideline })
  }
  return {
    courses: [...courses].map(([course, titles]) => ({ course, titles })),
    editions: found.map(({ id, course, number, titles }) => ({ id, course, number, titles })),
    guidelines: [...guidelines].map(([id, titles]) => ({ id, titles })),
    kinds: await db.select({ kind: certificateKinds.kind, titles: certificateKinds.titles }).from(certificateKinds).orderBy(asc(certificateKinds.kind)),
  }
}

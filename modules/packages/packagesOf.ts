import { and, count, desc, eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { downloads, editions, packages } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { Package } from './buildPackage.ts'
import { mayHaveGated } from './policy.ts'

/** A package on the shelf. `mine` tells whether this reader may download it. */
export type Shelved = Package & { course: string; edition: number; downloads: number; mine: boolean }

/** The packages that stand, newest edition first; of each language and form the one built last. `course` narrows it. Everybody may see what there is. */
export async function packagesOf(db: Db, actor: Actor, { course }: { course?: string | undefined } = {}): Promise<Shelved[]> {
  const taken = db.select({ packageId: downloads.packageId, taken: count().as('taken') }).from(downloads).groupBy(downloads.packageId).as('taken')
  const rows = await db.selectDistinctOn([editions.course, editions.number, packages.locale, packages.format], { one: packages, course: editions.course, edition: editions.number, taken: sql<number>`coalesce(${taken.taken}, 0)::int` }).from(packages)
    .innerJoin(editions, eq(editions.id, packages.editionId)).leftJoin(taken, eq(taken.packageId, packages.id))
    .where(and(course === undefined ? undefined : eq(editions.course, course)))
    .orderBy(editions.course, desc(editions.number), packages.locale, packages.format, desc(packages.builtAt))
  const mine = new Map<string, boolean>()
  for (const { course: slug } of rows) if (!mine.has(slug)) mine.set(slug, await mayHaveGated(db, actor, slug))
  return rows.map(({ one, course: slug, edition, taken: times }) => ({ ...one, course: slug, edition, downloads: times, mine: !one.gated || mine.get(slug)! }))
}

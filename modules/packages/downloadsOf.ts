import { count, countDistinct, desc, eq, max, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { downloads, editions, packageBuilds, packages } from '#db/schema/index.ts'
import { type Actor, isAdministrator, isAuditor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import type { Package } from './buildPackage.ts'

/** How often a package was taken, by how many colleges, and when last. */
export type Taken = { package: Package; course: string; edition: number; times: number; month: number; colleges: number; last: Date | null }

/** Every package that was ever made, with its downloads; newest first. For the administrator and the ministry. */
export async function downloadsOf(db: Db, actor: Actor): Promise<Taken[]> {
  permit(isAdministrator(actor) || isAuditor(actor))
  const recent = sql<number>`(count(${downloads.id}) filter (where ${downloads.downloadedAt} > now() - interval '30 days'))::int`
  const rows = await db.select({ package: packages, course: editions.course, edition: editions.number, times: count(downloads.id), month: recent, colleges: countDistinct(downloads.collegeId), last: max(downloads.downloadedAt) })
    .from(packages).innerJoin(editions, eq(editions.id, packages.editionId)).leftJoin(downloads, eq(downloads.packageId, packages.id))
    .groupBy(packages.id, editions.course, editions.number).orderBy(editions.course, desc(editions.number), packages.format, packages.locale, desc(packages.builtAt))
  return rows
}

export type BuildLine = Pick<typeof packageBuilds.$inferSelect, 'editionId' | 'locale' | 'format' | 'askedAt' | 'startedAt' | 'attempts' | 'failure'> & { course: string; edition: number }

/** What is to be made, being made, or refused; the same readers. */
export async function buildsInHand(db: Db, actor: Actor): Promise<BuildLine[]> {
  permit(isAdministrator(actor) || isAuditor(actor))
  const { editionId, locale, format, askedAt, startedAt, attempts, failure } = packageBuilds
  return db.select({ editionId, locale, format, askedAt, startedAt, attempts, failure, course: editions.course, edition: editions.number })
    .from(packageBuilds).innerJoin(editions, eq(editions.id, packageBuilds.editionId)).orderBy(sql`${packageBuilds.failure} is null`, sql`${packageBuilds.startedAt} is null`, packageBuilds.askedAt)
}

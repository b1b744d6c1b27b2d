import { and, count, eq, isNull, lt, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { packageBuilds, packages } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { editionOf } from '#modules/courses/index.ts'
import { permit } from '#modules/refusal.ts'
import { buildPackageInput, type Package } from './buildPackage.ts'
import { isKept } from './keep.ts'
import { mayAskPackage } from './policy.ts'
import { sourceHashOf } from './sourceHash.ts'

export const askPackageInput = buildPackageInput

/** It stands, or it will be made after `before` others. */
export type Asked = { made: Package } | { made: null; before: number }

/**
 * Asks for a package to be made, which happens in the background; who asks goes before what is made ahead. Asked for again it is
 * the same line, and what had failed is tried again. By whoever may have what is for those who teach, but for auditors.
 */
export async function askPackage(db: Db, actor: Actor, wanted: z.infer<typeof buildPackageInput>): Promise<Asked> {
  const edition = await editionOf(db, wanted.editionId)
  permit(await mayAskPackage(db, actor, edition.course))

  const sourceHash = sourceHashOf(edition, wanted.locale, wanted.format)
  const [made] = await db.select().from(packages).where(and(eq(packages.editionId, edition.id), eq(packages.locale, wanted.locale), eq(packages.format, wanted.format), eq(packages.sourceHash, sourceHash)))
  if (made && (await isKept(made.sha256))) return { made }

  const mine = { sourceHash, askedBy: actor.personId, failure: null, attempts: 0 }
  const [line] = await db.insert(packageBuilds).values({ ...wanted, ...mine })
    .onConflictDoUpdate({ target: [packageBuilds.editionId, packageBuilds.locale, packageBuilds.format], set: { sourceHash, failure: null, attempts: 0, askedBy: sql`coalesce(${packageBuilds.askedBy}, ${actor.personId}::uuid)` } })
    .returning()
  const ahead = and(isNull(packageBuilds.failure), lt(packageBuilds.askedAt, line!.askedAt), ...(line!.askedBy ? [sql`${packageBuilds.askedBy} is not null`] : []))
  const [{ before } = { before: 0 }] = await db.select({ before: count() }).from(packageBuilds).where(ahead)
  return { made: null, before }
}

import { and, eq, inArray, ne } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { packageBuilds, packageLocales, packages } from '#db/schema/index.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { forms } from './forms.ts'
import { isKept } from './keep.ts'
import { sourceHashOf } from './sourceHash.ts'

/**
 * Puts down to be made what the shelf lacks of the newest edition of each course: after a publication all of it, after an upgrade of
 * the program what it would write differently, and what the disk has lost. What has failed is left until its source has changed.
 * Answers how many.
 */
export async function stockShelf(db: Db): Promise<number> {
  const editions = await latestEditions(db)
  if (editions.length === 0) return 0
  const rows = await db.select().from(packages).where(inArray(packages.editionId, editions.map((one) => one.id)))
  const standing = new Map<string, string>()
  for (const one of rows) if (await isKept(one.sha256)) standing.set(`${one.editionId} ${one.sourceHash}`, one.sha256)

  let added = 0
  for (const edition of editions) {
    const missing = forms.flatMap(({ format }) => packageLocales.map((locale) => ({ editionId: edition.id, locale, format, sourceHash: sourceHashOf(edition, locale, format) })))
      .filter((one) => !standing.has(`${one.editionId} ${one.sourceHash}`))
    for (const one of missing) {
      const [line] = await db.insert(packageBuilds).values(one)
        .onConflictDoUpdate({ target: [packageBuilds.editionId, packageBuilds.locale, packageBuilds.format], set: { sourceHash: one.sourceHash, failure: null, attempts: 0 }, setWhere: and(eq(packageBuilds.editionId, one.editionId), ne(packageBuilds.sourceHash, one.sourceHash))! })
        .returning({ id: packageBuilds.id })
      if (line) added++
    }
  }
  return added
}

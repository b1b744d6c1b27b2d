import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { downloads, packages } from '#db/schema/index.ts'
import { type Actor, system } from '#modules/actor.ts'
import { editionOf } from '#modules/courses/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { askPackage } from './askPackage.ts'
import type { Package } from './buildPackage.ts'
import { formOf } from './forms.ts'
import { isKept, pathOf } from './keep.ts'
import { collegeOf, mayHaveGated } from './policy.ts'
import { sourceHashOf } from './sourceHash.ts'

export const openPackageInput = z.object({ packageId: z.uuid(), counts: z.boolean().default(true) })

/** `path` is the file with its bytes. */
export type Opened = Package & { path: string; fileName: string; type: string }

/**
 * A package to be handed on: where its bytes are. The download is written down, unless it `counts` for none, being the rest of one
 * that broke off or a look at its size. What holds keys or notes of those who teach is for them alone. Bytes that were lost or
 * damaged on the disk are made again: meanwhile `package.being-made`; those of an older version can't be: `package.not-kept`.
 */
export async function openPackage(db: Db, actor: Actor, input: z.input<typeof openPackageInput>): Promise<Opened> {
  const { packageId, counts } = openPackageInput.parse(input)
  const [row] = await db.select().from(packages).where(eq(packages.id, packageId))
  const kept = found(row)
  const edition = await editionOf(db, kept.editionId)
  permit(!kept.gated || (await mayHaveGated(db, actor, edition.course)))

  if (!(await isKept(kept.sha256))) {
    if (kept.sourceHash !== sourceHashOf(edition, kept.locale, kept.format)) throw new Refusal('package.not-kept', { version: kept.version })
    await askPackage(db, system('shelf'), { editionId: kept.editionId, locale: kept.locale, format: kept.format })
    throw new Refusal('package.being-made')
  }
  if (counts) await db.insert(downloads).values({ packageId: kept.id, personId: actor.personId, collegeId: collegeOf(actor) })
  const { extension, type } = formOf(kept.format)
  return { ...kept, path: pathOf(kept.sha256), type, fileName: `${edition.course}-${kept.version}-${kept.locale}-${kept.format}.${extension}` }
}

import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { downloads, packages } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { editionOf } from '#modules/courses/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { buildPackage, type Package } from './buildPackage.ts'
import { formatOf } from './formats.ts'
import { readBytes } from './keep.ts'
import { collegeOf, mayHaveGated } from './policy.ts'

export const openPackageInput = z.object({ packageId: z.uuid() })

export type Opened = Package & { body: Buffer; fileName: string; type: string }

/**
 * A package to be handed on, with its bytes; the download is written down. What holds keys or notes of those who teach is for
 * them alone. Bytes that were lost or damaged on the disk are built again.
 */
export async function openPackage(db: Db, actor: Actor, input: z.infer<typeof openPackageInput>): Promise<Opened> {
  const [row] = await db.select().from(packages).where(eq(packages.id, input.packageId))
  const kept = found(row)
  const edition = await editionOf(db, kept.editionId)
  permit(!kept.gated || (await mayHaveGated(db, actor, edition.course)))

  const format = found(formatOf(kept.format) ?? null)
  let body = await readBytes(kept.sha256)
  if (!body) {
    await buildPackage(db, actor, { editionId: kept.editionId, locale: kept.locale, format: kept.format })
    body = found(await readBytes(kept.sha256))
  }
  await db.insert(downloads).values({ packageId: kept.id, personId: actor.personId, collegeId: collegeOf(actor) })
  return { ...kept, body, type: format.type, fileName: `${edition.course}-${kept.version}-${kept.locale}-${kept.format}.${format.extension}` }
}

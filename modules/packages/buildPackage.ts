import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { packageFormats, packageLocales, packages } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { type Edition, editionOf } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { changeLines } from './changesOf.ts'
import { formOf } from './forms.ts'
import { isKept } from './keep.ts'
import type { Make } from './make.ts'
import { mayHaveGated } from './policy.ts'
import { reportOf } from './report.ts'
import { sourceOf } from './source.ts'
import { sourceHashOf } from './sourceHash.ts'

export const buildPackageInput = z.object({ editionId: z.uuid(), locale: z.enum(packageLocales), format: z.enum(packageFormats) })
type Wanted = z.infer<typeof buildPackageInput>

export type Package = typeof packages.$inferSelect

/** Grows when a form is changed on purpose; what else has changed in its bytes makes the third number grow by itself. */
const builder = 1

/**
 * Makes packages in this process, reading each book once while the last few are asked for again. What writes packages is large, and
 * most who enter this module only look: it is read when the first is made.
 */
export function makeHere(): Make {
  let ready: Promise<Make> | undefined
  return async (making) => {
    ready ??= import('./make.ts').then(({ makePackage, rememberBooks }) => {
      const read = rememberBooks()
      return (one) => makePackage(one, read)
    })
    return (await ready)(making)
  }
}

/**
 * The package of an edition in a language and form: the one that stands, or built now. Built twice it has the same bytes; the
 * import rehearsal is run on them and its report shipped inside. By whoever may download it. `make` says where: here, or in a process
 * of its own. Refuses what `makePackage` refuses.
 */
export async function buildPackage(db: Db, actor: Actor, input: Wanted, make: Make = makeHere()): Promise<Package> {
  const edition = await editionOf(db, input.editionId)
  permit(await mayHaveGated(db, actor, edition.course))

  const sourceHash = sourceHashOf(edition, input.locale, input.format)
  const before = await builtBefore(db, input)
  const kept = before.find((one) => one.sourceHash === sourceHash)
  if (kept && (await isKept(kept.sha256))) return kept

  const language = input.locale === 'all' ? locales[0] : input.locale
  const making = { source: await sourceOf(db, edition), locale: input.locale, format: input.format, origin: environment().origin, changes: await changeLines(db, edition, language) }
  const last = before[0]
  let version = kept?.version ?? latest(versionOf(edition), last?.version)
  let made = await make({ ...making, version })
  if (kept) {
    if (kept.sha256 !== made.sha256) throw new Error(`package ${kept.id} was built again with other bytes`)
    return kept
  }
  // Made of something else, and yet the same: no new version of anything. Otherwise no two files go by one version.
  if (last?.sha256 === made.sha256) return restamp(db, last, sourceHash)
  if (last?.version === version) {
    version = nextVersion(version)
    made = await make({ ...making, version })
  }

  return transact(db, async (tx) => {
    const [row] = await tx.insert(packages).values({
      editionId: edition.id, locale: input.locale, format: input.format, version, sourceHash, sha256: made.sha256, bytes: made.bytes, gated: formOf(input.format).gated,
      rehearsal: { ...reportOf(input.format, language), findings: 0 }, contents: made.contents,
    }).onConflictDoNothing().returning()
    if (!row) return (await builtBefore(tx, input)).find((one) => one.sourceHash === sourceHash)!
    await record(tx, actor, 'package.built', { edition: edition.id, format: row.format, locale: row.locale, version: row.version, digest: row.sha256 })
    return row
  })
}

/** Newest first. */
const builtBefore = (db: Db, { editionId, locale, format }: Wanted): Promise<Package[]> =>
  db.select().from(packages).where(and(eq(packages.editionId, editionId), eq(packages.locale, locale), eq(packages.format, format))).orderBy(desc(packages.builtAt), desc(packages.version))

async function restamp(db: Db, { id }: Package, sourceHash: string): Promise<Package> {
  const [row] = await db.update(packages).set({ sourceHash }).where(eq(packages.id, id)).returning()
  return row!
}

/** The edition's number, then what was changed in the form on purpose, then how often its bytes have changed otherwise. */
export const versionOf = (edition: Pick<Edition, 'number'>) => `${edition.number}.${builder}.0`

const parts = (version: string) => version.split('.').map(Number) as [number, number, number]
export const nextVersion = (version: string) => parts(version).with(2, parts(version)[2] + 1).join('.')

function latest(one: string, other: string | undefined): string {
  if (other === undefined) return one
  const [a, b] = [parts(one), parts(other)]
  const differ = a.findIndex((number, place) => number !== b[place])
  return differ === -1 || a[differ]! > b[differ]! ? one : other
}

import { and, asc, desc, eq, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { packageBuilds, packageLocales, packages } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { type Edition, editionsOf } from '#modules/courses/index.ts'
import { found, type RefusalCode } from '#modules/refusal.ts'
import type { Package } from './buildPackage.ts'
import { changesOf } from './changesOf.ts'
import { type Form, forms } from './forms.ts'
import { isKept } from './keep.ts'
import { mayHaveGated } from './policy.ts'

/** A package that isn't there yet: waiting behind so many others, being made, or refused for a reason. */
export type Build = { state: 'waiting'; before: number } | { state: 'making' } | { state: 'failed'; code: RefusalCode; facts: Record<string, string | number | null> }
/** One form in one language: what stands, and what is being made in its place or for the first time. */
export type Copy = { locale: Package['locale']; standing: Package | null; build: Build | null }
export type ShelfLine = Form & { copies: Copy[]; mine: boolean }
/** A package that another has taken the place of. `there` tells whether its bytes are still kept. */
export type Older = Package & { edition: number; there: boolean }
export type Shelf = { edition: Edition; editions: Edition[]; mine: boolean; lines: ShelfLine[]; older: Older[]; changes: Awaited<ReturnType<typeof changesOf>> }

/**
 * Everything on the shelf of a course: each form in each language of one edition (the newest unless `edition` names another), with
 * what is still being made, older versions, and what has changed. Everybody may look; `mine` tells who may take what is for those who teach.
 */
export async function shelfOf(db: Db, actor: Actor, { course, edition: number }: { course: string; edition?: number | undefined }): Promise<Shelf> {
  const editions = await editionsOf(db, course)
  const edition = found(editions.find((one) => number === undefined || one.number === number))
  const mine = await mayHaveGated(db, actor, course)
  const numbers = new Map(editions.map((one) => [one.id, one.number]))
  const rows = await db.select().from(packages).where(inArray(packages.editionId, editions.map((one) => one.id))).orderBy(desc(packages.builtAt), desc(packages.version), asc(packages.locale), asc(packages.format))
  const newest = new Map<string, Package>()
  for (const one of rows) if (one.editionId === edition.id && !newest.has(nameOf(one))) newest.set(nameOf(one), one)
  const builds = await buildsOf(db, edition.id)

  const older: Older[] = []
  for (const one of rows) if (newest.get(nameOf(one)) !== one) older.push({ ...one, edition: numbers.get(one.editionId)!, there: await isKept(one.sha256) })
  return {
    edition, editions, mine, older,
    lines: forms.map((form) => ({
      ...form, mine: mine || !form.gated,
      copies: packageLocales.map((locale) => ({ locale, standing: newest.get(nameOf({ locale, format: form.format })) ?? null, build: builds.get(nameOf({ locale, format: form.format })) ?? null })),
    })),
    changes: await changesOf(db, edition),
  }
}

const nameOf = ({ locale, format }: Pick<Package, 'locale' | 'format'>) => `${format} ${locale}`

async function buildsOf(db: Db, editionId: string): Promise<Map<string, Build>> {
  const waiting = await db.select().from(packageBuilds).orderBy(asc(packageBuilds.askedAt), asc(packageBuilds.locale), asc(packageBuilds.format))
  const inTurn = waiting.filter((one) => one.failure === null && one.startedAt === null).toSorted((one, other) => Number(one.askedBy === null) - Number(other.askedBy === null))
  return new Map(waiting.filter((one) => one.editionId === editionId).map((one): [string, Build] => [
    nameOf(one),
    one.failure ? { state: 'failed', code: one.failure.code as RefusalCode, facts: one.failure.facts } : one.startedAt ? { state: 'making' } : { state: 'waiting', before: inTurn.indexOf(one) },
  ]))
}

/** One package of a course by what names it: the version that stands, or an older one. Throws `object.not-found`. */
export async function packageAt(db: Db, { editionId, locale, format, version }: Pick<Package, 'editionId' | 'locale' | 'format'> & { version?: string | undefined }): Promise<Package> {
  const [row] = await db.select().from(packages)
    .where(and(eq(packages.editionId, editionId), eq(packages.locale, locale), eq(packages.format, format), version === undefined ? undefined : eq(packages.version, version)))
    .orderBy(desc(packages.builtAt), desc(packages.version)).limit(1)
  return found(row)
}

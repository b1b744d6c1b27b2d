import { createHash } from 'node:crypto'
import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { packageFormats, packageLocales, packages } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { type Edition, editionOf } from '#modules/courses/index.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { type Locale, locales, t } from '#modules/words/index.ts'
import { type Book, bookOf } from './book.ts'
import { changeLines } from './changesOf.ts'
import type { Format } from './format.ts'
import { formatOf } from './formats.ts'
import { keepBytes, readBytes } from './keep.ts'
import { mayHaveGated } from './policy.ts'
import { reportOf } from './report.ts'

export const buildPackageInput = z.object({ editionId: z.uuid(), locale: z.enum(packageLocales), format: z.enum(packageFormats) })

export type Package = typeof packages.$inferSelect

/** Grows when a writer changes its output, so that packages are built anew and their version tells it. */
const builder = 1

/**
 * The package of an edition in a language and form: the one that stands, or built now. Built twice it has the same bytes; the
 * import rehearsal is run on them and its report shipped inside. By whoever may download it. Refuses `package.text-changed`
 * when content/ has moved on from the edition, `package.format-unknown`, and `package.rehearsal-failed` rather than hand on
 * what an importer would refuse.
 */
export async function buildPackage(db: Db, actor: Actor, input: z.infer<typeof buildPackageInput>): Promise<Package> {
  const edition = await editionOf(db, input.editionId)
  const format = formatOf(input.format)
  if (!format) throw new Refusal('package.format-unknown')
  permit(await mayHaveGated(db, actor, edition.course))

  const sourceHash = hashOf(edition, input.locale, format)
  const kept = await standing(db, edition.id, input, sourceHash)
  if (kept && (await readBytes(kept.sha256))) return kept

  const books: Book[] = []
  for (const locale of input.locale === 'all' ? locales : [input.locale as Locale]) books.push(await bookOf(db, edition, locale))
  const language = books[0]!.locale
  const about = { version: versionOf(edition), origin: environment().origin, changes: await changeLines(db, edition, language), licence: t(language, 'package.licence') }
  const draft = await format.write(books, about)
  const findings = await format.rehearse(draft.bytes, books)
  if (findings.length > 0) throw new Refusal('package.rehearsal-failed', { count: findings.length, path: findings[0]!.path, message: findings[0]!.message })
  const rehearsal = reportOf(format.format, language)
  const { bytes, contents } = await format.write(books, { ...about, report: rehearsal.lines.join('\n') })
  // What was put in afterwards is held to the same rules.
  const again = await format.rehearse(bytes, books)
  if (again.length > 0) throw new Refusal('package.rehearsal-failed', { count: again.length, path: again[0]!.path, message: again[0]!.message })
  const sha256 = await keepBytes(bytes)

  if (kept) {
    if (kept.sha256 !== sha256) throw new Error(`package ${kept.id} was built again with other bytes`)
    return kept
  }
  return transact(db, async (tx) => {
    const [row] = await tx.insert(packages).values({
      editionId: edition.id, locale: input.locale, format: format.format, version: about.version, sourceHash, sha256, bytes: bytes.length, gated: format.gated, rehearsal: { ...rehearsal, findings: 0 }, contents,
    }).onConflictDoNothing().returning()
    if (!row) return (await standing(tx, edition.id, input, sourceHash))!
    await record(tx, actor, 'package.built', { edition: edition.id, format: row.format, locale: row.locale, version: row.version, digest: sha256 })
    return row
  })
}

async function standing(db: Db, editionId: string, { locale, format }: z.infer<typeof buildPackageInput>, sourceHash: string): Promise<Package | undefined> {
  const [row] = await db.select().from(packages).where(and(eq(packages.editionId, editionId), eq(packages.locale, locale), eq(packages.format, format), eq(packages.sourceHash, sourceHash)))
  return row
}

/** The edition's number, then the builder's: what is taught and how it is written down. */
export const versionOf = (edition: Pick<Edition, 'number'>) => `${edition.number}.${builder}.0`

const hashOf = (edition: Edition, locale: string, { format }: Format) =>
  createHash('sha256').update(JSON.stringify([builder, edition.contentHash, edition.number, edition.approval, edition.demonstration, locale, format, environment().origin])).digest('hex')

import { Refusal } from '#modules/refusal.ts'
import { type Locale, locales, t } from '#modules/words/index.ts'
import { type Book, bookFrom } from './book.ts'
import type { Package } from './buildPackage.ts'
import type { Content, Finding } from './format.ts'
import { formatOf } from './formats.ts'
import { keepBytes } from './keep.ts'
import { reportOf } from './report.ts'
import type { Source } from './source.ts'

/** What a package is made from, and what it says of itself. It travels between processes. */
export type Making = { source: Source; locale: Package['locale']; format: Package['format']; version: string; origin: string; changes: string[] }
export type Made = { sha256: string; bytes: number; contents: Content[] }
export type Make = (making: Making) => Promise<Made>

/** The language in which a package speaks of itself. */
export const languageOf = (locale: Package['locale']): Locale => (locale === 'all' ? locales[0] : locale)

/**
 * Writes a package twice, without and with the report of its import check, holds both to the importer's rules, and keeps the
 * second's bytes on the disk; a form that has no place for the report is written once. Needs no database. Refuses
 * `package.format-unknown`, `package.text-changed` when content/ has moved on from the edition, and `package.rehearsal-failed` rather
 * than hand on what an importer would refuse.
 */
export async function makePackage(making: Making, read: typeof bookFrom = bookFrom): Promise<Made> {
  const format = formatOf(making.format)
  if (!format) throw new Refusal('package.format-unknown')
  const language = languageOf(making.locale)
  const books: Book[] = (making.locale === 'all' ? locales : [language]).map((locale) => read(making.source, locale))
  const about = { version: making.version, origin: making.origin, changes: making.changes, licence: t(language, 'package.licence') }

  const draft = await format.write(books, about)
  clean(await format.rehearse(draft.bytes, books))
  if (format.reportBeside) return { sha256: await keepBytes(draft.bytes), bytes: draft.bytes.length, contents: draft.contents }
  const { bytes, contents } = await format.write(books, { ...about, report: reportOf(format.format, language).lines.join('\n') })
  // What was put in afterwards is held to the same rules.
  clean(await format.rehearse(bytes, books))
  return { sha256: await keepBytes(bytes), bytes: bytes.length, contents }
}

function clean(findings: readonly Finding[]) {
  const [first] = findings
  if (first) throw new Refusal('package.rehearsal-failed', { count: findings.length, path: first.path, message: first.message })
}

/** Reads each book once while the last few are asked for again: the forms of one edition follow one another. */
export function rememberBooks(most = 3): typeof bookFrom {
  const known = new Map<string, Book>()
  return (source, locale) => {
    const name = `${source.edition.id} ${source.edition.contentHash} ${locale}`
    const book = known.get(name) ?? bookFrom(source, locale)
    known.delete(name)
    known.set(name, book)
    if (known.size > most) known.delete(known.keys().next().value!)
    return book
  }
}

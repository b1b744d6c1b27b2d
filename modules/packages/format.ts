import type { packageFormats } from '#db/schema/index.ts'
import type { Book } from './book.ts'

export type PackageFormat = (typeof packageFormats)[number]

/** A line of what is in a package, for people: a title, the file it stands in (if it is one), and what is below it. */
export type Content = { title: string; path?: string; for?: 'instructor'; children?: Content[] }

/** What every package says of itself. */
export type About = {
  /** Semantic version: the edition's number, then what was changed in the form alone. */
  version: string
  /** The one address of the product, for stable identifiers and links to the course. */
  origin: string
  /** What has changed since the edition before, in the language of the package; empty for the first. */
  changes: string[]
  /** The licence of the texts, in one line. */
  licence: string
  /** The report of the import rehearsal, to be shipped inside; absent while it is being made. */
  report?: string
}

export type Written = { bytes: Uint8Array; contents: Content[] }

/** One rule of an importer, and what in a package breaks it; `path` is the file. */
export type Finding = { rule: string; path: string; message: string }

/**
 * A form in which a curriculum is handed on. `write` is pure: the same books and facts, the same bytes. `rehearse` applies the
 * importer's rules to the bytes, reading them as the importer would and sharing no code with `write`.
 */
export type Format = {
  format: PackageFormat
  /** End of the file's name, without the dot. */
  extension: string
  /** Media type. */
  type: string
  /** Holds keys or notes of those who teach. */
  gated: boolean
  /** Has no place for the report of its import check, which then stands beside it alone. */
  reportBeside?: true
  write(books: readonly Book[], about: About): Promise<Written> | Written
  rehearse(bytes: Uint8Array, books: readonly Book[]): Promise<Finding[]> | Finding[]
}

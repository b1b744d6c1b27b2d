import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative, resolve } from 'node:path'
import { environment } from '#db/environment.ts'
import { contentFolder, type Edition } from '#modules/courses/index.ts'
import { type Locale, locales } from '#modules/words/index.ts'
import type { Package } from './buildPackage.ts'

/** Everything that a package is made from, as one hash: when it is the same, so are the bytes. Files are read once a process. */
export function sourceHashOf({ course, contentHash, number, approval, demonstration }: Edition, locale: Package['locale'], format: Package['format']): string {
  const texts = (locale === 'all' ? locales : [locale]).map((one) => textsDigest(one, course))
  return createHash('sha256').update(JSON.stringify([programDigest(), texts, contentHash, number, approval, demonstration, locale, format, environment().origin])).digest('hex')
}

const digests = new Map<string, string>()
const once = (name: string, paths: () => string[]): string => {
  const known = digests.get(name)
  if (known) return known
  const hash = createHash('sha256')
  for (const path of paths().flatMap(filesIn).toSorted()) hash.update(`${relative('.', path)}\n`).update(createHash('sha256').update(readFileSync(path)).digest())
  const digest = hash.digest('hex')
  digests.set(name, digest)
  return digest
}

/** What writes packages: this folder, the fonts that it draws with, and the pinned libraries. */
const programDigest = () => once('program', () => ['modules/packages', 'modules/pdf/fonts', 'package-lock.json'].map((path) => resolve(path)))

/** A course's texts in one language as the build has rendered them, and as they were written; and the sentences around them. */
const textsDigest = (locale: Locale, course: string) =>
  once(`${locale} ${course}`, () => [
    resolve('dist/paper', locale, course), resolve('dist/paper', locale, 'manuals'), join(contentFolder(), 'courses', course), join(contentFolder(), 'glossary.yaml'), join(contentFolder(), 'interface', `${locale}.json`),
  ])

function filesIn(path: string): string[] {
  if (!existsSync(path)) return []
  return statSync(path).isDirectory() ? readdirSync(path).flatMap((name) => filesIn(join(path, name))) : [path]
}

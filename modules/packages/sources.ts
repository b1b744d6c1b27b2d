import { readdirSync, readFileSync, statSync } from 'node:fs'
import { join, relative } from 'node:path'
import { contentFolder } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import type { About, Content, Finding, Format, Written } from './format.ts'
import { unzipSync } from 'fflate'
import { type Files, zip } from './zip.ts'

/** The plain sources of a course as its authors wrote them, for whoever wants to change and translate them. Keys and guides are among them. */
export const sources: Format = { format: 'sources-zip', extension: 'sources.zip', type: 'application/zip', gated: true, write: writeSources, rehearse: rehearseSources }

function writeSources(books: readonly Book[], about: About): Written {
  const { course } = books[0]!.edition
  const folder = join(contentFolder(), 'courses', course)
  const wanted = new Set(books.map((book) => book.locale))
  const others = locales.filter((locale) => !wanted.has(locale))
  const paths = filesIn(folder).map((path) => relative(folder, path)).filter((path) => !others.some((locale) => path.split('/').includes(locale))).sort()
  const files: Files = new Map<string, Uint8Array | string>([['LICENSE', readFileSync(join(contentFolder(), 'LICENSE'))], ['VERSION.txt', `${course} ${about.version}\n${about.licence}\n${about.origin}\n`]])
  for (const path of paths) files.set(`${course}/${path}`, readFileSync(join(folder, path)))
  files.set('glossary.yaml', readFileSync(join(contentFolder(), 'glossary.yaml')))
  if (about.report) files.set('REPORT.txt', `${about.report}\n`)
  return { bytes: zip(files), contents: paths.map((path): Content => ({ title: path, path: `${course}/${path}` })) }
}

const filesIn = (folder: string): string[] => readdirSync(folder).flatMap((name) => {
  const path = join(folder, name)
  return statSync(path).isDirectory() ? filesIn(path) : name.startsWith('.') ? [] : [path]
})

/** Every lesson of every language asked for is there, and the outline and the licence. */
function rehearseSources(bytes: Uint8Array, books: readonly Book[]): Finding[] {
  const paths = new Set(Object.keys(unzipSync(bytes)))
  const { course } = books[0]!.edition
  const wanted = ['LICENSE', `${course}/course.yaml`, ...books.flatMap((book) => book.days.flatMap((day) => day.lessons.map((lesson) => `${course}/${book.locale}/${lesson.slug}.mdx`)))]
  return wanted.filter((path) => !paths.has(path)).map((path) => ({ rule: 'file', path, message: 'is missing' }))
}

import { readFile } from 'node:fs/promises'
import { basename, join } from 'node:path'
import { parse } from 'yaml'
import { type Locale, locales } from '#modules/words/index.ts'
import { list } from './contentFiles.ts'
import { readGlossary } from './glossary.ts'
import { plainText } from './plainText.ts'

/** Something that can be found, in one language. */
export type SearchPage = {
  id: string
  kind: 'lesson' | 'manual' | 'term'
  /** The same in each language: `imci/1-02-general-danger-signs`, the manual's slug, the term's id. */
  place: string
  locale: Locale
  title: string
  keyPoints: string
  text: string
}

const breath = () => new Promise<void>((done) => void setImmediate(done))

/**
 * Every lesson, manual and term of content/ in every language, as trainees may read them: facilitators' guides and notes are
 * not among them. It rests after each file, so that reading all of them holds no request up. A file that can't be read is
 * left out here; `readCourse` is who complains.
 */
export async function* searchPages(contentDir: string): AsyncGenerator<SearchPage> {
  for (const course of list(join(contentDir, 'courses'), '')) for (const locale of locales) {
    for (const name of list(join(contentDir, 'courses', course, locale), '.mdx')) {
      const page = await readPage(join(contentDir, 'courses', course, locale, name))
      if (page) yield { id: `lesson ${course}/${locale}/${name}`, kind: 'lesson', place: `${course}/${basename(name, '.mdx')}`, locale, ...page }
    }
  }
  for (const locale of locales) for (const name of list(join(contentDir, 'manuals', locale), '.mdx')) {
    const page = await readPage(join(contentDir, 'manuals', locale, name))
    if (page) yield { id: `manual ${locale}/${name}`, kind: 'manual', place: basename(name, '.mdx'), locale, ...page }
  }
  for (const term of readGlossary(contentDir).values()) for (const locale of locales) {
    yield { id: `term ${locale}/${term.id}`, kind: 'term', place: term.id, locale, title: term[locale], keyPoints: '', text: term.definition[locale] }
  }
}

async function readPage(path: string): Promise<Pick<SearchPage, 'title' | 'keyPoints' | 'text'> | null> {
  await breath()
  const found = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?([\s\S]*)$/.exec((await readFile(path, 'utf8')).normalize('NFC'))
  let front: { title?: unknown; keyPoints?: unknown; objectives?: unknown } | null
  try {
    front = parse(found?.[1] ?? '') as typeof front
  } catch {
    return null
  }
  if (!found || typeof front?.title !== 'string') return null
  const lines = (value: unknown) => (Array.isArray(value) ? value.filter((one) => typeof one === 'string').map((one: string) => one.replace(/[^.!?…]$/, '$&.')).join(' ') : '')
  return { title: front.title, keyPoints: lines(front.keyPoints), text: `${lines(front.objectives)} ${plainText(found[2]!)}`.trim() }
}

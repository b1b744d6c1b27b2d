import MiniSearch from 'minisearch'
import { type Locale, searchable } from '#modules/words/index.ts'
import { contentFolder } from './readCourse.ts'
import { type SearchPage, searchPages } from './searchPages.ts'
import { type Part, snippet } from './snippet.ts'

export type Found = Pick<SearchPage, 'kind' | 'place' | 'locale' | 'title'> & {
  /** Where the words stand: in the title, in the key points, or in the text. */
  where: Where
  /** A piece of the text, with the words that were found marked. */
  snippet: Part[]
}
type Where = 'title' | 'key-points' | 'text'

/** In the order of their weight: what stands in a title is before whatever stands elsewhere. */
const rings: { where: Where; fields: ('title' | 'keyPoints' | 'text')[] }[] = [
  { where: 'title', fields: ['title'] },
  { where: 'key-points', fields: ['title', 'keyPoints'] },
  { where: 'text', fields: ['title', 'keyPoints', 'text'] },
]

export type SearchIndex = { search: MiniSearch<SearchPage>; pages: Map<string, SearchPage> }

const words = (text: string) => searchable(text).split(' ').filter(Boolean)

/** Reads and indexes what there is, a little at a time: nothing else waits for it longer than one file takes. */
export async function buildIndex(contentDir: string): Promise<SearchIndex> {
  const search = new MiniSearch<SearchPage>({ fields: ['title', 'keyPoints', 'text'], tokenize: words, processTerm: (term) => term })
  const pages = new Map<string, SearchPage>()
  for await (const page of searchPages(contentDir)) {
    pages.set(page.id, page)
    search.add(page)
  }
  return { search, pages }
}

const options = (fields: (typeof rings)[number]['fields'], combineWith: 'AND' | 'OR') => ({
  fields, combineWith, boost: { title: 4, keyPoints: 2 },
  // Endings are long in Kazakh and Russian: the beginning of a word finds it. A slip of the finger is forgiven in longer words.
  prefix: (term: string) => term.length > 2,
  fuzzy: (term: string) => (term.length > 8 ? 2 : term.length > 4 ? 1 : false),
  weights: { fuzzy: 0.3, prefix: 0.6 },
})

/**
 * Lessons, manuals and terms with the words of a question, each once: in the reader's language when the words stand there,
 * otherwise in the one where they do. Titles come before key points, and those before the text; without a page that has all
 * the words, pages that have some of them.
 */
export function searchIn({ search, pages }: SearchIndex, question: string, locale: Locale, limit = 50): Found[] {
  if (words(question).length === 0) return []
  const found = new Map<string, Found & { rank: number }>()
  const look = (combineWith: 'AND' | 'OR') => {
    for (const [ring, { where, fields }] of rings.entries()) {
      for (const hit of search.search(question.slice(0, 200), options(fields, combineWith))) {
        const page = pages.get(String(hit.id))!
        const key = `${page.kind} ${page.place}`
        const known = found.get(key)
        if (known && (known.locale === locale || page.locale !== locale)) continue
        const { kind, place, title } = page
        // In the reader's own language it is the better find, but its place among the finds stays.
        found.set(key, { kind, place, title, locale: page.locale, where: known?.where ?? where, rank: known?.rank ?? ring * 1e6 - hit.score, snippet: snippet(page, new Set(hit.terms), where) })
      }
    }
  }
  look('AND')
  if (found.size === 0) look('OR')
  return [...found.values()].sort((one, other) => one.rank - other.rank).slice(0, limit).map(({ rank: _, ...one }) => one)
}

let kept: Promise<SearchIndex> | undefined

/** `searchIn` over content/, whose index is built at the first question of the process. */
export async function searchContent(question: string, locale: Locale): Promise<Found[]> {
  kept ??= buildIndex(contentFolder())
  kept.catch(() => (kept = undefined))
  return searchIn(await kept, question, locale)
}

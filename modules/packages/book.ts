import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Db } from '#db/client.ts'
import { checksOf, contentFolder, type Edition, guideStands, type Item, type Lesson, readTexts, revealsOf, type Station, textStands } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import type { Locale } from '#modules/words/index.ts'
import { clean, type Figure } from './clean.ts'
import { type Source, sourceOf } from './source.ts'
import { element, isElement, type Node, parseHtml, textOf } from './tree.ts'

// One edition in one language with everything that a package may hold: what every format is made from.

export type Page = { title: string; nodes: Node[]; figures: Figure[] }
export type BookLesson = Pick<Lesson, 'id' | 'slug' | 'day' | 'minutes' | 'kind'> & {
  title: string
  /** The text for everybody; its first heading is left to the format. */
  page: Page
  /** The same with the notes of those who teach. */
  withNotes: Page
  /** Its checks and cases with their answers, for those who can't open anything. */
  answers: Node[]
}
export type BookDay = {
  day: number
  title: string
  hours: number
  practiceHours: number
  objectives: string[]
  sessions: { title: string; hours: number; kind: string }[]
  lessons: BookLesson[]
  /** The facilitator's guide. */
  guide: Page | null
}
export type Book = {
  edition: Edition
  locale: Locale
  title: string
  short: string
  days: BookDay[]
  /** Questions with their keys, by id. */
  items: Map<string, Item>
  stations: Station[]
}

/** Where the build has put the texts of lessons, guides and manuals in their form for paper. */
export const paperFolder = () => resolve('dist/paper')

/** An edition in one language: what the database holds of it, and its texts. */
export const bookOf = async (db: Db, edition: Edition, locale: Locale): Promise<Book> => bookFrom(await sourceOf(db, edition), locale)

/**
 * Puts an edition's texts to what the database holds of it. Throws `package.text-changed` when a lesson or guide in content/ is no
 * longer the one that the edition froze: a package never says of another text that it is this edition. Throws when the program has
 * not been built.
 */
export function bookFrom({ edition, lessons, items, stations }: Source, locale: Locale): Book {
  const changed = [...lessons.filter((one) => !textStands(edition, one)).map((one) => one.id), ...(edition.outline.guides ?? []).filter((one) => !guideStands(edition, one)).map((one) => `guide ${one.day}`)]
  if (changed.length > 0) throw new Refusal('package.text-changed', { course: edition.titles[locale], number: edition.number, texts: changed.slice(0, 5).join(', ') })
  const { course } = edition
  const bodies = new Map(readTexts(contentFolder(), course).lessons.map((one) => [one.slug, one.bodies[locale]]))
  return {
    edition, locale, items, stations,
    title: edition.titles[locale],
    short: edition.outline.short[locale],
    days: edition.outline.days.map((day): BookDay => ({
      day: day.day,
      title: day.titles[locale],
      hours: day.hours,
      practiceHours: day.practiceHours,
      objectives: day.objectives.map((one) => one[locale]),
      sessions: day.sessions.map((one) => ({ title: one.titles[locale], hours: one.hours, kind: one.kind })),
      lessons: lessons.filter((one) => one.day === day.day).map((one) => ({
        id: one.id, slug: one.slug, day: one.day, minutes: one.minutes, kind: one.kind,
        title: one.titles[locale],
        page: readPage(locale, course, 'lessons', one.slug),
        withNotes: readPage(locale, course, 'facilitator', one.slug),
        answers: answersOf(bodies.get(one.slug) ?? ''),
      })),
      guide: edition.outline.guides?.some((one) => one.day === day.day) ? readPage(locale, course, 'guides', `day-${day.day}`) : null,
    })),
  }
}

/** One list: first the checks in their order with the letter that the text gives the right answer, then the questions of cases. */
function answersOf(body: string): Node[] {
  const checks = checksOf(body).map(({ question, options }) => {
    const right = options.findIndex((one) => one.right)
    return element('li', {}, element('p', {}, question), element('p', {}, element('strong', {}, `${String.fromCharCode(97 + right)}) ${options[right]!.text}`), ` ${options[right]!.feedback}`))
  })
  const cases = revealsOf(body).map(({ question, answer }) => element('li', {}, element('p', {}, question), element('p', {}, answer)))
  return checks.length + cases.length === 0 ? [] : [element('ol', {}, ...checks, ...cases)]
}

/** A manual, which belongs to no course. */
export const manualPage = (locale: Locale, name: string) => readPage(locale, 'manuals', 'manuals', name)

/** A page of the build: its title, and its text without the title. */
export function readPage(locale: Locale, book: string, part: 'lessons' | 'facilitator' | 'guides' | 'manuals', name: string): Page {
  const path = join(paperFolder(), locale, book, part, name, 'index.html')
  if (!existsSync(path)) throw new Error(`the build holds no text ${locale}/${book}/${part}/${name}: run the build`)
  const html = readFileSync(path, 'utf8')
  const { nodes, figures } = clean(parseHtml(html.slice(html.indexOf('<body>') + '<body>'.length, html.lastIndexOf('</body>'))))
  const first = nodes.findIndex((node) => isElement(node) && node.tag === 'h1')
  const title = nodes[first]
  return { title: title ? textOf([title]) : '', nodes: nodes.filter((_, index) => index !== first), figures }
}

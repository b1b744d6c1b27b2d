import { readdirSync } from 'node:fs'
import { join } from 'node:path'
import { t } from '#modules/words/index.ts'
import { type Book, manualPage, type Page, paperFolder } from './book.ts'
import type { About, Content, Format, Written } from './format.ts'
import { type Block, framed, print, ruled, type Section } from './prints.ts'
import { contentsOf, courseFacts, coverOf, dayName, dayOpening, landmark, lessonOf, sectionOf } from './printsBook.ts'
import { setText } from './printsTree.ts'
import { rehearsePrint } from './rehearsePrint.ts'

/** A manual with its name in content/. */
export type Manual = { name: string; page: Page }

/**
 * A course on paper for those who teach it: the guide of each day, its lessons with the notes for facilitators in their place and the
 * answers behind, the observation sheets of the skills stations, and the manuals. It is for those who teach alone.
 */
export const guide: Format = { format: 'guide-pdf', extension: 'pdf', type: 'application/pdf', gated: true, reportBeside: true, write: (books, about) => writeGuide(books, about, readManuals), rehearse: (bytes, books) => rehearsePrint(bytes, books, 'guide') }

/** The manuals that the build holds. */
const readManuals = (book: Book): Manual[] => readdirSync(join(paperFolder(), book.locale, 'manuals', 'manuals')).sort().map((name) => ({ name, page: manualPage(book.locale, name) }))

export async function writeGuide(books: readonly Book[], about: About, manualsOf: (book: Book) => Manual[]): Promise<Written> {
  const [first] = books
  const manuals = new Map(books.map((book) => [book, manualsOf(book)]))
  const bytes = await print(books.flatMap((book) => sectionsOf(book, about, manuals.get(book)!)), {
    title: `${first!.title}. ${t(first!.locale, 'print.guide')}`, subject: first!.edition.outline.summary[first!.locale], keywords: `${first!.edition.course} ${about.version}`,
    language: first!.locale, date: first!.edition.publishedAt, page: (_, page, pages) => `${page} / ${pages}`,
  })
  return { bytes, contents: books.flatMap((book) => contentsIn(book, manuals.get(book)!)) }
}

function sectionsOf(book: Book, about: About, manuals: readonly Manual[]): Section[] {
  const section = (content: Block[]) => sectionOf(book, 'guide', about, content)
  return [
    coverOf(book, 'guide', about),
    section([...contentsOf(book), ...courseFacts(book, about)]),
    ...book.days.map((day) => section([
      ...dayOpening(book, day),
      ...(day.guide ? [{ ...landmark(book, `guide-${day.day}`, t(book.locale, 'course.guide'), 'lesson', `day-${day.day}`), margin: [0, 10, 0, 7] }, ...setText(day.guide.nodes, day.guide.figures)] : []),
      ...day.lessons.flatMap((lesson, index) => [...lessonOf(book, lesson, lesson.withNotes, index + 1, { lines: false }), ...answersOf(book, lesson.answers)]),
    ])),
    ...(book.stations.length > 0 ? [section(stationSheets(book))] : []),
    ...(manuals.length > 0 ? [section(manualParts(book, manuals))] : []),
  ]
}

const answersOf = (book: Book, answers: Book['days'][number]['lessons'][number]['answers']): Block[] =>
  answers.length === 0 ? [] : [framed([{ text: t(book.locale, 'package.answers'), style: 'h3' }, ...setText(answers, [])], { bar: '#b4532a', ground: '#f6efe6' })]

function stationSheets(book: Book): Block[] {
  const { locale } = book
  return [
    landmark(book, 'stations', t(locale, 'print.stations'), 'part'),
    ...book.stations.flatMap(({ station, body }, index): Block[] => [
      { ...landmark(book, `station-${station}`, body.titles[locale], 'lesson', 'stations'), ...(index > 0 ? { pageBreak: 'before' } : {}) },
      { text: t(locale, 'package.station', { minutes: body.minutes, percent: body.passPercent }), style: 'label' },
      { text: body.instructions[locale], style: 'p' },
      ruled(
        [{ text: '', style: 'head' }, { text: t(locale, 'package.step'), style: 'head' }, { text: t(locale, 'package.critical'), style: 'head' }, { text: t(locale, 'package.done'), style: 'head' }],
        body.steps.map((step, at) => [{ text: String(at + 1) }, { text: step.text[locale] }, step.critical ? { text: t(locale, 'package.critical'), bold: true } : { text: '' }, { canvas: [{ type: 'rect', x: 4, y: 0, w: 10, h: 10, lineWidth: 0.8, lineColor: '#16302b' }] }]),
        [6, 60, 19, 15],
      ),
    ]),
  ]
}

const manualParts = (book: Book, manuals: readonly Manual[]): Block[] => [
  landmark(book, 'manuals', t(book.locale, 'manuals.title'), 'part'),
  { text: t(book.locale, 'print.manuals.lead'), style: 'p' },
  ...manuals.flatMap(({ name, page }, index): Block[] => [{ ...landmark(book, `manual-${name}`, page.title, 'lesson', 'manuals'), ...(index > 0 ? { pageBreak: 'before' } : {}) }, ...setText(page.nodes, page.figures)]),
]

const contentsIn = (book: Book, manuals: readonly Manual[]): Content[] => [
  ...book.days.map((day): Content => ({ title: `${dayName(book.locale, day.day)}. ${day.title}`, for: 'instructor', children: [...(day.guide ? [{ title: t(book.locale, 'course.guide') }] : []), ...day.lessons.map((lesson) => ({ title: lesson.title }))] })),
  ...(book.stations.length > 0 ? [{ title: t(book.locale, 'print.stations'), for: 'instructor' as const, children: book.stations.map(({ body }) => ({ title: body.titles[book.locale] })) }] : []),
  ...(manuals.length > 0 ? [{ title: t(book.locale, 'manuals.title'), children: manuals.map(({ page }) => ({ title: page.title })) }] : []),
]

import { type Locale, number, t } from '#modules/words/index.ts'
import type { Book, BookDay, BookLesson, Page } from './book.ts'
import { approvalOf, guidelineOf, isDraft, marks, rulesOf } from './editionWords.ts'
import type { About } from './format.ts'
import { type Block, colours, margins, measure, ruled, type Section } from './prints.ts'
import { setText, sharesOf } from './printsTree.ts'

// What the workbook and the facilitator's guide share: cover, contents, days and lessons.

export type Kind = 'workbook' | 'guide'

/** The name of a place of the document, for contents and bookmarks. */
const place = (book: Book, ...parts: readonly (string | number)[]) => [book.locale, ...parts].join('-')

/** A title that the contents name and the bookmarks lead to. A bookmark stands below `under`. */
export const landmark = (book: Book, name: string, title: string, style: 'part' | 'lesson', under?: string): Block => ({
  text: title, style, id: place(book, name), outline: true, outlineText: title, outlineParentId: place(book, under ?? 'cover'),
  tocItem: `contents-${book.locale}`, tocStyle: { font: 'Sans', fontSize: under ? 8.5 : 9.5, bold: !under }, tocMargin: under ? [14, 0.5, 0, 0] : [0, 5, 0, 0], tocNumberStyle: { font: 'Sans', fontSize: 9 },
})

export const sectionOf = (book: Book, kind: Kind, about: About, content: Block[]): Section => ({
  locale: book.locale, content,
  header: `${book.short} · ${t(book.locale, `print.${kind}`)} · ${t(book.locale, 'print.edition', { number: book.edition.number, guideline: guidelineOf(book) })}`,
  footer: `${about.licence}. ${t(book.locale, 'package.national')}`,
  draft: isDraft(book) ? t(book.locale, 'print.draft') : '',
})

/** The first page: what it is, of which edition, and what it is not. */
export function coverOf(book: Book, kind: Kind, about: About): Section {
  const { locale, edition } = book
  const facts: [string, string][] = [
    [t(locale, 'counts.dimension.edition'), t(locale, 'print.edition', { number: edition.number, guideline: guidelineOf(book) })],
    [t(locale, 'verify.fact.approval'), approvalOf(book)],
    [t(locale, 'college.hours'), t(locale, 'course.days', { days: book.days.length, hours: edition.hours })],
    [t(locale, 'syllabus.version'), t(locale, 'print.version', { version: about.version, hash: edition.contentHash.slice(0, 12) })],
  ]
  const fields = kind === 'workbook' ? (['workbook.name', 'print.organisation', 'print.dates'] as const) : (['print.organisation', 'print.dates'] as const)
  // The ground of the title has room for four lines of the smaller size.
  const long = book.title.length > 64
  return {
    locale, header: '', footer: '', draft: '',
    content: [
      { canvas: [{ type: 'rect', x: 0, y: 0, w: 595.28, h: 318, color: colours.deep }, { type: 'rect', x: 0, y: 318, w: 595.28, h: 5, color: '#00afca' }], absolutePosition: { x: 0, y: 0 } },
      { text: 'Besik', font: 'Sans', fontSize: 12, bold: true, color: '#ffffff', margin: [0, 0, 0, long ? 48 : 76] },
      { text: book.title, style: 'title', fontSize: long ? 22 : 27, color: '#ffffff', id: place(book, 'cover'), outline: true, outlineText: `${book.short} · ${t(locale, `print.${kind}`)}`, outlineExpanded: true, margin: [0, 0, 60, 12] },
      { text: t(locale, `print.${kind}`), style: 'subtitle', color: '#ffffff' },
      { stack: [
        { text: edition.outline.summary[locale], fontSize: 10.5, margin: [0, 0, 0, 12] },
        { text: t(locale, `print.${kind}.lead`), style: 'p', font: 'Sans' },
        ruled([], facts.map(([name, said]) => [{ text: name, color: colours.soft }, { text: said }]), [24, 76]),
        { stack: marks(book).map((one) => ({ text: one, font: 'Sans', fontSize: 9, bold: true, color: colours.clay, margin: [0, 0, 0, 2] })), margin: [0, 4, 0, 14] },
        ...fields.map((one) => ({ columns: [{ width: 130, text: t(locale, one), font: 'Sans', fontSize: 9.5 }, { width: '*', canvas: [{ type: 'line', x1: 0, y1: 10, x2: measure.width - 138, y2: 10, lineWidth: 0.6, lineColor: colours.soft }] }], columnGap: 8, margin: [0, 0, 0, 11] })),
        { text: `${about.licence}. ${about.origin}`, style: 'small', margin: [0, 6, 0, 0] },
      ], absolutePosition: { x: margins[0], y: 348 } },
    ],
  }
}

export const contentsOf = (book: Book): Block[] => [{ toc: { id: `contents-${book.locale}`, title: { text: t(book.locale, 'package.contents'), style: 'part' } } }]

/** Hours, days, what the certificate asks, the guidelines, and what is new since the edition before. */
export function courseFacts(book: Book, about: About): Block[] {
  const { locale, edition } = book
  const heading = (text: string): Block => ({ text, style: 'h2' })
  const list = (items: string[]): Block => ({ ul: items, margin: [0, 0, 0, 6], markerColor: colours.teal })
  return [
    { ...landmark(book, 'about', t(locale, 'print.programme'), 'part'), pageBreak: 'before' },
    ruled(
      [{ text: t(locale, 'case.date'), style: 'head' }, { text: t(locale, 'course.sessions'), style: 'head' }, { text: t(locale, 'college.hours'), style: 'head', alignment: 'right' }, { text: t(locale, 'session.kind.practice'), style: 'head', alignment: 'right' }],
      [...book.days.map((day) => [{ text: String(day.day) }, { text: day.title }, { text: number(locale, day.hours), alignment: 'right' }, { text: number(locale, day.practiceHours), alignment: 'right' }]),
        [{ text: '' }, { text: t(locale, 'counts.total'), bold: true }, { text: number(locale, sum(book.days.map((one) => one.hours))), alignment: 'right', bold: true }, { text: number(locale, sum(book.days.map((one) => one.practiceHours))), alignment: 'right', bold: true }]],
      [10, 58, 16, 16],
    ),
    heading(t(locale, 'course.rules')), list(rulesOf(book)),
    heading(t(locale, 'course.sources')), list(edition.outline.guidelines.map((one) => one.titles[locale])),
    ...(about.changes.length > 0 ? [heading(t(locale, 'package.changes')), list([...about.changes])] : []),
  ]
}

const sum = (all: readonly number[]) => all.reduce((one, other) => one + other, 0)

export const dayName = (locale: Locale, day: number) => t(locale, 'course.day', { day })

/** The page that opens a day: what one can do after it, and its sessions. */
export function dayOpening(book: Book, day: BookDay): Block[] {
  const { locale } = book
  const rows = day.sessions.map((one) => [one.title, t(locale, `session.kind.${one.kind as 'theory'}`), number(locale, one.hours)])
  return [
    { ...landmark(book, `day-${day.day}`, `${dayName(locale, day.day)}. ${day.title}`, 'part'), outlineExpanded: false },
    { text: t(locale, 'course.day.hours', { hours: number(locale, day.hours), practice: number(locale, day.practiceHours) }), style: 'subtitle', fontSize: 10, color: colours.soft, margin: [0, 0, 0, 8] },
    { text: t(locale, 'course.objectives'), style: 'h2' },
    // The library writes into the lists that it is given, and the book is everybody's.
    { ul: [...day.objectives], margin: [0, 0, 0, 6], markerColor: colours.teal },
    { text: t(locale, 'course.sessions'), style: 'h2' },
    ruled([], rows.map(([title, kind, hours]) => [{ text: title }, { text: kind }, { text: hours, alignment: 'right' }]), sharesOf(rows, 3)),
  ]
}

/** A lesson from the top of a page. */
export const lessonOf = (book: Book, lesson: BookLesson, page: Page, at: number, { lines }: { lines: boolean }): Block[] => [
  { text: `${dayName(book.locale, lesson.day)} · ${at} · ${t(book.locale, `lesson.kind.${lesson.kind as 'theory'}`)} · ${t(book.locale, 'lesson.minutes', { minutes: lesson.minutes })}`, style: 'label', color: colours.soft, pageBreak: 'before' },
  landmark(book, `lesson-${lesson.slug}`, lesson.title, 'lesson', `day-${lesson.day}`),
  ...setText(page.nodes, page.figures, { lines }),
]

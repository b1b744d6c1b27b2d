import { t } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import type { About, Content, Format, Written } from './format.ts'
import { type Block, measure, print, ruled, type Section, writingLines } from './prints.ts'
import { contentsOf, courseFacts, coverOf, dayName, dayOpening, landmark, lessonOf, sectionOf } from './printsBook.ts'
import { setText } from './printsTree.ts'
import { rehearsePrint } from './rehearsePrint.ts'

/**
 * A course on paper for those who learn it: every lesson with its drawings, checks to mark, lines to write on, a practice log, and
 * at the end the answers that the site shows as well. No question of a test that counts, nothing for facilitators: it is open to everybody.
 */
export const workbook: Format = { format: 'workbook-pdf', extension: 'pdf', type: 'application/pdf', gated: false, reportBeside: true, write: writeWorkbook, rehearse: (bytes, books) => rehearsePrint(bytes, books, 'workbook') }

async function writeWorkbook(books: readonly Book[], about: About): Promise<Written> {
  const [first] = books
  const bytes = await print(books.flatMap((book) => sectionsOf(book, about)), {
    title: `${first!.title}. ${t(first!.locale, 'print.workbook')}`, subject: first!.edition.outline.summary[first!.locale], keywords: `${first!.edition.course} ${about.version}`,
    language: first!.locale, date: first!.edition.publishedAt, page: (_, page, pages) => `${page} / ${pages}`,
  })
  return { bytes, contents: books.flatMap(contentsIn) }
}

function sectionsOf(book: Book, about: About): Section[] {
  const section = (content: Block[]) => sectionOf(book, 'workbook', about, content)
  return [
    coverOf(book, 'workbook', about),
    section([...contentsOf(book), ...courseFacts(book, about)]),
    ...book.days.map((day) => section([...dayOpening(book, day), ...day.lessons.flatMap((lesson, index) => [...lessonOf(book, lesson, lesson.page, index + 1, { lines: true }), notes(book)])])),
    ...(book.edition.outline.rules.practiceCases > 0 ? [section(practiceLog(book))] : []),
    ...(asked(book).length > 0 ? [section(answers(book))] : []),
  ]
}

const notes = (book: Book): Block => ({ stack: [{ text: t(book.locale, 'workbook.notes'), style: 'h3' }, writingLines(7)], unbreakable: true })

/** As many empty rows as the course asks for cases. */
function practiceLog(book: Book): Block[] {
  const { locale, edition } = book
  const { practiceCases } = edition.outline.rules
  const head = ['', t(locale, 'logbook.csv.date'), t(locale, 'logbook.csv.age'), t(locale, 'logbook.csv.signs'), t(locale, 'logbook.csv.classification'), t(locale, 'print.log.confirmed')]
  return [
    landmark(book, 'log', t(locale, 'logbook.title'), 'part'),
    { text: t(locale, 'print.log.lead'), style: 'p' },
    { ul: [t(locale, 'course.rule.cases', { cases: practiceCases })], margin: [0, 0, 0, 6] },
    ruled(head.map((text) => ({ text, style: 'head' })), Array.from({ length: practiceCases }, (_, index) => [{ text: String(index + 1), margin: [0, 6, 0, 8] }, ...head.slice(1).map(() => ({ text: ' ' }))]), [5, 11, 13, 30, 25, 16]),
  ]
}

const asked = (book: Book) => book.days.flatMap((day) => day.lessons.filter((lesson) => lesson.answers.length > 0))

function answers(book: Book): Block[] {
  return [
    landmark(book, 'answers', t(book.locale, 'workbook.answers'), 'part'),
    ...asked(book).flatMap((lesson): Block[] => [{ stack: [{ text: `${dayName(book.locale, lesson.day)}. ${lesson.title}`, style: 'h3' }, ...setText(lesson.answers, []).map((one) => ({ ...one, fontSize: 8.5 }))], width: measure.width }]),
  ]
}

const contentsIn = (book: Book): Content[] => [
  ...book.days.map((day): Content => ({ title: `${dayName(book.locale, day.day)}. ${day.title}`, children: day.lessons.map((lesson) => ({ title: lesson.title })) })),
  ...(book.edition.outline.rules.practiceCases > 0 ? [{ title: t(book.locale, 'logbook.title') }] : []),
  ...(asked(book).length > 0 ? [{ title: t(book.locale, 'workbook.answers') }] : []),
]

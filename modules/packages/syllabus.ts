import { unzipSync } from 'fflate'
import { AlignmentType, Document, Footer, Header, LevelFormat, Packer, PageNumber, PageOrientation, Paragraph, TextRun } from 'docx'
import { t } from '#modules/words/index.ts'
import type { Book } from './book.ts'
import { isDraft } from './editionWords.ts'
import type { About, Content, Format, Written } from './format.ts'
import { rehearseSyllabus } from './rehearseSyllabus.ts'
import { headingsOf, partsOf } from './syllabusParts.ts'
import { bullets, languageOf } from './syllabusBlocks.ts'
import { type Files, zip } from './zip.ts'

/**
 * A programme of the course as a document to be changed: hours, outcomes, assessment, and tables to be pasted into a college's own
 * programme and filled in. Headings and tables are styles of the text editor. It holds no question and no key: it is open to everybody.
 */
export const syllabus: Format = {
  format: 'syllabus-docx', extension: 'docx', type: 'application/vnd.openxmlformats-officedocument.wordprocessingml.document', gated: false, reportBeside: true,
  write: writeSyllabus, rehearse: (bytes, books) => rehearseSyllabus(bytes, books),
}

async function writeSyllabus(books: readonly Book[], about: About): Promise<Written> {
  const [first] = books
  const document = new Document({
    title: `${first!.title}. ${t(first!.locale, 'syllabus.title')}`, subject: first!.edition.outline.summary[first!.locale], keywords: `${first!.edition.course} ${about.version}`,
    creator: 'Besik', lastModifiedBy: 'Besik', description: about.licence,
    styles: stylesOf(first!),
    numbering: { config: [{ reference: bullets, levels: [{ level: 0, format: LevelFormat.BULLET, text: '•', alignment: AlignmentType.LEFT, style: { paragraph: { indent: { left: 425, hanging: 283 } } } }] }] },
    sections: books.flatMap((book) => partsOf(book, about).map(({ wide, children }) => ({
      properties: { page: { size: { width: 11_906, height: 16_838, orientation: wide ? PageOrientation.LANDSCAPE : PageOrientation.PORTRAIT }, margin: { top: 1134, bottom: 1134, left: 1418, right: 850 } } },
      headers: { default: headerOf(book) },
      footers: { default: footerOf(book, about) },
      children,
    }))),
  })
  return { bytes: settled(await Packer.toBuffer(document), first!), contents: books.flatMap(contentsIn) }
}

/** Times New Roman is in every editor that a college has, with all Kazakh letters, and is what programmes are typed in. */
const stylesOf = (book: Book) => {
  const heading = (size: number, before: number, after: number) => ({ run: { size, bold: true, color: '16302B' }, paragraph: { spacing: { before, after }, keepNext: true } })
  return {
    default: {
      document: { run: { font: 'Times New Roman', size: 24, language: { value: languageOf(book.locale) } }, paragraph: { spacing: { after: 100 } } },
      title: { run: { size: 36, bold: true, color: '084F4F' }, paragraph: { spacing: { before: 120, after: 160 } } },
      heading1: heading(30, 320, 140), heading2: heading(26, 240, 100), heading3: heading(24, 160, 60),
    },
    paragraphStyles: [
      { id: 'TableText', name: 'Table Text', basedOn: 'Normal', quickFormat: true, run: { size: 20 }, paragraph: { spacing: { before: 20, after: 20 } } },
      { id: 'TableHead', name: 'Table Head', basedOn: 'TableText', quickFormat: true, run: { size: 20, bold: true }, paragraph: { spacing: { before: 20, after: 20 }, keepNext: true } },
      { id: 'Mark', name: 'Mark', basedOn: 'Normal', quickFormat: true, run: { size: 22, bold: true, color: 'B4532A' }, paragraph: { spacing: { after: 40 } } },
    ],
  }
}

const headerOf = (book: Book) => {
  const words = [book.short, t(book.locale, 'certificate.edition', { edition: book.edition.number }), ...(isDraft(book) ? [t(book.locale, 'print.draft')] : [])].join(' · ')
  return new Header({ children: [new Paragraph({ style: 'TableText', alignment: AlignmentType.RIGHT, children: [new TextRun({ text: words, language: { value: languageOf(book.locale) } })] })] })
}

const footerOf = (book: Book, about: About) => new Footer({
  children: [new Paragraph({ style: 'TableText', children: [new TextRun({ text: `${about.licence}. ${about.version}. `, language: { value: languageOf(book.locale) } }), new TextRun({ children: [PageNumber.CURRENT, ' / ', PageNumber.TOTAL_PAGES] })] })],
})

/** The library writes the hour of the day: the edition's date stands in its place, and the parts in one order, what tells of the others first. */
function settled(bytes: Uint8Array, { edition }: Book): Uint8Array {
  const at = `${edition.publishedAt.toISOString().slice(0, 19)}Z`
  const parts = Object.entries(unzipSync(bytes)).toSorted(([one], [other]) => rank(one) - rank(other) || (one < other ? -1 : 1))
  const files: Files = new Map(parts.map(([path, content]) => [path, path === 'docProps/core.xml' ? Buffer.from(content).toString('utf8').replace(/(<dcterms:(?:created|modified)[^>]*>)[^<]*/g, `$1${at}`) : content]))
  return zip(files)
}

const rank = (path: string) => (path === '[Content_Types].xml' ? 0 : path === '_rels/.rels' ? 1 : 2)

const contentsIn = (book: Book): Content[] => [{ title: `${book.title}. ${t(book.locale, 'syllabus.title')}`, children: headingsOf(book).map((title) => ({ title })) }]

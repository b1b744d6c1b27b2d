import { PDFDocument } from 'pdf-lib'
import type { Book } from './book.ts'
import type { Finding } from './format.ts'
import { bookmarksOf, newReader, sayingsOf, sizeOf } from './readPrint.ts'
import { isElement, type Node, textOf } from './tree.ts'

const file = 'book.pdf'
/** Where heads and feet of pages end, in points from the bottom. */
const body = { top: 841.89 - 60, bottom: 52 }

/**
 * What a printer and a reader of PDFs need: pages of A4, every font inside and readable as text, bookmarks that lead somewhere, nothing
 * that acts by itself; and that every sentence of every lesson stands in it, read back from the page, while nothing for facilitators
 * and no question of a test that counts stands in the workbook.
 */
export async function rehearsePrint(bytes: Uint8Array, books: readonly Book[], kind: 'workbook' | 'guide'): Promise<Finding[]> {
  const findings: Finding[] = []
  const note = (rule: string, message: string, path = file) => findings.push({ rule, path, message })
  let document: PDFDocument
  try {
    document = await PDFDocument.load(bytes, { updateMetadata: false, throwOnInvalidObject: true })
  } catch (error) {
    return [{ rule: 'readable', path: file, message: String(error) }]
  }
  const { language, title, acting } = sayingsOf(document)
  if (!['kk', 'ru', 'en'].includes(language)) note('language', 'the document does not tell its language')
  if (!title) note('title', 'the document has no title')
  for (const one of acting) note('action', `the document holds ${one}`)

  const read = newReader(document)
  const said: string[] = []
  const fonts = new Map<string, { embedded: boolean; readable: boolean }>()
  for (const [index, page] of document.getPages().entries()) {
    const [width, height] = sizeOf(page)
    if (Math.abs(width - 595.28) > 0.5 || Math.abs(height - 841.89) > 0.5) note('size', `page ${index + 1} is not A4`)
    const { text, unknown, fonts: own, links } = read(page, body)
    if (unknown > 0) note('glyph', `page ${index + 1} has ${unknown} signs that stand for no letter`)
    for (const link of links) if (!/^https?:\/\//.test(link)) note('action', `page ${index + 1} leads to ${link}`)
    for (const font of own) fonts.set(font.name, font)
    said.push(bare(text))
  }
  for (const [name, { embedded, readable }] of fonts) {
    if (!embedded) note('font', `${name} is not inside`)
    if (!readable) note('font', `${name} can’t be read as text`)
  }
  holdsBookmarks(document, books, note)
  holdsTexts(said.join(''), books, kind, note)
  return findings
}

/** Letters and figures alone: where a line was broken is not asked. */
const bare = (text: string) => text.replace(/[^\p{L}\p{N}]+/gu, '').toLowerCase()

function holdsBookmarks(document: PDFDocument, books: readonly Book[], note: (rule: string, message: string) => void) {
  const bookmarks = bookmarksOf(document)
  for (const one of bookmarks) if (!one.leads) note('bookmark', `“${one.title}” leads nowhere`)
  let at = -1
  for (const book of books) {
    for (const title of book.days.flatMap((day) => [day.title, ...day.lessons.map((lesson) => lesson.title)])) {
      const next = bookmarks.findIndex((one, index) => index > at && one.title.includes(title))
      if (next < 0) note('bookmark', `there is none of “${title}” in its place`)
      else at = next
    }
  }
}

function holdsTexts(said: string, books: readonly Book[], kind: 'workbook' | 'guide', note: (rule: string, message: string, path: string) => void) {
  for (const book of books) {
    let at = 0
    for (const day of book.days) {
      const texts = [...day.lessons.map((lesson) => ({ path: `${book.locale}/${lesson.slug}`, nodes: [lesson.title, ...(kind === 'guide' ? lesson.withNotes : lesson.page).nodes] })), ...(kind === 'guide' && day.guide ? [{ path: `${book.locale}/day-${day.day}`, nodes: day.guide.nodes }] : [])]
      for (const { path, nodes } of texts) {
        for (const sentence of sentencesOf(nodes)) {
          const wanted = bare(sentence)
          if (!wanted) continue
          let found = said.indexOf(wanted, at)
          if (found < 0) found = said.indexOf(wanted)
          else at = found
          if (found < 0 && !standsAroundMark(said, wanted)) note('text', `lacks “${sentence.slice(0, 80)}”`, path)
        }
      }
    }
    if (kind === 'workbook') holdsNoSecret(said, book, note)
  }
}

/** The number or letter of a point of a list is drawn after its first line: it then stands in the middle of what the point says. */
function standsAroundMark(said: string, wanted: string): boolean {
  const beginning = wanted.slice(0, 12)
  for (let start = said.indexOf(beginning); start >= 0; start = said.indexOf(beginning, start + 1)) {
    let same = beginning.length
    while (same < wanted.length && said[start + same] === wanted[same]) same++
    // The mark may begin as the text goes on: “a” before “and”.
    for (let cut = same; cut >= same - 2; cut--) {
      for (const length of [1, 2]) if (/^(\d{1,2}|[a-z])$/.test(said.slice(start + cut, start + cut + length)) && said.startsWith(wanted.slice(cut), start + cut + length)) return true
    }
  }
  return false
}

function holdsNoSecret(said: string, book: Book, note: (rule: string, message: string, path: string) => void) {
  const open = bare(book.days.flatMap((day) => [day.title, ...day.objectives, ...day.sessions.map((one) => one.title), ...day.lessons.map((lesson) => `${lesson.title} ${textOf(lesson.page.nodes)} ${textOf(lesson.answers)}`)]).join(' '))
  const isSecret = (text: string) => bare(text).length > 24 && !open.includes(bare(text)) && said.includes(bare(text))
  for (const day of book.days) {
    for (const lesson of day.lessons) for (const sentence of sentencesOf(lesson.withNotes.nodes)) if (isSecret(sentence)) note('secret', `“${sentence.slice(0, 80)}” is for facilitators`, `${book.locale}/${lesson.slug}`)
    for (const sentence of sentencesOf(day.guide?.nodes ?? [])) if (isSecret(sentence)) note('secret', `“${sentence.slice(0, 80)}” is for facilitators`, `${book.locale}/day-${day.day}`)
  }
  for (const item of book.items.values()) if (isSecret(item.body.prompt[book.locale]) || isSecret(item.body.rationale[book.locale])) note('secret', 'a question of a test stands in it', item.id)
}

const flowing = new Set(['strong', 'em', 'b', 'i', 'sup', 'sub', 'small', 'br', 'a', 'span', 'code'])

/** The pieces of a text that stand together on paper: paragraphs, cells, points of lists. */
function* sentencesOf(nodes: readonly Node[]): Generator<string> {
  let run = ''
  for (const node of nodes) {
    if (!isElement(node)) run += node
    else if (flowing.has(node.tag)) run += node.tag === 'br' ? ' ' : textOf([node])
    else {
      if (run.trim()) yield run.trim()
      run = ''
      yield* sentencesOf(node.children)
    }
  }
  if (run.trim()) yield run.trim()
}

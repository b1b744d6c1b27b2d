import { execFileSync, spawnSync } from 'node:child_process'
import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PDFDocument, PDFName, StandardFonts } from 'pdf-lib'
import { describe, expect, test } from 'vitest'
import type { Book } from '#modules/packages/book.ts'
import { clean } from '#modules/packages/clean.ts'
import { writeGuide } from '#modules/packages/guide.ts'
import { rehearsePrint } from '#modules/packages/rehearsePrint.ts'
import { parseHtml } from '#modules/packages/tree.ts'
import { workbook } from '#modules/packages/workbook.ts'
import { about, aBook } from './aBook.ts'

const has = (tool: string) => !spawnSync(tool, ['-v']).error
const chart = '<div class="chart"><p class="font-semibold">Cough</p><div class="chart-row chart-pink"><p class="font-semibold">◆ Pink</p><p>A danger sign</p></div><div class="chart-row chart-green"><p class="font-semibold">● Green</p><p>None</p></div></div>'
const table = '<table><caption>Limits</caption><thead><tr><th>Age</th><th>Fast</th></tr></thead><tbody><tr><td>2 months</td><td>50 or more, SpO₂ below 90%</td></tr><tr><td>12 months</td><td>40</td></tr></tbody></table>'
const talk = '<section class="dialogue"><p class="block-label">Conversation</p><div class="line"><p class="line-head">Nurse</p><p>Good day.</p></div></section><div class="reveal-paper"><p class="font-semibold">What now?</p></div>'
const long = `<ol>${Array.from({ length: 24 }, (_, index) => `<li>Step ${index + 1}: ${'wash, look, count and write down what was seen, '.repeat(5)}.</li>`).join('')}</ol>`

/** The small book with a lesson that has everything which is set in its own way, over several pages. */
function rich(locale: Book['locale'] = 'kk', more = ''): Book {
  const book = aBook(locale)
  const [day] = book.days
  const [lesson] = day!.lessons
  const { nodes, figures } = clean(parseHtml(chart + table + talk + long + more))
  lesson!.page = { ...lesson!.page, nodes: [...lesson!.page.nodes, ...nodes], figures: [...lesson!.page.figures, ...figures] }
  lesson!.withNotes = { ...lesson!.withNotes, nodes: [...lesson!.withNotes.nodes, ...nodes] }
  return book
}
const three = () => [rich('kk'), rich('ru'), rich('en')]
const manuals = () => [{ name: 'supervision', page: { title: 'Supportive supervision', ...clean(parseHtml('<h2>Why</h2><p>An hour a month.</p>')) } }]
const writers = {
  workbook: async (books: Book[]) => workbook.write(books, about),
  guide: async (books: Book[]) => writeGuide(books, about, manuals),
}
const rules = async (bytes: Uint8Array, books: Book[], kind: 'workbook' | 'guide' = 'workbook') => [...new Set((await rehearsePrint(bytes, books, kind)).map((one) => one.rule))]

describe.each(Object.entries(writers))('a printed %s', (name, write) => {
  const kind = name as 'workbook' | 'guide'
  test('passes its own rehearsal in one language and in three', async () => {
    for (const books of [[rich('kk')], three()]) expect(await rehearsePrint((await write(books)).bytes, books, kind)).toEqual([])
  })

  test('is the same bytes each time', async () => {
    expect(Buffer.compare((await write(three())).bytes, (await write(three())).bytes)).toBe(0)
  })

  test('tells what is in it, by day', async () => {
    const { contents } = await write([rich('en')])
    expect(contents[0]!.children!.map((one) => one.title)).toContain('Lesson en')
  })
})

/** What another program reads from the pages. */
function readBy(tool: string, args: (path: string) => string[], bytes: Uint8Array): string {
  const path = join(mkdtempSync(join(tmpdir(), 'besik-print-')), 'book.pdf')
  writeFileSync(path, bytes)
  return execFileSync(tool, args(path), { encoding: 'utf8' })
}

describe('a workbook read by other programs', () => {
  test.skipIf(!has('pdftotext'))('holds every Kazakh letter, small figures and its lesson (pdftotext)', async () => {
    const text = readBy('pdftotext', (path) => ['-layout', path, '-'], (await workbook.write([rich('kk', '<p>Ә Ғ Қ Ң Ө Ұ Ү Һ І ә ғ қ ң ө ұ ү һ і</p>')], about)).bytes)
    expect(text.replaceAll(' ', '')).toContain('ӘҒҚҢӨҰҮҺІәғқңөұүһі')
    expect(text).toContain('SpO₂ below 90%')
    expect(text).toMatch(/Lesson kk[\s\S]*Жауаптар[\s\S]*b\) two/)
  })

  test.skipIf(!has('qpdf'))('is a sound file (qpdf)', async () => {
    expect(readBy('qpdf', (path) => ['--check', path], (await workbook.write(three(), about)).bytes)).toContain('No syntax or stream encoding errors found')
  })

  test.skipIf(!has('pdffonts'))('has all its fonts inside, with a way back to letters (pdffonts)', async () => {
    const lines = readBy('pdffonts', (path) => [path], (await workbook.write(three(), about)).bytes).trim().split('\n').slice(2)
    expect(lines.length).toBeGreaterThan(2)
    for (const line of lines) expect(line).toMatch(/yes yes yes/)
  })
})

describe('what an importer of PDFs would stumble on is found', () => {
  let whole: Uint8Array | undefined
  const changed = async (change: (document: PDFDocument) => unknown) => {
    const document = await PDFDocument.load((whole ??= (await workbook.write([rich('kk')], about)).bytes), { updateMetadata: false })
    await change(document)
    return document.save()
  }
  test.each<[string, (document: PDFDocument) => unknown]>([
    ['language', (document) => document.catalog.delete(PDFName.of('Lang'))],
    ['title', (document) => document.setTitle('')],
    ['action', (document) => document.addJavaScript('hello', 'app.alert(1)')],
    ['size', (document) => document.getPage(1).setSize(612, 792)],
    ['font', async (document) => document.getPage(1).drawText('x', { font: await document.embedFont(StandardFonts.Helvetica) })],
    ['bookmark', (document) => document.catalog.delete(PDFName.of('Outlines'))],
    ['text', (document) => document.removePage(4)],
  ])('a broken %s', async (rule, change) => expect(await rules(await changed(change), [rich('kk')])).toContain(rule))

  test('a letter that the fonts have not', async () => expect(await rules((await workbook.write([rich('kk', '<p>漢字</p>')], about)).bytes, [rich('kk')])).toEqual(['glyph']))
  test('a sentence that the book has and the pages have not', async () => expect(await rules((await workbook.write([rich('kk')], about)).bytes, [rich('kk', '<p>One more sentence.</p>')])).toEqual(['text']))
  test('bytes that are no PDF', async () => expect(await rules(Buffer.from('%PDF-nothing'), [rich('kk')])).toEqual(['readable']))
})

describe('what is for those who teach', () => {
  const secret = () => {
    const book = rich('kk')
    book.days[0]!.guide = { title: 'Guide', ...clean(parseHtml('<p>Tell nobody before the afternoon that the fourth card is a trap.</p>')) }
    return book
  }
  test('stands in the guide, with the steps of the stations and the manuals', async () => {
    expect(await rehearsePrint((await writers.guide([secret()])).bytes, [secret()], 'guide')).toEqual([])
  })
  test.skipIf(!has('pdftotext'))('stands in the guide for a reader, and not in the workbook (pdftotext)', async () => {
    const read = (bytes: Uint8Array) => readBy('pdftotext', (path) => [path, '-'], bytes).replace(/\s+/g, ' ')
    const [station] = secret().stations
    const [own, others] = [read((await writers.guide([secret()])).bytes), read((await writers.workbook([secret()])).bytes)]
    for (const words of ['the fourth card is a trap', 'Bring a watch', 'An hour a month', station!.body.steps[0]!.text.kk]) {
      expect(own).toContain(words)
      expect(others).not.toContain(words)
    }
  })
  test('is found when it stands in what is for everybody', async () => expect(await rules((await writers.guide([secret()])).bytes, [secret()])).toContain('secret'))
})

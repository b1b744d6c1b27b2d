import { join, resolve } from 'node:path'
import { inflateSync } from 'node:zlib'
import { zlibSync } from 'fflate'
import { PDFDocument, PDFName, PDFRawStream } from 'pdf-lib'
import pdfmake from 'pdfmake'
import type { Locale } from '#modules/words/index.ts'

// How a book is set on paper: pdfmake breaks lines and pages, and this file says in what type, colours and frames.

/** A piece of a page as pdfmake takes it; its own types know neither sections nor bookmarks. */
export type Block = { [name: string]: unknown }

export const colours = { ink: '#16302b', soft: '#4c635d', teal: '#0b6e6e', deep: '#084f4f', mist: '#e3f0ee', paper: '#fbfaf6', line: '#c9c6b8', clay: '#b4532a', sand: '#f6efe6' } as const
/** A4 with room for a punch: left, top, right, bottom, in points. */
export const margins = [60, 74, 54, 66] as const
/** Between the margins. */
export const measure = { width: 595.28 - margins[0] - margins[2], height: 841.89 - margins[1] - margins[3] } as const

const folder = resolve('modules/packages/fonts')
const face = (name: string) => join(folder, `${name}.ttf`)
/** Text in Noto Serif, which has true italics; headings and tables in Golos, as on the site. All letters of the three languages are in both. */
const fonts = {
  Serif: { normal: face('NotoSerif-Regular'), bold: face('NotoSerif-Bold'), italics: face('NotoSerif-Italic'), bolditalics: face('NotoSerif-Bold') },
  Sans: { normal: face('Golos-Regular'), bold: face('Golos-SemiBold'), italics: face('Golos-Regular'), bolditalics: face('Golos-SemiBold') },
}

const styles = {
  title: { font: 'Sans', fontSize: 27, bold: true, lineHeight: 1.05, color: colours.deep },
  subtitle: { font: 'Sans', fontSize: 14, color: colours.ink },
  part: { font: 'Sans', fontSize: 20, bold: true, color: colours.deep, margin: [0, 0, 0, 8] },
  lesson: { font: 'Sans', fontSize: 16, bold: true, color: colours.deep, margin: [0, 1, 0, 7] },
  h2: { font: 'Sans', fontSize: 12, bold: true, margin: [0, 9, 0, 3] },
  h3: { font: 'Sans', fontSize: 10.5, bold: true, margin: [0, 6, 0, 2] },
  label: { font: 'Sans', fontSize: 8.5, color: colours.teal, bold: true, margin: [0, 0, 0, 2] },
  small: { fontSize: 8, color: colours.soft },
  table: { font: 'Sans', fontSize: 8.5, lineHeight: 1.12 },
  head: { font: 'Sans', bold: true, fontSize: 8.5 },
  caption: { font: 'Sans', fontSize: 8, color: colours.soft },
  p: { margin: [0, 0, 0, 5] },
} as const

export type Section = { locale: Locale; header: string; footer: string; draft: string; content: Block[] }
export type PrintFacts = { title: string; subject: string; language: Locale; date: Date; keywords: string; page: (locale: Locale, page: number, pages: number) => string }

/**
 * A PDF with bookmarks, page numbers and its fonts inside. Nothing in it depends on time, chance or the machine: its date is the
 * edition's, and it is packed anew in JavaScript, for the deflate of another build of Node may choose other bytes.
 */
export async function print(sections: readonly Section[], { title, subject, language, date, keywords, page }: PrintFacts): Promise<Uint8Array> {
  pdfmake.setFonts(fonts)
  // What is printed names no address and no file but the fonts.
  pdfmake.setUrlAccessPolicy(() => false)
  pdfmake.setLocalAccessPolicy((path) => resolve(path).startsWith(folder))
  const definition = {
    version: '1.7', pageSize: 'A4', pageMargins: [...margins], language, displayTitle: true,
    info: { title, subject, keywords, author: 'Besik', creator: 'Besik', producer: 'Besik', creationDate: date, modDate: date },
    defaultStyle: { font: 'Serif', fontSize: 9.5, lineHeight: 1.02, color: colours.ink },
    styles,
    content: sections.map((one) => ({
      section: one.content,
      header: one.header ? runningHead(one) : null,
      footer: one.footer ? (current: number, pages: number) => runningFoot(one, page(one.locale, current, pages)) : null,
    })),
  }
  return packed(await drawn(definition))
}

/** Without the memory of how each word was set, which costs more room than it saves time. */
const drawn = (definition: object): Promise<Uint8Array> => pdfmake.createPdf(definition as never, { fontLayoutCache: false } as never).getBuffer()

const runningHead = ({ header, draft }: Section) => () => ({
  margin: [margins[0], 34, margins[2], 0],
  stack: [
    { columns: [{ width: '*', text: header, font: 'Sans', fontSize: 8, color: colours.soft }, ...(draft ? [{ width: 'auto', text: draft, font: 'Sans', fontSize: 8, bold: true, color: colours.clay, noWrap: true }] : [])], columnGap: 12 },
    { canvas: [{ type: 'line', x1: 0, y1: 4, x2: measure.width, y2: 4, lineWidth: 0.5, lineColor: colours.line }] },
  ],
})

const runningFoot = ({ footer }: Section, page: string) => ({
  margin: [margins[0], 18, margins[2], 0],
  columns: [{ width: '*', text: footer, font: 'Sans', fontSize: 7.5, color: colours.soft }, { width: 52, text: page, font: 'Sans', fontSize: 9, bold: true, color: colours.ink, alignment: 'right', noWrap: true }],
  columnGap: 16,
})

async function packed(bytes: Uint8Array): Promise<Uint8Array> {
  const document = await PDFDocument.load(bytes, { updateMetadata: false })
  for (const [ref, object] of document.context.enumerateIndirectObjects()) {
    if (object instanceof PDFRawStream && object.dict.get(PDFName.of('Filter')) === PDFName.of('FlateDecode')) document.context.assign(ref, PDFRawStream.of(object.dict, zlibSync(inflateSync(object.contents), { level: 9 })))
  }
  return document.save({ useObjectStreams: true, addDefaultPage: false, updateFieldAppearances: false })
}

/** A bar at the side and a ground, around something that is read as one. `whole` is not broken between pages. */
export const framed = (stack: Block[], { bar = colours.teal, ground = colours.paper, whole = false }: { bar?: string; ground?: string; whole?: boolean } = {}): Block => ({
  table: { widths: ['*'], body: [[{ stack, border: [true, false, false, false] }]], dontBreakRows: whole },
  layout: {
    vLineWidth: (column: number) => (column === 0 ? 2.5 : 0), hLineWidth: () => 0, vLineColor: () => bar, fillColor: () => ground,
    paddingLeft: () => 9, paddingRight: () => 8, paddingTop: () => 6, paddingBottom: () => 3,
  },
  margin: [0, 4, 0, 8],
})

/** Rows between thin lines under a head that comes again on each page. `shares` are the widths of the columns, of one hundred. */
export const ruled = (head: Block[], rows: Block[][], shares: readonly number[]): Block => ({
  table: { widths: shares.map((one) => `${one}%`), headerRows: head.length > 0 ? 1 : 0, keepWithHeaderRows: head.length > 0 ? 1 : 0, dontBreakRows: true, body: head.length > 0 ? [head, ...rows] : rows },
  layout: {
    hLineWidth: () => 0.5, vLineWidth: () => 0, hLineColor: () => colours.line, fillColor: (row: number) => (head.length > 0 && row === 0 ? colours.mist : null),
    paddingLeft: () => 4, paddingRight: () => 5, paddingTop: () => 2.5, paddingBottom: () => 2.5,
  },
  style: 'table',
  margin: [0, 3, 0, 8],
})

/** Lines to write on. */
export const writingLines = (count: number, width: number = measure.width): Block => ({
  canvas: Array.from({ length: count }, (_, index) => ({ type: 'line', x1: 0, y1: 22 * (index + 1), x2: width, y2: 22 * (index + 1), lineWidth: 0.5, lineColor: '#8a958f' })),
  margin: [0, 0, 0, 10],
})

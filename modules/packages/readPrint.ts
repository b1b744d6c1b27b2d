import { inflateSync } from 'node:zlib'
import { PDFArray, PDFDict, type PDFDocument, PDFHexString, PDFName, PDFNumber, type PDFObject, type PDFPage, PDFRawStream, PDFRef, PDFString } from 'pdf-lib'

// What a PDF says, read from its bytes: the text of each page by way of the table that its fonts carry, and what a reader could click on.

export type PrintedPage = { text: string; /** Glyphs that stand for no letter. */ unknown: number; fonts: PrintedFont[]; links: string[] }
export type PrintedFont = { name: string; embedded: boolean; readable: boolean }

const get = (document: PDFDocument, value: PDFObject | undefined): PDFObject | undefined => (value instanceof PDFRef ? document.context.lookup(value) : value)
const dict = (document: PDFDocument, value: PDFObject | undefined): PDFDict | undefined => {
  const found = get(document, value)
  return found instanceof PDFDict ? found : found instanceof PDFRawStream ? found.dict : undefined
}
const content = (stream: PDFRawStream): string => Buffer.from(stream.dict.get(PDFName.of('Filter')) ? inflateSync(stream.contents) : stream.contents).toString('latin1')
const words = (value: PDFObject | undefined): string => (value instanceof PDFString || value instanceof PDFHexString ? value.decodeText() : '')

type Face = PrintedFont & { letters: Map<number, string> }

/** Reads fonts once for all pages. */
export function newReader(document: PDFDocument) {
  const faces = new Map<string, Face>()
  const faceOf = (value: PDFObject | undefined): Face => {
    const key = String(value)
    const known = faces.get(key)
    if (known) return known
    const font = dict(document, value)!
    const descendants = get(document, font.get(PDFName.of('DescendantFonts')))
    const descriptor = dict(document, (descendants instanceof PDFArray ? dict(document, descendants.get(0)) : font)?.get(PDFName.of('FontDescriptor')))
    const table = get(document, font.get(PDFName.of('ToUnicode')))
    const letters = table instanceof PDFRawStream ? lettersOf(content(table)) : new Map<number, string>()
    const face = { name: String(font.get(PDFName.of('BaseFont'))).slice(1), embedded: ['FontFile', 'FontFile2', 'FontFile3'].some((name) => descriptor?.has(PDFName.of(name))), readable: letters.size > 0, letters }
    faces.set(key, face)
    return face
  }
  return (page: PDFPage, margins: { top: number; bottom: number }): PrintedPage => {
    const fonts = dict(document, page.node.Resources()?.get(PDFName.of('Font')))
    const own = new Map((fonts?.entries() ?? []).map(([name, value]) => [name.asString(), faceOf(value)]))
    const contents = page.node.Contents()
    const streams = contents instanceof PDFArray ? contents.asArray().map((one) => get(document, one)) : [contents]
    const said = readText(streams.filter((one) => one instanceof PDFRawStream).map(content).join('\n'), own, margins)
    return { ...said, fonts: [...own.values()], links: linksOf(document, page) }
  }
}

/** The table from glyphs to letters that a font carries (ISO 32000-1, 9.10.3). */
function lettersOf(table: string): Map<number, string> {
  const letters = new Map<number, string>()
  const text = (hex: string) => String.fromCharCode(...(hex.match(/.{4}/g) ?? []).map((one) => parseInt(one, 16)))
  for (const [, body = ''] of table.matchAll(/beginbfchar([\s\S]*?)endbfchar/g)) for (const [, glyph, letter] of body.matchAll(/<(\w+)>\s*<(\w+)>/g)) letters.set(parseInt(glyph!, 16), text(letter!))
  for (const [, body = ''] of table.matchAll(/beginbfrange([\s\S]*?)endbfrange/g)) {
    for (const [, from = '', , list, start] of body.matchAll(/<(\w+)>\s*<(\w+)>\s*(?:\[([^\]]*)\]|<(\w+)>)/g)) {
      if (list) [...list.matchAll(/<(\w+)>/g)].forEach(([, letter], index) => letters.set(parseInt(from, 16) + index, text(letter!)))
      else if (start) letters.set(parseInt(from, 16), text(start))
    }
  }
  return letters
}

/** The letters between the margins, in the order in which they are drawn. */
function readText(operators: string, fonts: ReadonlyMap<string, Face>, { top, bottom }: { top: number; bottom: number }): { text: string; unknown: number } {
  let [text, unknown, y] = ['', 0, 0]
  let face: Face | undefined
  for (const [, font, place, shown] of operators.matchAll(/(\/F\d+) [\d.]+ Tf|1 0 0 1 [-\d.]+ ([-\d.]+) Tm|((?:\[[^\]]*\] TJ)|(?:<[0-9a-fA-F]*> Tj))/g)) {
    if (font) face = fonts.get(font)
    else if (place !== undefined) y = Number(place)
    else if (shown && face && y > bottom && y < top) {
      for (const [, hex = ''] of shown.matchAll(/<([0-9a-fA-F]*)>/g)) {
        for (let at = 0; at < hex.length; at += 4) {
          const glyph = parseInt(hex.slice(at, at + 4), 16)
          const letter = face.letters.get(glyph)
          // The first glyph of a font is the box that it draws for letters it hasn't.
          if (letter === undefined || glyph === 0) unknown++
          else text += letter
        }
      }
      text += ' '
    }
  }
  return { text, unknown }
}

function linksOf(document: PDFDocument, page: PDFPage): string[] {
  const annotations = page.node.Annots()?.asArray() ?? []
  return annotations.map((one) => dict(document, dict(document, one)?.get(PDFName.of('A')))).flatMap((action) => {
    const kind = action?.get(PDFName.of('S'))
    if (!kind || kind === PDFName.of('GoTo')) return []
    return [kind === PDFName.of('URI') ? words(get(document, action!.get(PDFName.of('URI')))) : String(kind)]
  })
}

/** The titles of the bookmarks with how deep they stand, and whether each leads to a page. */
export function bookmarksOf(document: PDFDocument): { title: string; depth: number; leads: boolean }[] {
  const found: { title: string; depth: number; leads: boolean }[] = []
  const walk = (first: PDFObject | undefined, depth: number) => {
    for (let at = dict(document, first); at && depth < 8 && found.length < 5000; at = dict(document, at.get(PDFName.of('Next')))) {
      found.push({ title: words(get(document, at.get(PDFName.of('Title')))), depth, leads: at.has(PDFName.of('Dest')) || at.has(PDFName.of('A')) })
      walk(at.get(PDFName.of('First')), depth + 1)
    }
  }
  walk(dict(document, document.catalog.get(PDFName.of('Outlines')))?.get(PDFName.of('First')), 0)
  return found
}

/** What the whole says of itself: language and title, and whatever would act by itself. */
export function sayingsOf(document: PDFDocument): { language: string; title: string; acting: string[] } {
  const names = dict(document, document.catalog.get(PDFName.of('Names')))
  return {
    language: words(get(document, document.catalog.get(PDFName.of('Lang')))), title: document.getTitle() ?? '',
    acting: [...['OpenAction', 'AA', 'AcroForm'].filter((name) => document.catalog.has(PDFName.of(name))), ...['JavaScript', 'EmbeddedFiles'].filter((name) => names?.has(PDFName.of(name)))],
  }
}

export const sizeOf = (page: PDFPage): [number, number] => {
  const box = page.node.MediaBox().asArray().map((one) => (one instanceof PDFNumber ? one.asNumber() : 0))
  return [box[2]! - box[0]!, box[3]! - box[1]!]
}

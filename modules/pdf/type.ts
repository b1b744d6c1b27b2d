import * as fontkit from 'fontkit'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'
import { openOutlines, type Outlines } from './subset.ts'

/** A text has letters that the certificate's font can't draw. Nothing is drawn instead of them: no empty boxes, no question marks. */
export class MissingGlyph extends Error {
  readonly characters: string[]
  constructor(characters: string[]) {
    super(`the font has no glyph for ${characters.map((one) => `U+${one.codePointAt(0)!.toString(16).toUpperCase().padStart(4, '0')}`).join(', ')}`)
    this.characters = characters
  }
}

/** A typeface with its measures; parsed once and shared by every document, since parsing costs more than drawing. */
export type Type = {
  name: string
  bytes: Uint8Array
  outlines: Outlines
  /** What a PDF tells of a typeface, in thousandths of the size; `stem` is how thick its stems are, as near as anybody says. */
  measures: { ascent: number; descent: number; capHeight: number; xHeight: number; italicAngle: number; bbox: readonly number[] }
  stem: number
  /** Whether it can draw a character. */
  has(character: string): boolean
  /** The number of the glyph that draws a character. */
  glyph(character: string): number
  /** Width of a character, in thousandths of the size. */
  advance(character: string): number
  /** How much closer (negative) or further two neighbours stand, in thousandths of the size. */
  kern(left: string, right: string): number
}

type Letter = { glyph: number; advance: number; known: boolean; kerns: Map<string, number> }

export function openType(bytes: Uint8Array): Type {
  const kit = fontkit.create(Buffer.from(bytes)) as fontkit.Font
  const scale = 1000 / kit.unitsPerEm
  const glyphs = new Map<string, Letter>()
  const of = (character: string) => {
    let letter = glyphs.get(character)
    if (!letter) {
      const point = character.codePointAt(0)!
      const glyph = kit.glyphForCodePoint(point)
      // Control characters can't be drawn, whatever a font says.
      const known = kit.hasGlyphForCodePoint(point) && !/\p{C}/u.test(character)
      glyphs.set(character, (letter = { glyph: glyph.id, advance: glyph.advanceWidth * scale, known, kerns: new Map() }))
    }
    return letter
  }
  const kern = (left: string, right: string) => {
    const { kerns } = of(left)
    let value = kerns.get(right)
    if (value === undefined) {
      const run = kit.layout(left + right, { kern: true, liga: false, clig: false, calt: false })
      kerns.set(right, (value = run.glyphs.length === 2 ? (run.positions[0]!.xAdvance - run.glyphs[0]!.advanceWidth) * scale : 0))
    }
    return value
  }
  const { minX, minY, maxX, maxY } = kit.bbox
  return {
    name: kit.postscriptName,
    bytes,
    outlines: openOutlines(Buffer.from(bytes)),
    measures: {
      ascent: kit.ascent * scale, descent: kit.descent * scale, capHeight: kit.capHeight * scale, xHeight: kit.xHeight * scale,
      italicAngle: kit.italicAngle, bbox: [minX, minY, maxX, maxY].map((value) => value * scale),
    },
    stem: /bold/i.test(kit.postscriptName) ? 140 : 85,
    has: (character) => of(character).known,
    glyph: (character) => of(character).glyph,
    advance: (character) => of(character).advance,
    kern,
  }
}

export type Types = { regular: Type; bold: Type }
let opened: Types | undefined

/** The two faces of a certificate, reduced by scripts/fonts.ts and committed, so that a drawing never depends on a package. */
export function types(): Types {
  const read = (file: string) => openType(readFileSync(resolve('modules/pdf/fonts', file)))
  return (opened ??= { regular: read('NotoSerif-Regular.ttf'), bold: read('NotoSerif-Bold.ttf') })
}

/** Characters of a text that a typeface can't draw, each once. */
export function missingIn(type: Type, text: string): string[] {
  const missing = new Set<string>()
  for (const character of text) if (!type.has(character)) missing.add(character)
  return [...missing]
}

/** Width of one line, in points. `track` is extra space between letters, in thousandths of the size. */
export function widthOf(type: Type, text: string, size: number, track = 0): number {
  const { units, letters } = measured(type, text)
  return ((units + track * Math.max(0, letters - 1)) * size) / 1000
}

/** Most texts of a certificate stand on the next one too: their measures are kept, up to a number that is soon filled again. */
const kept = new WeakMap<Type, Map<string, { units: number; letters: number }>>()
function measured(type: Type, text: string) {
  let texts = kept.get(type)
  if (!texts) kept.set(type, (texts = new Map()))
  let one = texts.get(text)
  if (!one) {
    let [units, letters, before] = [0, 0, '']
    for (const character of text) {
      units += type.advance(character) + (letters > 0 ? type.kern(before, character) : 0)
      before = character
      letters++
    }
    if (texts.size >= 5000) texts.clear()
    texts.set(text, (one = { units, letters }))
  }
  return one
}

/** A text set to a width: its size and lines. */
export type Setting = { size: number; lines: string[] }

/**
 * Sets a text into a width so that it never overflows: on one line at the largest size that fits, down to `smallest`; else
 * on as few lines as need be, first at that size and, past `most` lines, ever smaller. A word that is wider than the line is cut.
 */
export function fit(type: Type, text: string, width: number, { largest, smallest = largest, most = 2, track = 0 }: { largest: number; smallest?: number; most?: number; track?: number }): Setting {
  for (let size = largest; size >= smallest; size -= 0.5) {
    if (widthOf(type, text, size, track) <= width) return { size, lines: [text] }
  }
  for (let size = smallest; ; size *= 0.95) {
    const lines = wrap(type, text, size, width, track)
    if (lines.length <= most || size < 2) return { size, lines: balance(type, text, size, width, track, lines.length) }
  }
}

function wrap(type: Type, text: string, size: number, width: number, track: number): string[] {
  const lines: string[] = []
  let line = ''
  for (const word of text.split(' ')) {
    const longer = line ? `${line} ${word}` : word
    if (widthOf(type, longer, size, track) <= width) {
      line = longer
      continue
    }
    if (line) lines.push(line)
    line = ''
    for (const character of word) {
      if (line && widthOf(type, line + character, size, track) > width) {
        lines.push(line)
        line = ''
      }
      line += character
    }
  }
  return [...lines, line]
}

/** The same number of lines with the narrowest measure, so that a last line is never a lonely word. */
function balance(type: Type, text: string, size: number, width: number, track: number, count: number): string[] {
  let low = width / count
  let high = width
  while (high - low > 1) {
    const middle = (low + high) / 2
    if (wrap(type, text, size, middle, track).length <= count) high = middle
    else low = middle
  }
  return wrap(type, text, size, high, track)
}

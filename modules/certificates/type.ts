import * as fontkit from 'fontkit'
import { readFileSync } from 'node:fs'
import { resolve } from 'node:path'

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
  kit: fontkit.Font
  has(character: string): boolean
  /** Width of a character, in thousandths of the size. */
  advance(character: string): number
  /** How much closer (negative) or further two neighbours stand, in thousandths of the size. */
  kern(left: string, right: string): number
}

export function openType(bytes: Uint8Array): Type {
  const kit = fontkit.create(Buffer.from(bytes)) as fontkit.Font
  const scale = 1000 / kit.unitsPerEm
  const advances = new Map<string, number>()
  const kerns = new Map<string, number>()
  const remember = (map: Map<string, number>, key: string, work: () => number) => {
    let value = map.get(key)
    if (value === undefined) map.set(key, (value = work() * scale))
    return value
  }
  const advance = (character: string) => remember(advances, character, () => kit.glyphForCodePoint(character.codePointAt(0)!).advanceWidth)
  return {
    name: kit.postscriptName,
    bytes,
    kit,
    has: (character) => kit.hasGlyphForCodePoint(character.codePointAt(0)!),
    advance,
    kern: (left, right) => remember(kerns, left + right, () => {
      const run = kit.layout(left + right, { kern: true, liga: false, clig: false, calt: false })
      return run.glyphs.length === 2 ? run.positions[0]!.xAdvance - run.glyphs[0]!.advanceWidth : 0
    }),
  }
}

export type Types = { regular: Type; bold: Type }
let opened: Types | undefined

/** The two faces of a certificate, reduced by scripts/fonts.ts and committed, so that a drawing never depends on a package. */
export function types(): Types {
  const read = (file: string) => openType(readFileSync(resolve('modules/certificates/fonts', file)))
  return (opened ??= { regular: read('NotoSerif-Regular.ttf'), bold: read('NotoSerif-Bold.ttf') })
}

/** Characters of a text that a typeface can't draw, each once. Control characters can't be drawn either. */
export const missingIn = (type: Type, text: string) => [...new Set(text)].filter((character) => /\p{C}/u.test(character) || !type.has(character))

/** Width of one line, in points. `track` is extra space between letters, in thousandths of the size. */
export function widthOf(type: Type, text: string, size: number, track = 0): number {
  const characters = [...text]
  const units = characters.reduce((sum, one, index) => sum + type.advance(one) + (index > 0 ? type.kern(characters[index - 1]!, one) + track : 0), 0)
  return (units * size) / 1000
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

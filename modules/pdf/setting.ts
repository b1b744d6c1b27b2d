import { encode } from 'uqr'
import { type Locale, locales, t } from '#modules/words/index.ts'
import type { Faces } from './faces.ts'
import { box, type Colour, type Face, filled, written } from './pen.ts'
import { type Reading, type Told, tells } from './reading.ts'
import { fit, widthOf } from './type.ts'

// What the compositions of documents share: blocks that stand one under another and share the height between them, lines in
// the three languages, the QR code.

export const ink: Colour = '#16302b'
export const soft: Colour = '#4c635d'
export const hair: Colour = '#c9c4b2'

/** A piece of a column. `gap` is the air above it, which stretches and shrinks; `draw` is handed the top of the piece. */
export type Block = { gap: number; height: number; /** What it is to a reader; without, it marks its parts itself. */ told?: Told; draw(top: number): string[] }

export const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

/** A text in each language, equal ones once. */
export const each = (say: (locale: Locale) => string | undefined) => [...new Set(locales.map(say))].filter((one): one is string => Boolean(one))

/**
 * Blocks one under another between two heights. They are set smaller until the air between them is at least two thirds of what
 * they ask for, and it never grows beyond `most` times as much; what is left over is above and below, or below alone.
 */
export function stacked(reading: Reading, blocksAt: (scale: number) => Block[], top: number, bottom: number, { most = 1.5, hanging = false } = {}): string[] {
  for (let scale = 1; ; scale *= 0.96) {
    const blocks = blocksAt(scale)
    const heights = sum(blocks.map((one) => one.height))
    const gaps = sum(blocks.map((one) => one.gap))
    const stretch = (top - bottom - heights) / gaps
    if (stretch < 0.66 && scale > 0.4) continue
    const used = Math.min(stretch, most)
    const drawn: string[] = []
    let y = hanging ? top : top - (top - bottom - heights - gaps * used) / 2
    for (const one of blocks) {
      y -= one.gap * used
      drawn.push(...(one.told ? tells(reading, one.told, one.draw(y)) : one.draw(y)))
      y -= one.height
    }
    return drawn
  }
}

export type Style = { largest: number; smallest?: number; colour: Colour; track?: number; width?: number; most?: number; told?: Told }
export type Anchor = { x: number; width: number; align: 'left' | 'centre' }

/** A text as a block, on one line or a few. */
export function paragraph(face: Face, text: string, gap: number, { colour, width, track = 0, told = { role: 'P' }, ...sizes }: Style, at: Anchor): Block {
  const { size, lines } = fit(face.type, text, width ?? at.width, { ...sizes, track })
  return {
    gap,
    told,
    height: size * (lines.length * 1.24 - 0.24),
    draw: (y) => lines.map((one, index) => written(face, one, { x: at.x, y: y - size * (0.82 + index * 1.24), size, colour, align: at.align, track, goesOn: index < lines.length - 1 })),
  }
}

/** Two texts on one line if they fit there, else one under the other in one size. */
export function pair(face: Face, texts: string[], gap: number, style: Style, at: Anchor): Block[] {
  const joined = texts.join('  ·  ')
  if (texts.length === 0) return []
  if (widthOf(face.type, joined, style.smallest ?? style.largest, style.track) <= at.width) return [paragraph(face, joined, gap, style, at)]
  const { size } = texts.map((one) => fit(face.type, one, at.width, style)).toSorted((one, other) => one.size - other.size)[0]!
  return texts.map((one) => paragraph(face, one, gap, { ...style, largest: size, smallest: size }, at))
}

/** A line that is set as small as its width asks for: a label over what it names. */
export const fitted = (face: Face, largest: number, colour: Colour) => (text: string, x: number, y: number, width: number) =>
  written(face, text, { x, y, size: fit(face.type, text, width, { largest, smallest: 3 }).size, colour, goesOn: true })

/** Lines under one another from a baseline downwards, all in the size of the one that fits worst. */
export function lines(face: Face, texts: string[], { x, y, width, step, largest, colour }: { x: number; y: number; width: number; step: number; largest: number; colour: Colour }): string[] {
  const size = Math.min(largest, ...texts.map((text) => fit(face.type, text, width, { largest, smallest: 3 }).size))
  return texts.map((text, index) => written(face, text, { x, y: y - index * step, size, colour, goesOn: true }))
}

/** Where a document is verified, as people type it. */
export const siteOf = (origin: string) => `${origin.replace(/^https?:\/\//, '')}/v`

/** A QR code as one filled path, each row in runs. */
export function qrCode(text: string, x: number, y: number, side: number): string {
  const { data, size } = encode(text, { ecc: 'M', border: 0 })
  const module = side / size
  const runs: string[] = []
  for (const [row, cells] of data.entries()) {
    for (let start = 0; start < size; start++) {
      if (!cells[start]) continue
      let end = start
      while (cells[end + 1]) end++
      runs.push(box(x + start * module, y + side - (row + 1) * module, (end - start + 1) * module, module))
      start = end
    }
  }
  return `${filled(ink)}\n${runs.join('\n')} f`
}

/** The word that keeps a demonstration from being taken for a document: large, behind everything, in the three languages. */
export function watermark({ bold }: Faces, { x, y, step, width, largest }: { x: number; y: number; step: number; width: number; largest: number }): string[] {
  const lines = each((locale) => t(locale, 'certificate.demonstration').toLocaleUpperCase(locale))
  const size = Math.min(...lines.map((text) => fit(bold.type, text, width, { largest, smallest: 12, track: 60 }).size))
  return lines.map((text, index) => written(bold, text, { x, y: y - index * step, size, colour: '#f6e6de', align: 'centre', track: 60, turn: 0.24, goesOn: true }))
}

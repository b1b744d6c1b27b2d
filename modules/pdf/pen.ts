import { MissingGlyph, missingIn, type Type, widthOf } from './type.ts'

// A pen writes PDF operators: kerned text and filled shapes, the same bytes every time. Lengths are points (1/72 inch) from
// the lower left corner of the page.

export type Colour = `#${string}`

/** A typeface as one document uses it: the name of its resource, and the glyph of each character written so far. */
export type Face = { type: Type; resource: string; used: Map<string, number> }

/** A number as PDF writes it: two decimals are a fortieth of a millimetre. */
export const n = (value: number) => String(Math.round(value * 100) / 100 + 0)

const rgb = (colour: Colour) => [1, 3, 5].map((at) => String(Math.round((Number.parseInt(colour.slice(at, at + 2), 16) / 255) * 1000) / 1000)).join(' ')
export const filled = (colour: Colour) => `${rgb(colour)} rg`
export const stroked = (colour: Colour, width: number) => `${rgb(colour)} RG ${n(width)} w`

export type Place = { x: number; y: number; size: number; colour: Colour; align?: 'left' | 'centre' | 'right'; track?: number; turn?: number; /** A line that the next one goes on from: it ends in a space that nobody sees, or their words would be read as one. */ goesOn?: boolean }

/** One line of text on its baseline. Throws `MissingGlyph` before anything is drawn. */
export function written(face: Face, text: string, { x, y, size, colour, align = 'left', track = 0, turn = 0, goesOn = false }: Place): string {
  const missing = missingIn(face.type, text)
  if (missing.length > 0) throw new MissingGlyph(missing)
  const width = widthOf(face.type, text, size, track)
  const shift = align === 'left' ? 0 : align === 'centre' ? width / 2 : width
  const [cos, sin] = [Math.cos(turn), Math.sin(turn)]
  const matrix = [cos, sin, -sin, cos].map((value) => String(Math.round(value * 10000) / 10000 + 0)).join(' ')
  const place = `${matrix} ${n(x - shift * cos)} ${n(y - shift * sin)} Tm`
  return `BT ${filled(colour)} /${face.resource} ${n(size)} Tf ${n((track * size) / 1000)} Tc ${place} [${shown(face, goesOn ? `${text} ` : text)}] TJ ET`
}

/** The operand of TJ: the numbers of glyphs, parted where two neighbours are kerned. */
function shown(face: Face, text: string): string {
  let [operand, before] = ['<', '']
  for (const character of text) {
    const kern = before ? face.type.kern(before, character) : 0
    const glyph = face.type.glyph(character)
    face.used.set(character, glyph)
    operand += (kern ? `> ${n(-kern)} <` : '') + glyph.toString(16).padStart(4, '0')
    before = character
  }
  return `${operand}>`
}

export const box = (x: number, y: number, width: number, height: number) => `${n(x)} ${n(y)} ${n(width)} ${n(height)} re`
export const drawnLine = (x1: number, y1: number, x2: number, y2: number) => `${n(x1)} ${n(y1)} m ${n(x2)} ${n(y2)} l S`
export const polygon = (points: readonly (readonly [number, number])[]) => `${points.map(([x, y], index) => `${n(x)} ${n(y)} ${index ? 'l' : 'm'}`).join(' ')} h f`

/** Something drawn elsewhere, turned by a quarter `quarters` times, mirrored or not, with its origin at a point. */
export function placed(resource: string, x: number, y: number, quarters = 0): string {
  const matrix = ['1 0 0 1', '0 1 -1 0', '-1 0 0 -1', '0 -1 1 0'][((quarters % 4) + 4) % 4]!
  return `q ${matrix} ${n(x)} ${n(y)} cm /${resource} Do Q`
}

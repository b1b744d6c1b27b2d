import { encode } from 'uqr'
import { dateRange, formalDate, type Locale, locales, shortDate, t } from '#modules/words/index.ts'
import { groupCode } from './code.ts'
import { diamond, flourish, rule } from './ornament.ts'
import { box, type Colour, type Face, filled, line, polygon, stroked, written } from './pen.ts'
import type { Statement } from './statement.ts'
import { fit, type Types, widthOf } from './type.ts'

// The composition of a certificate: a middle axis of blocks that share the height between them, and a foot.

export const page = { width: 841.89, height: 595.28 }
const centre = page.width / 2
const ink: Colour = '#16302b'
const soft: Colour = '#4c635d'
const deep: Colour = '#0a4b4b'
const hair: Colour = '#c9c4b2'

export type Faces = Record<keyof Types, Face>
/** A piece of the middle axis. `gap` is the air above it, which stretches and shrinks; `draw` is handed the top of the piece. */
type Block = { gap: number; height: number; draw(top: number): string[] }

/** Where the middle axis begins and ends. */
const top = page.height - 80
const bottom = 174

/** Everything but the frame. All text is measured first: what doesn't fit at its natural size is set smaller, never cut off. */
export function compose(faces: Faces, statement: Statement, origin: string): string[] {
  const drawn = [...(statement.demonstration ? watermark(faces) : [])]
  for (let scale = 1; ; scale *= 0.96) {
    const blocks = axis(faces, statement, scale)
    const heights = sum(blocks.map((one) => one.height))
    const gaps = sum(blocks.map((one) => one.gap))
    const stretch = (top - bottom - heights) / gaps
    if (stretch < 0.5 && scale > 0.4) continue
    const used = Math.min(stretch, 1.5)
    let y = top - (top - bottom - heights - gaps * used) / 2
    for (const one of blocks) {
      y -= one.gap * used
      drawn.push(...one.draw(y))
      y -= one.height
    }
    return [...drawn, ...foot(faces, statement, origin)]
  }
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)

function axis({ bold, regular }: Faces, { document, holder, course, ...statement }: Statement, scale: number): Block[] {
  const titles = each((locale) => document.titles[locale].toLocaleUpperCase(locale))
  const confirms = each((locale) => document.confirms[locale])
  const work = each((locale) => [holder.profession?.[locale], holder.facility?.[locale]].filter(Boolean).join(' · '))
  const text = (face: Face, words: string, gap: number, style: Style) =>
    centred(face, words, gap, { ...style, largest: style.largest * scale, smallest: (style.smallest ?? style.largest) * scale })
  return [
    ...(widthOf(bold.type, titles.join(' · '), 22, 50) <= 660
      ? [text(bold, titles.join(' · '), 0, { largest: 29, smallest: 22, colour: deep, track: 50 })]
      : [
          text(bold, titles[0]!, 0, { largest: 26, smallest: 15, colour: deep, track: 50 }),
          ...pair(bold, titles.slice(1), 7, { largest: 12.5 * scale, smallest: 10 * scale, colour: deep, track: 40 }),
        ]),
    { gap: 12, height: 12, draw: (y) => [flourish(centre, y - 6)] },
    text(regular, confirms[0]!, 11, { largest: 10.5, colour: soft }),
    ...pair(regular, confirms.slice(1), 3, { largest: 9.5 * scale, smallest: 8.5 * scale, colour: soft }),
    text(bold, holder.name, 24, { largest: 33, smallest: 21, colour: ink, width: 620 }),
    { gap: 9, height: 4, draw: (y) => [rule(centre, y - 2, 210, hair)] },
    ...(work[0] ? [text(regular, work[0], 9, { largest: 11.5, smallest: 9.5, colour: ink })] : []),
    ...pair(regular, work.slice(1), 3, { largest: 9 * scale, smallest: 8 * scale, colour: soft }),
    text(bold, course.titles.kk, 20, { largest: 16, smallest: 12, colour: ink }),
    ...pair(regular, each((locale) => course.titles[locale]).slice(1), 4, { largest: 11.5 * scale, smallest: 9 * scale, colour: ink }),
    columns(regular, { course, ...statement }, 16, scale),
  ]
}

/** A text in each language, equal ones once. */
const each = (say: (locale: Locale) => string) => [...new Set(locales.map(say))].filter(Boolean)

type Style = { largest: number; smallest?: number; colour: Colour; track?: number; width?: number }

function centred(face: Face, text: string, gap: number, { colour, width = 660, track = 0, ...sizes }: Style): Block {
  const { size, lines } = fit(face.type, text, width, { ...sizes, track })
  return {
    gap,
    height: size * (lines.length * 1.24 - 0.24),
    draw: (y) => lines.map((one, index) => written(face, one, { x: centre, y: y - size * (0.82 + index * 1.24), size, colour, align: 'centre', track })),
  }
}

/** Two texts on one line if they fit there, else one under the other in one size. */
function pair(face: Face, texts: string[], gap: number, style: Style): Block[] {
  const joined = texts.join('  ·  ')
  if (texts.length === 0) return []
  if (widthOf(face.type, joined, style.smallest ?? style.largest, style.track) <= 660) return [centred(face, joined, gap, style)]
  const { size } = texts.map((one) => fit(face.type, one, 660, style)).toSorted((one, other) => one.size - other.size)[0]!
  return texts.map((one) => centred(face, one, gap, { ...style, largest: size, smallest: size }))
}

/** The same facts in three columns, one a language, in one size; a row is as high as its highest cell. */
function columns(face: Face, statement: Omit<Statement, 'document' | 'holder'>, gap: number, scale: number): Block {
  const [width, between] = [216, 18]
  const texts = locales.map((locale) => facts(statement, locale))
  const widest = Math.max(...texts.flat().map((text) => widthOf(face.type, text, 1)))
  const size = Math.min(9.6, Math.max(8.6, width / widest)) * scale
  const rows = texts[0]!.map((_, row) => texts.map((column) => fit(face.type, column[row]!, width, { largest: size, most: 3 })))
  const leading = size * 1.36
  const height = sum(rows.map((cells) => Math.max(...cells.map((cell) => cell.lines.length)))) * leading
  return {
    gap,
    height,
    draw(y) {
      const drawn = [-1, 1].flatMap((side) => {
        const x = centre + (side * (width + between)) / 2
        const middle = y - height / 2
        return [stroked(hair, 0.5), line(x, y, x, middle + 5), line(x, middle - 5, x, y - height), filled(hair), polygon(diamond(x, middle, 3.4))]
      })
      for (const cells of rows) {
        for (const [index, cell] of cells.entries()) {
          const x = centre + (index - 1) * (width + between)
          drawn.push(...cell.lines.map((one, at) => written(face, one, { x, y: y - size - at * leading, size: cell.size, colour: soft, align: 'centre' })))
        }
        y -= Math.max(...cells.map((cell) => cell.lines.length)) * leading
      }
      return drawn
    },
  }
}

/** What a column says. */
const facts = ({ course, centre: place, approval, startsOn, endsOn }: Omit<Statement, 'document' | 'holder'>, locale: Locale): string[] => [
  dateRange(locale, startsOn, endsOn),
  t(locale, 'certificate.hours', { hours: course.hours }),
  place.names[locale],
  course.guideline.titles[locale],
  t(locale, 'certificate.edition', { edition: course.edition }),
  ...(approval ? [t(locale, 'certificate.approval', { ...approval, date: formalDate(locale, approval.date) })] : []),
]

/** Signature, number and dates, code, and the QR code to the public page. */
function foot({ regular, bold }: Faces, statement: Statement, origin: string): string[] {
  const [left, middle, right, base, side] = [78, 312, page.width - 78, 76, 84]
  const label = (say: (locale: Locale) => string, after = '') => each(say).join(' · ') + after
  const fitted = (face: Face, largest: number, colour: Colour) => (text: string, x: number, y: number, width: number) =>
    written(face, text, { x, y, size: fit(face.type, text, width, { largest, smallest: 3 }).size, colour })
  const small = fitted(regular, 7.2, soft)
  const strong = fitted(bold, 9.6, ink)
  const { director } = statement.centre

  const number = `№ ${statement.serial}`
  const until = statement.expiresOn ? shortDate('kk', statement.expiresOn) : label((locale) => t(locale, 'certificate.no-expiry'))
  const past = middle + widthOf(bold.type, number, 15, 20) + 14
  return [
    stroked(soft, 0.6), line(left, base + 27, left + 208, base + 27),
    small(label((locale) => t(locale, 'certificate.director')), left, base + 16, 208),
    ...(director ? [strong(director, left, base + 2.5, 208)] : []),
    written(bold, number, { x: middle, y: base + 71, size: 15, colour: deep, track: 20 }),
    ...(statement.predecessor
      ? [small(label((locale) => t(locale, 'certificate.label.replaces')), past, base + 79, right - side - past - 8), strong(statement.predecessor, past, base + 68, 100)]
      : []),
    small(label((locale) => t(locale, 'certificate.label.issued')), middle, base + 52, 140),
    strong(shortDate('kk', statement.issuedOn), middle, base + 40, 140),
    small(label((locale) => t(locale, 'certificate.label.valid')), middle + 152, base + 52, 200),
    strong(until, middle + 152, base + 40, 200),
    small(label((locale) => t(locale, 'certificate.check'), `: ${origin.replace(/^https?:\/\//, '')}/v`), middle, base + 16, 340),
    written(bold, groupCode(statement.code), { x: middle, y: base + 2.5, size: 10.4, colour: ink, track: 20 }),
    qrCode(`${origin}/v/${statement.code}`, right - side, base, side),
  ]
}

/** A QR code as one filled path, each row in runs. */
function qrCode(text: string, x: number, y: number, side: number): string {
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
function watermark({ bold }: Faces): string[] {
  const lines = each((locale) => t(locale, 'certificate.demonstration').toLocaleUpperCase(locale))
  const size = Math.min(...lines.map((text) => fit(bold.type, text, 610, { largest: 46, smallest: 12, track: 60 }).size))
  return lines.map((text, index) => written(bold, text, { x: centre, y: 405 - index * 112, size, colour: '#f6e6de', align: 'centre', track: 60, turn: 0.24 }))
}

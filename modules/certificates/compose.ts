import {
  type Anchor, type Block, type Colour, decorates, drawnLine, each, type Face, type Faces, filled, fit, fitted, hair, ink, lines, pair,
  paragraph, polygon, qrCode, type Reading, siteOf, soft, stacked, stroked, type Style, sum, tells, watermark, widthOf, written,
} from '#modules/pdf/index.ts'
import { dateRange, formalDate, type Locale, locales, number, shortDate, t } from '#modules/words/index.ts'
import { groupCode } from './code.ts'
import { diamond, flourish, rule } from './ornament.ts'
import type { Statement } from './statement.ts'

// The composition of a certificate: a middle axis of blocks that share the height between them, and a foot.

export const page = { width: 841.89, height: 595.28 }
const centre = page.width / 2
const deep: Colour = '#0a4b4b'
const axisOf: Anchor = { x: centre, width: 660, align: 'centre' }

/** Where the middle axis begins and ends. */
const top = page.height - 80
const bottom = 174

/** Everything but the frame. All text is measured first: what doesn't fit at its natural size is set smaller, never cut off. */
export function compose(faces: Faces, reading: Reading, statement: Statement, origin: string): string[] {
  return [
    ...(statement.demonstration ? tells(reading, { role: 'P' }, watermark(faces, { x: centre, y: 405, step: 112, width: 610, largest: 46 })) : []),
    ...stacked(reading, (scale) => axis(faces, reading, statement, scale), top, bottom),
    ...foot(faces, reading, statement, origin),
  ]
}

function axis({ bold, regular }: Faces, reading: Reading, statement: Statement, scale: number): Block[] {
  const { document, holder, course } = statement
  const titles = each((locale) => document.titles[locale].toLocaleUpperCase(locale))
  const confirms = each((locale) => document.confirms[locale])
  const work = each((locale) => [holder.profession?.[locale], holder.facility?.[locale]].filter(Boolean).join(' · '))
  const sized = (style: Style): Style => ({ ...style, largest: style.largest * scale, smallest: (style.smallest ?? style.largest) * scale })
  const one = (face: Face, words: string, gap: number, style: Style) => paragraph(face, words, gap, sized(style), axisOf)
  const two = (face: Face, texts: string[], gap: number, style: Style) => pair(face, texts, gap, sized(style), axisOf)
  return [
    ...(widthOf(bold.type, titles.join(' · '), 22, 50) <= 660
      ? [one(bold, titles.join(' · '), 0, { largest: 29, smallest: 22, colour: deep, track: 50, told: { role: 'H1' } })]
      : [one(bold, titles[0]!, 0, { largest: 26, smallest: 15, colour: deep, track: 50, told: { role: 'H1' } }), ...two(bold, titles.slice(1), 7, { largest: 12.5, smallest: 10, colour: deep, track: 40 })]),
    { gap: 12, height: 12, draw: (y) => decorates([flourish(centre, y - 6)]) },
    one(regular, confirms[0]!, 11, { largest: 10.5, colour: soft }),
    ...two(regular, confirms.slice(1), 3, { largest: 9.5, smallest: 8.5, colour: soft }),
    one(bold, holder.name, 24, { largest: 33, smallest: 21, colour: ink, width: 620 }),
    { gap: 9, height: 4, draw: (y) => decorates([rule(centre, y - 2, 210, hair)]) },
    ...(work[0] ? [one(regular, work[0], 9, { largest: 11.5, smallest: 9.5, colour: ink })] : []),
    ...two(regular, work.slice(1), 3, { largest: 9, smallest: 8, colour: soft }),
    one(bold, course.titles.kk, 20, { largest: 16, smallest: 12, colour: ink }),
    ...two(regular, each((locale) => course.titles[locale]).slice(1), 4, { largest: 11.5, smallest: 9, colour: ink }),
    columns(regular, reading, statement, 16, scale),
  ]
}

/** The same facts in three columns, one a language, in one size; a row is as high as its highest cell. */
function columns(face: Face, reading: Reading, statement: Statement, gap: number, scale: number): Block {
  const [width, between] = [218, 16]
  const texts = locales.map((locale) => facts(statement, locale).map(glued))
  const widest = Math.max(...texts.flat().map((text) => widthOf(face.type, text, 1)))
  const size = Math.min(9.6, Math.max(texts[0]!.length > 6 ? 8 : 8.6, width / widest)) * scale
  const rows = texts[0]!.map((_, row) => texts.map((column) => fit(face.type, column[row]!, width, { largest: size, most: 3 })))
  const leading = size * 1.3
  // Facts of several lines need air between them, or nobody sees where one ends.
  const air = rows.flat().some((cell) => cell.lines.length > 1) ? size * 0.28 : size * 0.06
  const height = sum(rows.map((cells) => Math.max(...cells.map((cell) => cell.lines.length)))) * leading + air * (rows.length - 1)
  return {
    gap,
    height,
    draw(y) {
      const drawn = [-1, 1].flatMap((side) => {
        const x = centre + (side * (width + between)) / 2
        const middle = y - height / 2
        return decorates([stroked(hair, 0.5), drawnLine(x, y, x, middle + 5), drawnLine(x, middle - 5, x, y - height), filled(hair), polygon(diamond(x, middle, 3.4))])
      })
      // Read column by column, though set row by row.
      const cells: string[][] = locales.map(() => [])
      for (const row of rows) {
        for (const [index, cell] of row.entries()) {
          const x = centre + (index - 1) * (width + between)
          cells[index]!.push(...cell.lines.map((one, at) => written(face, one, { x, y: y - size - at * leading, size: cell.size, colour: soft, align: 'centre', goesOn: true })))
        }
        y -= Math.max(...row.map((cell) => cell.lines.length)) * leading + air
      }
      return [...drawn, ...locales.flatMap((language, index) => tells(reading, { role: 'P', language }, cells[index]!))]
    },
  }
}

/** A number stays on the line of its sign, and the parts of an act's number together. */
const glued = (text: string) => text.replace(/(№|No\.) /g, '$1\u00a0').replaceAll('ҚР ДСМ', 'ҚР\u00a0ДСМ')

/** What a column says. */
const facts = ({ course, centre: place, document, credits, accreditation, approval, startsOn, endsOn }: Statement, locale: Locale): string[] => [
  dateRange(locale, startsOn, endsOn),
  [t(locale, 'certificate.hours', { hours: course.hours }), ...(credits ? [t(locale, 'certificate.credits', { credits: number(locale, Number(credits)) })] : [])].join(' · '),
  place.names[locale],
  ...(accreditation ? [accredited(locale, accreditation)] : []),
  course.guideline.titles[locale],
  t(locale, 'certificate.edition', { edition: course.edition }),
  ...(approval ? [t(locale, 'certificate.approval', { ...approval, date: formalDate(locale, approval.date) })] : []),
  ...(document.legalBasis ? [document.legalBasis[locale]] : []),
]

function accredited(locale: Locale, { body, number, validUntil }: NonNullable<Statement['accreditation']>): string {
  const told = { body: body[locale], number }
  return validUntil ? t(locale, 'certificate.accreditation.until', { ...told, date: formalDate(locale, validUntil) }) : t(locale, 'certificate.accreditation', told)
}

/** Signature, number and dates, how to verify, code, and the QR code to the public page. */
function foot({ regular, bold }: Faces, reading: Reading, statement: Statement, origin: string): string[] {
  const [left, middle, right, base, side] = [78, 312, page.width - 78, 76, 84]
  const width = right - side - middle - 12
  const label = (say: (locale: Locale) => string) => each(say).join(' · ')
  const small = fitted(regular, 7.2, soft)
  const strong = fitted(bold, 9.6, ink)
  const { director } = statement.centre

  const numbered = `№ ${statement.serial}`
  const until = statement.expiresOn ? shortDate('kk', statement.expiresOn) : label((locale) => t(locale, 'certificate.no-expiry'))
  const past = middle + widthOf(bold.type, numbered, 15, 20) + 14
  const others = ([['certificate.label.replaces', statement.predecessor], ['certificate.label.renews', statement.renews]] as const).filter((one) => one[1] !== null)
  const first = base + (others.length > 1 ? 79 : 72)
  const told = (...drawn: string[]) => tells(reading, { role: 'P' }, drawn)
  const serials = others.map(([, serial], index) => written(bold, serial!, { x: middle + width, y: first - index * 10.5, size: 8.4, colour: ink, align: 'right' }))
  const names = lines(regular, others.map(([key]) => label((locale) => t(locale, key))), { x: past, y: first, width: middle + width - past - 82, step: 10.5, largest: 7.2, colour: soft })
  const how = lines(regular, each((locale) => t(locale, 'certificate.instruction', { site: siteOf(origin) })), { x: middle, y: base + 32.5, width, step: 8.6, largest: 6.6, colour: soft })
  return [
    ...told(written(bold, numbered, { x: middle, y: base + 72, size: 15, colour: deep, track: 20 })),
    ...names.flatMap((name, index) => told(name, serials[index]!)),
    ...told(small(label((locale) => t(locale, 'certificate.label.issued')), middle, base + 57, 140), strong(shortDate('kk', statement.issuedOn), middle, base + 45.5, 140)),
    ...told(small(label((locale) => t(locale, 'certificate.label.valid')), middle + 152, base + 57, width - 152), strong(until, middle + 152, base + 45.5, width - 152)),
    ...decorates([stroked(soft, 0.6), drawnLine(left, base + 27, left + 208, base + 27)]),
    ...told(small(label((locale) => t(locale, 'certificate.director')), left, base + 16, 208), ...(director ? [strong(director, left, base + 2.5, 208)] : [])),
    ...how.flatMap((one, index) => tells(reading, { role: 'P', ...(how.length === locales.length ? { language: locales[index]! } : {}) }, [one])),
    ...told(written(bold, groupCode(statement.code), { x: middle, y: base + 1, size: 10.4, colour: ink, track: 20 })),
    ...tells(reading, { role: 'Figure', alternative: `QR: ${origin}/v/${statement.code}` }, [qrCode(`${origin}/v/${statement.code}`, right - side, base, side)]),
  ]
}

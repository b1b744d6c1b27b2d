import {
  type Anchor, type Block, box, type Colour, decorates, drawnLine, each, type Face, type Faces, filled, fitted, hair, ink, lines,
  paragraph, qrCode, type Reading, siteOf, soft, stacked, stroked, type Style, tells, watermark, written,
} from '#modules/pdf/index.ts'
import { dateRange, type Locale, locales, shortDate, t } from '#modules/words/index.ts'
import { groupCode } from './code.ts'
import type { Statement } from './statement.ts'

// A statement of attendance: a letter on an upright page, without ornament or colour, so that nobody takes it for a
// certificate at a glance. It says that it is none, and how long the programme is, not how much of it somebody learned.

export const page = { width: 595.28, height: 841.89 }
const [left, right] = [84, page.width - 72]
const column: Anchor = { x: left, width: right - left, align: 'left' }
const paper: Colour = '#f3f1ea'

export function composeAttendance(faces: Faces, reading: Reading, statement: Statement, origin: string): string[] {
  const { drawn, end } = head(faces, reading, statement)
  return [
    ...(statement.demonstration ? tells(reading, { role: 'P' }, watermark(faces, { x: page.width / 2, y: 600, step: 118, width: 440, largest: 40 })) : []),
    ...decorates([stroked(soft, 0.6), `${box(42, 42, page.width - 84, page.height - 84)} S`, stroked(hair, 2.4), drawnLine(62, 62, 62, page.height - 62)]),
    ...drawn,
    ...stacked(reading, (scale) => body(faces, reading, statement, scale), end - 18, 226, { hanging: true, most: 1.25 }),
    ...foot(faces, reading, statement, origin),
  ]
}

/** Who writes, and the number of the letter. */
function head({ regular, bold }: Faces, reading: Reading, { centre, serial }: Statement): { drawn: string[]; end: number } {
  const drawn: string[] = []
  let y = page.height - 70
  for (const name of each((locale) => centre.names[locale])) {
    const one = paragraph(regular, name, 0, { largest: 8.6, smallest: 7.6, colour: soft, most: 3 }, { ...column, width: 300 })
    drawn.push(...tells(reading, { role: 'P' }, one.draw(y)))
    y -= one.height + 4.5
  }
  const end = Math.min(y - 7, page.height - 112)
  drawn.push(
    ...tells(reading, { role: 'P' }, [written(bold, `№ ${serial}`, { x: right, y: page.height - 79, size: 11, colour: ink, align: 'right' })]),
    ...decorates([stroked(hair, 0.6), drawnLine(left, end, right, end)]),
  )
  return { drawn, end }
}

function body({ regular, bold }: Faces, reading: Reading, statement: Statement, scale: number): Block[] {
  const { document, holder } = statement
  const titles = each((locale) => document.titles[locale])
  const sized = (style: Style): Style => ({ ...style, largest: style.largest * scale, smallest: (style.smallest ?? style.largest) * scale })
  const one = (face: Face, words: string, gap: number, style: Style) => paragraph(face, words, gap, sized(style), column)
  const work = each((locale) => [holder.profession?.[locale], holder.facility?.[locale]].filter(Boolean).join(' · '))
  return [
    one(bold, titles[0]!, 16, { largest: 23, smallest: 16, colour: ink, told: { role: 'H1' } }),
    ...titles.slice(1).map((title) => one(regular, title, 5, { largest: 13, smallest: 10, colour: soft })),
    one(bold, holder.name, 30, { largest: 20, smallest: 14, colour: ink, most: 3 }),
    ...work.map((words, index) => one(regular, words, index === 0 ? 8 : 4, { largest: index === 0 ? 10.5 : 9, smallest: 8.5, colour: index === 0 ? ink : soft, most: 3 })),
    ...locales.flatMap((locale) => facts(statement, locale).map((words, index) =>
      one(index === 1 ? bold : regular, words, index === 0 ? 20 : 4, { largest: index === 1 ? 11 : 9.6, smallest: index === 1 ? 10 : 9, colour: index === 1 ? ink : soft, most: 3, told: { role: 'P', language: locale } }))),
    notice({ regular, bold }, reading, scale),
  ]
}

/** What it says in one language: that somebody attended, what, when, and how long the programme is. */
const facts = ({ document, course, startsOn, endsOn }: Statement, locale: Locale): string[] => [
  document.confirms[locale],
  course.titles[locale],
  `${dateRange(locale, startsOn, endsOn)} · ${t(locale, 'certificate.programme', { hours: course.hours })}`,
]

/** That it is no certificate, in a field of its own. */
function notice({ bold, regular }: Faces, reading: Reading, scale: number): Block {
  const said = locales.map((locale, index) => paragraph(index === 0 ? bold : regular, t(locale, 'certificate.not-certificate'), index === 0 ? 0 : 4, { largest: 9.6 * scale, smallest: 8 * scale, colour: ink }, { ...column, x: left + 12, width: column.width - 24 }))
  const height = said.reduce((total, one) => total + one.gap + one.height, 20)
  return {
    gap: 22,
    height,
    draw(top) {
      const drawn = decorates([filled(paper), `${box(left, top - height, column.width, height)} f`])
      let y = top - 10
      for (const [index, one] of said.entries()) {
        y -= one.gap
        drawn.push(...tells(reading, { role: 'P', language: locales[index]! }, one.draw(y)))
        y -= one.height
      }
      return drawn
    },
  }
}

/** Dates, signature, how to verify, code and QR code. */
function foot({ regular, bold }: Faces, reading: Reading, statement: Statement, origin: string): string[] {
  const [base, side] = [72, 78]
  const width = right - left - side - 16
  const label = (say: (locale: Locale) => string) => each(say).join(' · ')
  const small = fitted(regular, 7.2, soft)
  const strong = fitted(bold, 9.6, ink)
  const { issuedOn, expiresOn, predecessor } = statement
  const dated = ([
    ['certificate.label.issued', shortDate('kk', issuedOn)], ['certificate.label.valid', expiresOn && shortDate('kk', expiresOn)], ['certificate.label.replaces', predecessor],
  ] as const).filter((one) => one[1] !== null)
  const third = (right - left) / 3
  const told = (...drawn: string[]) => tells(reading, { role: 'P' }, drawn)
  const how = lines(regular, each((locale) => t(locale, 'certificate.instruction', { site: siteOf(origin) })), { x: left, y: base + 33, width, step: 8.8, largest: 7.2, colour: soft })
  return [
    ...dated.flatMap(([key, value], index) =>
      told(small(label((locale) => t(locale, key)), left + index * third, base + 128, third - 8), strong(value!, left + index * third, base + 116, third - 8))),
    ...decorates([stroked(soft, 0.6), drawnLine(left, base + 76, left + 208, base + 76)]),
    ...told(small(label((locale) => t(locale, 'certificate.director')), left, base + 66, 208), ...(statement.centre.director ? [strong(statement.centre.director, left, base + 53, 208)] : [])),
    ...how.flatMap((one, index) => tells(reading, { role: 'P', ...(how.length === locales.length ? { language: locales[index]! } : {}) }, [one])),
    ...told(written(bold, groupCode(statement.code), { x: left, y: base + 1, size: 10.4, colour: ink, track: 20 })),
    ...tells(reading, { role: 'Figure', alternative: `QR: ${origin}/v/${statement.code}` }, [qrCode(`${origin}/v/${statement.code}`, right - side, base, side)]),
  ]
}

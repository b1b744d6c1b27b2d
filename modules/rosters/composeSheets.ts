import { shortDate, t } from '#modules/words/index.ts'
import { drawnLine, type Faces, filled, fit, stroked, type Type, written } from '#modules/pdf/index.ts'
import type { SheetFacts } from './signInSheet.ts'

// Sign-in sheets as PDF operators. Lengths are points from the lower left corner. A4 across: a signature is wide and not high.

export const page = { width: 841.89, height: 595.28 }
const [left, right, top, bottom] = [30, page.width - 30, page.height - 28, 26] as const
const perPage = { people: 25, days: 5 }
const [ink, soft] = ['#16302b', '#4b605a'] as const
const columns = { number: 26, name: 206 }
const [head, row] = [32, 16.6] as const

/** The contents of each page: twenty-five people and five days at most, people of the same days one after the other. */
export function composeSheets(faces: Faces, facts: SheetFacts): string[] {
  const sheets = chunks(facts.days, perPage.days).flatMap((days) => chunks(facts.people, perPage.people).map((people) => ({ days, people })))
  return sheets.map(({ days, people }, index) => {
    const y = heading(faces, facts, index + 1, sheets.length)
    return [...y.drawn, ...table(faces, facts, days, people, y.bottom), ...foot(faces, facts)].join('\n')
  })
}

/** Also one for nobody: an empty sheet can be filled in by hand. */
const chunks = <Item>(items: Item[], size: number): Item[][] =>
  items.length === 0 ? [[]] : Array.from({ length: Math.ceil(items.length / size) }, (_, index) => items.slice(index * size, (index + 1) * size))

/** A text that the typeface can draw: a letter that it lacks without its accents, and where that doesn't help a sign for one. The seat's number still says whose line it is. */
export function drawable(type: Type, text: string): string {
  return [...text.normalize('NFC')].map((letter) => (type.has(letter) ? letter : [...letter.normalize('NFKD')].filter((one) => type.has(one)).join('') || '·')).join('')
}

function heading({ regular, bold }: Faces, facts: SheetFacts, number: number, of: number) {
  const set = (face: typeof bold, text: string, size: number, width: number) => fit(face.type, drawable(face.type, text), width, { largest: size, smallest: size * 0.7, most: 1 })
  const lines = [
    { face: bold, text: facts.course, size: 13 },
    { face: regular, text: facts.place, size: 9.5 },
    ...(facts.trainers ? [{ face: regular, text: facts.trainers, size: 9.5 }] : []),
  ]
  let y = top
  const drawn = [
    written(bold, drawable(bold.type, facts.title), { x: left, y: y - 9, size: 10, colour: soft }),
    written(regular, t(facts.locale, 'sign-in-sheet.page', { page: number, pages: of }), { x: right, y: y - 9, size: 9, colour: soft, align: 'right' }),
    ...(facts.demonstration ? [written(bold, drawable(bold.type, t(facts.locale, 'sign-in-sheet.demonstration')), { x: right, y: y - 22, size: 9, colour: '#b4532a', align: 'right' })] : []),
  ]
  y -= 12
  for (const { face, text, size } of lines) {
    const setting = set(face, text, size, right - left - (size > 10 && facts.demonstration ? 200 : 0))
    y -= size * 1.3
    drawn.push(written(face, setting.lines[0]!, { x: left, y: y + 1, size: setting.size, colour: ink }))
  }
  return { drawn, bottom: y - 8 }
}

function table({ regular, bold }: Faces, { locale }: SheetFacts, days: string[], people: SheetFacts['people'], y: number): string[] {
  const across = left + columns.number + columns.name
  const cell = (right - across) / (days.length * 2)
  const base = y - head - people.length * row
  const drawn = [stroked(soft, 0.5)]
  const middle = (face: typeof bold, text: string, x: number, at: number, width: number, size: number) => {
    const setting = fit(face.type, drawable(face.type, text), width - 4, { largest: size, smallest: 5, most: 1 })
    return written(face, setting.lines[0]!, { x: x + width / 2, y: at, size: setting.size, colour: ink, align: 'centre' })
  }
  // Lines across: above, between the two rows of the heading, below it, and below each person.
  drawn.push(drawnLine(left, y, right, y), drawnLine(across, y - head / 2, right, y - head / 2))
  for (let line = 0; line <= people.length; line++) drawn.push(drawnLine(left, y - head - line * row, right, y - head - line * row))
  // Lines down: the edges, the number, the name, each day in full height and each half below its day.
  for (const x of [left, left + columns.number, across, right]) drawn.push(drawnLine(x, y, x, base))
  for (let half = 1; half < days.length * 2; half++) drawn.push(drawnLine(across + half * cell, half % 2 === 0 ? y : y - head / 2, across + half * cell, base))

  drawn.push(middle(bold, t(locale, 'sign-in-sheet.number'), left, y - head / 2 - 3, columns.number, 8.5), middle(bold, t(locale, 'sign-in-sheet.name'), left + columns.number, y - head / 2 - 3, columns.name, 8.5))
  for (const [index, day] of days.entries()) {
    drawn.push(middle(bold, shortDate(locale, day), across + index * 2 * cell, y - 11, cell * 2, 8.5))
    for (const [at, half] of (['am', 'pm'] as const).entries()) drawn.push(middle(regular, t(locale, `sign-in-sheet.${half}`), across + (index * 2 + at) * cell, y - head + 5, cell, 8))
  }
  for (const [index, { seat, name }] of people.entries()) {
    const line = y - head - index * row - row + 5
    const setting = fit(regular.type, drawable(regular.type, name), columns.name - 10, { largest: 9.5, smallest: 5, most: 1 })
    drawn.push(written(regular, String(seat), { x: left + columns.number - 6, y: line, size: 9, colour: ink, align: 'right' }))
    drawn.push(written(regular, setting.lines[0]!, { x: left + columns.number + 5, y: line, size: setting.size, colour: ink }))
  }
  return drawn
}

function foot({ regular }: Faces, { locale }: SheetFacts): string[] {
  const words = drawable(regular.type, t(locale, 'sign-in-sheet.trainer-signature'))
  return [filled(soft), written(regular, `${words}:`, { x: left, y: bottom, size: 9, colour: soft }), stroked(soft, 0.5), drawnLine(left + 130, bottom - 2, left + 380, bottom - 2)]
}

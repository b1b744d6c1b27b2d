import type { Faces } from './faces.ts'
import { box, type Colour, drawnLine, filled, stroked, written } from './pen.ts'
import { hair, ink, soft } from './setting.ts'
import { fit } from './type.ts'

// What a document of many pages is set with: lines and tables that run from page to page. Lengths are points.

/** A piece that stands on one page. `joined`: never the last on its page. `head`: drawn again above it when it begins a new page. */
export type Piece = { height: number; draw(top: number): string[]; joined?: boolean; head?: Piece; /** Only keeps others apart: a page doesn't begin with it. */ gap?: boolean }

export type Column = { x: number; width: number }

/** Pieces one under another, on as many pages as they need. */
export function paged(pieces: readonly Piece[], top: number, bottom: number): string[][] {
  const pages: string[][] = [[]]
  let y = top
  const put = (piece: Piece) => {
    pages.at(-1)!.push(...piece.draw(y))
    y -= piece.height
  }
  for (const [at, piece] of pieces.entries()) {
    if (y < top && y - together(pieces, at) < bottom) {
      pages.push([])
      y = top
      if (piece.head) put(piece.head)
    }
    if (!piece.gap || y < top) put(piece)
  }
  return pages
}

/** The height of a piece with those that it may not be parted from. */
function together(pieces: readonly Piece[], from: number): number {
  let height = 0
  for (let at = from; at < pieces.length; at++) {
    height += pieces[at]!.height
    if (!pieces[at]!.joined) break
  }
  return height
}

/** Air between two pieces. */
export const air = (height: number): Piece => ({ height, joined: true, gap: true, draw: () => [] })

type Style = { size: number; colour?: Colour; strong?: boolean; step?: number; joined?: boolean }

/** A text as lines that may be parted between pages. */
export function setLines(faces: Faces, text: string, { x, width }: Column, { size, colour = ink, strong = false, step = size * 1.36, joined = false }: Style): Piece[] {
  const face = strong ? faces.bold : faces.regular
  const set = wrapped(faces, text, width, size, strong)
  return set.map((line, at) => ({ height: step, joined: joined || (at === 0 && set.length > 1), draw: (top) => [written(face, line, { x, y: top - size, size, colour, goesOn: at < set.length - 1 })] }))
}

/** The lines of a text in a width; what its writer parted stays parted. */
export function wrapped(faces: Faces, text: string, width: number, size: number, strong = false): string[] {
  const { type } = strong ? faces.bold : faces.regular
  return text.split('\n').map((one) => one.replaceAll(/\s+/g, ' ').trim()).filter(Boolean).flatMap((one) => fit(type, one, width, { largest: size, most: Number.MAX_SAFE_INTEGER }).lines)
}

export type Cell = string | { text: string; strong?: boolean; colour?: Colour }
export type TableColumn = { title: string; width: number; align?: 'left' | 'right' }

/** A table whose heading stands again on every page that it runs over. The widths are shares of the column. A row in `sums` adds up, and is set apart. */
export function setTable(faces: Faces, { x, width }: Column, columns: readonly TableColumn[], rows: readonly (readonly Cell[])[], sums: readonly (readonly Cell[])[] = []): Piece[] {
  const whole = columns.reduce((sum, one) => sum + one.width, 0)
  let left = x
  const places = columns.map(({ width: share, align = 'left' }) => {
    const place = { x: left, width: (share / whole) * width, align }
    left += place.width
    return place
  })
  const row = (cells: readonly Cell[], { size, strong, shade }: { size: number; strong: boolean; shade?: Colour }): Piece => {
    const set = cells.map((cell, at) => {
      const { text, strong: own = strong, colour = strong && shade ? soft : ink } = typeof cell === 'string' ? { text: cell } : cell
      return { lines: wrapped(faces, text, places[at]!.width - 8, size, own), own, colour }
    })
    const step = size * 1.3
    const height = Math.max(1, ...set.map((one) => one.lines.length)) * step + 6
    return {
      height,
      draw: (top) => [
        ...(shade ? [filled(shade), `${box(x, top - height, width, height)} f`] : []),
        stroked(hair, 0.5), drawnLine(x, top - height, x + width, top - height),
        ...set.flatMap(({ lines: all, own, colour }, at) => all.map((line, index) => {
          const { x: from, width: across, align } = places[at]!
          return written(own ? faces.bold : faces.regular, line, { x: align === 'right' ? from + across - 4 : from + 4, y: top - 3 - size - index * step, size, colour, align, goesOn: index < all.length - 1 })
        })),
      ],
    }
  }
  const head = { ...row(columns.map((one) => one.title), { size: 7.4, strong: true, shade: '#f3f1ea' }), joined: true }
  const body = rows.map((cells) => ({ ...row(cells, { size: 8.2, strong: false }), head }))
  const last = sums.map((cells) => ({ ...row(cells, { size: 8.2, strong: true }), head }))
  // A sum never stands on a page without the line above it.
  if (last.length > 0 && body.length > 0) body[body.length - 1] = { ...body.at(-1)!, joined: true } as (typeof body)[number]
  return [head, ...body, ...last]
}

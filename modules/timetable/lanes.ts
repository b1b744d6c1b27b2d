import { daysBetween } from '#modules/cohorts/index.ts'

/** Something that takes days of a lane, both included. */
export type Taking = { from: string; to: string }

/** A cell of a lane's row: one free day, or so many days of what takes them; `before` and `after` say that it goes on outside the picture. */
export type LaneCell<Item> = { item: null; date: string; days: 1 } | { item: Item; date: string; days: number; before: boolean; after: boolean }

/**
 * A lane of a timetable as rows of cells that fill the days from first to last exactly: what overlaps goes into another row, in
 * the first that is free. One empty row when nothing takes any of the days. Pure.
 */
export function laneRows<Item extends Taking>(first: string, last: string, items: readonly Item[]): LaneCell<Item>[][] {
  const inside = items.filter((one) => one.from <= last && one.to >= first).toSorted((a, b) => a.from.localeCompare(b.from) || b.to.localeCompare(a.to))
  const rows: Item[][] = []
  for (const item of inside) {
    const row = rows.find((one) => one.at(-1)!.to < item.from)
    if (row) row.push(item)
    else rows.push([item])
  }
  return (rows.length > 0 ? rows : [[]]).map((row) => cellsOf(first, last, row))
}

function cellsOf<Item extends Taking>(first: string, last: string, row: readonly Item[]): LaneCell<Item>[] {
  const cells: LaneCell<Item>[] = []
  const all = daysBetween(first, last) + 1
  const dayAt = (offset: number) => new Date(Date.parse(first) + offset * 86_400_000).toISOString().slice(0, 10)
  for (let offset = 0; offset < all; ) {
    const date = dayAt(offset)
    const item = row.find((one) => one.from <= date && one.to >= date)
    if (!item) {
      cells.push({ item: null, date, days: 1 })
      offset++
      continue
    }
    const until = item.to < last ? item.to : last
    const days = daysBetween(date, until) + 1
    cells.push({ item, date, days, before: item.from < first, after: item.to > last })
    offset += days
  }
  return cells
}

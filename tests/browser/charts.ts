import type { Reader } from './browser.ts'

// What a drawing shows, read back from what was drawn: the lengths of its bars, the heights of its lines, the numbers on its tiles.

/**
 * Each drawing of the page beside the table of its section. `without`: drawings that have none. `untrue`: rows whose drawing says another
 * thing than their line of the table.
 */
export const chartsBesideTables = ({ page }: Reader): Promise<{ without: string[]; untrue: string[]; drawings: number }> => page.evaluate(() => {
  const numberIn = (text: string | null | undefined) => Number((text ?? '').replace(/[^\d]/g, ''))
  const [without, untrue]: [string[], string[]] = [[], []]
  const charts = [...document.querySelectorAll('main section ul[aria-label], main section figure > svg[aria-label]')].filter((one) => one.tagName === 'svg' || one.querySelector('svg') !== null)
  for (const chart of charts) {
    const name = chart.getAttribute('aria-label')!
    const table = chart.closest('section')!.querySelector('table')
    if (!table) {
      without.push(name)
      continue
    }
    const lines = [...table.querySelectorAll('tbody tr')].map((line) => [...line.children].map((cell) => cell.textContent!.trim()))
    const lineOf = (row: string) => lines.filter(([first]) => first === row || row.startsWith(first!))
    if (chart.tagName === 'svg') {
      for (const tile of chart.querySelectorAll('title')) {
        const [, region, value] = /^(.*): (.*)$/.exec(tile.textContent!)!
        if (!lineOf(region!).some((line) => numberIn(line[1]) === numberIn(value))) untrue.push(`${name}: ${tile.textContent!}`)
      }
      continue
    }
    const items = [...chart.querySelectorAll(':scope > li:not([aria-hidden])')]
    const bars = items.map((item) => ({ row: item.querySelector('a, .font-medium, .font-semibold, span')!.textContent!.trim(), said: item.querySelector(':scope > .numeric'), rects: [...item.querySelectorAll('svg rect')], line: item.querySelector('polyline') }))
    // One number beside a bar, or what was reached of what was meant.
    const numbersIn = (text: string | null | undefined) => (text?.match(/\d[\d\s\u00a0\u202f]*/g) ?? []).map(numberIn)
    const most = Math.max(1, ...bars.flatMap(({ said }) => numbersIn(said?.textContent)))
    for (const { row, said, rects, line } of bars) {
      const own = lineOf(row)
      if (own.length === 0) untrue.push(`${name}: ${row} has no line`)
      else if (said) {
        // All parts of a bar but the pale one behind it are as long together as its number is large.
        const widths = rects.filter((rect) => rect.getAttribute('opacity') !== '0.1').map((rect) => Number.parseFloat(rect.getAttribute('width')!))
        const long = widths.reduce((sum, width) => sum + width, 0)
        const numbers = numbersIn(said.textContent)
        if (Math.abs(long - (100 * numbers.reduce((sum, one) => sum + one, 0)) / most) > 0.2) untrue.push(`${name}: ${row} is drawn ${long} % long`)
        const tells = (cells: string[]) => numbers.every((one) => cells.some((cell) => numberIn(cell) === one)) || cells.reduce((sum, cell) => sum + numberIn(cell), 0) === numbers[0]
        if (!own.some((cells) => tells(cells.slice(1)))) untrue.push(`${name}: ${row} says ${said.textContent!}`)
      }
      if (line && own.length > 0) {
        const top = Math.max(1, ...lines.flatMap((cells) => cells.slice(1).map(numberIn)))
        const drawn = line.getAttribute('points')!.split(' ').map((point) => Number(point.split(',')[1]))
        const right = own[0]!.slice(1).map((cell) => 58 - (52 * numberIn(cell)) / top)
        if (drawn.some((y, at) => Math.abs(y - right[at]!) > 0.11)) untrue.push(`${name}: the line of ${row}`)
      }
    }
  }
  return { without, untrue, drawings: charts.length }
})

/** The lines of every table of the page, folded ones too: the text of each cell. */
export const tablesIn = ({ page }: Reader): Promise<string[][]> => page.evaluate(() =>
  [...document.querySelectorAll('main details table tbody tr')].map((line) => [...line.children].map((cell) => cell.textContent!.trim())))

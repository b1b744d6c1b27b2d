/** People down, half-days across: arrows, Home and End move, a letter marks and goes on to the next person, a click goes round the marks. */
export function enableGrid(grid: HTMLTableElement, root: HTMLElement, press: (cell: HTMLElement, event: KeyboardEvent) => boolean, turn: (cell: HTMLElement) => void) {
  const rows = [...grid.tBodies[0]!.rows].map((row) => [...row.querySelectorAll<HTMLElement>('td[data-cell]')])
  grid.setAttribute('role', 'grid')
  for (const cell of rows.flat()) {
    cell.tabIndex = -1
    cell.setAttribute('role', 'gridcell')
  }
  if (rows[0]?.[0]) rows[0][0].tabIndex = 0
  // On a laptop the grid is the sheet; one half-day at a time stays a link away.
  if (matchMedia('(width >= 64rem)').matches && !('asked' in root.dataset)) root.classList.add('attendance-grid')
  const box = grid.closest('details')
  if (box && root.classList.contains('attendance-grid')) box.open = true

  const moveTo = (cell: HTMLElement | undefined) => {
    if (!cell) return
    for (const one of grid.querySelectorAll<HTMLElement>('td[tabindex="0"]')) one.tabIndex = -1
    cell.tabIndex = 0
    cell.focus()
  }
  grid.addEventListener('keydown', (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('td[data-cell]')
    if (!cell) return
    const at = rows.findIndex((row) => row.includes(cell))
    const across = rows[at]!.indexOf(cell)
    const moves: Record<string, HTMLElement | undefined> = {
      ArrowUp: rows[at - 1]?.[across], ArrowDown: rows[at + 1]?.[across], ArrowLeft: rows[at]![across - 1], ArrowRight: rows[at]![across + 1], Home: rows[at]![0], End: rows[at]!.at(-1),
    }
    if (event.key in moves && !event.ctrlKey && !event.metaKey && !event.altKey) {
      event.preventDefault()
      moveTo(moves[event.key])
    } else if (press(cell, event)) {
      event.preventDefault()
      moveTo(event.key.length === 1 ? (rows[at + 1]?.[across] ?? cell) : cell)
    }
  })
  grid.addEventListener('click', (event) => {
    const cell = (event.target as HTMLElement).closest<HTMLElement>('td[data-cell]')
    if (!cell) return
    moveTo(cell)
    turn(cell)
  })
  return moveTo
}

import { enableGrid } from './attendanceGrid.ts'
import { deliver, keepMark, type Mark, openStore, sendMarks, type Waiting, waitingMarks } from './marks.ts'

// The attendance sheet with a keyboard and without a network: each mark is kept on the device first and sent by itself, and the
// page says truthfully what the centre has. Without this script the sheet is a form with a button.

const sheet = document.querySelector<HTMLElement>('#attendance')
if (sheet) watch(sheet)

function watch(root: HTMLElement) {
  const words = root.dataset as Record<string, string>
  const [owner, cohort] = [words['owner']!, words['cohort']!]
  const status = root.querySelector<HTMLElement>('[data-state]')!
  const undo = root.querySelector<HTMLButtonElement>('[data-undo]')!
  const form = root.querySelector<HTMLFormElement>('#sheet')
  const grid = root.querySelector<HTMLTableElement>('[data-grid]')
  // The server's clock counts; the page tells what it was when its first byte came.
  const [arrival] = performance.getEntriesByType('navigation') as PerformanceNavigationTiming[]
  const skew = Number(words['now']) - (arrival?.responseStart ? performance.timeOrigin + arrival.responseStart : Date.now())
  const { store, durable } = openStore()

  /** `person date half` → what is marked there. */
  const marks = new Map<string, Mark | null>()
  const cells = new Map<string, HTMLElement>()
  const columns = grid?.dataset['columns']?.split(',') ?? []
  // Said once for a row and once for a column, and not in each of thousands of cells.
  for (const row of grid?.tBodies[0]?.rows ?? []) {
    for (const [index, column] of columns.entries()) {
      const cell = row.cells[index + 1]!
      cell.dataset['cell'] = `${row.dataset['person']} ${column}`
      cells.set(cell.dataset['cell'], cell)
    }
  }
  const groups = [...root.querySelectorAll<HTMLFieldSetElement>('fieldset[data-cell]')]
  const radiosOf = (group: Element) => [...group.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  for (const [key, cell] of cells) marks.set(key, (cell.dataset['mark'] as Mark | undefined) ?? null)
  for (const group of groups) marks.set(group.dataset['cell']!, (radiosOf(group).find((one) => one.checked)?.value as Mark | undefined) ?? null)
  const history: { key: string; before: Mark | null }[] = []
  let lost = false

  function show(key: string) {
    const mark = marks.get(key) ?? null
    const group = groups.find((one) => one.dataset['cell'] === key)
    if (group) for (const radio of radiosOf(group)) radio.checked = radio.value === mark
    const cell = cells.get(key)
    if (!cell) return
    const before = cell.dataset['mark']
    if (mark) cell.dataset['mark'] = mark
    else delete cell.dataset['mark']
    const [sign, word] = (mark ? words[`mark${mark[0]!.toUpperCase()}${mark.slice(1)}`]! : words['markNone']!).split('|') as [string, string]
    cell.querySelector('[aria-hidden]')!.textContent = sign
    cell.querySelector('.hush')!.textContent = word
    if (before !== (mark ?? undefined)) count(cell.closest('tr')!)
  }

  /** How often somebody was there, by the page's one definition. */
  function count(row: HTMLTableRowElement) {
    const there = row.querySelectorAll('td[data-mark=present], td[data-mark=late]').length
    const total = row.querySelector<HTMLElement>('[data-there]')
    if (!total) return
    const halves = Number(words['halves'])
    total.textContent = words['thereOf']!.replace('{present}', String(there))
    row.querySelector('[data-percent]')!.textContent = String(halves === 0 ? 0 : Math.floor((there * 100) / halves))
  }

  function set(key: string, mark: Mark | null, undoable = true) {
    const before = marks.get(key) ?? null
    if (before === mark) return
    if (undoable) history.push({ key, before })
    undo.disabled = history.length === 0
    marks.set(key, mark)
    show(key)
    const [person, date, half] = key.split(' ') as [string, string, string]
    const place = { cohort, person, date, half }
    const kept = keepMark(store, owner, place, mark, Date.now() + skew)
    lost = kept === null || !durable
    tell()
    // A full disk keeps nothing: then there is this one try.
    if (kept) void send()
    else void sendAtOnce({ ...place, mark, at: new Date(Date.now() + skew).toISOString() })
  }

  async function sendAtOnce(made: Waiting) {
    lost = (await sendMarks(cohort, [made])) !== 'saved'
    tell()
  }

  let trouble = ''
  function tell() {
    const waiting = waitingMarks(store, owner, cohort).length
    const say = (name: string) => words[name]!.replace('{n}', String(waiting))
    const text = lost ? words['lost']! : waiting === 0 ? (trouble === 'sent' ? words['saved']! : '') : words[trouble] ? say(trouble) : say(navigator.onLine ? 'sending' : 'offline')
    if (status.textContent !== text) status.textContent = text
  }

  let sending = false
  let again = false
  let timer: ReturnType<typeof setTimeout> | undefined
  async function send() {
    if (sending) {
      again = true
      return
    }
    clearTimeout(timer)
    sending = true
    again = false
    const { state, saved, code } = await deliver(store, owner, cohort, sendMarks)
    sending = false
    trouble = state === 'done' ? (saved.length > 0 ? 'sent' : trouble) : state === 'signed-out' ? 'signedOut' : state === 'refused' ? (code === 'cohort.attendance-closed' ? 'closed' : 'refused') : state
    tell()
    // Marks that were long on their way may have met a later one: the centre's sheet is the truth.
    if (saved.some((one) => Date.now() + skew - Date.parse(one.at) > 20_000)) void refresh()
    if (again) void send()
    else if (state === 'offline' || state === 'signed-out') timer = setTimeout(() => void send(), 10_000)
  }

  /** Shows what stands at the centre, other devices' marks and self check-ins too; what waits here stays as it was marked. */
  async function refresh() {
    const response = await fetch(`/api/v1/cohorts/${cohort}/attendance`, { signal: AbortSignal.timeout(15_000) }).catch(() => null)
    if (!response?.ok || !/json/.test(response.headers.get('content-type') ?? '')) return
    const told = ((await response.json()) as { marks: { personId: string; date: string; half: string; mark: Mark }[] }).marks
    const there = new Map(told.map((one) => [`${one.personId} ${one.date} ${one.half}`, one.mark]))
    const mine = new Set(waitingMarks(store, owner, cohort).map((one) => `${one.person} ${one.date} ${one.half}`))
    for (const key of marks.keys()) {
      const mark = there.get(key) ?? null
      if (mine.has(key) || marks.get(key) === mark) continue
      marks.set(key, mark)
      show(key)
    }
  }

  const byLetter: Record<string, Mark> = { p: 'present', l: 'late', e: 'excused', a: 'absent' }
  /** The key by its place too, so that it works in a Kazakh or Russian layout. */
  const letterOf = (event: KeyboardEvent) => (event.ctrlKey || event.metaKey || event.altKey ? '' : event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key.toLowerCase())
  const takeBack = () => {
    const last = history.pop()
    undo.disabled = history.length === 0
    if (last) set(last.key, last.before, false)
    return last
  }

  form?.addEventListener('keydown', (event) => {
    const group = (event.target as HTMLElement).closest<HTMLFieldSetElement>('fieldset[data-cell]')
    const mark = group && byLetter[letterOf(event)]
    if (!mark) return
    event.preventDefault()
    set(group.dataset['cell']!, mark)
    // One letter marks somebody and goes on to the next.
    const next = groups[groups.indexOf(group) + 1] ?? group
    const radios = radiosOf(next)
    ;(radios.find((one) => one.checked) ?? radios[0])?.focus()
  })
  form?.addEventListener('change', (event) => {
    const radio = event.target as HTMLInputElement
    const group = radio.closest<HTMLFieldSetElement>('fieldset[data-cell]')
    if (group && radio.type === 'radio') set(group.dataset['cell']!, radio.value as Mark)
  })
  form?.addEventListener('submit', (event) => {
    // Without a network the form would end on the browser's own error page: everything is on the device already.
    if (navigator.onLine) return
    event.preventDefault()
    if (event.submitter?.getAttribute('name') === 'fill') for (const group of groups) if (!marks.get(group.dataset['cell']!)) set(group.dataset['cell']!, 'present')
    tell()
  })
  undo.hidden = false
  undo.addEventListener('click', () => void takeBack())
  root.addEventListener('keydown', (event) => {
    if (!(event.ctrlKey || event.metaKey) || event.shiftKey || event.code !== 'KeyZ' || history.length === 0) return
    event.preventDefault()
    const last = takeBack()
    if (last && grid?.contains(document.activeElement)) moveTo(cells.get(last.key))
  })

  let moveTo: (cell: HTMLElement | undefined) => void = () => {}
  if (grid && 'live' in grid.dataset) moveTo = enableGrid(grid, root, (cell, event) => {
    const letter = letterOf(event)
    const mark = event.key === 'Delete' || event.key === 'Backspace' ? null : byLetter[letter]
    if (mark === undefined) return false
    set(cell.dataset['cell']!, mark)
    return true
  }, (cell) => {
    const order: (Mark | null)[] = ['present', 'late', 'excused', 'absent', null]
    set(cell.dataset['cell']!, order[(order.indexOf(marks.get(cell.dataset['cell']!) ?? null) + 1) % order.length]!)
  })

  // What an earlier visit could not send, of this cohort and of others.
  for (const one of waitingMarks(store, owner, cohort)) {
    const key = `${one.person} ${one.date} ${one.half}`
    if (!marks.has(key)) continue
    marks.set(key, one.mark)
    show(key)
  }
  tell()
  const sendAll = () => {
    void send()
    for (const other of new Set(waitingMarks(store, owner).map((one) => one.cohort))) if (other !== cohort) void deliver(store, owner, other, sendMarks)
  }
  if (waitingMarks(store, owner).length > 0) sendAll()
  addEventListener('online', sendAll)
  addEventListener('offline', tell)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible' && 'open' in words) void refresh()
  })
}

// What a question's form says, and how it is said: one choice in, one choice out, for each kind of question.

export type Completion = 'answered' | 'part' | 'empty'

const rows = (field: HTMLElement) => [...field.querySelectorAll<HTMLElement>('[data-option]')]
const selects = (field: HTMLElement) => [...field.querySelectorAll<HTMLSelectElement>('select')]
const placeOf = (row: HTMLElement) => row.querySelector<HTMLSelectElement>('select')!

export function read(field: HTMLElement): unknown {
  switch (field.dataset['kind']) {
    case 'numeric': {
      const text = field.querySelector<HTMLInputElement>('[name=value]')!.value.trim().replace(',', '.')
      const unit = field.querySelector<HTMLInputElement>('[name=unit]')!.value
      return text === '' || !Number.isFinite(Number(text)) ? [] : { value: Number(text), unit }
    }
    case 'ordering': {
      // Rows stand in the order of their places; without places nothing is answered.
      return rows(field).every((row) => placeOf(row).value !== '') ? rows(field).map((row) => row.dataset['option']!) : []
    }
    case 'matching':
      return selects(field).flatMap((select) => (select.value === '' ? [] : [[select.name.slice('pair:'.length), select.value]]))
    default:
      return [...field.querySelectorAll<HTMLInputElement>('input:checked')].map((input) => input.value)
  }
}

export function write(field: HTMLElement, choice: unknown) {
  const list = Array.isArray(choice) ? choice : []
  switch (field.dataset['kind']) {
    case 'numeric':
      field.querySelector<HTMLInputElement>('[name=value]')!.value = Array.isArray(choice) ? '' : String((choice as { value: number }).value)
      break
    case 'ordering':
      place(field, (list as string[]).flatMap((id) => rows(field).find((row) => row.dataset['option'] === id) ?? []))
      break
    case 'matching': {
      const chosen = new Map(list as [string, string][])
      for (const select of selects(field)) select.value = chosen.get(select.name.slice('pair:'.length)) ?? ''
      break
    }
    default:
      for (const input of field.querySelectorAll<HTMLInputElement>('input')) input.checked = (list as string[]).includes(input.value)
  }
}

export function completion(field: HTMLElement, choice: unknown): Completion {
  if (!Array.isArray(choice)) return 'answered'
  if (choice.length === 0) return 'empty'
  return field.dataset['kind'] === 'matching' && choice.length < selects(field).length ? 'part' : 'answered'
}

/** Puts the rows of an ordering question in this order and numbers them; with no order the numbers are taken away. */
function place(field: HTMLElement, order: readonly HTMLElement[]) {
  const list = field.querySelector<HTMLElement>('[data-steps]')!
  const focused = document.activeElement instanceof HTMLElement && list.contains(document.activeElement) ? document.activeElement : null
  if (order.some((row, index) => list.children[index] !== row)) list.append(...order)
  for (const row of rows(field)) placeOf(row).value = order.length ? String([...list.children].indexOf(row) + 1) : ''
  // A row that moves loses the focus, which stays with whoever moved it.
  focused?.focus()
  const last = list.children.length - 1
  for (const [index, row] of rows(field).entries()) {
    row.querySelector<HTMLButtonElement>('[data-move="-1"]')!.disabled = index === 0
    row.querySelector<HTMLButtonElement>('[data-move="1"]')!.disabled = index === last
  }
  field.querySelector<HTMLElement>('[data-keep-order]')!.hidden = order.length > 0
}

/** Lets the steps of an ordering question be moved, and their places follow; `tell` says where a step is now. */
export function enableMoves(field: HTMLElement, tell: (text: string) => void) {
  const list = field.querySelector<HTMLElement>('[data-steps]')!
  const settle = (row: HTMLElement, to: number, pressed?: HTMLButtonElement) => {
    const order = rows(field).filter((one) => one !== row)
    order.splice(to, 0, row)
    place(field, order)
    tell(list.dataset['moved']!.replace('{n}', String(to + 1)).replace('{step}', row.dataset['text']!))
    // At the end of its way a button can't be pressed again: its twin takes the focus.
    if (pressed?.disabled) row.querySelector<HTMLButtonElement>('[data-move]:not(:disabled)')!.focus()
    field.dispatchEvent(new Event('change', { bubbles: true }))
  }
  list.addEventListener('click', (event) => {
    const button = (event.target as Element).closest<HTMLButtonElement>('[data-move]')
    if (!button) return
    const row = button.closest<HTMLElement>('[data-option]')!
    settle(row, rows(field).indexOf(row) + Number(button.dataset['move']), button)
  })
  list.addEventListener('change', (event) => {
    event.stopPropagation()
    const select = event.target as HTMLSelectElement
    if (select.value !== '') return settle(select.closest<HTMLElement>('[data-option]')!, Number(select.value) - 1)
    place(field, [])
    field.dispatchEvent(new Event('change', { bubbles: true }))
  })
  const keep = field.querySelector<HTMLButtonElement>('[data-keep-order]')!
  keep.addEventListener('click', () => {
    place(field, rows(field))
    rows(field)[0]!.querySelector<HTMLSelectElement>('select')!.focus()
    field.dispatchEvent(new Event('change', { bubbles: true }))
  })
  for (const button of list.querySelectorAll<HTMLButtonElement>('[data-move]')) button.hidden = false
  const sorted = rows(field).toSorted((a, b) => Number(placeOf(a).value) - Number(placeOf(b).value))
  place(field, sorted.every((row, index) => Number(placeOf(row).value) === index + 1) ? sorted : [])
}

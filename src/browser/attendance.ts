// The attendance sheet with a keyboard and without a network. Everything works without this script too.

const sheetForm = document.querySelector<HTMLFormElement>('#sheet')
const keptLine = sheetForm?.querySelector<HTMLElement>('[data-kept]')
if (sheetForm && keptLine) watchSheet(sheetForm, keptLine)

function watchSheet(sheet: HTMLFormElement, status: HTMLElement) {
  const radios = [...sheet.querySelectorAll<HTMLInputElement>('input[type=radio]')]
  const groups = [...sheet.querySelectorAll<HTMLFieldSetElement>('fieldset.marks')]
  const place = `attendance ${(sheet.elements.namedItem('cohortId') as HTMLInputElement).value} ${(sheet.elements.namedItem('date') as HTMLInputElement).value}`

  // One letter marks a half-day and goes to the same half of the next person.
  sheet.addEventListener('keydown', (event) => {
    const group = (event.target as HTMLElement).closest<HTMLFieldSetElement>('fieldset.marks')
    if (!group || event.ctrlKey || event.metaKey || event.altKey) return
    const letter = event.code.startsWith('Key') ? event.code.slice(3).toLowerCase() : event.key.toLowerCase()
    const radio = group.querySelector<HTMLInputElement>(`input[data-key="${CSS.escape(letter)}"]`)
    if (!radio) return
    event.preventDefault()
    radio.checked = true
    keep()
    const same = groups.filter((one) => one.dataset['half'] === group.dataset['half'])
    const next = same[same.indexOf(group) + 1]
    const goal = next?.querySelector<HTMLInputElement>('input:checked') ?? next?.querySelector<HTMLInputElement>('input')
    ;(goal ?? radio).focus()
  })

  // What is marked but not yet sent stays on this device until the server has it: a dropped connection loses nothing.
  const marked = () => Object.fromEntries(radios.filter((one) => one.checked).map((one) => [one.name, one.value]))
  const sent = marked()
  const keep = () => {
    const changed = Object.entries(marked()).filter(([name, value]) => sent[name] !== value)
    try {
      if (changed.length > 0) localStorage.setItem(place, JSON.stringify(Object.fromEntries(changed)))
      else localStorage.removeItem(place)
    } catch {
      // A device without storage: the sheet still works, it only keeps nothing.
    }
    say()
  }
  const say = () => {
    const changed = Object.entries(marked()).some(([name, value]) => sent[name] !== value)
    status.textContent = changed ? (navigator.onLine ? status.dataset['kept']! : status.dataset['offline']!) : ''
  }

  try {
    const kept = JSON.parse(localStorage.getItem(place) ?? '{}') as Record<string, string>
    for (const radio of radios) if (kept[radio.name] === radio.value) radio.checked = true
  } catch {
    // Unreadable: what the server has is shown.
  }
  keep()
  sheet.addEventListener('change', keep)
  addEventListener('online', say)
  addEventListener('offline', say)
}

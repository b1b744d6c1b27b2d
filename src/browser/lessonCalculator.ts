// A weight or an age typed in a dose table or a fluid plan finds its line. What each line says, and how much of it goes with
// a kilogram, comes with the page; without this script the table below says the same.

/** A line: for which weight (kg) and age (months), what it says, and which of its numbers are so much per kilogram, to how many decimals. */
type Band = { weight?: [number, number]; age?: [number, number]; perKg?: Record<string, number>; decimals?: number; text: string }

for (const calculator of document.querySelectorAll<HTMLElement>('[data-bands]')) {
  const bands = JSON.parse(calculator.dataset['bands']!) as Band[]
  const field = (name: string) => calculator.querySelector<HTMLInputElement>(`input[name="${name}"]`)
  const [weight, age, answer] = [field('weight'), field('age'), calculator.querySelector<HTMLElement>('output')!]
  // How the page writes 1234.5: between thousands and before decimals.
  const [, thousands, , , , decimal] = [...calculator.dataset['number']!]
  const shown = (value: number) => {
    const [whole, part] = String(value).split('.')
    return whole!.replace(/\B(?=(\d{3})+$)/g, thousands!) + (part ? decimal! + part : '')
  }
  const rows = calculator.querySelectorAll<HTMLElement>('tbody tr')
  const within = (ends: [number, number] | undefined, value: number) => !ends || (value >= ends[0] && value < ends[1])
  const numberIn = (input: HTMLInputElement | null) => (input ? Number(input.value.trim().replace(',', '.') || Number.NaN) : 0)
  // A child of no weight is a field half filled in.
  const weightIn = () => (weight && !(numberIn(weight) > 0) ? Number.NaN : numberIn(weight))

  const look = () => {
    const [kg, months] = [weightIn(), numberIn(age)]
    const ready = [kg, months].every(Number.isFinite)
    const band = ready ? bands.find((one) => within(one.weight, kg) && within(one.age, months)) : undefined
    for (const row of rows) row.classList.toggle('is-found', band !== undefined && isRowOf(row, bands.indexOf(band), kg))
    const said = band?.text.replace(/\{(\w+)\}/g, (_, name: string) => shown(name === 'kg' ? kg : rounded(band.perKg![name]! * kg, band.decimals ?? 0)))
    answer.textContent = ready ? (said ?? calculator.dataset['outside']!) : ''
  }

  for (const input of [weight, age]) input?.addEventListener('input', look)
  calculator.classList.add('is-live')
  look()
}

/** Rows name the line they belong to, the whole kilograms they are for, or both. */
function isRowOf({ dataset: { band, kg } }: HTMLElement, line: number, weight: number) {
  return (band ?? kg) !== undefined && (band === undefined || Number(band) === line) && (kg === undefined || Number(kg) === weight)
}

function rounded(value: number, decimals: number) {
  return Math.round(value * 10 ** decimals) / 10 ** decimals
}

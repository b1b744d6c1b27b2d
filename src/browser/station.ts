import { newId } from './device.ts'
import { watchOutbox } from './outbox.ts'
import { forgetSheet, type Kept, keepSheet, type Outcome, type Place, readSheet, sendSheet, waitingSheets } from './sheets.ts'

// An observation sheet filled in with one thumb beside a patient, on a network that comes and goes. Marks are kept on the
// device while they are made; a sheet that was saved is sent until the server has acknowledged it, and only then called
// saved. Without this script the sheet is a plain form.

const outbox = document.querySelector<HTMLElement>('#sheet-outbox')
const form = document.querySelector<HTMLFormElement>('#station-sheet')
const here = form && placeOf(form)
const same = (one: Place, other: Place | null) => other !== null && one.cohort === other.cohort && one.station === other.station && one.person === other.person && one.role === other.role

function placeOf(sheet: HTMLFormElement): Place {
  const value = (name: string) => (sheet.elements.namedItem(name) as HTMLInputElement).value
  return { owner: sheet.querySelector<HTMLElement>('[data-state]')!.dataset['owner']!, cohort: value('cohortId'), station: value('station'), person: value('personId'), role: value('role') }
}

if (outbox) {
  const owner = outbox.dataset['owner']!
  watchOutbox({
    status: outbox,
    waiting: () => waitingSheets(owner).filter(({ place }) => !same(place, here)),
    send: ({ place, sheet }) => sendSheet(place, sheet),
    forget: ({ place }) => forgetSheet(place),
    linkTo: ({ place }) => `/${document.documentElement.lang}/centre/cohorts/${place.cohort}/skills/${place.station}/${place.person}?again=${place.role === 'second' ? '&as=second' : ''}`,
  })
}
if (form && here) fill(form, here)

function fill(sheet: HTMLFormElement, place: Place) {
  const steps = [...sheet.querySelectorAll<HTMLFieldSetElement>('fieldset[data-step]')]
  const running = sheet.querySelector<HTMLElement>('[data-running]')!
  const state = sheet.querySelector<HTMLElement>('[data-state]')!
  const words = state.dataset as Record<string, string>
  const field = (name: string) => sheet.elements.namedItem(name) as HTMLInputElement
  const chosen = (step: HTMLElement) => step.querySelector<HTMLInputElement>('input:checked')?.value
  let sending = false
  let onDevice = true
  let sent = false

  const marked = () => Object.fromEntries(steps.filter(chosen).map((step) => [step.dataset['step']!, chosen(step) === 'done']))
  const read = (ready: boolean): Kept => ({ sheetId: field('sheetId').value, seen: field('seen').value, steps: marked(), remark: field('remark').value, ready })

  /** What these marks come to, said before they are saved. */
  function tell() {
    const done = steps.filter((step) => chosen(step) === 'done').length
    const missed = steps.filter((step) => chosen(step) === 'missed')
    const critical = missed.filter((step) => 'critical' in step.dataset).length
    const needed = Math.ceil((Number(running.dataset['percent']) * steps.length) / 100)
    const all = done + missed.length === steps.length
    const say = (name: string, facts: Record<string, number>) => Object.entries(facts).reduce((text, [key, value]) => text.replace(`{${key}}`, String(value)), running.dataset[name]!)
    running.textContent = critical > 0 ? say('critical', { n: critical })
      : steps.length - missed.length < needed ? say('share', { n: done, needed })
      : all ? say('passes', {}) : say('marked', { n: done + missed.length, all: steps.length })
  }

  /** The next step comes to the thumb; until it is there no tap counts, so that a double tap never marks two steps. A keyboard's reader stays where they are. */
  function comeTo(step: HTMLElement) {
    sheet.classList.add('sheet-moving')
    step.scrollIntoView({ block: 'end', behavior: matchMedia('(prefers-reduced-motion: reduce)').matches ? 'auto' : 'smooth' })
    setTimeout(() => sheet.classList.remove('sheet-moving'), 450)
  }

  function keep(ready: boolean) {
    onDevice = keepSheet(place, read(ready))
    return onDevice
  }

  const told: Record<Exclude<Outcome, 'saved' | 'newer'>, string> = { offline: 'offline', 'signed-out': 'signedOut', over: 'over', refused: 'refused' }
  let timer: ReturnType<typeof setTimeout> | undefined
  async function deliver() {
    if (sending) return
    clearTimeout(timer)
    sending = true
    sent = true
    state.textContent = words['sending']!
    const outcome = await sendSheet(place, read(true))
    sending = false
    if (outcome === 'saved') {
      forgetSheet(place)
      location.assign(words['result']!)
      return
    }
    if (outcome === 'newer') {
      keep(false)
      location.assign(words['again']!)
      return
    }
    // Nothing is called kept where the device keeps nothing.
    state.textContent = outcome === 'offline' && !onDevice ? words['lost']! : words[told[outcome]]!
    if (outcome === 'offline') timer = setTimeout(() => void deliver(), 10_000)
    else keep(false)
  }

  sheet.addEventListener('submit', (event) => {
    event.preventDefault()
    const open = steps.filter((step) => !chosen(step))
    for (const step of steps) step.classList.toggle('step-missing', !chosen(step))
    if (open.length > 0) {
      state.textContent = words['unmarked']!.replace('{n}', String(open.length))
      open[0]!.querySelector<HTMLInputElement>('input')!.focus()
      return
    }
    keep(true)
    void deliver()
  })
  sheet.addEventListener('change', (event) => {
    // What is marked anew is another sheet: the one from before may have arrived, though its answer did not.
    clearTimeout(timer)
    if (sent) field('sheetId').value = newId()
    sent = false
    keep(false)
    tell()
    state.textContent = onDevice ? '' : words['lost']!
    const step = (event.target as HTMLElement).closest<HTMLElement>('fieldset[data-step]')
    const next = step && steps[steps.indexOf(step as HTMLFieldSetElement) + 1]
    if (next && !chosen(next) && matchMedia('(pointer: coarse)').matches) comeTo(next)
  })

  const kept = readSheet(place)
  // The server has it already: only its yes did not arrive.
  if (kept && kept.sheetId === field('seen').value) forgetSheet(place)
  else if (kept) {
    const newer = kept.seen !== field('seen').value
    field('sheetId').value = newer ? newId() : kept.sheetId
    field('remark').value = kept.remark
    for (const step of steps) {
      const value = kept.steps[step.dataset['step']!]
      if (value !== undefined) step.querySelector<HTMLInputElement>(`input[value="${value ? 'done' : 'missed'}"]`)!.checked = true
    }
    // Somebody has saved another sheet meanwhile: whether this one should count is for the trainer to say.
    if (newer) {
      keep(false)
      state.textContent = words['newer']!
    } else if (kept.ready) void deliver()
    else state.textContent = words['kept']!
  }
  tell()
  addEventListener('online', () => {
    if (readSheet(place)?.ready) void deliver()
  })
}

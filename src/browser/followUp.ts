import { newId } from './device.ts'
import { watchOutbox } from './outbox.ts'
import { forgetVisit, type Kept, keepVisit, type Outcome, type Place, readVisit, sendVisit, waitingVisits } from './visits.ts'

// The form of a visit at somebody's workplace, where there may be no network. It is kept on the device while it is filled in; when it
// is finished it is sent until the server has acknowledged it, and only then called recorded. Without this script it is a plain form.

const outbox = document.querySelector<HTMLElement>('#visit-outbox')
const form = document.querySelector<HTMLFormElement>('#visit-form')
const here = form && placeOf(form)

function placeOf(of: HTMLFormElement): Place {
  const value = (name: string) => (of.elements.namedItem(name) as HTMLInputElement).value
  return { owner: of.querySelector<HTMLElement>('[data-state]')!.dataset['owner']!, cohort: value('cohortId'), person: value('personId') }
}

const isHere = (place: Place) => here !== null && place.cohort === here.cohort && place.person === here.person

if (outbox) {
  const owner = outbox.dataset['owner']!
  watchOutbox({
    status: outbox,
    waiting: () => waitingVisits(owner).filter(({ place }) => !isHere(place)),
    send: ({ place, visit }) => sendVisit(place, visit),
    forget: ({ place }) => forgetVisit(place),
    linkTo: ({ place }) => `/${document.documentElement.lang}/centre/follow-up/${place.cohort}/${place.person}`,
  })
}
if (form && here) fill(form, here)

function fill(sheet: HTMLFormElement, place: Place) {
  const state = sheet.querySelector<HTMLElement>('[data-state]')!
  const words = state.dataset as Record<string, string>
  const lines = [...sheet.querySelectorAll<HTMLFieldSetElement>('fieldset[data-line]')]
  const field = (name: string) => sheet.elements.namedItem(name) as HTMLInputElement
  let sending = false
  let sent = false
  let onDevice = true

  /** The form as the server wants it. */
  function body(fields: readonly [string, string][]) {
    const value = (name: string) => fields.find(([one]) => one === name)?.[1] ?? ''
    const visit = value('visit')
    // Before birth there is no child whose age could be chosen.
    const ageGroup = visit === 'antenatal' ? 'not-recorded' : value('ageGroup')
    const picked = (by: string) =>
      fields.flatMap(([name, said]) => (name === by && said !== 'none' ? [said] : name.startsWith(`${by}:${ageGroup}:`) ? [name.split(':')[2]!] : []))
    const answered = (kind: string) =>
      Object.fromEntries(fields.flatMap(([name, said]) => (name.startsWith(`${kind}:`) ? [[name.slice(kind.length + 1), said === 'yes']] : [])))
    return JSON.stringify({
      clientId: value('clientId'),
      visitedOn: value('visitedOn'),
      ageGroup: ageGroup || undefined,
      visit: visit || null,
      trainee: picked('trainee'),
      supervisor: picked('supervisor'),
      performance: answered('performance'),
      caregiver: answered('caregiver'),
      support: answered('support'),
      actions: value('actions') || null,
    })
  }

  function read(ready: boolean): Kept {
    const fields = [...new FormData(sheet)].flatMap(([name, value]): [string, string][] => (typeof value === 'string' ? [[name, value]] : []))
    return { clientId: field('clientId').value, fields, body: body(fields), ready }
  }

  function keep(ready: boolean) {
    onDevice = keepVisit(place, read(ready))
    return onDevice
  }

  let timer: ReturnType<typeof setTimeout> | undefined
  const told: Record<Exclude<Outcome, 'saved'>, string> = { offline: 'offline', 'signed-out': 'signedOut', taken: 'taken', refused: 'refused' }
  async function deliver() {
    if (sending) return
    clearTimeout(timer)
    sending = true
    sent = true
    state.textContent = words['sending']!
    const outcome = await sendVisit(place, read(true))
    sending = false
    if (outcome === 'saved') {
      forgetVisit(place)
      location.assign(words['result']!)
      return
    }
    // Nothing is called kept where the device keeps nothing.
    state.textContent = outcome === 'offline' && !onDevice ? words['lost']! : words[told[outcome]]!
    if (outcome === 'offline') timer = setTimeout(() => void deliver(), 10_000)
    else keep(outcome === 'signed-out')
  }

  sheet.addEventListener('submit', (event) => {
    event.preventDefault()
    const open = lines.filter((line) => !line.querySelector('input:checked'))
    for (const line of lines) line.classList.toggle('step-missing', open.includes(line))
    if (open.length > 0) {
      state.textContent = words['missing']!.replace('{n}', String(open.length))
      open[0]!.querySelector<HTMLInputElement>('input')!.focus()
      return
    }
    keep(true)
    void deliver()
  })
  const changed = () => {
    // What is filled in anew is another form: the one from before may have arrived, though its answer did not.
    clearTimeout(timer)
    if (sent) field('clientId').value = newId()
    sent = false
    keep(false)
    state.textContent = onDevice ? '' : words['lost']!
  }
  sheet.addEventListener('change', changed)
  sheet.querySelector('textarea')?.addEventListener('input', changed)

  const kept = 'refused' in sheet.dataset ? undefined : readVisit(place)
  if (kept) {
    const values = new Map(kept.fields)
    for (const one of sheet.querySelectorAll<HTMLInputElement | HTMLTextAreaElement>('input, textarea')) {
      const value = values.get(one.name)
      if (one instanceof HTMLInputElement && (one.type === 'checkbox' || one.type === 'radio')) one.checked = value === one.value
      else if (one.name && value !== undefined) one.value = value
    }
    for (const box of sheet.querySelectorAll('details')) if (box.querySelector('input:checked')) box.open = true
    if (kept.ready) void deliver()
    else state.textContent = words['kept']!
  }
  addEventListener('online', () => {
    if (readVisit(place)?.ready) void deliver()
  })
}

import { put } from './put.ts'

// Marks of attendance that this device has made and the centre has not acknowledged: each under the person who marks, the
// cohort and the half-day, with the moment of marking, so that of two devices the later mark counts whenever it arrives. A mark
// stays here until the centre has said that it has it; ids only, no names.

export type Mark = 'present' | 'late' | 'excused' | 'absent'
export type Place = { cohort: string; person: string; date: string; half: string }
/** Null takes a mark back. */
export type Made = { mark: Mark | null; at: string }
export type Waiting = Place & Made
export type Store = Pick<Storage, 'length' | 'key' | 'getItem' | 'setItem' | 'removeItem'>
/** `whole`: everything of this cohort is refused now; `one`: something among these marks is. */
export type Answer = 'saved' | 'offline' | 'signed-out' | { refused: 'whole' | 'one'; code: string }
export type Send = (cohort: string, marks: readonly Waiting[]) => Promise<Answer>

const start = 'besik:mark'
const nameOf = (owner: string, { cohort, person, date, half }: Place) => [start, owner, cohort, person, date, half].join(':')
const batch = 200

/**
 * Keeps a mark before it is sent. A name for each half-day, so that two tabs never write over each other's; a later mark of
 * one half-day always has a later moment. Answers the mark as kept, or null when the device keeps nothing.
 */
export function keepMark(store: Store, owner: string, place: Place, mark: Mark | null, now: number): Waiting | null {
  const before = readMark(store, owner, place)
  const made = { mark, at: new Date(Math.max(now, before ? Date.parse(before.at) + 1 : 0)).toISOString() }
  try {
    store.setItem(nameOf(owner, place), JSON.stringify(made))
    return { ...place, ...made }
  } catch {
    return null
  }
}

function readMark(store: Store, owner: string, place: Place): Made | null {
  try {
    const kept = JSON.parse(store.getItem(nameOf(owner, place)) ?? 'null') as Made | null
    return kept && !Number.isNaN(Date.parse(kept.at)) ? kept : null
  } catch {
    return null
  }
}

/** Forgets a mark that the centre has, unless another was made of the same half-day while this one was on its way. */
export function forgetMark(store: Store, owner: string, sent: Waiting) {
  if (readMark(store, owner, sent)?.at === sent.at) store.removeItem(nameOf(owner, sent))
}

/** The marks of a person that wait here, of one cohort or of all, the earliest first. */
export function waitingMarks(store: Store, owner: string, cohort?: string): Waiting[] {
  const found: Waiting[] = []
  try {
    for (let index = 0; index < store.length; index++) {
      const [kind, whose, of, person, date, half] = (store.key(index) ?? '').replace(`${start}:`, 'mark:').split(':')
      if (kind !== 'mark' || whose !== owner || !of || !person || !date || !half || (cohort !== undefined && of !== cohort)) continue
      const place = { cohort: of, person, date, half }
      const made = readMark(store, owner, place)
      if (made) found.push({ ...place, ...made })
    }
  } catch {
    return []
  }
  return found.sort((one, other) => one.at.localeCompare(other.at))
}

export type Delivered = { state: 'done' | 'offline' | 'signed-out' | 'refused'; saved: Waiting[]; refused: Waiting[]; code: string }

/**
 * Sends what waits of one cohort, until nothing does. When a batch is refused for one of its marks, each goes alone, so that
 * somebody who gave up a seat holds nobody else's mark back; what is refused stays here and is told. Stops at the first sign
 * that the network or the session is gone.
 */
export async function deliver(store: Store, owner: string, cohort: string, send: Send): Promise<Delivered> {
  const saved: Waiting[] = []
  const refused: Waiting[] = []
  let code = ''
  const done = (state: Delivered['state']): Delivered => ({ state, saved, refused, code })
  const isRefused = (one: Waiting) => refused.some((other) => other.person === one.person && other.date === one.date && other.half === one.half && other.at === one.at)
  const keep = (marks: readonly Waiting[]) => {
    for (const one of marks) forgetMark(store, owner, one)
    saved.push(...marks)
  }
  for (;;) {
    const next = waitingMarks(store, owner, cohort).filter((one) => !isRefused(one)).slice(0, batch)
    if (next.length === 0) return done(refused.length > 0 ? 'refused' : 'done')
    const answer = await send(cohort, next)
    if (answer === 'saved') {
      keep(next)
      continue
    }
    if (typeof answer === 'string') return done(answer)
    code = answer.code
    if (answer.refused === 'whole' || next.length === 1) {
      refused.push(...next)
      if (answer.refused === 'whole') return done('refused')
      continue
    }
    for (const one of next) {
      const alone = await send(cohort, [one])
      if (alone === 'saved') keep([one])
      else if (typeof alone === 'string') return done(alone)
      else {
        code = alone.code
        refused.push(one)
      }
    }
  }
}

/** Refusals about the sheet and not about one of its marks. */
const whole = new Set(['cohort.attendance-closed', 'cohort.attendance-not-begun', 'cohort.over', 'permission.denied', 'object.not-found'])

/** Sends marks and tells what became of them. A page that is left still sends what was marked a moment before. */
export async function sendMarks(cohort: string, marks: readonly Waiting[]): Promise<Answer> {
  const body = JSON.stringify(marks.map(({ person, date, half, mark, at }) => ({ personId: person, date, half, mark, at })))
  const reply = await put(`/cohorts/${cohort}/attendance`, body, { keepalive: marks.length < 100 })
  return typeof reply === 'string' ? reply : { refused: whole.has(reply.code) ? 'whole' : 'one', code: reply.code }
}

/** The device's storage; in a private window that refuses it, one that lives as long as the page and is never called kept. */
export function openStore(): { store: Store; durable: boolean } {
  try {
    localStorage.setItem('besik:probe', '1')
    localStorage.removeItem('besik:probe')
    return { store: localStorage, durable: true }
  } catch {
    const held = new Map<string, string>()
    const store: Store = {
      get length() {
        return held.size
      },
      key: (index) => [...held.keys()][index] ?? null,
      getItem: (name) => held.get(name) ?? null,
      setItem: (name, value) => void held.set(name, value),
      removeItem: (name) => void held.delete(name),
    }
    return { store, durable: false }
  }
}

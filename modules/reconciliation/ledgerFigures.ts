import type { Telling } from './ledgerTellings.ts'
import { Bits, Column, Serials, Texts } from './packed.ts'

// What the register stood at, at a moment, by the ledger's word alone: no table of certificates or people is asked. The same figures as
// the queries of definitions.ts, reached by another road, so that each can be held against the other.

/** The kinds of entry that the figures are made of. */
export const figureKinds = ['certificate.issued', 'certificate.revoked', 'certificate.replaced', 'person.merged', 'person.unmerged'] as const
export type FigureTelling = Telling<(typeof figureKinds)[number]>

/** A moment, and the inclusive days of a period up to it; `dayOf` is the calendar of the country. */
export type Asked = { asOf: Date; from?: string | undefined; to?: string | undefined; demonstration: boolean; dayOf: (at: Date) => string }

/**
 * `certificates` and `people` are of the period, by the counting date; `revoked` in the period, by the day of the revocation. `standing`,
 * `holders` and `valid` are of all time up to the moment.
 */
export const figureNames = ['certificates', 'people', 'standing', 'holders', 'valid', 'revoked'] as const
export type FigureName = (typeof figureNames)[number]
export type Figures = Record<FigureName, number>

/** The figures of one region, course or profession; `value` is null where certificates don't say. */
export type Part = { value: string | null } & Figures
export const partings = ['region', 'course', 'profession'] as const
export type Parting = (typeof partings)[number]

/** What is counted certificate by certificate, so that cells add up; humans don't. */
export const cellFigures = ['certificates', 'standing', 'valid', 'revoked'] as const
export type CellFigures = Record<(typeof cellFigures)[number], number> & Record<Parting, string | null>

export type Recomputed = {
  total: Figures
  parts: Record<Parting, Part[]>
  /** Certificates by region, course and profession together: standing ones in the period, of all time and valid, and revoked ones. */
  cells: CellFigures[]
  /** Entries that were heard, those among them that can't be read, and standing certificates whose entry is from before last days were told. */
  entries: number
  unreadable: number[]
  unsaid: number
}

type Cell = Record<Parting, string | null>
type Mutable = { [Name in FigureName]: Name extends 'people' | 'holders' ? Bits : number }

/** What the ledger says of a certificate at the moment: by whom it is held, what it is about, and its days; `revoked` is the day of the revocation. */
export type Said = { holder: string; cell: Cell; counted: string; expires: string | null | undefined; revoked: string | null; replaced: boolean }

const empty = (): Mutable => ({ certificates: 0, people: new Bits(), standing: 0, holders: new Bits(), valid: 0, revoked: 0 })
const counted = (one: Mutable): Figures => ({ ...one, people: one.people.size, holders: one.holders.size })

/** In place of a day: there is none, and the entry doesn't say. */
const [none, unsaid] = [-1, -2]

/**
 * Hears entries in their order and tells the figures. Holds some numbers for each certificate and a line for each holder in memory, and
 * nothing of any other entry.
 */
export class LedgerFigures {
  readonly #asked: Asked
  readonly #serials = new Serials()
  readonly #subjects = new Texts()
  readonly #days = new Texts()
  readonly #cellNames = new Texts()
  readonly #cells: Cell[] = []
  readonly #held = { subject: new Column(), cell: new Column(), counted: new Column(), expires: new Column(), revoked: new Column(), replaced: new Column() }
  /** Which record each joined record leads to at the moment. */
  readonly #into = new Map<string, string>()
  readonly #unreadable: number[] = []
  #entries = 0

  constructor(asked: Asked) {
    this.#asked = asked
  }

  hear({ seq, at, kind, facts }: FigureTelling): void {
    if (!facts) return void this.#unreadable.push(seq)
    const moment = facts.moment === undefined ? at : new Date(facts.moment)
    if (moment > this.#asked.asOf) return
    this.#entries++
    if (kind === 'person.merged') this.#into.set(facts.subject, facts.into)
    else if (kind === 'person.unmerged') this.#into.delete(facts.subject)
    else if (kind === 'certificate.issued') {
      // What certifies nothing and what is of the other sort is no part of any figure. Before there were statements of attendance everything certified.
      if (facts.certifies === false || facts.demonstration !== this.#asked.demonstration) return
      const { subject, region, course, profession, counted: on, expires } = facts
      const [place, held] = [this.#serials.take(facts.serial), this.#held]
      held.subject.set(place, this.#subjects.take(subject))
      held.cell.set(place, this.#cell({ region, course, profession }))
      held.counted.set(place, this.#days.take(on))
      held.expires.set(place, expires === undefined ? unsaid : expires === null ? none : this.#days.take(expires))
      held.revoked.set(place, none)
      held.replaced.set(place, 0)
    } else {
      const place = this.#serials.find(facts.serial)
      if (place === undefined) return
      if (kind === 'certificate.replaced') this.#held.replaced.set(place, 1)
      else this.#held.revoked.set(place, this.#days.take(this.#asked.dayOf(moment)))
    }
  }

  figures(): Recomputed {
    const { from = '', to = '9999', asOf, dayOf } = this.#asked
    const today = dayOf(asOf)
    const total = empty()
    const parts = Object.fromEntries(partings.map((name) => [name, new Map<string | null, Mutable>()])) as Record<Parting, Map<string | null, Mutable>>
    const cells = new Map<Cell, CellFigures>()
    const humans = new Texts()
    const roots = Array.from({ length: this.#subjects.size }, (_, subject) => humans.take(rootOf(this.#into, this.#subjects.of(subject))))
    let untold = 0
    for (let place = 0; place < this.#serials.size; place++) {
      const { subject, cell, counted: on, expires, revoked, replaced } = this.#at(place)
      const rows = [total, ...partings.map((name) => own(parts[name], cell[name], empty))]
      const at = own(cells, cell, () => ({ ...cell, certificates: 0, standing: 0, valid: 0, revoked: 0 }))
      if (revoked !== null && revoked >= from && revoked <= to) for (const row of [...rows, at]) row.revoked++
      if (revoked !== null || replaced) continue
      const human = roots[subject]!
      const inPeriod = on >= from && on <= to
      const valid = !expires || expires >= today
      if (expires === undefined) untold++
      for (const row of rows) row.holders.add(human)
      if (inPeriod) for (const row of rows) row.people.add(human)
      for (const row of [...rows, at]) {
        row.standing++
        if (valid) row.valid++
        if (inPeriod) row.certificates++
      }
    }
    return {
      total: counted(total),
      parts: Object.fromEntries(partings.map((name) => [name, [...parts[name]].map(([value, row]): Part => ({ value, ...counted(row) })).filter((one) => figureNames.some((figure) => one[figure] > 0)).toSorted(byValue)])) as Record<Parting, Part[]>,
      cells: [...cells.values()].filter((one) => cellFigures.some((figure) => one[figure] > 0)),
      entries: this.#entries, unreadable: this.#unreadable, unsaid: untold,
    }
  }

  /** What was heard of a serial; undefined when nothing, or when it is no part of any figure. */
  said(serial: string): Said | undefined {
    const place = this.#serials.find(serial)
    if (place === undefined) return undefined
    const { subject, ...said } = this.#at(place)
    return { ...said, holder: rootOf(this.#into, this.#subjects.of(subject)) }
  }

  /** Every serial that was heard of. */
  *everySerial(): Generator<string> {
    for (let place = 0; place < this.#serials.size; place++) yield this.#serials.serialAt(place)
  }

  #at(place: number): Omit<Said, 'holder'> & { subject: number } {
    const { subject, cell, counted: on, expires, revoked, replaced } = this.#held
    const [until, ended] = [expires.get(place), revoked.get(place)]
    return {
      subject: subject.get(place), cell: this.#cells[cell.get(place)]!, counted: this.#days.of(on.get(place)),
      expires: until === unsaid ? undefined : until === none ? null : this.#days.of(until), revoked: ended === none ? null : this.#days.of(ended), replaced: replaced.get(place) === 1,
    }
  }

  #cell(cell: Cell): number {
    const number = this.#cellNames.take(JSON.stringify([cell.region, cell.course, cell.profession]))
    this.#cells[number] ??= cell
    return number
  }
}

/** The record that stands for somebody's joined ones. */
export function rootOf(into: ReadonlyMap<string, string>, subject: string): string {
  let here = subject
  // As many steps as there are joinings at most: a ring in a broken ledger must not hold anybody up.
  for (let steps = into.size; steps >= 0; steps--) {
    const next = into.get(here)
    if (next === undefined) return here
    here = next
  }
  return here
}

function own<Key, Value>(map: Map<Key, Value>, key: Key, make: () => Value): Value {
  const known = map.get(key)
  if (known !== undefined) return known
  const made = make()
  map.set(key, made)
  return made
}

/** By their values; what isn't said comes last. */
export const byValue = (one: { value: string | null }, other: { value: string | null }) => (one.value === null ? 1 : other.value === null ? -1 : one.value < other.value ? -1 : 1)

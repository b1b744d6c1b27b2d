// A cohort as one would explain it at a desk: numbered seats, some kept for somebody, people standing in line, and offers
// that wait for an answer. Written from the rules in words, and not from the product's code.

export type Kind = 'facility' | 'professions' | 'guests'
export type Person = { id: string; facility: string; profession: string; guest: boolean }
export type Kept = { id: string; kind: Kind; facility: string | null; professions: string[]; seats: number; released: boolean; made: string }
export type Sitting = { person: string; offered: boolean; kept: string | null }

const rank: Record<Kind, number> = { facility: 1, guests: 2, professions: 3 }

export const isFor = (kept: Kept, person: Person) =>
  kept.kind === 'facility' ? kept.facility === person.facility : kept.kind === 'guests' ? person.guest : kept.professions.includes(person.profession)

/** How many seats a quota keeps back beside so many taken from it, and whether somebody may take one of the free seats. */
export const stillKept = (kept: Kept, taken: number) => (kept.released ? 0 : Math.max(0, kept.seats - taken))
export function mayTake(person: Person, board: { capacity: number; kepts: Kept[]; taken: { kept: string | null }[] }): boolean {
  const left = board.kepts.map((one) => ({ one, n: stillKept(one, board.taken.filter((seat) => seat.kept === one.id).length) }))
  const free = board.capacity - board.taken.length
  if (free <= 0) return false
  return left.some(({ one, n }) => n > 0 && isFor(one, person)) || free > left.reduce((sum, { n }) => sum + n, 0)
}

export class Desk {
  seats = new Map<number, Sitting>()
  line: string[] = []
  kepts: Kept[] = []
  /** In which order people came: of those inside. */
  came: string[] = []
  capacity: number
  offers: boolean
  readonly people: ReadonlyMap<string, Person>
  constructor(capacity: number, offers: boolean, people: ReadonlyMap<string, Person>) {
    this.capacity = capacity
    this.offers = offers
    this.people = people
  }

  private must(true_: boolean, what: string) {
    if (!true_) throw new Error(`the product did what the desk would have refused: ${what}`)
  }
  private at = (person: string) => [...this.seats].find(([, one]) => one.person === person)
  private free = () => Array.from({ length: this.capacity }, (_, index) => index + 1).find((seat) => !this.seats.has(seat))
  private board = () => ({ capacity: this.capacity, kepts: this.kepts, taken: [...this.seats.values()] })
  private used = (kept: Kept) => [...this.seats.values()].filter((one) => one.kept === kept.id).length
  private keptSum = () => this.kepts.reduce((sum, one) => sum + stillKept(one, this.used(one)), 0)

  /** Calls people from the line, each to the lowest free seat that may be theirs, until nobody may take one. */
  private callNext(arriving?: string): number {
    let called = 0
    for (const person of this.line.slice()) {
      const traits = this.people.get(person)!
      if (!mayTake(traits, this.board())) continue
      const own = this.ordered().find((one) => stillKept(one, this.used(one)) > 0 && isFor(one, traits))
      this.seats.set(this.free()!, { person, offered: this.offers && person !== arriving, kept: own?.id ?? null })
      this.line = this.line.filter((one) => one !== person)
      called++
    }
    return called
  }
  private ordered = () => this.kepts.toSorted((a, b) => rank[a.kind] - rank[b.kind] || (a.made < b.made ? -1 : a.made > b.made ? 1 : a.id < b.id ? -1 : 1))

  enrol(person: string): string {
    this.must(!this.at(person) && !this.line.includes(person), 'enrol somebody who is in')
    this.line.push(person)
    this.came.push(person)
    this.callNext(person)
    return this.at(person) ? `seat ${this.at(person)![0]}` : `place ${this.line.indexOf(person) + 1}`
  }
  leave(person: string) {
    const seat = this.at(person)
    this.must(seat !== undefined || this.line.includes(person), 'take out somebody who is not in')
    this.line = this.line.filter((one) => one !== person)
    this.came = this.came.filter((one) => one !== person)
    if (!seat) return
    this.seats.delete(seat[0])
    this.callNext()
  }
  answer(person: string, how: 'accept' | 'decline' | 'expire') {
    const seat = this.at(person)
    this.must(seat?.[1].offered === true, `${how} an offer that is none`)
    if (how === 'accept') seat![1].offered = false
    else this.leave(person)
    return `seat ${seat![0]}`
  }
  resize(capacity: number) {
    this.must(capacity >= this.seats.size + this.keptSum(), 'fewer seats than are taken or kept')
    this.capacity = capacity
    for (const [seat, one] of [...this.seats].sort(([a], [b]) => a - b)) {
      if (seat <= capacity) continue
      this.seats.delete(seat)
      this.seats.set(this.free()!, one)
    }
    this.callNext()
  }
  keep(kept: Kept) {
    this.kepts = [...this.kepts.filter((one) => one.id !== kept.id), kept]
    for (const person of this.came) {
      const seat = this.at(person)?.[1]
      if (seat && seat.kept === null && isFor(kept, this.people.get(person)!) && this.used(kept) < kept.seats) seat.kept = kept.id
    }
    this.must(this.seats.size + this.keptSum() <= this.capacity, 'keep more seats than are free')
    this.callNext()
  }
  letGo(id: string, how: 'release' | 'remove') {
    const kept = this.kepts.find((one) => one.id === id)
    this.must(kept !== undefined && (how === 'remove' || !kept.released), `${how} a quota that is gone`)
    if (how === 'release') kept!.released = true
    else {
      this.kepts = this.kepts.filter((one) => one.id !== id)
      for (const seat of this.seats.values()) if (seat.kept === id) seat.kept = null
    }
    this.callNext()
  }

  told = () => ({
    capacity: this.capacity, queue: this.line,
    seats: Object.fromEntries([...this.seats].sort(([a], [b]) => a - b).map(([seat, one]) => [seat, `${one.person} ${one.offered ? 'offered' : 'enrolled'} ${one.kept ?? 'open'}`])),
  })
}

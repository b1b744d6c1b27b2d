import { assert, asyncModelRun, asyncProperty, commands as listsOf, constantFrom, type AsyncCommand, integer, nat } from 'fast-check'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { sealAttendance } from '#modules/attendance/index.ts'
import { changeCapacity, changeState, enrol, withdraw } from '#modules/cohorts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCohort, aTrainee } from '#tests/factories.ts'
import { stateOf } from './cast.ts'

// A cohort as one would explain it at a desk: numbered seats, and people standing in line.
class Desk {
  seats = new Map<number, string>()
  line: string[] = []
  capacity: number
  over = false
  constructor(capacity: number) {
    this.capacity = capacity
  }
  free = () => Array.from({ length: this.capacity }, (_, index) => index + 1).find((seat) => !this.seats.has(seat))
  sitting = (who: string) => [...this.seats].find(([, person]) => person === who)?.[0]
  callNext() {
    for (let seat = this.free(); seat !== undefined && this.line.length > 0; seat = this.free()) this.seats.set(seat, this.line.shift()!)
  }
  enrol(who: string) {
    if (this.over) return 'cohort.over'
    if (this.sitting(who) !== undefined || this.line.includes(who)) return 'cohort.already-enrolled'
    this.line.push(who)
    this.callNext()
    return this.sitting(who) === undefined ? `queued ${this.line.length}` : `enrolled ${this.sitting(who)}`
  }
  withdraw(who: string) {
    if (this.over) return 'cohort.over'
    if (this.sitting(who) === undefined && !this.line.includes(who)) return 'object.not-found'
    this.line = this.line.filter((one) => one !== who)
    this.seats.delete(this.sitting(who) ?? 0)
    this.callNext()
    return 'done'
  }
  resize(capacity: number) {
    if (this.over) return 'cohort.over'
    if (capacity < this.seats.size) return 'cohort.capacity-below-taken'
    this.capacity = capacity
    for (const [seat, who] of [...this.seats].sort(([a], [b]) => a - b)) {
      if (seat <= capacity) continue
      this.seats.delete(seat)
      this.seats.set(this.free()!, who)
    }
    this.callNext()
    return 'done'
  }
  finish(to: 'closed' | 'cancelled') {
    if (this.over) return 'cohort.no-such-move'
    this.over = true
    if (to === 'cancelled') {
      this.seats.clear()
      this.line = []
    }
    return 'done'
  }
}

const actor = system('test')
type Real = { db: Db; cohortId: string; people: string[] }
const outcome = (work: Promise<unknown>) => work.then(() => 'done', (error: { code?: string }) => error.code ?? String(error))

class Step implements AsyncCommand<Desk, Real> {
  readonly name: string
  readonly onDesk: (desk: Desk, people: string[]) => string
  readonly onReal: (real: Real) => Promise<string>
  constructor(name: string, onDesk: Step['onDesk'], onReal: Step['onReal']) {
    this.name = name
    this.onDesk = onDesk
    this.onReal = onReal
  }
  check = () => true
  toString = () => this.name
  async run(desk: Desk, real: Real) {
    expect(await this.onReal(real)).toBe(this.onDesk(desk, real.people))
    const now = await stateOf(real.db, real.cohortId)
    expect({ seats: now.seats, queue: now.queue, capacity: now.capacity }).toEqual({ seats: Object.fromEntries(desk.seats), queue: desk.line, capacity: desk.capacity })
    const taken = Object.keys(now.seats).length
    expect(taken).toBeLessThanOrEqual(now.capacity)
    if (taken < now.capacity) expect(now.queue).toEqual([])
  }
}

const whom = nat({ max: 6 })
const steps = [
  whom.map((n) => new Step(`enrol ${n}`, (desk, people) => desk.enrol(people[n]!), ({ db, cohortId, people }) =>
    enrol(db, actor, { cohortId, personId: people[n]! }).then((got) => (got.state === 'enrolled' ? `enrolled ${got.seat}` : `queued ${got.place}`), (error: { code: string }) => error.code))),
  whom.map((n) => new Step(`withdraw ${n}`, (desk, people) => desk.withdraw(people[n]!), ({ db, cohortId, people }) => outcome(withdraw(db, actor, { cohortId, personId: people[n]! })))),
  integer({ min: 1, max: 6 }).map((n) => new Step(`resize to ${n}`, (desk) => desk.resize(n), ({ db, cohortId }) => outcome(changeCapacity(db, actor, { cohortId, capacity: n })))),
  constantFrom('closed' as const, 'cancelled' as const).map((to) => new Step(to, (desk) => desk.finish(to), ({ db, cohortId }) => outcome(changeState(db, actor, { cohortId, to }, sealAttendance)))),
]

// Comings and goings mostly, and seldom the end, after which nothing happens.
const often = [6, 7, 5, 1]

class RollBack extends Error {}

test('seats and queue do what a desk with numbered seats and one line would do', { timeout: 180_000 }, async ({ db }) => {
  const { id: cohortId, capacity } = await aCohort(db, { state: 'running', capacity: 3 })
  const people: string[] = []
  for (let n = 0; n < 7; n++) people.push((await aTrainee(db)).personId!)
  // Each run begins with three seated and two waiting.
  const present = people.slice(0, 5)
  for (const personId of present) await enrol(db, actor, { cohortId, personId })
  const opened = () => {
    const desk = new Desk(capacity)
    for (const who of present) desk.enrol(who)
    return desk
  }
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`cohorts model: SEED=${seed}`)

  const commands = listsOf(often.flatMap((times, index) => Array.from({ length: times }, () => steps[index]!)), { maxCommands: 24, size: 'max' })
  await assert(asyncProperty(commands, async (list) => {
    await db.transaction(async (tx) => {
      await asyncModelRun(() => ({ model: opened(), real: { db: tx as unknown as Db, cohortId, people } }), list)
      throw new RollBack()
    }).catch((error: unknown) => {
      if (!(error instanceof RollBack)) throw error
    })
  }), { numRuns: 300, seed })
})

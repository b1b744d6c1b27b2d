import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { judgeMark, type Standing } from '#modules/attendance/rules.ts'
import { type Answer, deliver, forgetMark, keepMark, type Mark, type Store, type Waiting, waitingMarks } from '#src/browser/marks.ts'

// The queue of marks on a device, without a browser: a store as browsers have, and centres that answer as they please.

class Memory implements Store {
  readonly held = new Map<string, string>()
  full = false
  get length() {
    return this.held.size
  }
  key = (index: number) => [...this.held.keys()][index] ?? null
  getItem = (name: string) => this.held.get(name) ?? null
  setItem = (name: string, value: string) => {
    if (this.full) throw new DOMException('full', 'QuotaExceededError')
    this.held.set(name, value)
  }
  removeItem = (name: string) => void this.held.delete(name)
}

const [owner, cohort] = ['11111111-1111-4111-8111-111111111111', '22222222-2222-4222-8222-222222222222']
const place = (person: string, half = 'am') => ({ cohort, person, date: '2027-03-01', half })
const cellOf = (one: { person: string; date: string; half: string }) => `${one.person} ${one.date} ${one.half}`

/** A centre that keeps marks as the real one does. */
function centre() {
  const sheet = new Map<string, Standing>()
  const take = (marks: readonly Waiting[]) => {
    for (const one of marks) {
      const given = { mark: one.mark, source: 'sheet' as const, at: Date.parse(one.at) }
      if (judgeMark(sheet.get(cellOf(one)), given) !== 'weaker') sheet.set(cellOf(one), given)
    }
  }
  return { sheet, take, send: (_: string, marks: readonly Waiting[]): Promise<Answer> => (take(marks), Promise.resolve('saved')) }
}

describe('keeping', () => {
  test('a mark waits under its person, group and half-day; another of the same half-day replaces it', () => {
    const store = new Memory()
    keepMark(store, owner, place('a'), 'present', 1000)
    keepMark(store, owner, place('a'), 'late', 2000)
    keepMark(store, owner, place('a', 'pm'), 'absent', 1500)
    expect(waitingMarks(store, owner, cohort)).toEqual([
      { ...place('a', 'pm'), mark: 'absent', at: '1970-01-01T00:00:01.500Z' }, { ...place('a'), mark: 'late', at: '1970-01-01T00:00:02.000Z' },
    ])
    expect([waitingMarks(store, 'somebody else'), waitingMarks(store, owner, 'another')]).toEqual([[], []])
  })

  test('the later mark has the later moment, even when the clock stands still or goes back', () => {
    const store = new Memory()
    const moments = [5000, 5000, 3000].map((now, index) => keepMark(store, owner, place('a'), index % 2 ? 'late' : 'present', now)!.at)
    expect(moments).toEqual(['1970-01-01T00:00:05.000Z', '1970-01-01T00:00:05.001Z', '1970-01-01T00:00:05.002Z'])
  })

  test('a full device says so', () => {
    const store = new Memory()
    store.full = true
    expect(keepMark(store, owner, place('a'), 'present', 1000)).toBeNull()
  })

  test('what others keep on the device is no mark, and a broken one is none', () => {
    const store = new Memory()
    store.setItem('besik:sheet:x', '{}')
    store.setItem(`besik:mark:${owner}:${cohort}:a:2027-03-01:am`, '{broken')
    store.setItem(`besik:mark:${owner}:${cohort}:b:2027-03-01:am`, '{"mark":"late","at":"never"}')
    expect(waitingMarks(store, owner)).toEqual([])
  })

  test('a mark made while the one before was on its way is not forgotten with it', () => {
    const store = new Memory()
    const first = keepMark(store, owner, place('a'), 'present', 1000)!
    keepMark(store, owner, place('a'), 'late', 2000)
    forgetMark(store, owner, first)
    expect(waitingMarks(store, owner, cohort)).toMatchObject([{ mark: 'late' }])
  })
})

describe('sending', () => {
  test('everything goes out, in batches, and is forgotten only then', async () => {
    const store = new Memory()
    const { sheet, send } = centre()
    for (let n = 0; n < 450; n++) keepMark(store, owner, place(`p${n}`), 'present', 1000 + n)
    const sizes: number[] = []
    const { state, saved } = await deliver(store, owner, cohort, (id, marks) => (sizes.push(marks.length), send(id, marks)))
    expect([state, saved.length, sheet.size, sizes, store.length]).toEqual(['done', 450, 450, [200, 200, 50], 0])
  })

  test.for(['offline', 'signed-out'] as const)('%s: nothing is lost and nothing more is tried', async (answer) => {
    const store = new Memory()
    for (let n = 0; n < 300; n++) keepMark(store, owner, place(`p${n}`), 'present', n)
    let calls = 0
    const { state } = await deliver(store, owner, cohort, () => (calls++, Promise.resolve(answer)))
    expect([state, calls, waitingMarks(store, owner, cohort).length]).toEqual([answer, 1, 300])
  })

  test('one refused mark holds nobody else’s back: it stays on the device and is told', async () => {
    const store = new Memory()
    const { sheet, take } = centre()
    for (const person of ['a', 'gone', 'b']) keepMark(store, owner, place(person), 'present', 1000)
    const answers = await deliver(store, owner, cohort, (_, marks) => {
      if (marks.some((one) => one.person === 'gone')) return Promise.resolve({ refused: 'one', code: 'cohort.mark-without-seat' })
      take(marks)
      return Promise.resolve('saved')
    })
    expect(answers).toMatchObject({ state: 'refused', code: 'cohort.mark-without-seat', refused: [{ person: 'gone' }] })
    expect([[...sheet.keys()].map((key) => key.split(' ')[0]), waitingMarks(store, owner, cohort).map((one) => one.person)]).toEqual([['a', 'b'], ['gone']])
  })

  test('a closed sheet refuses once for all, and every mark waits for it to be opened again', async () => {
    const store = new Memory()
    for (let n = 0; n < 300; n++) keepMark(store, owner, place(`p${n}`), 'present', n)
    let calls = 0
    const answer = await deliver(store, owner, cohort, () => (calls++, Promise.resolve({ refused: 'whole', code: 'cohort.attendance-closed' })))
    expect([answer.state, answer.code, calls, waitingMarks(store, owner, cohort).length]).toEqual(['refused', 'cohort.attendance-closed', 1, 300])
  })

  test('a mark made while a batch is under way goes out with the next', async () => {
    const store = new Memory()
    const { sheet, send } = centre()
    keepMark(store, owner, place('a'), 'present', 1000)
    let first = true
    await deliver(store, owner, cohort, (id, marks) => {
      if (first) keepMark(store, owner, place('a'), 'absent', 2000)
      first = false
      return send(id, marks)
    })
    expect([sheet.get('a 2027-03-01 am')?.mark, store.length]).toEqual(['absent', 0])
  })
})

test('two devices on a network that loses requests and answers: the later mark of each half-day stands, and nothing waits in the end', async () => {
  const word = fc.constantFrom<(Mark | null)[]>('present', 'late', 'excused', 'absent', null)
  const step = fc.oneof(
    { weight: 3, arbitrary: fc.record({ kind: fc.constant('mark' as const), device: fc.nat(1), person: fc.constantFrom('a', 'b', 'c'), mark: word }) },
    { weight: 1, arbitrary: fc.record({ kind: fc.constant('send' as const), device: fc.nat(1), fate: fc.constantFrom('fine', 'request lost', 'answer lost') }) },
  )
  await fc.assert(fc.asyncProperty(fc.array(step, { minLength: 1, maxLength: 40 }), async (steps) => {
    const devices = [new Memory(), new Memory()]
    const { sheet, take, send } = centre()
    const latest = new Map<string, Mark | null>()
    let now = 1_000_000
    for (const one of steps) {
      now += 10
      if (one.kind === 'mark') {
        keepMark(devices[one.device]!, owner, place(one.person), one.mark, now)
        latest.set(one.person, one.mark)
      } else {
        await deliver(devices[one.device]!, owner, cohort, (_, marks) => {
          if (one.fate !== 'request lost') take(marks)
          return Promise.resolve(one.fate === 'fine' ? 'saved' : 'offline')
        })
      }
    }
    for (const device of devices) await deliver(device, owner, cohort, send)
    expect(Object.fromEntries([...sheet].map(([cell, standing]) => [cell.split(' ')[0], standing.mark]))).toEqual(Object.fromEntries(latest))
    expect(devices.map((device) => device.length)).toEqual([0, 0])
  }), { numRuns: 500 })
})

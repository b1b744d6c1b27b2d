import { array, assert, constantFrom, integer, nat, property, record, subarray } from 'fast-check'
import { describe, expect, test } from 'vitest'
import { allot, countedIn, heldBack, matches, type SeatQuota, type Traits, type Waiting } from '#modules/cohorts/index.ts'

const facility = (seats: number, of = 'aral', released = false): SeatQuota => ({ id: `facility ${of}`, kind: 'facility', facilityId: of, professions: null, seats, released })
const nurses = (seats: number, released = false): SeatQuota => ({ id: 'nurses', kind: 'professions', facilityId: null, professions: ['patronage-nurse', 'chief-nurse'], seats, released })
const social = (seats: number): SeatQuota => ({ id: 'social', kind: 'professions', facilityId: null, professions: ['social-worker'], seats, released: false })
const guests = (seats: number): SeatQuota => ({ id: 'guests', kind: 'guests', facilityId: null, professions: null, seats, released: false })

const nurse: Traits = { facilityId: 'city', profession: 'patronage-nurse', guest: false }
const worker: Traits = { facilityId: 'city', profession: 'social-worker', guest: false }
const midwife: Traits = { facilityId: 'aral', profession: 'midwife', guest: false }
const guest: Traits = { facilityId: 'taraz', profession: 'paediatrician', guest: true }
const nobody: Traits = { facilityId: null, profession: null, guest: false }
const line = (...people: Traits[]): Waiting[] => people.map((one, index) => ({ ...one, personId: `${index + 1}` }))
const taken = (...seats: number[]) => seats.map((seat) => ({ seat, quotaId: null }))
const told = (input: Parameters<typeof allot>[0]) => allot(input).map((one) => `${one.personId} on ${one.seat} of ${one.quotaId ?? 'open'}`)

describe('without quotas, the first to come get the lowest free seats', () => {
  test.for([
    ['an empty class', 3, [], 2, ['1 on 1 of open', '2 on 2 of open']],
    ['a full class', 2, [1, 2], 3, []],
    ['a hole in the middle', 3, [1, 3], 2, ['1 on 2 of open']],
    ['nobody waiting', 3, [1], 0, []],
    ['more people than seats', 2, [], 4, ['1 on 1 of open', '2 on 2 of open']],
  ] as const)('%s', ([, capacity, seats, waiting, expected]) => {
    expect(told({ capacity, taken: taken(...seats), quotas: [], queue: line(...Array.from({ length: waiting }, () => nurse)) })).toEqual(expected)
  })
})

describe('with quotas', () => {
  test.for([
    ['kept seats are not for others, and who comes later passes nobody who could take them', 2, [nurses(1)], [worker, worker, nurse], ['1 on 1 of open', '3 on 2 of nurses']],
    ['a person takes from their own quota before the open part', 3, [nurses(1)], [nurse, worker, worker], ['1 on 1 of nurses', '2 on 2 of open', '3 on 3 of open']],
    ['when their quota is used up they take from the open part', 3, [nurses(1)], [nurse, nurse, worker], ['1 on 1 of nurses', '2 on 2 of open', '3 on 3 of open']],
    ['kept whole, everybody else waits beside free seats', 2, [facility(2)], [nurse, worker], []],
    ['two quotas of one person: the first given is asked first', 2, [facility(1), { ...nurses(1), professions: ['midwife'] }], [midwife, midwife], ['1 on 1 of facility aral', '2 on 2 of nurses']],
    ['nurses and social workers in a stated ratio', 4, [nurses(2), social(2)], [nurse, nurse, nurse, worker, worker], ['1 on 1 of nurses', '2 on 2 of nurses', '4 on 3 of social', '5 on 4 of social']],
    ['guests', 2, [guests(1)], [nurse, nurse, guest], ['1 on 1 of open', '3 on 2 of guests']],
    ['a released quota keeps nothing', 2, [nurses(2, true)], [worker, worker], ['1 on 1 of open', '2 on 2 of open']],
    ['somebody without facility and profession has the open part only', 2, [facility(1), nurses(1)], [nobody], []],
  ] as const)('%s', ([, capacity, quotas, queue, expected]) => {
    expect(told({ capacity, taken: [], quotas, queue: line(...queue) })).toEqual(expected)
  })

  test('what was taken from a quota is no longer kept, and a seat given back is kept again', () => {
    const seats = [{ seat: 1, quotaId: 'nurses' }, { seat: 2, quotaId: null }]
    expect(heldBack([nurses(2), social(1)], seats)).toEqual(new Map([['nurses', 1], ['social', 1]]))
    expect(heldBack([nurses(2)], seats.slice(1))).toEqual(new Map([['nurses', 2]]))
    expect(heldBack([nurses(1)], [...seats, { seat: 3, quotaId: 'nurses' }])).toEqual(new Map([['nurses', 0]]))
  })
})

test.for([
  [facility(1), midwife, true], [facility(1), nurse, false], [facility(1), nobody, false],
  [nurses(1), nurse, true], [nurses(1), midwife, false], [nurses(1), nobody, false],
  [guests(1), guest, true], [guests(1), nurse, false],
] as const)('%o is for %o: %s', ([quota, person, expected]) => {
  expect(matches(quota, person)).toBe(expected)
})

test.for([
  ['those seated already count, first come first', nurses(3), 0, [[5, nurse], [2, worker], [1, nurse]], [5, 1]],
  ['never more than the quota still lacks', nurses(2), 1, [[5, nurse], [1, nurse]], [5]],
  ['none when it is full', nurses(2), 2, [[5, nurse]], []],
  ['nobody else', social(2), 0, [[5, nurse]], []],
] as const)('%s', ([, quota, used, seats, expected]) => {
  expect(countedIn(quota, used, seats.map(([seat, traits]) => ({ ...traits, seat })))).toEqual(expected)
})

/** Any board that can be: quotas never keep more than is free. */
const boards = record({
  capacity: integer({ min: 1, max: 12 }), seats: subarray(Array.from({ length: 12 }, (_, index) => index + 1)), from: array(nat({ max: 4 }), { minLength: 12, maxLength: 12 }),
  sizes: array(nat({ max: 6 }), { minLength: 4, maxLength: 4 }), queue: array(constantFrom(nurse, worker, midwife, guest, nobody), { maxLength: 12 }),
}).map(({ capacity, seats, from, sizes, queue }) => {
  const quotas = [facility(sizes[0]!), nurses(sizes[1]!), social(sizes[2]!), guests(sizes[3]!)].filter((one) => one.seats > 0)
  const inside = seats.filter((seat) => seat <= capacity).map((seat, index) => ({ seat, quotaId: quotas[from[index]!]?.id ?? null }))
  let free = capacity - inside.length
  const possible = quotas.filter((one) => {
    const held = heldBack([one], inside).get(one.id)!
    if (held > free) return false
    free -= held
    return true
  })
  return { capacity, taken: inside, quotas: possible, queue: line(...queue) }
})

test('on any board nobody sits twice, no kept seat goes astray, and nobody waits beside a seat that is theirs to take', () => {
  assert(property(boards, (board) => {
    const given = allot(board)
    const after = [...board.taken, ...given]
    expect(new Set(after.map((one) => one.seat)).size).toBe(after.length)
    expect(after.every((one) => one.seat >= 1 && one.seat <= board.capacity)).toBe(true)
    const people = new Map(board.queue.map((one) => [one.personId, one]))
    for (const one of given) if (one.quotaId) expect(matches(board.quotas.find((quota) => quota.id === one.quotaId)!, people.get(one.personId)!)).toBe(true)
    const held = heldBack(board.quotas, after)
    const open = board.capacity - after.length - [...held.values()].reduce((sum, n) => sum + n, 0)
    expect(open).toBeGreaterThanOrEqual(0)
    for (const person of board.queue.filter((one) => !given.some((got) => got.personId === one.personId))) {
      expect(open).toBe(0)
      expect(board.quotas.some((quota) => held.get(quota.id)! > 0 && matches(quota, person))).toBe(false)
    }
    // Of two alike, the first to come is served first.
    for (const traits of [nurse, worker, midwife, guest, nobody]) {
      const alike = board.queue.filter((one) => one.profession === traits.profession && one.facilityId === traits.facilityId)
      const served = alike.map((one) => given.some((got) => got.personId === one.personId))
      expect(served).toEqual(served.toSorted((a, b) => Number(b) - Number(a)))
    }
  }), { numRuns: 2000 })
})

test('without quotas it is the plain queue, on any board', () => {
  assert(property(boards, (board) => {
    const numbers = board.taken.map((one) => one.seat)
    const free = Array.from({ length: board.capacity }, (_, index) => index + 1).filter((seat) => !numbers.includes(seat))
    const paired = free.slice(0, board.queue.length).map((seat, index) => ({ personId: board.queue[index]!.personId, seat, quotaId: null }))
    expect(allot({ ...board, quotas: [] })).toEqual(paired)
  }), { numRuns: 500 })
})

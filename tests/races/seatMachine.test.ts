import { array, assert, asyncProperty, boolean, constantFrom, integer, nat, oneof, record, type Arbitrary } from 'fast-check'
import { and, eq, inArray, isNull, sql } from 'drizzle-orm'
import { setTimeout as pause } from 'node:timers/promises'
import type { Sql } from 'postgres'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { enrolments, quotas } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import {
  acceptOffer, addQuota, changeCapacity, changeQuota, changeSeatRules, declineOffer, enrol, expireOffer, type Place, releaseQuota, removeQuota, transfer, withdraw,
} from '#modules/cohorts/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { aCohort, aFacility, aTrainee } from '#tests/factories.ts'
import { Desk, type Kept, type Kind, mayTake, type Person } from './seatModel.ts'
import { expect, test } from './server.ts'

// Many clients do whatever they like with the seats of two cohorts at once. Every change that succeeded takes a number while
// its locks are held, so the numbers are the order in which the changes happened; a desk in the mind does the same in that
// order and must come to the same answers and the same seats. A sampler looks on all the while.

const clients = 8
const runs = process.env['TORTURE'] ? 1000 : 60
const clock = system('clock')
const later = () => new Date(Date.now() + 30 * 24 * 3_600_000)

const who = nat({ max: 11 })
const which = nat({ max: 1 })
/** Which of those whom a step can be about: it is chosen by looking, a moment before, as a person would. */
const nth = nat({ max: 11 })
const whom: Arbitrary<{ kind: Kind; professions: ('patronage-nurse' | 'social-worker')[] }> = oneof(
  constantFrom<'patronage-nurse' | 'social-worker'>('patronage-nurse', 'social-worker').map((one) => ({ kind: 'professions' as const, professions: [one] })),
  constantFrom<Kind>('facility', 'guests').map((kind) => ({ kind, professions: [] })))

const step = oneof(
  { weight: 12, arbitrary: record({ do: constantFrom('enrol' as const), who, which }) },
  { weight: 6, arbitrary: record({ do: constantFrom('withdraw' as const), which, nth }) },
  { weight: 7, arbitrary: record({ do: constantFrom('accept' as const, 'decline' as const, 'expire' as const), which, nth }) },
  { weight: 3, arbitrary: record({ do: constantFrom('transfer' as const), which, nth, queue: boolean() }) },
  { weight: 3, arbitrary: record({ do: constantFrom('resize' as const), which, n: integer({ min: 1, max: 8 }) }) },
  { weight: 3, arbitrary: record({ do: constantFrom('keep' as const), which, whom, n: integer({ min: 1, max: 3 }) }) },
  { weight: 3, arbitrary: record({ do: constantFrom('release' as const, 'remove' as const, 'change' as const), which, nth, n: integer({ min: 1, max: 4 }) }) },
  { weight: 1, arbitrary: record({ do: constantFrom('offers' as const), which, on: constantFrom(true, true, false) }) },
)
type Step = typeof step extends Arbitrary<infer S> ? S : never
type World = { db: Db; cohortIds: string[]; people: Person[]; aral: string }
/** What happened: the step, the person or quota that it was about, and what was answered. */
type Done = { order: number; step: Step; answer: string; person?: string; kept?: Kept }

const placed = (place: Place) => (place.state === 'enrolled' ? `seat ${place.seat}` : `place ${place.place}`)
const self = (personId: string): Actor => ({ kind: 'person', personId, system: '', memberships: [{ role: 'trainee', centreId: null, collegeId: null }], steppedUp: false })

/** Refusals that are a right answer to somebody who comes too late or asks for too much. */
const expected = new Set([
  'cohort.already-enrolled', 'object.not-found', 'offer.none', 'cohort.capacity-below-taken', 'cohort.capacity-below-held', 'quota.too-many', 'quota.released', 'transfer.no-seat',
])

async function perform({ cohortIds, people, aral }: World, tx: Db, one: Step): Promise<Omit<Done, 'order' | 'step'> | null> {
  const cohortId = cohortIds[one.which]!
  switch (one.do) {
    case 'enrol': {
      const person = people[one.who]!.id
      return { person, answer: placed(await enrol(tx, self(person), { cohortId, personId: person })) }
    }
    case 'resize': return changeCapacity(tx, clock, { cohortId, capacity: one.n }).then(() => ({ answer: '' }))
    case 'offers': return changeSeatRules(tx, clock, { cohortId, offerHours: one.on ? 48 : undefined }).then(() => ({ answer: '' }))
    case 'keep': {
      const { id } = await addQuota(tx, clock, { cohortId, kind: one.whom.kind, facilityId: aral, professions: one.whom.professions, seats: one.n })
      return { answer: '', kept: await keptOf(tx, id) }
    }
    case 'release': case 'remove': case 'change': {
      const live = await tx.select({ id: quotas.id }).from(quotas).where(and(eq(quotas.cohortId, cohortId), isNull(quotas.releasedAt))).orderBy(quotas.id)
      const quotaId = live[one.nth % Math.max(1, live.length)]?.id
      if (!quotaId) return null
      if (one.do === 'change') {
        await changeQuota(tx, clock, { cohortId, quotaId, seats: 1 + (one.n % 4) })
        return { answer: '', kept: await keptOf(tx, quotaId) }
      }
      await (one.do === 'release' ? releaseQuota : removeQuota)(tx, clock, { cohortId, quotaId })
      return { answer: '', kept: { id: quotaId } as Kept }
    }
    default: {
      const states = one.do === 'withdraw' || one.do === 'transfer' ? (['enrolled', 'offered', 'queued'] as const) : (['offered'] as const)
      const some = await tx.select({ id: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), inArray(enrolments.state, [...states]))).orderBy(enrolments.personId)
      const person = some[one.nth % Math.max(1, some.length)]?.id
      if (!person) return null
      const input = { cohortId, personId: person }
      if (one.do === 'transfer') return { person, answer: placed(await transfer(tx, clock, { fromCohortId: cohortId, toCohortId: cohortIds[1 - one.which]!, personId: person, queue: one.queue })) }
      if (one.do === 'accept') return { person, answer: placed(await acceptOffer(tx, self(person), input)) }
      if (one.do === 'expire') return (await expireOffer(tx, clock, input, later())) ? { person, answer: '' } : null
      await (one.do === 'decline' ? declineOffer : withdraw)(tx, self(person), input)
      return { person, answer: '' }
    }
  }
}

async function keptOf(tx: Db, id: string): Promise<Kept> {
  const [kept] = await rows<Kept>(tx, sql`select id, kind, facility_id as facility, to_json(coalesce(professions, '{}')) as professions, seats, released_at is not null as released,
    to_char(created_at, 'YYYYMMDDHH24MISSMS') as made from quotas where id = ${id}::uuid`)
  return kept!
}

/** One client: its steps one after the other, each in a transaction that ends with the number of the change. */
async function client(world: World, steps: Step[], done: Done[], refused: Map<string, number>) {
  for (const one of steps) {
    try {
      const happened = await transact(world.db, async (tx) => {
        const answer = await perform(world, tx, one)
        if (!answer) return null
        const [number] = await rows<{ n: number }>(tx, sql`select nextval('changes')::int as n`)
        return { ...answer, order: number!.n, step: one }
      })
      if (happened) done.push(happened)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
      refused.set(error.code, (refused.get(error.code) ?? 0) + 1)
    }
  }
}

function replay(desks: Desk[], done: readonly Done[]) {
  for (const { step: one, answer, person = '', kept } of done.toSorted((a, b) => a.order - b.order)) {
    const desk = desks[one.which]!
    switch (one.do) {
      case 'enrol': expect(answer, `enrol ${person}`).toBe(desk.enrol(person)); break
      case 'withdraw': desk.leave(person); break
      case 'accept': expect(answer).toBe(desk.answer(person, 'accept')); break
      case 'decline': case 'expire': desk.answer(person, one.do); break
      case 'transfer': {
        desk.leave(person)
        const got = desks[1 - one.which]!.enrol(person)
        expect(answer, `transfer ${person}`).toBe(got)
        if (!one.queue) expect(got).toMatch(/^seat/)
        break
      }
      case 'resize': desk.resize(one.n); break
      case 'offers': desk.offers = one.on; break
      case 'keep': case 'change': desk.keep({ ...kept! }); break
      case 'release': case 'remove': desk.letGo(kept!.id, one.do); break
    }
  }
}

type Snapshot = { id: string; capacity: number; inside: number; highest: number; seats: { seat: number; person: string; state: string; kept: string | null }[]; queue: string[]; kepts: Kept[] }

/** One snapshot of some cohorts: every transaction in it is whole, so what it sees is a cohort at rest. */
const snapshot = (look: Sql, cohortIds: string[]) =>
  look.begin('isolation level repeatable read read only', (tx) => tx<Snapshot[]>`
    select c.id, c.capacity,
      (select count(*)::int from enrolments e where e.cohort_id = c.id and e.state in ('enrolled', 'offered')) as inside,
      (select coalesce(max(s.seat), 0)::int from seats s where s.cohort_id = c.id) as highest,
      (select coalesce(json_agg(json_build_object('seat', s.seat, 'person', s.person_id, 'state', s.state, 'kept', s.quota_id) order by s.seat), '[]') from seats s where s.cohort_id = c.id) as seats,
      (select coalesce(json_agg(e.person_id order by e.ticket), '[]') from enrolments e where e.cohort_id = c.id and e.state = 'queued') as queue,
      (select coalesce(json_agg(json_build_object('id', q.id, 'kind', q.kind, 'facility', q.facility_id, 'professions', coalesce(q.professions, '{}'), 'seats', q.seats, 'released', q.released_at is not null)), '[]')
        from quotas q where q.cohort_id = c.id) as kepts
    from cohorts c where c.id = any(${cohortIds}::uuid[])`)

/** What must never be seen, in words. */
function wrongs(one: Snapshot, people: ReadonlyMap<string, Person>, ofEnrolments = false): string[] {
  const taken = ofEnrolments ? Array.from({ length: one.inside }, () => ({ kept: null })) : one.seats
  const beside = one.queue.filter((person) => mayTake(people.get(person)!, { capacity: one.capacity, kepts: one.kepts, taken }))
  return [
    ...(one.inside > one.capacity ? [`${one.inside} inside of ${one.capacity}`] : []),
    ...(one.highest > one.capacity ? [`seat ${one.highest} of ${one.capacity}`] : []),
    ...(!ofEnrolments && one.seats.length !== one.inside ? [`${one.seats.length} seats for ${one.inside} people`] : []),
    ...(beside.length > 0 ? [`${beside.length} waiting beside a free seat that is theirs to take`] : []),
  ]
}

async function aWorld(db: Db): Promise<Omit<World, 'cohortIds'>> {
  await db.execute(sql`create sequence if not exists changes`)
  const aral = (await aFacility(db)).id
  const taraz = (await aFacility(db, { regionCode: 'KZ-31' })).id
  const people: Person[] = []
  for (let n = 0; n < 12; n++) {
    const facility = n % 3 === 0 ? aral : n % 5 === 0 ? taraz : (await aFacility(db)).id
    const profession = n % 2 ? 'patronage-nurse' : 'social-worker'
    people.push({ id: (await aTrainee(db, { facilityId: facility, profession })).personId!, facility, profession, guest: facility === taraz })
  }
  return { db, people, aral }
}

/** Looks on until the work is done, and once more at the end; answers what it saw. */
async function watched(look: Sql, cohortIds: string[], work: Promise<unknown>) {
  let going = true
  const seen: Snapshot[] = []
  const sampler = (async () => {
    while (going) {
      seen.push(...(await snapshot(look, cohortIds)))
      await pause(2)
    }
  })()
  await work.finally(() => (going = false))
  await sampler
  const last = await snapshot(look, cohortIds)
  return { seen: [...seen, ...last], last: cohortIds.map((id) => last.find((one) => one.id === id)!) }
}

test('whatever many clients do at once, seats, queue, quotas and offers are what a desk would have made of it', async ({ db, sql: look }) => {
  const world = await aWorld(db)
  const people = new Map(world.people.map((one) => [one.id, one]))
  const seed = Number(process.env['SEED'] ?? Math.floor(Math.random() * 2 ** 31))
  console.info(`seat machine: SEED=${seed}`)
  const happened = new Map<string, number>()
  const refused = new Map<string, number>()
  let samples = 0
  let beside = 0

  await assert(asyncProperty(array(step, { minLength: 60, maxLength: 160, size: 'max' }), async (steps) => {
    const cohorts = [await aCohort(db, { capacity: 4, offerHours: 48 }), await aCohort(db, { capacity: 3 })]
    const cohortIds = cohorts.map((one) => one.id)
    const done: Done[] = []
    const shares = Array.from({ length: clients }, (_, index) => steps.filter((_, at) => at % clients === index))
    const { seen, last } = await watched(look, cohortIds, Promise.all(shares.map((share) => client({ ...world, cohortIds }, share, done, refused))))
    samples += seen.length
    beside += seen.filter((one) => one.queue.length > 0 && one.seats.length < one.capacity).length
    for (const one of done) happened.set(one.step.do, (happened.get(one.step.do) ?? 0) + 1)

    expect(seen.flatMap((one) => wrongs(one, people))).toEqual([])
    const desks = [new Desk(4, true, people), new Desk(3, false, people)]
    replay(desks, done)
    for (const [index, now] of last.entries())
      expect({ capacity: now.capacity, queue: now.queue, seats: Object.fromEntries(now.seats.map((one) => [one.seat, `${one.person} ${one.state} ${one.kept ?? 'open'}`])) }).toEqual(desks[index]!.told())
  }), { numRuns: runs, seed, endOnFailure: true })

  console.info(`seat machine: ${samples} samples, of them ${beside} with seats kept beside a queue;`, JSON.stringify(Object.fromEntries(happened)), JSON.stringify(Object.fromEntries(refused)))
  expect([...refused.keys()].filter((code) => !expected.has(code))).toEqual([])
  for (const what of ['enrol', 'withdraw', 'accept', 'decline', 'expire', 'transfer', 'resize', 'keep', 'release', 'remove', 'change', 'offers']) expect(happened.get(what) ?? 0, what).toBeGreaterThan(0)
  expect(beside).toBeGreaterThan(0)
}, process.env['TORTURE'] ? 1_800_000 : 180_000)

test('accepted, declined and run out at the same moment: one of the three, every time', async ({ db }) => {
  const world = await aWorld(db)
  const [first, second] = world.people as [Person, Person]
  const outcomes = new Map<string, number>()
  for (let round = 0; round < 12; round++) {
    const { id: cohortId } = await aCohort(db, { capacity: 1, offerHours: 48 })
    for (const one of [first, second]) await enrol(db, clock, { cohortId, personId: one.id })
    await withdraw(db, clock, { cohortId, personId: first.id })
    const input = { cohortId, personId: second.id }
    const told = await Promise.all([
      acceptOffer(db, self(second.id), input).then(() => 'accepted', (error: Refusal) => error.code), acceptOffer(db, self(second.id), input).then(() => 'accepted', (error: Refusal) => error.code),
      declineOffer(db, self(second.id), input).then(() => 'declined', (error: Refusal) => error.code), expireOffer(db, clock, input, later()).then((ended) => (ended ? 'ended' : 'offer.none')),
    ])
    const won = told.filter((word) => word !== 'offer.none')
    expect(won).toHaveLength(1)
    outcomes.set(won[0]!, (outcomes.get(won[0]!) ?? 0) + 1)
    const [now] = await db.select({ state: enrolments.state }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.personId, second.id)))
    expect(now!.state).toBe(won[0] === 'accepted' ? 'enrolled' : 'withdrawn')
  }
  console.info('one offer, four answers at once:', JSON.stringify(Object.fromEntries(outcomes)))
})

test('one person takes one place of a course, however many cohorts they ask at once', async ({ db, sql: look }) => {
  const { people } = await aWorld(db)
  const first = await aCohort(db)
  await db.execute(sql`update centres set one_place_per_course = true where id = ${first.centreId}::uuid`)
  const cohortIds = [first.id]
  for (let n = 0; n < 7; n++) cohortIds.push((await aCohort(db, { centreId: first.centreId, editionId: first.editionId })).id)
  const told = await Promise.all(people.flatMap((one) => cohortIds.map((cohortId) => enrol(db, self(one.id), { cohortId, personId: one.id }).then(() => 'in', (error: Refusal) => error.code))))
  expect(told.filter((word) => word === 'in')).toHaveLength(people.length)
  expect(told.filter((word) => word === 'cohort.place-elsewhere')).toHaveLength(people.length * 7)
  const [held] = await look<{ n: number }[]>`select count(*)::int as n from held_places where cohort_id = any(${cohortIds}::uuid[])`
  expect(held!.n).toBe(people.length)
})

/** The control: the same counting and filling without the cohort's lock. If the sampler finds nothing wrong with it, it can't see. */
const naive = {
  async enrol(db: Db, cohortId: string, capacity: number, personId: string, ticket: number) {
    const inside = await db.$count(enrolments, and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'enrolled')))
    await db.insert(enrolments).values({ cohortId, personId, ticket, source: 'self', state: inside < capacity ? 'enrolled' : 'queued' })
  },
  async withdraw(db: Db, cohortId: string, personId: string) {
    await db.update(enrolments).set({ state: 'withdrawn' }).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.personId, personId)))
    const [next] = await db.select({ personId: enrolments.personId }).from(enrolments).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.state, 'queued'))).orderBy(enrolments.ticket).limit(1)
    await pause(5)
    if (next) await db.update(enrolments).set({ state: 'enrolled' }).where(and(eq(enrolments.cohortId, cohortId), eq(enrolments.personId, next.personId)))
  },
}

test('control: without the lock the same sampler sees too many people inside, and people waiting beside free seats', async ({ db, sql: look }) => {
  const world = await aWorld(db)
  const people = new Map(world.people.map((one) => [one.id, one]))
  const { id } = await aCohort(db, { capacity: 4 })
  const came = await watched(look, [id], Promise.all(world.people.map((one, index) => naive.enrol(db, id, 4, one.id, index + 1))))
  expect(came.seen.flatMap((one) => wrongs(one, people, true)).filter((what) => what.includes('inside of')).length).toBeGreaterThan(0)

  const { id: other } = await aCohort(db, { capacity: 4 })
  for (const [index, one] of world.people.entries()) await naive.enrol(db, other, 4, one.id, index + 1)
  const left = await watched(look, [other], Promise.all(world.people.slice(0, 4).map((one) => naive.withdraw(db, other, one.id))))
  expect(left.seen.flatMap((one) => wrongs(one, people, true)).filter((what) => what.includes('waiting beside')).length).toBeGreaterThan(0)
})

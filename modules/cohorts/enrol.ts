import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { lockCohortFor } from './lock.ts'
import { actsForCentre, mayEnrol, permitAt } from './policy.ts'
import { works } from './rules.ts'

export const enrolInput = z.object({
  cohortId: z.uuid(),
  personId: z.uuid(),
  /** Said by a roster import; otherwise it follows from who asks. */
  source: z.literal('roster').optional(),
})

export type Place = { state: 'enrolled'; seat: number } | { state: 'queued'; place: number }

/**
 * Gives a trainee the lowest free seat of a cohort, or the next place in its queue, counted from 1. Trainees enrol
 * themselves while the cohort is open; the centre's coordinator enrols anybody who is a trainee until it closes.
 * Refuses `cohort.already-enrolled`, `cohort.not-open`, `cohort.over`, `cohort.attendance-closed`, `cohort.not-a-trainee`.
 * Three statements beside begin and commit: lock, take, record.
 */
export function enrol(db: Db, actor: Actor, input: z.infer<typeof enrolInput>): Promise<Place> {
  return transact(db, async (tx) => {
    const { cohort, person } = await lockCohortFor(tx, actor, input.cohortId, input.personId)

    permitAt(mayEnrol(actor, cohort, input.personId), actor, cohort)
    const forCentre = actsForCentre(actor, cohort)

    const candidate = found(person)
    if (!works('put somebody in', cohort.state)) throw new Refusal('cohort.over')
    if (cohort.attendanceClosed) throw new Refusal('cohort.attendance-closed')
    if (!forCentre && !works('take a seat oneself', cohort.state)) throw new Refusal('cohort.not-open')
    if (!candidate.trainee || candidate.suspended) throw new Refusal('cohort.not-a-trainee')

    const source = forCentre ? (input.source ?? 'coordinator') : 'self'
    const taken = await take(tx, cohort, input.personId, source)
    if (!taken) throw new Refusal('cohort.already-enrolled')
    const facts = { cohort: cohort.id, subject: subjectOf(input.personId) }
    if (taken.seat === null) {
      await record(tx, actor, 'cohort.queued', { ...facts, ticket: taken.ticket })
      return { state: 'queued', place: taken.place }
    }
    await record(tx, actor, 'cohort.enrolled', { ...facts, seat: taken.seat })
    return { state: 'enrolled', seat: taken.seat }
  })
}

/**
 * Takes the next ticket and, with nobody waiting, the lowest free seat; null for a person who is in already. Whoever was
 * withdrawn comes back with a new ticket, so the old place in the queue is gone.
 */
async function take(tx: Db, cohort: { id: string; capacity: number }, personId: string, source: string) {
  const [taken] = await rows<{ ticket: number; seat: number | null; place: number }>(tx, sql`
    with waiting as (
      select count(*)::int as people from enrolments where cohort_id = ${cohort.id}::uuid and state = 'queued'
    ), free as (
      select min(number) as seat from generate_series(1, ${cohort.capacity}::int) number, waiting
      where waiting.people = 0 and not exists (select from seats s where s.cohort_id = ${cohort.id}::uuid and s.seat = number)
    ), stub as (
      update cohorts set next_ticket = next_ticket + 1 where id = ${cohort.id}::uuid returning next_ticket - 1 as ticket
    ), arrived as (
      insert into enrolments (cohort_id, person_id, state, source, ticket)
      select ${cohort.id}::uuid, ${personId}::uuid, case when free.seat is null then 'queued' else 'enrolled' end, ${source}::text, stub.ticket from stub, free
      on conflict (cohort_id, person_id) do update
        set state = excluded.state, source = excluded.source, ticket = excluded.ticket, since = now() where enrolments.state = 'withdrawn'
      returning ticket
    ), seated as (
      insert into seats (cohort_id, seat, capacity, person_id)
      select ${cohort.id}::uuid, free.seat, ${cohort.capacity}::int, ${personId}::uuid from arrived, free where free.seat is not null
      returning seat
    )
    select arrived.ticket, seated.seat, waiting.people + 1 as place from arrived cross join waiting left join seated on true`)
  return taken
}

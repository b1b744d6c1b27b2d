import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import type { LockedCohort } from './lock.ts'
import { isLate, type Leaving } from './seatRules.ts'

type Had = 'enrolled' | 'offered' | 'queued'
export type Left = { personId: string; had: Had; seat: number | null }
type How = { how: Leaving; reason?: string | null | undefined }

/**
 * Takes people out of a locked cohort, or everybody when nobody is named: their seats, places in the queue, offers and held
 * places go, and each leaving is kept, with how it came and whether it was late. Answers who left, in the order of tickets.
 */
export async function leave(tx: Db, actor: Actor, cohort: LockedCohort, who: { personIds: readonly string[] } | { had: readonly Had[] }, { how, reason }: How, now: Date): Promise<Left[]> {
  const today = dayOf(now, cohort.timeZone)
  const late = isLate({ how, had: 'enrolled', today, startsOn: cohort.startsOn })
  const chosen = 'personIds' in who
    ? sql`e.person_id in (select value::uuid from jsonb_array_elements_text(${JSON.stringify(who.personIds)}::jsonb))`
    : sql`e.state in (select value from jsonb_array_elements_text(${JSON.stringify(who.had)}::jsonb))`
  return rows<Left>(tx, sql`
    with leaving as (
      select e.person_id, e.state as had, e.ticket, s.seat from enrolments e left join seats s on s.cohort_id = e.cohort_id and s.person_id = e.person_id
      where e.cohort_id = ${cohort.id}::uuid and e.state <> 'withdrawn' and ${chosen}
    ), freed as (
      delete from seats s using leaving where s.cohort_id = ${cohort.id}::uuid and s.person_id = leaving.person_id
    ), let_go as (
      delete from held_places h using leaving where h.cohort_id = ${cohort.id}::uuid and h.person_id = leaving.person_id
    ), gone as (
      update enrolments e set state = 'withdrawn', since = now(), offer_expires_at = null from leaving where e.cohort_id = ${cohort.id}::uuid and e.person_id = leaving.person_id
    ), kept as (
      insert into leavings (cohort_id, person_id, how, late, reason, left_by, left_at)
      select ${cohort.id}::uuid, person_id, ${how}::text, had = 'enrolled' and ${late}::boolean, ${reason ?? null}::text, ${actor.personId}::uuid, ${now.toISOString()}::timestamptz from leaving
    )
    select person_id as "personId", had, seat from leaving order by ticket`)
}

/** Who chose it: the person themselves, or the centre for them. */
export const leftBy = (actor: Actor, personId: string): Leaving => (isSelf(actor, personId) ? 'withdrew' : 'taken-out')

/** Tells the ledger who left; among the last writes of its transaction. */
export async function recordLeaving(tx: Db, actor: Actor, cohort: { id: string }, left: readonly Left[]) {
  for (const one of left) await record(tx, actor, 'cohort.withdrawn', { cohort: cohort.id, subject: subjectOf(one.personId), seat: one.seat })
}

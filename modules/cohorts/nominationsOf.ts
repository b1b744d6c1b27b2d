import { sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { fullName } from '#modules/words/index.ts'
import type { Profession } from './allot.ts'
import { decides } from './policy.ts'
import { ownCohort } from './queries.ts'

export type Nomination = {
  id: string
  cohortId: string
  personId: string
  name: string
  profession: Profession | null
  facility: Texts
  state: 'proposed' | 'approved' | 'declined'
  reason: string | null
  titles: Texts
  centre: Texts
  startsOn: string
  endsOn: string
  /** The actor may decide on it now. */
  mine: boolean
}

type Row = Omit<Nomination, 'name' | 'mine'> & { familyName: string; givenName: string; patronymic: string | null; nominatedAt: string }

const columns = sql`n.id, n.cohort_id as "cohortId", n.person_id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, p.profession, f.names as facility,
  n.state, n.reason, d.titles, t.names as centre, c.starts_on::text as "startsOn", c.ends_on::text as "endsOn"`
const tables = sql`nominations n join persons p on p.id = n.person_id join facilities f on f.id = n.facility_id join cohorts c on c.id = n.cohort_id
  join editions d on d.id = c.edition_id join centres t on t.id = c.centre_id`

const shown = ({ familyName, givenName, patronymic, ...one }: Row, mine: boolean): Nomination => ({ ...one, name: fullName({ familyName, givenName, patronymic }), mine })

/**
 * Nominations at the actor's facility: all of them for its chief nurse and head, who decide, with those to be decided first;
 * for its other people, their own and those they made. And whom the actor could nominate: trainees among their colleagues.
 */
export async function myNominations(db: Db, actor: Actor) {
  const [own] = actor.personId ? await rows<{ facilityId: string | null; profession: Profession | null }>(db, sql`
    select facility_id as "facilityId", profession from persons where id = ${actor.personId}::uuid`) : []
  if (!own?.facilityId) return { facilityId: null, decider: false, items: [], colleagues: [] }
  const decider = decides(own, own.facilityId)
  const records = sql`(select r.id from persons r where r.id = ${actor.personId}::uuid or r.merged_into = ${actor.personId}::uuid)`
  const found = await rows<Row>(db, sql`
    select ${columns} from ${tables} where n.facility_id = ${own.facilityId}::uuid
      and (${decider}::boolean or n.person_id in ${records} or n.nominated_by in ${records})
    order by n.state = 'proposed' desc, n.nominated_at desc, n.id limit 200`)
  const colleagues = await rows<{ personId: string; familyName: string; givenName: string; patronymic: string | null; profession: Profession | null }>(db, sql`
    select p.id as "personId", p.family_name as "familyName", p.given_name as "givenName", p.patronymic, p.profession from persons p
    where p.facility_id = ${own.facilityId}::uuid and p.erased_at is null and p.merged_into is null and p.suspended_at is null
      and exists (select from memberships m where m.person_id = p.id and m.role = 'trainee' and m.until is null) order by p.folded, p.id limit 500`)
  return {
    facilityId: own.facilityId, decider,
    items: found.map((one) => shown(one, decider && one.state === 'proposed' && one.personId !== actor.personId)),
    colleagues: colleagues.map((one) => ({ personId: one.personId, name: fullName(one), profession: one.profession })),
  }
}

/** The nominations for a cohort, for those who may see its people. */
export async function nominationsOf(db: Db, actor: Actor, input: { cohortId: string }): Promise<Nomination[]> {
  const { id } = await ownCohort(db, actor, input.cohortId)
  const found = await rows<Row>(db, sql`select ${columns} from ${tables} where n.cohort_id = ${id}::uuid order by n.state = 'proposed' desc, n.nominated_at desc, n.id`)
  return found.map((one) => shown(one, false))
}

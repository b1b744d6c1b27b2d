import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { professions, Texts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { standing } from '#modules/certificates/index.ts'
import { visibleTo } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf, fold } from '#modules/words/index.ts'
import { mayFollowTrained } from './policy.ts'

/** Where somebody who was trained works now: at the facility they came from, at another, or nowhere that is known. */
export const posts = ['in-post', 'moved', 'left'] as const
type Post = (typeof posts)[number]

export const trainedInPostInput = z.object({
  /** The centre that issued the certificates. Who isn't an administrator must name one. */
  centreId: z.uuid().optional(),
  /** The facility in which people worked when they were certified. */
  facilityId: z.uuid().optional(),
  course: z.string().max(80).optional(),
  post: z.enum(posts).optional(),
  search: z.string().trim().max(100).optional(),
  limit: z.coerce.number().int().min(1).max(200).default(50),
  /** The person after whom to go on. */
  cursor: z.uuid().optional(),
})

export type Trained = {
  personId: string
  familyName: string
  givenName: string
  patronymic: string | null
  profession: (typeof professions)[number] | null
  serial: string
  course: string
  issuedOn: string
  expiresOn: string | null
  /** Where they worked then. */
  facilityId: string | null
  facility: Texts | null
  post: Post
  /** Where they work now, if it is elsewhere and the actor may see the person. */
  now: Texts | null
  /** When and why they left, if it was said. */
  leftOn: string | null
  leftBecause: string | null
  visible: boolean
}

/** People trained from one facility, by where they work now. */
export type FacilityPosts = { facilityId: string | null; facility: Texts | null } & Record<Post | 'trained', number>

/**
 * Who is trained and still in post. Trained: holds a certificate that is neither revoked, replaced nor expired today; whoever
 * holds several stands here once, with the latest, and two records that were joined are one person. Still in post: works at the
 * facility at which they worked when it was issued. By name, with counts by facility over the whole selection and the sum of them.
 * For administrators, and for a coordinator of the centre that is named.
 */
export async function trainedInPost(db: Db, actor: Actor, input: Partial<z.infer<typeof trainedInPostInput>>, now = new Date()) {
  permit(mayFollowTrained(actor, input.centreId))
  const limit = input.limit ?? 50
  const counted = await rows<Omit<FacilityPosts, 'trained'>>(db, sql`
    ${trained(actor, input, now)}
    select t.facility_id::text as "facilityId", t.facility,
           count(*) filter (where t.post = 'in-post')::int as "in-post", count(*) filter (where t.post = 'moved')::int as moved, count(*) filter (where t.post = 'left')::int as "left"
      from trained t where ${chosen({ ...input, post: undefined })}
     group by t.facility_id, t.facility order by t.facility->>'kk' nulls last, t.facility_id`)
  const facilities = counted.map((one): FacilityPosts => ({ ...one, trained: one['in-post'] + one.moved + one.left }))
  const total = { trained: 0, 'in-post': 0, moved: 0, left: 0 }
  for (const one of facilities) for (const name of ['trained', ...posts] as const) total[name] += one[name]

  const found = await everyone(db, actor, input, limit + 1, now)
  const items = found.slice(0, limit)
  return { items, facilities, total, cursor: found.length > limit ? items.at(-1)!.personId : null }
}

/** The people of a selection by name, at most so many. Asks for no right: its callers do. */
export const everyone = (db: Db, actor: Actor, input: Partial<z.infer<typeof trainedInPostInput>>, limit: number, now: Date): Promise<Trained[]> => rows<Trained>(db, sql`
  ${trained(actor, input, now)}
  select t.person_id::text as "personId", t.family_name as "familyName", t.given_name as "givenName", t.patronymic, t.profession,
         t.serial, t.course, t.issued_on::text as "issuedOn", t.expires_on::text as "expiresOn", t.facility_id::text as "facilityId", t.facility, t.post,
         case when t.visible and t.post = 'moved' then t.now end as now, t.visible,
         case when t.post = 'left' then w.until::text end as "leftOn", case when t.post = 'left' and t.visible then w.left_because end as "leftBecause"
    from trained t
    left join lateral (select w.until, w.left_because from workplaces w where w.person_id = t.person_id and w.until is not null order by w.until desc, w.since desc limit 1) w on true
   where ${chosen(input)} and ${input.post ? sql`t.post = ${input.post}` : sql`true`}
     and ${input.cursor ? sql`(t.folded, t.person_id) > (select p.folded, p.id from persons p where p.id = ${input.cursor}::uuid)` : sql`true`}
   order by t.folded, t.person_id limit ${limit}`)

/** The ground: everybody who is trained, once, with the facility of then and of now. */
function trained(actor: Actor, { centreId, course }: Partial<z.infer<typeof trainedInPostInput>>, now: Date): SQL {
  const within = sql`${centreId ? sql`c.centre_id = ${centreId}::uuid` : sql`true`} and ${course ? sql`c.course = ${course}` : sql`true`}
    and coalesce(c.expires_on, 'infinity'::date) >= ${dayOf(now, 'Asia/Almaty')}::date`
  return sql`${standing({ within, asOf: now })}, latest as (
    select distinct on (coalesce(p.merged_into, p.id)) coalesce(p.merged_into, p.id) as person_id, c.serial, c.course, c.issued_on, c.expires_on, c.facility_id
      from standing c join persons p on p.id = c.person_id
     order by coalesce(p.merged_into, p.id), c.issued_at desc, c.serial desc
  ), trained as (
    select l.*, persons.folded, persons.family_name, persons.given_name, persons.patronymic, persons.profession, f.names as facility, n.names as now,
           case when persons.facility_id is null then 'left' when l.facility_id is null or l.facility_id = persons.facility_id then 'in-post' else 'moved' end as post,
           coalesce(${visibleTo(actor) ?? sql`true`}, false) as visible
      from latest l join persons on persons.id = l.person_id and persons.erased_at is null
      left join facilities f on f.id = l.facility_id left join facilities n on n.id = persons.facility_id
  )`
}

function chosen({ facilityId, search }: Partial<z.infer<typeof trainedInPostInput>>): SQL {
  const words = search ? fold(search).split(' ').filter(Boolean) : []
  return sql.join([facilityId ? sql`t.facility_id = ${facilityId}::uuid` : sql`true`, ...words.map((word) => sql`t.folded like ${`%${word}%`}`)], sql` and `)
}


import { and, desc, eq, or, type SQL, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { distinctPersons, facilities, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { fold } from '#modules/words/index.ts'
import { type Likened, type Likeness, likeness } from './likeness.ts'
import { mayCompareRecords, visibleTo } from './policy.ts'
import { personViews, type PersonView } from './queries.ts'

/** Two records that may be of one human, with what speaks for it. */
export type DuplicatePair = { one: PersonView; other: PersonView; likeness: Likeness }
export type DuplicateFilter = { search?: string | undefined; level?: 'likely' | undefined; personId?: string | undefined; cursor?: string | undefined; limit?: number }

/** So many candidates are fetched at a time, and so many namesakes of one record looked at: a name that half the register bears tells nothing. */
const [atOnce, namesakes] = [200, 20]

/**
 * Records, among those that the actor may see, that may be of one human, by name; `cursor` is the record after which to go on.
 * At least one of a pair has no IIN, for two IINs are two people, so the search goes through the records without one and looks
 * for each in the indexes of name keys: nobody is compared with everybody. Pairs that somebody has told apart are left out.
 */
export async function duplicates(db: Db, actor: Actor, { search, level, personId, cursor, limit = 20 }: DuplicateFilter = {}): Promise<{ items: DuplicatePair[]; cursor: string | null }> {
  permit(mayCompareRecords(actor))
  const items: DuplicatePair[] = []
  let after = cursor
  for (;;) {
    const found = await candidates(db, actor, { search, personId, after })
    const whole = found.length === atOnce ? wholeGroups(found) : found
    const known = await likenedOf(db, actor, whole)
    for (const [index, { one, other }] of whole.entries()) {
      const [a, b] = [known.get(one), known.get(other)]
      const like = a && b ? likeness(a.likened, b.likened) : null
      if (like && (level !== 'likely' || like.level === 'likely')) items.push({ one: a!.view, other: b!.view, likeness: like })
      const groupEnds = whole[index + 1]?.one !== one
      if (groupEnds && items.length >= limit && (index + 1 < whole.length || found.length === atOnce)) return { items, cursor: one }
    }
    if (found.length < atOnce) return { items, cursor: null }
    after = whole.at(-1)!.one
  }
}

type Candidate = { one: string; other: string }

/** All but the last record's candidates, of which some may be missing; unless they are all there is. */
function wholeGroups(found: Candidate[]): Candidate[] {
  const last = found.at(-1)!.one
  const whole = found.filter(({ one }) => one !== last)
  return whole.length > 0 ? whole : found
}

function candidates(db: Db, actor: Actor, { search, personId, after }: { search: string | undefined; personId: string | undefined; after: string | undefined }): Promise<Candidate[]> {
  const seen = visibleTo(actor) ?? sql`true`
  const live = sql`persons.erased_at is null and persons.merged_into is null`
  const here = personId ? sql`(mine.id = ${personId}::uuid or twin.id = ${personId}::uuid)` : sql`true`
  const words = search ? fold(search.slice(0, 100)).split(' ').filter(Boolean) : []
  const named = words.length > 0 ? sql.join(words.map((word) => sql`persons.folded like ${`%${word}%`}`), sql` and `) : sql`true`
  const beyond = after ? sql`(persons.folded, persons.id) > (select p.folded, p.id from persons p where p.id = ${after}::uuid)` : sql`true`
  const twin = (tie: SQL) => sql`(select persons.id from persons where persons.given_key = mine.given_key and ${tie} and ${live} and persons.id <> mine.id
    and (persons.iin_lookup is not null or persons.id > mine.id) and ${seen} limit ${namesakes})`
  return rows<Candidate>(db, sql`
    select mine.id as one, twin.id as other
    from (select persons.* from persons where persons.iin_lookup is null and persons.given_key <> '' and ${live} and ${named} and ${beyond} and ${seen}) mine
    cross join lateral (
      ${twin(sql`persons.family_key = mine.family_key`)}
      union all
      ${twin(sql`persons.patronymic_key = mine.patronymic_key and persons.family_key <> mine.family_key
        and (persons.facility_id = mine.facility_id or persons.email is not null or mine.email is not null)`)}
    ) twin
    where ${here} and not exists (select from distinct_persons d where d.a = least(mine.id, twin.id) and d.b = greatest(mine.id, twin.id))
    order by mine.folded, mine.id, twin.id limit ${atOnce}`)
}

async function likenedOf(db: Db, actor: Actor, pairs: readonly Candidate[]): Promise<Map<string, { view: PersonView; likened: Likened }>> {
  const ids = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
  if (ids.length === 0) return new Map()
  const views = new Map((await personViews(db, actor, ids)).map((view) => [view.id, view]))
  const keys = await db.select({ id: persons.id, familyKey: persons.familyKey, givenKey: persons.givenKey, patronymicKey: persons.patronymicKey, regionCode: facilities.regionCode })
    .from(persons).leftJoin(facilities, eq(facilities.id, persons.facilityId)).where(or(...ids.map((id) => eq(persons.id, id))))
  return new Map(keys.flatMap(({ id, ...key }) => {
    const view = views.get(id)
    if (!view) return []
    const { sex, profession, facilityId, email } = view
    return [[id, { view, likened: { ...key, sex, profession, facilityId, email, hasIin: view.iin !== null } }] as const]
  }))
}

/** Pairs that were told apart, the latest first, of records that the actor may see: whoever erred looks at them again. */
export async function distinguished(db: Db, actor: Actor, limit = 50) {
  permit(mayCompareRecords(actor))
  const [one, other] = [alias(persons, 'one'), alias(persons, 'other')]
  const seen = visibleTo(actor)
  const visible = (id: SQL) => (seen ? sql`${id} in (select persons.id from persons where ${seen})` : undefined)
  const names = (table: typeof one | typeof other) => ({ id: table.id, familyName: table.familyName, givenName: table.givenName, patronymic: table.patronymic })
  return db.select({ one: names(one), other: names(other), decidedAt: distinctPersons.decidedAt }).from(distinctPersons)
    .innerJoin(one, eq(one.id, distinctPersons.a)).innerJoin(other, eq(other.id, distinctPersons.b))
    .where(and(visible(sql`${distinctPersons.a}`), visible(sql`${distinctPersons.b}`)))
    .orderBy(desc(distinctPersons.decidedAt), distinctPersons.a, distinctPersons.b).limit(limit)
}

import { and, desc, eq, inArray, type SQL, sql } from 'drizzle-orm'
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
/** So many records without an IIN are gone through first, and at most at a time: few where pairs are many, more where they are rare. */
const [firstSlice, largestSlice] = [250, 4000]

/**
 * Records, among those that the actor may see, that may be of one human, by name; `cursor` is the record after which to go on.
 * At least one of a pair has no IIN, for two IINs are two people, so the search goes through the records without one, a slice at
 * a time in the order of names, and looks for each in the indexes of name keys: nobody is compared with everybody, and no
 * statement goes through the register. Pairs that somebody has told apart are left out.
 */
export async function duplicates(db: Db, actor: Actor, { search, level, personId, cursor, limit = 20 }: DuplicateFilter = {}): Promise<{ items: DuplicatePair[]; cursor: string | null }> {
  permit(mayCompareRecords(actor))
  const items: DuplicatePair[] = []
  let after = cursor
  for (let slice = firstSlice; ; slice = Math.min(2 * slice, largestSlice)) {
    const mine = await unnumbered(db, actor, { search, personId, after }, slice)
    const found = await candidates(db, actor, mine, personId)
    const cut = found.length === atOnce
    const whole = cut ? wholeGroups(found) : found
    const more = cut || mine.length === slice
    const known = await likenedOf(db, actor, whole)
    for (const [index, { one, other }] of whole.entries()) {
      const [a, b] = [known.get(one), known.get(other)]
      const like = a && b ? likeness(a.likened, b.likened) : null
      if (like && (level !== 'likely' || like.level === 'likely')) items.push({ one: a!.view, other: b!.view, likeness: like })
      const groupEnds = whole[index + 1]?.one !== one
      if (groupEnds && items.length >= limit && (index + 1 < whole.length || more)) return { items, cursor: one }
    }
    if (!more) return { items, cursor: null }
    after = cut ? whole.at(-1)!.one : mine.at(-1)!
  }
}

type Candidate = { one: string; other: string }

/** All but the last record's candidates, of which some may be missing; unless they are all there is. */
function wholeGroups(found: Candidate[]): Candidate[] {
  const last = found.at(-1)!.one
  const whole = found.filter(({ one }) => one !== last)
  return whole.length > 0 ? whole : found
}

const live = sql`persons.erased_at is null and persons.merged_into is null`

/** The next records without an IIN, in the order of names; of one record, itself and those who bear its names. */
async function unnumbered(db: Db, actor: Actor, { search, personId, after }: { search: string | undefined; personId: string | undefined; after: string | undefined }, slice: number): Promise<string[]> {
  const seen = visibleTo(actor) ?? sql`true`
  const words = search ? fold(search.slice(0, 100)).split(' ').filter(Boolean) : []
  const named = words.length > 0 ? sql.join(words.map((word) => sql`persons.folded like ${`%${word}%`}`), sql` and `) : sql`true`
  // As a value and not a question, so that the index begins there.
  const [last] = after ? await db.select({ folded: persons.folded }).from(persons).where(eq(persons.id, after)) : []
  if (after && !last) return []
  const beyond = last ? sql`(persons.folded, persons.id) > (${last.folded}, ${after}::uuid)` : sql`true`
  const bearing = (key: SQL) => sql`select p.id from persons x join persons p on p.given_key = x.given_key and ${key} and p.erased_at is null and p.merged_into is null where x.id = ${personId}::uuid`
  const near = personId ? sql`persons.id in (select ${personId}::uuid union ${bearing(sql`p.family_key = x.family_key`)} union ${bearing(sql`p.patronymic_key = x.patronymic_key`)})` : sql`true`
  const found = await rows<{ id: string }>(db, sql`select persons.id from persons
    where persons.iin_lookup is null and persons.given_key <> '' and ${live} and ${named} and ${beyond} and ${near} and ${seen}
    order by persons.folded, persons.id limit ${slice}`)
  return found.map(({ id }) => id)
}

/** Whoever may be one of these people by name, in the order of their names; for one record only its own pairs. */
async function candidates(db: Db, actor: Actor, mine: readonly string[], personId: string | undefined): Promise<Candidate[]> {
  if (mine.length === 0) return []
  const seen = visibleTo(actor) ?? sql`true`
  const here = personId ? sql`(mine.id = ${personId}::uuid or persons.id = ${personId}::uuid)` : sql`true`
  const twin = (tie: SQL) => sql`(select persons.id from persons where persons.given_key = mine.given_key and ${tie} and ${live} and persons.id <> mine.id
    and (persons.iin_lookup is not null or persons.id > mine.id) and ${here} and ${seen} limit ${namesakes})`
  const married = sql`persons.patronymic_key = mine.patronymic_key and persons.family_key <> mine.family_key`
  const elsewhere = sql`persons.facility_id is distinct from mine.facility_id`
  // Each way to be alike has an index of its own: namesakes are not gone through for the one who works at the same place.
  return rows<Candidate>(db, sql`
    select mine.id as one, twin.id as other
    from unnest(${`{${mine.join(',')}}`}::uuid[]) with ordinality as asked(id, place) join persons mine on mine.id = asked.id
    cross join lateral (
      ${twin(sql`persons.family_key = mine.family_key`)}
      union all
      ${twin(sql`${married} and persons.facility_id = mine.facility_id`)}
      union all
      ${twin(sql`${married} and ${elsewhere} and persons.email is not null`)}
      union all
      ${twin(sql`${married} and ${elsewhere} and mine.email is not null and persons.email is null`)}
    ) twin
    where not exists (select from distinct_persons d where d.a = least(mine.id, twin.id) and d.b = greatest(mine.id, twin.id))
    order by asked.place, twin.id limit ${atOnce}`)
}

async function likenedOf(db: Db, actor: Actor, pairs: readonly Candidate[]): Promise<Map<string, { view: PersonView; likened: Likened }>> {
  const ids = [...new Set(pairs.flatMap(({ one, other }) => [one, other]))]
  if (ids.length === 0) return new Map()
  const views = new Map((await personViews(db, actor, ids)).map((view) => [view.id, view]))
  const keys = await db.select({ id: persons.id, familyKey: persons.familyKey, givenKey: persons.givenKey, patronymicKey: persons.patronymicKey, regionCode: facilities.regionCode })
    .from(persons).leftJoin(facilities, eq(facilities.id, persons.facilityId)).where(inArray(persons.id, ids))
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

import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { facilities, persons, type Texts, workplaces } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { person } from './queries.ts'
import { isRecordOf } from './records.ts'

export type Workplace = { since: string; until: string | null; facilityId: string | null; facility: Texts | null; profession: (typeof workplaces.$inferSelect)['profession']; leftBecause: string | null }

/** Where a person has worked, in all their records, the latest first; found only if the actor may see the person. */
export async function workHistory(db: Db, actor: Actor, personId: string): Promise<Workplace[]> {
  const { id } = await person(db, actor, personId)
  const rows = await db
    .select({ since: workplaces.since, until: workplaces.until, facilityId: workplaces.facilityId, facility: facilities.names, profession: workplaces.profession, leftBecause: workplaces.leftBecause })
    .from(workplaces).innerJoin(persons, eq(persons.id, workplaces.personId)).leftJoin(facilities, eq(facilities.id, workplaces.facilityId))
    .where(isRecordOf(workplaces.personId, id)).orderBy(asc(workplaces.since), asc(workplaces.until), asc(workplaces.id))
  return joined(rows).reverse()
}

/** One stay where two records tell of one: the second begins on the day that the first ended, at the same place in the same work. Pure. */
export function joined(stays: readonly Workplace[]): Workplace[] {
  const all: Workplace[] = []
  for (const stay of stays) {
    const before = all.at(-1)
    const same = before && before.until === stay.since && before.leftBecause === null && before.facilityId === stay.facilityId && before.profession === stay.profession
    if (same) all[all.length - 1] = { ...stay, since: before.since }
    else all.push(stay)
  }
  return all
}

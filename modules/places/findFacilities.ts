import { and, inArray } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { facilities } from '#db/schema/index.ts'
import { fold } from '#modules/words/index.ts'
import type { Facility } from './queries.ts'

export type FoundFacility = Pick<Facility, 'id' | 'names' | 'regionCode' | 'closedAt'>

/**
 * Facilities whose name, in any of the three languages, has every word that was typed, or one that begins with it: letters folded, so that a
 * Russian keyboard finds a Kazakh name. Those that begin with the text come first. Closed ones are found too, for what they were is still counted.
 */
export async function findFacilities(db: Db, { text, regions, limit }: { text: string; regions?: readonly string[] | undefined; limit: number }): Promise<{ items: FoundFacility[]; more: number }> {
  const words = wordsOf(text)
  if (words.length === 0) return { items: [], more: 0 }
  const rows = await db
    .select({ id: facilities.id, names: facilities.names, regionCode: facilities.regionCode, closedAt: facilities.closedAt })
    .from(facilities).where(and(regions ? inArray(facilities.regionCode, [...regions]) : undefined))
  const whole = words.join(' ')
  const found = rows.flatMap((row) => {
    const named = Object.values(row.names).map((name) => wordsOf(name))
    if (!named.some((name) => words.every((word) => name.some((one) => one.startsWith(word))))) return []
    return [{ row, first: named.some((name) => name.join(' ').startsWith(whole)) ? 0 : 1, name: row.names.kk }]
  })
  found.sort((one, other) => one.first - other.first || one.name.localeCompare(other.name, 'kk') || one.row.id.localeCompare(other.row.id))
  return { items: found.slice(0, limit).map(({ row }) => row), more: Math.max(found.length - limit, 0) }
}

/** «№3» and «№ 3» are the same two words. */
const wordsOf = (text: string) => fold(text).replaceAll('№', ' ').split(/[^\p{L}\p{N}]+/u).filter(Boolean)

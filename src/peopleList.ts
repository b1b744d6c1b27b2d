import type { AstroGlobal } from 'astro'
import { z } from 'zod'
import { persons, roles } from '#modules/people/index.ts'
import { centres } from '#modules/places/index.ts'
import { filtersOf } from './filtersOf.ts'
import { takeOnce } from './shownOnce.ts'

const filterShape = z.object({
  search: z.string().max(100), role: z.enum(roles), centreId: z.uuid(), state: z.enum(['active', 'invited', 'suspended', 'erased', 'merged']), cursor: z.uuid(),
})

/** What a page of people shows: the filters of its address, the people, and whoever was just found by number elsewhere. */
export async function peopleList(page: Pick<AstroGlobal, 'locals' | 'url' | 'cookies'>, wing: 'admin' | 'centre') {
  const { db, actor } = page.locals
  const filter = filtersOf(filterShape, page.url)
  const [list, places] = await Promise.all([persons(db, actor, { ...filter, limit: 25 }), wing === 'admin' ? centres(db, { closed: true }) : []])
  return { ...list, filter, places, found: takeOnce<string>(page, 'found') }
}

export type PeopleList = Awaited<ReturnType<typeof peopleList>>

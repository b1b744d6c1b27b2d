import type { AstroGlobal } from 'astro'
import { centresOf, isAdministrator } from '#modules/actor.ts'
import { trainedInPostInput } from '#modules/followup/index.ts'
import { centres } from '#modules/places/index.ts'
import { filtersOf } from './filtersOf.ts'

/**
 * What the page of trained people, and its files, show by their address: a coordinator always looks at one centre of their
 * own, the first unless another is named; an administrator at all unless one is named.
 */
export async function inPostFilter({ locals: { db, actor }, url }: Pick<AstroGlobal, 'locals' | 'url'>) {
  const filter = filtersOf(trainedInPostInput, url)
  const every = await centres(db, { closed: true })
  const places = isAdministrator(actor) ? every : every.filter((one) => centresOf(actor, 'coordinator').includes(one.id))
  return { filter: { ...filter, centreId: filter.centreId ?? (isAdministrator(actor) ? undefined : places[0]?.id) }, places }
}

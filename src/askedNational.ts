import { nationalAdoptionInput } from '#modules/adoptions/index.ts'
import type { z } from 'zod'

type Asked = z.infer<typeof nationalAdoptionInput>

/** What the tiles of the map can show. */
export const nationalMaps = ['given', 'adopted', 'taught', 'students', 'hours', 'overdue', 'listed'] as const
type NationalMap = (typeof nationalMaps)[number]

const parameters = { course: 'course', studyYear: 'year', region: 'region', state: 'state' } as const

/** The national view that an address asks for. What doesn't fit is passed over, as an old link has it. */
export function askedNational(query: URLSearchParams): { asked: Asked; map: NationalMap } {
  const asked: Record<string, unknown> = {}
  for (const [name, parameter] of Object.entries(parameters) as [keyof typeof parameters, string][]) {
    const read = nationalAdoptionInput.shape[name].safeParse(query.get(parameter) || undefined)
    if (read.success && read.data !== undefined) asked[name] = read.data
  }
  return { asked: asked as Asked, map: nationalMaps.find((one) => one === query.get('map')) ?? 'adopted' }
}

/** The address of a view, with its question mark; nothing for the view that asks for nothing. */
export function writeNational(asked: { [Name in keyof Asked]?: Asked[Name] | undefined } & { map?: NationalMap }): string {
  const query = new URLSearchParams()
  for (const [name, parameter] of Object.entries(parameters) as [keyof typeof parameters, string][]) if (asked[name] !== undefined) query.set(parameter, String(asked[name]))
  if (asked.map) query.set('map', asked.map)
  return query.size > 0 ? `?${query}` : ''
}

import type { Db } from '#db/client.ts'
import { none, professions } from '#modules/counts/index.ts'
import { latestEditions } from '#modules/courses/index.ts'
import { regions } from '#modules/places/index.ts'

export const mappingKinds = ['data-element', 'organisation-unit', 'category-option-combo', 'data-set'] as const
export type MappingKind = (typeof mappingKinds)[number]

/** Figures that don't depend on which courses there are. `by-profession` is the one that category option combinations divide. */
export const elements = { certificates: 'certificates', byProfession: 'certificates-by-profession', people: 'people', valid: 'valid' } as const
export const elementOfCourse = (course: string) => `certificates:${course}`
/** The one set of data: by region and month. */
export const monthly = 'monthly'

export type Mappable = Record<MappingKind, string[]>

/** Everything here that another system may have an identifier for. */
export async function mappable(db: Db): Promise<Mappable> {
  return {
    'data-element': [...Object.values(elements), ...(await latestEditions(db)).map(({ course }) => elementOfCourse(course))],
    'organisation-unit': (await regions(db)).map(({ code }) => code),
    'category-option-combo': [...professions, none],
    'data-set': [monthly],
  }
}

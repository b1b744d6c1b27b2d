import type { Db } from '#db/client.ts'
import type { Texts } from '#db/schema/index.ts'
import { regions } from '#modules/places/index.ts'
import type { Locale } from '#modules/words/index.ts'
import { latestEditions } from './queries.ts'

/** Names by region's code and by course, for whoever shows the figures. */
export type NationalNames = { region: (code: string) => string; course: (course: string) => string }

export async function nationalNames(db: Db, locale: Locale): Promise<NationalNames> {
  const units = new Map<string, Texts>((await regions(db)).map((one) => [one.code, one.names]))
  const titles = new Map<string, Texts>((await latestEditions(db)).map((one) => [one.course, one.titles]))
  return { region: (code) => units.get(code)?.[locale] ?? code, course: (course) => titles.get(course)?.[locale] ?? course }
}

import type { Db } from '#db/client.ts'
import { type Edition, type Item, itemsOf, type Lesson, lessonsOf, type Station, stationsOfEdition } from '#modules/courses/index.ts'

/** What the database holds of an edition: all that a package needs of it, so that who makes one needs no database. */
export type Source = { edition: Edition; lessons: Lesson[]; items: Map<string, Item>; stations: Station[] }

export const sourceOf = async (db: Db, edition: Edition): Promise<Source> => ({ edition, lessons: await lessonsOf(db, edition.id), items: await itemsOf(db, edition.id), stations: await stationsOfEdition(db, edition.id) })

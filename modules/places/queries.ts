import { and, asc, eq, inArray, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { academies, centres as centreTable, colleges as collegeTable, facilities as facilityTable, regions as regionTable, rooms as roomTable } from '#db/schema/index.ts'

// Places are public, so these questions need no actor. Names are sorted by the reader's language, in the template.

export type Region = typeof regionTable.$inferSelect
export type Room = Pick<typeof roomTable.$inferSelect, 'id' | 'name' | 'capacity' | 'closedAt'>
export type Centre = typeof centreTable.$inferSelect & { region: Region['names']; rooms: Room[] }
export type Facility = typeof facilityTable.$inferSelect
export type College = typeof collegeTable.$inferSelect

type Which = { regionCode?: string | undefined; closed?: boolean | undefined }

/** The regions, by code. */
export const regions = (db: Db) => db.select().from(regionTable).orderBy(asc(regionTable.code))

/** The academies. There is one. */
export const academiesOf = (db: Db) => db.select().from(academies).orderBy(asc(academies.createdAt))

/** Resource centres with their rooms; closed ones (of both) only when asked for. */
export async function centres(db: Db, { regionCode, closed = false }: Which = {}): Promise<Centre[]> {
  const rows = await db
    .select({ centre: centreTable, region: regionTable.names })
    .from(centreTable)
    .innerJoin(regionTable, eq(regionTable.code, centreTable.regionCode))
    .where(and(regionCode ? eq(centreTable.regionCode, regionCode) : undefined, closed ? undefined : isNull(centreTable.closedAt)))
    .orderBy(asc(centreTable.regionCode), asc(centreTable.createdAt), asc(centreTable.id))
  if (rows.length === 0) return []
  const ids = rows.map((row) => row.centre.id)
  const rooms = await db.select().from(roomTable).where(and(inArray(roomTable.centreId, ids), closed ? undefined : isNull(roomTable.closedAt))).orderBy(asc(roomTable.name))
  return rows.map(({ centre, region }) => ({ ...centre, region, rooms: rooms.filter((room) => room.centreId === centre.id) }))
}

/** One centre with its rooms, open or closed, or undefined. */
export const centre = async (db: Db, id: string): Promise<Centre | undefined> => (await centres(db, { closed: true })).find((one) => one.id === id)

/** Facilities, by region. */
export const facilities = (db: Db, { regionCode, closed = false }: Which = {}): Promise<Facility[]> =>
  db
    .select()
    .from(facilityTable)
    .where(and(regionCode ? eq(facilityTable.regionCode, regionCode) : undefined, closed ? undefined : isNull(facilityTable.closedAt)))
    .orderBy(asc(facilityTable.regionCode), asc(facilityTable.createdAt), asc(facilityTable.id))

/** Medical colleges, by region. */
export const colleges = (db: Db, { regionCode, closed = false }: Which = {}): Promise<College[]> =>
  db
    .select()
    .from(collegeTable)
    .where(and(regionCode ? eq(collegeTable.regionCode, regionCode) : undefined, closed ? undefined : isNull(collegeTable.closedAt)))
    .orderBy(asc(collegeTable.regionCode), asc(collegeTable.createdAt), asc(collegeTable.id))

import type { Db } from '#db/client.ts'
import { aCentre, aCohort, aCoordinator, aFacility, anEdition, aRoom } from '#tests/factories.ts'

/** The Kyzylorda centre with its coordinator, a course, a cohort of 25 in it and two facilities. */
export async function aDesk(db: Db) {
  const centre = await aCentre(db)
  const edition = await anEdition(db)
  const room = await aRoom(db, { centreId: centre.id })
  const cohort = await aCohort(db, { centreId: centre.id, editionId: edition.id, roomId: room.id, roomCapacity: room.capacity })
  const [polyclinic, hospital] = [await aFacility(db), await aFacility(db, { names: { kk: 'Арал аудандық ауруханасы', ru: 'Аральская районная больница', en: 'Aral District Hospital' }, kind: 'hospital', rural: true })]
  const plan = { centreId: centre.id, year: 2027, course: 'imci' }
  return { centre, centreId: centre.id, edition, room, cohort, polyclinic, hospital, plan, coordinator: await aCoordinator(db, centre.id) }
}

/** Another centre, in Taraz, with its coordinator. */
export async function aNeighbour(db: Db) {
  const centre = await aCentre(db, { regionCode: 'KZ-31', timeZone: 'Asia/Almaty' })
  return { centre, centreId: centre.id, coordinator: await aCoordinator(db, centre.id) }
}

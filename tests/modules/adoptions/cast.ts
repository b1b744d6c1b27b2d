import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { adoptionSteps, type editions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { saveProgramme, startAdoption } from '#modules/adoptions/index.ts'
import { anEdition } from '#tests/factories.ts'
import { aCollege } from './staff.ts'

/** The day so many days ago, by the colleges' calendar. */
export const daysAgo = (days: number) => new Date(Date.now() + 5 * 3_600_000 - days * 86_400_000).toISOString().slice(0, 10)

/** A college that has received an edition, some days ago. */
export async function aReceived(db: Db, { days = 300, edition }: { days?: number; edition?: typeof editions.$inferSelect } = {}) {
  const { worker, collegeId } = await aCollege(db)
  const of = edition ?? (await anEdition(db))
  const { id: adoptionId } = await startAdoption(db, worker, { editionId: of.id, on: daysAgo(days), facts: {} })
  return { worker, collegeId, edition: of, adoptionId }
}

export const aHead = { specialityCode: '09130100', speciality: 'Мейіргер ісі', qualification: null, semester: 4 }
export const aLine = (title = 'Балалар аурулары', lessons: string[] = []) => ({ title, theoryHours: 20, practiceHours: 12, lessons, competencies: [] as string[] })

/** A programme of one line that covers one of the edition's two lessons. */
export const aProgramme = (db: Db, worker: Actor, adoptionId: string) => saveProgramme(db, worker, { adoptionId, ...aHead, lines: [aLine('Балалар аурулары', ['imci-1-01'])] })

/** The rows of a history as they lie in the database. */
export const historyOf = (db: Db, adoptionId: string) => db.select().from(adoptionSteps).where(eq(adoptionSteps.adoptionId, adoptionId)).orderBy(asc(adoptionSteps.entrySeq))

/** The next edition of the same course, published now. */
export const nextEdition = async (db: Db, after: typeof editions.$inferSelect, publishedAt = new Date()) =>
  anEdition(db, { course: after.course, number: after.number + 1000, demonstration: after.demonstration, publishedAt })

import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { editions, programmeLines, programmes } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import type { ListedProgramme } from './readCollegeLine.ts'
import type { Adoption } from './steps.ts'

/**
 * Keeps what a list tells of a programme: its hours as one line by the course's name, which covers no lesson until the college maps its
 * own lines. Asks no actor: the verb does.
 */
export async function keepListedProgramme(tx: Db, actor: Actor, adoption: Adoption, { theoryHours, practiceHours, ...head }: ListedProgramme): Promise<void> {
  const [edition] = await tx.select({ titles: editions.titles }).from(editions).where(eq(editions.id, adoption.editionId))
  const { kk, ru } = edition!.titles
  const [programme] = await tx.insert(programmes).values({ ...head, adoptionId: adoption.id, changedBy: actor.personId }).returning({ id: programmes.id })
  await tx.insert(programmeLines).values({ programmeId: programme!.id, position: 1, title: (kk === ru ? kk : `${kk} / ${ru}`).slice(0, 240), theoryHours, practiceHours, lessons: [], competencies: [] })
}

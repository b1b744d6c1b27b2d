import { and, desc, eq, lt } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { adoptions, colleges, editions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { givenFacts, stepDay } from './facts.ts'
import { mayRecordStep, ownColleges, permitOf } from './policy.ts'
import { type Adoption, keepStep, stepsOf } from './steps.ts'
import { stateOf } from './rules.ts'

export const startAdoptionInput = z.object({
  /** The own college when absent. */
  collegeId: z.uuid().optional(),
  editionId: z.uuid(),
  /** The day on which the materials were received. */
  on: stepDay,
  facts: givenFacts.received.default({}),
})

/**
 * A college begins to adopt an edition: it has received the materials. Carries on the college's adoption of the edition before, where
 * there is one. Not found for an edition or a college that is none. Refuses `adoption.known` when the college has one of this edition,
 * and `adoption.college-closed`.
 */
export function startAdoption(db: Db, actor: Actor, { collegeId, editionId, on, facts }: z.infer<typeof startAdoptionInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const ofCollege = found(collegeId ?? ownColleges(actor)[0])
    permitOf(mayRecordStep(actor, { collegeId: ofCollege }), actor, { collegeId: ofCollege })

    const adoption = await beginAdoption(tx, actor, ofCollege, editionId)
    await keepStep(tx, actor, adoption, { state: 'received', on, facts })
    return { id: adoption.id }
  })
}

/** A new adoption without a step, the college locked. Refuses a second one of the same edition and a college that is closed. Asks no actor. */
export async function beginAdoption(tx: Db, actor: Actor, collegeId: string, editionId: string): Promise<Adoption> {
  const [college] = await tx.select({ closedAt: colleges.closedAt }).from(colleges).where(eq(colleges.id, collegeId)).for('update')
  if (found(college).closedAt) throw new Refusal('adoption.college-closed')
  const [edition] = await tx.select().from(editions).where(eq(editions.id, editionId))
  found(edition)
  const [known] = await tx.select({ id: adoptions.id }).from(adoptions).where(and(eq(adoptions.collegeId, collegeId), eq(adoptions.editionId, editionId)))
  if (known) throw new Refusal('adoption.known')

  const [adoption] = await tx.insert(adoptions).values({ collegeId, editionId, previousId: await previousOf(tx, collegeId, edition!), startedBy: actor.personId, startedAt: new Date() }).returning()
  return adoption!
}

/** The college's adoption of the nearest earlier edition of the course that it has not withdrawn. */
async function previousOf(tx: Db, collegeId: string, edition: typeof editions.$inferSelect): Promise<string | null> {
  const earlier = await tx.select({ id: adoptions.id }).from(adoptions).innerJoin(editions, eq(editions.id, adoptions.editionId))
    .where(and(eq(adoptions.collegeId, collegeId), eq(editions.course, edition.course), eq(editions.demonstration, edition.demonstration), lt(editions.number, edition.number)))
    .orderBy(desc(editions.number))
  for (const { id } of earlier) if (stateOf(await stepsOf(tx, id)) !== 'withdrawn') return id
  return null
}


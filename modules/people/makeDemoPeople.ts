import { inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents, persons } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { setSetting } from '#modules/jobs/index.ts'
import { permit } from '#modules/refusal.ts'
import { hashPassword } from './password.ts'
import { consentVersion } from './rules.ts'

export const makeDemoPeopleInput = z.object({ personIds: z.array(z.uuid()), password: z.string() })

/**
 * Makes these people of a demonstration: one printed password for all, their consent given, no second factor asked of
 * them, and the database marked as a demonstration for ever. Refuses anyone but the system itself (`permission.denied`).
 */
export async function makeDemoPeople(db: Db, actor: Actor, { personIds, password }: z.infer<typeof makeDemoPeopleInput>): Promise<void> {
  permit(isSystem(actor))
  const passwordHash = await hashPassword(password)

  return transact(db, async (tx) => {
    await tx.update(persons).set({ passwordHash }).where(inArray(persons.id, personIds))
    const people = await tx.select({ personId: persons.id, locale: persons.locale }).from(persons).where(inArray(persons.id, personIds))
    if (people.length > 0) await tx.insert(consents).values(people.map((one) => ({ ...one, version: consentVersion })))
    await setSetting(tx, 'demonstration', true)
    await setSetting(tx, 'demo-people', personIds)
  })
}

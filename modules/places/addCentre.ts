import { eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { academies, centres, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { line, texts } from '#modules/text.ts'
import { mayManagePlaces } from './policy.ts'

/** A time zone of the country (IANA): the centre's local dates are counted in it. */
const timeZone = z.enum(['Asia/Almaty', 'Asia/Qyzylorda', 'Asia/Qostanay', 'Asia/Aqtobe', 'Asia/Aqtau', 'Asia/Atyrau', 'Asia/Oral'])
export const timeZones = timeZone.options

export const addCentreInput = z.object({
  regionCode: z.string().regex(/^KZ-\d{2}$/),
  names: texts(200),
  cities: texts(100),
  director: line(200).optional(),
  timeZone: timeZone.default('Asia/Almaty'),
  /** A person may hold one place per course at a time, here and at other centres with this rule. */
  onePlacePerCourse: z.boolean().default(true),
})

/**
 * Adds a resource centre in a region, below the academy when there is one. `director` is printed on certificates.
 * Refuses anyone but an administrator (`permission.denied`) and an unknown region (`object.not-found`).
 */
export function addCentre(db: Db, actor: Actor, input: z.input<typeof addCentreInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    const [region] = await tx.select().from(regions).where(eq(regions.code, input.regionCode))
    const [academy] = await tx.select().from(academies).limit(1)

    permit(mayManagePlaces(actor))

    found(region)

    const [row] = await tx.insert(centres).values({ ...input, academyId: academy?.id ?? null }).returning({ id: centres.id })
    return row!
  })
}

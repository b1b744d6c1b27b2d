import { eq, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { professions, regions } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { mayKeepNeeds } from './policy.ts'
import { regionCode, year } from './shapes.ts'

export const setNeedInput = z.object({
  /** None is the whole country. */
  regionCode: regionCode.optional(),
  profession: z.enum(professions),
  year,
  needed: z.coerce.number().int().min(1).max(1_000_000),
  inPost: z.coerce.number().int().min(0).max(1_000_000).optional(),
  source: line(300).refine((text) => text.length >= 3, { error: 'field.too_small' }),
  /** Made up, for a demonstration. */
  invented: z.union([z.boolean(), z.literal('on')]).transform((value) => value !== false).default(false),
})

/**
 * Says how many people of a profession are needed in the country or a region in a year, and how many are in post, by which source;
 * said again for the same, it replaces what was said. For administrators. Not found for a region that isn't.
 */
export function setNeed(db: Db, actor: Actor, input: z.infer<typeof setNeedInput>): Promise<{ id: string }> {
  return transact(db, async (tx) => {
    permit(mayKeepNeeds(actor))

    if (input.regionCode) found((await tx.select({ code: regions.code }).from(regions).where(eq(regions.code, input.regionCode)))[0])

    const [kept] = await rows<{ id: string }>(tx, sql`
      insert into needs (region_code, profession, year, needed, in_post, source, invented, changed_by)
      values (${input.regionCode ?? null}::text, ${input.profession}, ${input.year}::int, ${input.needed}::int, ${input.inPost ?? null}::int, ${input.source}, ${input.invented}::boolean, ${actor.personId}::uuid)
      on conflict (profession, year, coalesce(region_code, ''))
        do update set needed = excluded.needed, in_post = excluded.in_post, source = excluded.source, invented = excluded.invented, changed_by = excluded.changed_by, changed_at = now()
      returning id`)
    return kept!
  })
}

import { randomUUID } from 'node:crypto'
import { inArray, sql } from 'drizzle-orm'
import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { indicatorValues } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { forgetRoster } from '#modules/rosters/index.ts'
import { mayImportIndicators } from './policy.ts'
import { previewIndicators, previewIndicatorsInput } from './previewIndicators.ts'

export const importIndicatorsInput = previewIndicatorsInput

/**
 * Takes an uploaded list of indicators in, all of it or nothing. Where another value stands for the same indicator, place and year, it
 * is replaced only when the file is said to replace: the earlier one stays in the register and is told no more. Each new value has its
 * entry in the ledger, with what it replaced. The file is deleted afterwards. For administrators. Refuses `indicators.wrong-lines` {n},
 * `roster.expired` and what `previewIndicators` does.
 */
export async function importIndicators(db: Db, actor: Actor, input: z.infer<typeof importIndicatorsInput>): Promise<{ added: number; replaced: number }> {
  const done = await transact(db, async (tx) => {
    permit(mayImportIndicators(actor))

    // One list at a time: two with the same value would both find its place empty.
    await tx.execute(sql`select pg_advisory_xact_lock(hashtext('import indicators'))`)
    // Read anew inside the transaction: values and places may have changed since somebody looked.
    const { lines, counts } = await previewIndicators(tx, actor, input)
    if (counts.wrong > 0) throw new Refusal('indicators.wrong-lines', { n: counts.wrong })

    const taken = lines.flatMap(({ kind, figure, before }) => (kind === 'same' ? [] : [{ ...figure!, id: randomUUID(), before }]))
    if (taken.length > 0) {
      const replaced = taken.flatMap(({ before }) => before?.id ?? [])
      if (replaced.length > 0) await tx.update(indicatorValues).set({ replacedAt: new Date() }).where(inArray(indicatorValues.id, replaced))
      await tx.insert(indicatorValues).values(taken.map(({ before: _, ...one }) => ({ ...one, importedBy: actor.personId })))
      for (const { id, indicator, facilityId, regionCode, year, value, before } of taken) {
        await record(tx, actor, 'indicator.entered', { id, indicator, facility: facilityId, region: regionCode, year, value, before: before?.value ?? null, replaces: before?.id ?? null, file: input.digest })
      }
    }
    return { added: counts.new, replaced: counts.changed }
  })
  await forgetRoster(actor, input.digest)
  return done
}

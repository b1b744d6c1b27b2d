import { readFile } from 'node:fs/promises'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { found, permit } from '#modules/refusal.ts'
import { aggregateDays, aggregatePath, factsOf, hasAggregate, type KeptAggregate } from './aggregates.ts'
import { mayTakeOut } from './policy.ts'

export const aggregatesInput = z.object({ before: z.iso.date().optional(), limit: z.int().min(1).max(200).default(50) })

/** Files of aggregates, the latest first; `cursor` is the day to go on before. For auditors and the system. */
export async function aggregates(_db: Db, actor: Actor, input: z.input<typeof aggregatesInput>): Promise<{ items: KeptAggregate[]; cursor: string | null }> {
  const { before, limit } = aggregatesInput.parse(input)

  permit(mayTakeOut(actor))

  const days = (await aggregateDays()).filter((day) => before === undefined || day < before)
  return { items: await Promise.all(days.slice(0, limit).map(factsOf)), cursor: days.length > limit ? days[limit - 1]! : null }
}

/** One file with its digest. Throws `object.not-found`. For auditors and the system. */
export async function aggregateOf(_db: Db, actor: Actor, { day }: { day: string }): Promise<KeptAggregate & { file: Uint8Array<ArrayBuffer> }> {
  permit(mayTakeOut(actor))
  found(z.iso.date().safeParse(day).success && hasAggregate(day) ? day : undefined)
  return { ...(await factsOf(day)), file: new Uint8Array(await readFile(aggregatePath(day))) }
}

import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { cutInput, settle } from './cut.ts'
import { peopleByRegion, validByRegion } from './definitions.ts'

const queries = { people: peopleByRegion, valid: validByRegion }

export const countRegionsInput = cutInput.extend({ figure: z.enum(['people', 'valid']) })

/** What `countFigure` says of each region for a cut, in one query; a region that isn't in it has none. For auditors and the system. */
export async function countRegions(db: Db, actor: Actor, input: z.input<typeof countRegionsInput>): Promise<Map<string, number>> {
  const { figure, ...cut } = countRegionsInput.parse(input)
  const settled = settle(cut)

  permit(mayAudit(actor))

  return new Map((await rows<{ key: string; count: number }>(db, queries[figure](settled))).map(({ key, count }) => [key, count]))
}

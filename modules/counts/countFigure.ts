import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import type { Key } from '#modules/words/index.ts'
import { cutInput, settle } from './cut.ts'
import { isDemonstration } from './definitions.ts'
import { type ExplainedFigure, explainedFigures, queryOf } from './figures.ts'
import { mayCount } from './policy.ts'

export const countFigureInput = cutInput.extend({ figure: z.enum(explainedFigures) })

export type CountedFigure = { definition: Key; asOf: Date; count: number; demonstration: boolean }

/** Some of the numbers of the first page for a cut, all at one moment. For whom `countCertificates` is. */
export async function countFigures<Name extends ExplainedFigure>(db: Db, actor: Actor, names: readonly Name[], input: z.input<typeof cutInput>): Promise<Record<Name, CountedFigure>> {
  const settled = settle(cutInput.parse(input))

  permit(mayCount(actor, settled.where))

  const [setting] = await rows<{ demonstration: boolean }>(db, sql`select ${isDemonstration} as demonstration`)
  const counted = {} as Record<Name, CountedFigure>
  for (const name of names) {
    const [row] = await rows<{ count: number }>(db, queryOf(name, settled))
    counted[name] = { definition: `counts.definition.${name}`, asOf: settled.asOf, count: row!.count, demonstration: setting!.demonstration }
  }
  return counted
}

/** One of them, without reckoning the others. */
export async function countFigure(db: Db, actor: Actor, input: z.input<typeof countFigureInput>): Promise<CountedFigure> {
  const { figure, ...cut } = countFigureInput.parse(input)
  return (await countFigures(db, actor, [figure], cut))[figure]
}

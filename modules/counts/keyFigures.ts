import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import type { Key } from '#modules/words/index.ts'
import { countFigures } from './countFigure.ts'
import { cutInput } from './cut.ts'
import { type ExplainedFigure, explainedFigures } from './figures.ts'

export const keyFiguresInput = cutInput

export type KeyFigure = { name: ExplainedFigure; definition: Key; value: number }

/** The four numbers of the first page, each with its definition, all at one moment. For whom `countCertificates` is. */
export async function keyFigures(db: Db, actor: Actor, input: z.input<typeof keyFiguresInput>): Promise<{ asOf: Date; figures: KeyFigure[] }> {
  const counted = await countFigures(db, actor, explainedFigures, keyFiguresInput.parse(input))
  return { asOf: counted.certificates.asOf, figures: explainedFigures.map((name) => ({ name, definition: counted[name].definition, value: counted[name].count })) }
}

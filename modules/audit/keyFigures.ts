import type { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import type { Key } from '#modules/words/index.ts'
import { cutInput, settle } from './cut.ts'
import { certificatesCounted, certificatesExpiring, certificatesValid, peopleCertified } from './definitions.ts'
import { mayCount } from './policy.ts'

export const keyFiguresInput = cutInput

export type KeyFigure = { name: 'certificates' | 'people' | 'valid' | 'expiring'; definition: Key; value: number }

/** The four numbers of the first page, each with its definition, all at one moment. For whom `countCertificates` is. */
export async function keyFigures(db: Db, actor: Actor, input: z.input<typeof keyFiguresInput>): Promise<{ asOf: Date; figures: KeyFigure[] }> {
  const cut = settle(keyFiguresInput.parse(input))

  permit(mayCount(actor, cut.where))

  const queries = { certificates: certificatesCounted(cut, []), people: peopleCertified(cut), valid: certificatesValid(cut), expiring: certificatesExpiring(cut) }
  const figures: KeyFigure[] = []
  for (const [name, query] of Object.entries(queries) as [KeyFigure['name'], typeof queries.valid][]) {
    const [row] = await rows<{ count: number }>(db, query)
    figures.push({ name, definition: `audit.definition.${name}`, value: row!.count })
  }
  return { asOf: cut.asOf, figures }
}

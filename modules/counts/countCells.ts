import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { day } from '#modules/day.ts'
import { type Dimension, settle } from './cut.ts'
import { certificatesCounted } from './definitions.ts'

/** What every cell of the whole table is about. */
export const cellDimensions = ['region', 'course', 'profession', 'month'] as const satisfies readonly Dimension[]
export type CountCell = Record<(typeof cellDimensions)[number], string | null> & { count: number }

export const countCellsInput = z.object({ asOf: day })

/** Certificates as of the end of a day by region, course, profession and month: every cell in which there is one, by the definition of `countCertificates`. For auditors and the system. */
export async function countCells(db: Db, actor: Actor, input: z.input<typeof countCellsInput>): Promise<{ asOf: Date; cells: CountCell[] }> {
  const cut = settle({ ...countCellsInput.parse(input), where: {} })

  permit(mayAudit(actor))

  return { asOf: cut.asOf, cells: await rows<CountCell>(db, certificatesCounted(cut, cellDimensions)) }
}

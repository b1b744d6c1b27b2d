import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import type { Key } from '#modules/words/index.ts'
import { cutInput, type Dimension, dimensions, settle } from './cut.ts'
import { certificatesCounted, certificatesLeftOut } from './definitions.ts'
import { mayCount } from './policy.ts'

export const countCertificatesInput = cutInput.extend({
  /** At most three, each once. */
  by: z.array(z.enum(dimensions)).max(3).refine((by) => new Set(by).size === by.length, { error: 'field.custom' }).default([]),
})

/** A cell of the table: what it is about (null where the certificate doesn't say) and how many. */
export type Row = { count: number } & Partial<Record<Dimension, string | null>>

/** `definition` is the key of the words; `leftOut` are certificates of the other sort (demonstration or real), which are never mixed in. */
export type Counted = { definition: Key; asOf: Date; by: Dimension[]; rows: Row[]; total: number; demonstration: boolean; leftOut: number }

/**
 * Counts certificates by up to three of their own facts. A count is the certificates issued in [from, to] by the centre's
 * local date that are neither revoked nor replaced at `asOf`; a successor counts once, at its predecessor's date.
 * For auditors and the system; a coordinator may count one centre of their own.
 */
export async function countCertificates(db: Db, actor: Actor, input: z.input<typeof countCertificatesInput>): Promise<Counted> {
  const { by, ...cut } = countCertificatesInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  const found = await rows<Row>(db, certificatesCounted(settled, by))
  const [other] = await rows<{ count: number; demonstration: boolean }>(db, certificatesLeftOut(settled))
  const total = found.reduce((sum, row) => sum + row.count, 0)
  return { definition: 'counts.definition.certificates', asOf: settled.asOf, by, rows: found, total, demonstration: other!.demonstration, leftOut: other!.count }
}

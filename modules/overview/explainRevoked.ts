import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { type Change, rowsShown, type Sent, sentAs } from '#modules/counts/index.ts'
import { day, type Days, endOfDay, periodBefore } from '#modules/day.ts'
import { permit } from '#modules/refusal.ts'
import type { Key } from '#modules/words/index.ts'
import { certificatesRevoked, revokedBecause, revokedLast, revokedSince } from './definitions.ts'

export const explainRevokedInput = z.object({ from: day, to: day, /** Compared with the end of this day. */ since: day.optional() })
  .refine(({ from, to }) => from <= to, { path: ['to'], error: 'field.ends-before-start' })

export type Revoked = {
  definition: Key
  asOf: Date
  period: Days
  value: number
  /** The period before it of the same length, as it is known now. */
  before: Days & { value: number }
  query: Sent
  compared: { since: Date; before: number; changes: (Omit<Change, 'reason'> & { reason: 'revoked' | 'taken-back' })[]; unexplained: number } | null
  because: { reason: string; takenBack: boolean; count: number }[]
  rows: { serial: string; on: string; reason: string; takenBack: boolean }[]
}

/** The certificates revoked in a period: how many, why, which were the last, and what was added since an earlier day. For auditors and the system. */
export async function explainRevoked(db: Db, actor: Actor, input: z.input<typeof explainRevokedInput>, asOf = new Date()): Promise<Revoked> {
  const { since: asked, ...period } = explainRevokedInput.parse(input)
  permit(mayAudit(actor))

  const count = async (days: Days, at: Date) => (await rows<{ count: number }>(db, certificatesRevoked(days, at)))[0]!.count
  const value = await count(period, asOf)
  const earlier = periodBefore(period)
  const since = asked === undefined ? null : endOfDay(asked)
  const compare = async (moment: Date) => {
    const [before, changes] = [await count(period, moment), await rows<NonNullable<Revoked['compared']>['changes'][number]>(db, revokedSince(period, moment, asOf, rowsShown))]
    return { since: moment, before, changes, unexplained: value - before - changes.reduce((sum, { change }) => sum + change, 0) }
  }
  return {
    definition: 'counts.definition.revoked', asOf, period, value, before: { ...earlier, value: await count(earlier, asOf) }, query: sentAs(certificatesRevoked(period, asOf)),
    compared: since === null || since >= asOf ? null : await compare(since),
    because: await rows<Revoked['because'][number]>(db, revokedBecause(period, asOf, rowsShown)), rows: await rows<Revoked['rows'][number]>(db, revokedLast(period, asOf, rowsShown)),
  }
}

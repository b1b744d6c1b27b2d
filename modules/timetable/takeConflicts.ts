import { createHash } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { overrides } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { record } from '#modules/ledger/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import type { Conflict } from './conflicts.ts'

/** Why somebody does what has to be accounted for: five letters at least. */
export const reason = line(500).refine((text) => (text.match(/\p{L}/gu) ?? []).length >= 5, { error: 'field.reason' })

/** How conflicts are met: unless asked to check, soft ones refuse nothing; checked ones need a reason. */
export const conflictFields = { checkConflicts: z.boolean().default(false), reason: reason.optional() }
type Met = { checkConflicts?: boolean | undefined; reason?: string | undefined }

/**
 * Refuses what nobody may live with (`cohort.room-closed`, `cohort.room-taken` {from, to}, `cohort.capacity-above-room` {room}), and, when
 * asked to check, soft conflicts that came without a reason (`cohort.conflicts` {n}). Answers those that are taken with the reason.
 */
export function judgeConflicts(conflicts: readonly Conflict[], met: Met): Conflict[] {
  const [worst] = conflicts.filter((one) => one.hard)
  if (worst?.code === 'room-closed') throw new Refusal('cohort.room-closed')
  if (worst?.code === 'room-taken') throw new Refusal('cohort.room-taken', worst.facts)
  if (worst) throw new Refusal('cohort.capacity-above-room', { room: worst.facts['room']! })
  if (conflicts.length > 0 && met.checkConflicts && !met.reason) throw new Refusal('cohort.conflicts', { n: conflicts.length }, { reason: 'field.required' })
  return met.reason ? [...conflicts] : []
}

/** Keeps the conflicts that somebody chose to live with, and why. The ledger's lines are the transaction's last writes. */
export async function keepOverrides(tx: Db, actor: Actor, cohortId: string, taken: readonly Conflict[], why: string | undefined) {
  if (taken.length === 0 || why === undefined) return
  await tx.insert(overrides).values(taken.map((one) => ({ cohortId, conflict: one.code, facts: one.facts, reason: why, overriddenBy: actor.personId })))
  const hash = createHash('sha256').update(why).digest('hex')
  for (const one of taken) await record(tx, actor, 'conflict.overridden', { cohort: cohortId, conflict: one.code, reason: hash })
}

import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { signStatement } from '#modules/reconciliation/index.ts'
import { dayOf } from '#modules/words/index.ts'

/** What the ministry has signed about the month before this one. */
export async function seedStatements(db: Db, actor: Actor): Promise<void> {
  const month = dayOf(new Date(), 'Asia/Almaty').slice(0, 7)
  const [year, number] = month.split('-').map(Number) as [number, number]
  await signStatement(db, actor, { month: new Date(Date.UTC(year, number - 2, 1)).toISOString().slice(0, 7) })
}

import type { Db } from '#db/client.ts'
import { indicatorValues } from '#db/schema/index.ts'
import { type Actor, isSystem } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { indicators } from './indicators.ts'

/** The published figures that content/indicators tells, each with its source: with them a demonstration begins. What stands already stays. */
export async function importStory(db: Db, actor: Actor): Promise<void> {
  permit(isSystem(actor))
  const values = indicators().flatMap(({ id, story }) => story.map(({ region, year, value, source }) => ({ indicator: id, regionCode: region, year, value, source })))
  if (values.length > 0) await db.insert(indicatorValues).values(values).onConflictDoNothing()
}

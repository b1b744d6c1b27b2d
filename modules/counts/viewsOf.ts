import { eq, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { savedViews } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { mayKeepViews } from './policy.ts'
import type { ViewPage } from './saveView.ts'

export type View = { id: string; name: string; page: ViewPage; query: string }

/** The actor's own saved views by name; nobody sees another's, and who can have none has none. */
export async function viewsOf(db: Db, actor: Actor): Promise<View[]> {
  if (!mayKeepViews(actor)) return []
  return db.select({ id: savedViews.id, name: savedViews.name, page: savedViews.page, query: savedViews.query }).from(savedViews)
    .where(eq(savedViews.personId, actor.personId!)).orderBy(sql`lower(${savedViews.name})`)
}

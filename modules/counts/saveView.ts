import { sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { persons, savedViews } from '#db/schema/index.ts'
import { errorCode, transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { mayKeepViews } from './policy.ts'

/** The pages that can be saved, and how many one person keeps. */
export const viewPages = ['overview', 'counts', 'places', 'quality', 'certificates', 'ledger', 'trail', 'explain'] as const
export type ViewPage = (typeof viewPages)[number]
export const mostViews = 100

export const viewName = z.string().trim().min(1, 'field.required').max(80)

export const saveViewInput = z.object({
  name: viewName,
  page: z.enum(viewPages),
  /** What stands after the question mark; which of it a page understands, the page decides when it is opened. */
  query: z.string().max(2000).regex(/^[\w.~!*'()%+=&,:@/-]*$/).default(''),
})

/**
 * Keeps what an auditor looks at under a name of their own. Refuses anyone else (`permission.denied`), a name that they have already
 * (`view.name-taken`), and more than a hundred (`view.too-many`).
 */
export function saveView(db: Db, actor: Actor, input: z.input<typeof saveViewInput>): Promise<{ id: string }> {
  const { name, page, query } = saveViewInput.parse(input)
  return transact(db, async (tx) => {
    permit(mayKeepViews(actor))
    const personId = actor.personId!

    // Two saves of one person come one after the other, or both would find room for the last one.
    await tx.execute(sql`select from ${persons} where id = ${personId}::uuid for no key update`)
    if ((await tx.$count(savedViews, sql`person_id = ${personId}::uuid`)) >= mostViews) throw new Refusal('view.too-many', { most: mostViews })

    const [row] = await tx.insert(savedViews).values({ personId, name, page, query }).returning({ id: savedViews.id }).catch(taken)
    return row!
  })
}

/** What a name that is there already says. */
export function taken(error: unknown): never {
  throw errorCode(error) === '23505' ? new Refusal('view.name-taken', {}, { name: 'field.taken' }) : error
}

import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { sessions } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'

export const signOutInput = z.object({ session: z.string().max(64) })

/** Ends one of the actor's own sessions, named by its hash: this one or another in the list. A session that is gone already is no error. */
export async function signOut(db: Db, actor: Actor, { session }: z.infer<typeof signOutInput>): Promise<void> {
  if (!actor.personId) return
  await db.delete(sessions).where(and(eq(sessions.hash, session), eq(sessions.personId, actor.personId)))
}

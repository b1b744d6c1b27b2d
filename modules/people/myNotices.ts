import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { noticesTo, noticeTo } from '#modules/notices/index.ts'
import { found, permit } from '#modules/refusal.ts'
import { recordsOf } from './records.ts'

export const myNoticesInput = z.object({ limit: z.coerce.number().int().min(1).max(200).default(50), cursor: z.string().regex(/^\d{1,15}_[0-9a-f-]{36}$/).optional() })

/** What was written to the actor, newest first, whether or not it could be sent; no text. */
export async function myNotices(db: Db, actor: Actor, input: z.input<typeof myNoticesInput>) {
  permit(isSignedIn(actor))
  return noticesTo(db, await recordsOf(db, actor.personId!), myNoticesInput.parse(input))
}

/** One letter to the actor, with its text unless it held a way into the account. Somebody else's is not there. */
export async function myNotice(db: Db, actor: Actor, input: { id: string }) {
  permit(isSignedIn(actor))
  const id = found(z.uuid().safeParse(input.id).data)
  return found(await noticeTo(db, await recordsOf(db, actor.personId!), id))
}

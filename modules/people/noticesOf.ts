import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, holds, isAdministrator } from '#modules/actor.ts'
import { type NoticeLine, noticesTo } from '#modules/notices/index.ts'
import { permit } from '#modules/refusal.ts'
import { myNoticesInput } from './myNotices.ts'
import { person } from './queries.ts'
import { recordsOf } from './records.ts'

export const noticesOfInput = myNoticesInput.extend({ personId: z.uuid() })

/** What the log tells of a letter: neither its subject nor its text, which are the reader's. */
export type Logged = Omit<NoticeLine, 'subject' | 'locale' | 'readable'>

/**
 * The log of letters to a person, newest first: kind, times, and whether it was sent, is tried again or was given up. For
 * administrators, and coordinators who may see the person; for others the person is not there.
 */
export async function noticesOf(db: Db, actor: Actor, input: z.input<typeof noticesOfInput>): Promise<{ items: Logged[]; cursor: string | null }> {
  const { personId, limit, cursor } = noticesOfInput.parse(input)
  permit(isAdministrator(actor) || holds(actor, 'coordinator'))
  await person(db, actor, personId)
  const log = await noticesTo(db, await recordsOf(db, personId), { limit, cursor })
  return { ...log, items: log.items.map(({ id, kind, createdAt, sentAt, state, attempts, nextAt }) => ({ id, kind, createdAt, sentAt, state, attempts, nextAt })) }
}

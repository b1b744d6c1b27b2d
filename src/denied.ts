import { type Actor, visitor } from '#modules/actor.ts'
import type { Db } from '#db/client.ts'
import { recordDenial } from '#modules/people/index.ts'
import { log } from './log.ts'

/** Who asked, as far as it is known when they are refused. */
type Asking = { db: Db; actor?: Actor | undefined; requestId: string; address: string }

/**
 * Notes that somebody was kept out (or that their sign-in failed) of what has this name. It never changes the answer: what can't be
 * noted is told in the log.
 */
export async function noteDenial({ db, actor = visitor, requestId, address }: Asking, what: string, code: string): Promise<void> {
  try {
    await recordDenial(db, actor, { what, code, requestId, address })
  } catch (error) {
    log({ level: 'warn', event: 'denial.not-noted', requestId, error: error instanceof Error ? error.name : typeof error })
  }
}

import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { transact } from '#db/transact.ts'
import { system } from '#modules/actor.ts'
import { setting } from '#modules/jobs/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { administrators } from '#modules/people/index.ts'
import { type Cause, turn } from './issuingSwitch.ts'
import { hashOf } from './statement.ts'

/**
 * Stops all issuing because verification failed, and writes to every administrator. `found` names the first thing that is wrong:
 * an entry or a serial. Does nothing when issuing is stopped already. A ledger that is broken may refuse to be told: the switch
 * is turned all the same.
 */
export function stopIssuing(db: Db, cause: Cause, found: string): Promise<boolean> {
  return transact(db, async (tx) => {
    if ((await setting(tx, 'issuing-stopped')) === true) return false
    const actor = system('verification')
    await turn(tx, actor, { stopped: true, reason: found, cause })
    for (const { id, email, locale } of await administrators(tx)) {
      await notify(tx, { personId: id, recipient: email, locale, kind: `issuing.stopped-${cause}`, facts: { found, link: `${environment().origin}/${locale}/admin` } })
    }
    await tx.transaction((inner) => record(inner as unknown as Db, actor, 'issuing.switched', { stopped: true, reason: hashOf(`${cause}: ${found}`) })).catch(() => undefined)
    return true
  })
}

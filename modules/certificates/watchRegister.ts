import { and, asc, gt, lte } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { certificates } from '#db/schema/index.ts'
import { setSetting, setting } from '#modules/jobs/index.ts'
import { type Bad, verifyLedger } from '#modules/ledger/index.ts'
import type { Cause } from './issuingSwitch.ts'
import { differing } from './readBack.ts'
import { stopIssuing } from './stopIssuing.ts'

/** Where the last look that found everything right ended, and when all of it was last looked at from the first entry on. */
const watched = z.object({ size: z.int(), root: z.string(), head: z.string(), wholeAt: z.iso.datetime() })

const day = 24 * 3600 * 1000
/** How many certificates are read back at once. */
const batch = 200

/** What a look found: how many entries there are, and the first thing that is wrong. */
export type Watched = { entries: number; fault: { cause: Cause; found: string } | null; stopped: boolean }

/**
 * For the clock: verifies what the ledger has been told since the last look, once a day all of it, and reads back the certificates
 * issued since. When something is not as it should be, all issuing is stopped and the administrators are written to. One fault
 * stops issuing once: whoever turns it on again knows of it and has said why.
 */
export async function watchRegister(db: Db, now = new Date()): Promise<Watched> {
  const last = watched.safeParse(await setting(db, 'register-watched')).data
  const whole = !last || now.getTime() - Date.parse(last.wholeAt) >= day
  const verdict = await verifyLedger(db, { since: whole ? undefined : last })
  const { entries } = verdict
  if (verdict.firstBad) return stopFor(db, entries, 'ledger', inWords(verdict.firstBad))
  for (let after = last?.size ?? 0; ;) {
    const recent = await db.select({ id: certificates.id, entrySeq: certificates.entrySeq }).from(certificates)
      .where(and(gt(certificates.entrySeq, after), lte(certificates.entrySeq, entries))).orderBy(asc(certificates.entrySeq)).limit(batch)
    const found = await differing(db, recent.map((one) => one.id), { erasable: true })
    if (found) return stopFor(db, entries, 'read-back', found.serial)
    if (recent.length < batch) break
    after = recent.at(-1)!.entrySeq
  }
  await setSetting(db, 'register-watched', { size: entries, root: verdict.root, head: verdict.head, wholeAt: whole ? now.toISOString() : last.wholeAt })
  return { entries, fault: null, stopped: false }
}

const inWords = ({ seq, until, reason }: Bad) => `${until === undefined || until === seq ? seq : `${seq}–${until}`} (${reason})`

async function stopFor(db: Db, entries: number, cause: Cause, found: string): Promise<Watched> {
  const fault = `${cause}: ${found}`
  const known = (await setting(db, 'register-fault')) === fault
  const stopped = !known && (await stopIssuing(db, cause, found))
  if (!known) await setSetting(db, 'register-fault', fault)
  return { entries, fault: { cause, found }, stopped }
}

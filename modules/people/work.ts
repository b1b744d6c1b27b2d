import { and, eq, isNull } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { workplaces } from '#db/schema/index.ts'
import { dayOf } from '#modules/words/index.ts'
import type { PersonRow } from './findPerson.ts'

// Where a person works, and worked. `persons` shows the present; `workplaces` holds the history, and its open row says the
// same as `persons`. Every change of the one goes through here, in the same transaction.

export type Work = Pick<PersonRow, 'facilityId' | 'profession'>
type WorkplaceRow = typeof workplaces.$inferSelect

/** Today by the country's clock. */
export const today = () => dayOf(new Date(), 'Asia/Almaty')

/** What a change of work did, so that it can be taken back: the open row that it ended or wrote over, the one it opened, and as what. */
export type WorkChange = { ended: string | null; rewritten: Work | null; opened: string | null; as: Work }

/**
 * Ends the open workplace on a day and opens the new one; nothing opens for somebody of whom nothing is known. A second
 * change on the day that a workplace began is a correction of it: nobody works anywhere for no days.
 */
export async function setWork(tx: Db, personId: string, work: Work, on: string): Promise<WorkChange> {
  const known = work.facilityId !== null || work.profession !== null
  const open = await openWork(tx, personId)
  if (open && open.facilityId === work.facilityId && open.profession === work.profession) return { ended: null, rewritten: null, opened: null, as: work }
  if (open && known && open.since >= on) {
    await tx.update(workplaces).set(work).where(eq(workplaces.id, open.id))
    return { ended: null, rewritten: { facilityId: open.facilityId, profession: open.profession }, opened: open.id, as: work }
  }
  if (open) await endWork(tx, open, on)
  const [row] = known ? await tx.insert(workplaces).values({ personId, facilityId: work.facilityId, profession: work.profession, since: on }).returning({ id: workplaces.id }) : []
  return { ended: open?.id ?? null, rewritten: null, opened: row?.id ?? null, as: work }
}

/** The workplace that a person has now. */
export async function openWork(tx: Db, personId: string): Promise<WorkplaceRow | undefined> {
  const [open] = await tx.select().from(workplaces).where(and(eq(workplaces.personId, personId), isNull(workplaces.until)))
  return open
}

/** Ends a workplace on a day, or on the day it began when that is later. */
export async function endWork(tx: Db, open: WorkplaceRow, on: string, leftBecause: string | null = null): Promise<void> {
  await tx.update(workplaces).set({ until: on > open.since ? on : open.since, leftBecause }).where(eq(workplaces.id, open.id))
}

/** Takes a change back, if the workplace that it opened is still the open one; false when something has happened since. */
export async function takeWorkBack(tx: Db, personId: string, change: WorkChange): Promise<boolean> {
  if (!change.ended && !change.opened) return true
  const open = await openWork(tx, personId)
  if ((open?.id ?? null) !== change.opened) return false
  if (open && (open.facilityId !== change.as.facilityId || open.profession !== change.as.profession)) return false
  if (change.rewritten) await tx.update(workplaces).set(change.rewritten).where(eq(workplaces.id, change.opened!))
  else if (change.opened) await tx.delete(workplaces).where(eq(workplaces.id, change.opened))
  if (change.ended) await tx.update(workplaces).set({ until: null, leftBecause: null }).where(eq(workplaces.id, change.ended))
  return true
}

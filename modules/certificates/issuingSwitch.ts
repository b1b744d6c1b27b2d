import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons, settings } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { setSetting, setting } from '#modules/jobs/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'

// The one switch that stops all issuing, and what is known about who last turned it.

/** Why the product itself stopped issuing: the ledger contradicts itself, or a certificate is not as it was signed. */
export const causes = ['ledger', 'read-back'] as const
export type Cause = (typeof causes)[number]

type Turned = { stopped: boolean; at: string; by: string | null; reason: string; cause: Cause | null }

export type IssuingState = {
  stopped: boolean
  /** When it was last turned; null when it never was. */
  since: Date | null
  /** Who turned it; null for the product itself. */
  by: string | null
  /** What a person wrote, or which entry or serial the product found wrong. */
  reason: string | null
  cause: Cause | null
}

/** How the switch stands. Public in itself: it holds no personal data but the name of the administrator who turned it. */
export async function issuingState(db: Db): Promise<IssuingState> {
  const stopped = (await setting(db, 'issuing-stopped')) === true
  const turned = (await setting(db, 'issuing-turned')) as Turned | undefined
  if (!turned || turned.stopped !== stopped) return { stopped, since: null, by: null, reason: null, cause: null }
  const [person] = turned.by ? await db.select().from(persons).where(eq(persons.id, turned.by)) : []
  return { stopped, since: new Date(turned.at), by: person ? fullName(person) : null, reason: turned.reason, cause: turned.cause }
}

/** Turns the switch and keeps by whom and why. */
export async function turn(tx: Db, actor: Actor, { stopped, reason, cause = null }: { stopped: boolean; reason: string; cause?: Cause | null }): Promise<void> {
  await setSetting(tx, 'issuing-stopped', stopped)
  const turned: Turned = { stopped, at: new Date().toISOString(), by: actor.personId, reason, cause }
  await setSetting(tx, 'issuing-turned', turned)
}

/**
 * Throws `certificate.issuing-stopped` while issuing is stopped. Holds the switch until the transaction ends: once it has been
 * turned off, nothing more is issued, not even by who looked a moment before.
 */
export async function demandIssuing(tx: Db): Promise<void> {
  const [row] = await tx.select({ value: settings.value }).from(settings).where(eq(settings.name, 'issuing-stopped')).for('share')
  if (row?.value === true) throw new Refusal('certificate.issuing-stopped')
}

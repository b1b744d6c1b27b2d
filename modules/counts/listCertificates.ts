import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Actor } from '#modules/actor.ts'
import { permit } from '#modules/refusal.ts'
import { maskedName, seesHolder, stateFilters } from '#modules/certificates/index.ts'
import { day } from '#modules/day.ts'
import { cutInput, settle, type Settled } from './cut.ts'
import { certificatesListed, type Listable, orderOf } from './definitions.ts'
import { mayCount } from './policy.ts'

const cursor = /^[A-Za-z0-9_-]{1,80}$/

export const listCertificatesInput = cutInput.extend({
  /** Those that are counted, or also revoked and replaced ones and statements of attendance. */
  which: z.enum(['counted', 'all']).default('counted'),
  /** Only those in this state at the moment asked for; with it, or with a cut of valid or expired ones, `which` counts no more. */
  state: z.enum(stateFilters).optional(),
  limit: z.int().min(1).max(200).default(50),
  cursor: z.string().regex(cursor).optional(),
})

/** `holderName` is null once the person has been erased, and `maskedName` but for coordinators of its centre. No code, which would open the public page with the name. Dates are local to the centre; `entry` is the ledger's number of its issue. */
export type Listed = {
  serial: string; status: 'valid' | 'expired' | 'revoked' | 'replaced'; holderName: string | null
  region: string; centre: string; facility: string | null; course: string; edition: string; language: string; kind: string
  /** False for a statement of attendance, which is never counted. */
  certifies: boolean
  profession: string | null; sex: string | null
  /** A revocation's day at the centre, its reason, and whether it was a taking back; the certificate that renews this one, in force. */
  revokedOn: string | null; reason: string | null; takenBack: boolean; renewedBy: string | null
  issuedOn: string; countedOn: string; expiresOn: string | null; predecessor: string | null; successor: string | null; entry: number
}

/**
 * The certificates behind a number, newest first, with what each was worth at `asOf`; those that end soon by their last day. With `which: 'counted'` the list has
 * exactly as many as `countCertificates` says for the same cut. For whom that is.
 */
export async function listCertificates(db: Db, actor: Actor, input: z.input<typeof listCertificatesInput>): Promise<{ items: Listed[]; cursor: string | null; asOf: Date }> {
  const { which, state, limit, cursor, ...cut } = listCertificatesInput.parse(input)
  const settled = settle(cut)

  permit(mayCount(actor, cut.where))

  const wanted = stateOf({ which, state, where: cut.where })
  const items = await listed(db, settled, wanted, cursor === undefined ? null : readCursor(cursor), limit + 1)
  const more = items.length > limit
  return { items: items.slice(0, limit).map(withoutName(actor)), cursor: more ? writeCursor(placeOf(wanted, items[limit - 1]!)) : null, asOf: settled.asOf }
}

/** The register is looked at to be counted: a name is told by `revealHolder`, one at a time, and the ledger tells of it. */
const withoutName = (actor: Actor) => (one: Listed): Listed => (one.holderName === null || seesHolder(actor, { centreId: one.centre }) ? one : { ...one, holderName: maskedName })

/** What a list is of: a state of its own goes before `which`, and a cut of valid or expired ones has only counted ones in it. */
export const stateOf = ({ which, state, where }: Pick<z.output<typeof listCertificatesInput>, 'which' | 'state' | 'where'>): Listable =>
  state ?? (which === 'counted' || where.state !== undefined ? 'counted' : 'all')

/** Where a list goes on: the day by which it is in order, and the number. */
type Place = { day: string; serial: string }
const placeOf = (which: Listable, one: Listed): Place => ({ day: one[orderOf(which)]!, serial: one.serial })

async function listed(db: Db, cut: Settled, which: Listable, after: Place | null, limit: number): Promise<Listed[]> {
  const found = await rows<Omit<Listed, 'entry'> & { entry: string }>(db, certificatesListed(cut, which, after, limit))
  return found.map((row) => ({ ...row, entry: Number(row.entry) }))
}

/** All certificates that are counted in a cut, in batches. */
export const everyCounted = (db: Db, cut: Settled, batch = 2000) => everyListed(db, cut, 'counted', batch)

/** All certificates of a list, in its order, in batches. */
export async function* everyListed(db: Db, cut: Settled, which: Listable, batch = 2000): AsyncGenerator<Listed[]> {
  for (let after: Place | null = null; ;) {
    const found: Listed[] = await listed(db, cut, which, after, batch)
    if (found.length > 0) yield found
    if (found.length < batch) return
    after = placeOf(which, found.at(-1)!)
  }
}

const writeCursor = ({ day, serial }: Place) => Buffer.from(`${day} ${serial}`).toString('base64url')

/** A cursor that isn't ours starts from the top: it can't show anything that the list would not. */
function readCursor(text: string): Place | null {
  const [, on, serial] = /^(\d{4}-\d{2}-\d{2}) (KZ-\d{4}-\d{6})$/.exec(Buffer.from(text, 'base64url').toString()) ?? []
  return on && serial && day.safeParse(on).success ? { day: on, serial } : null
}

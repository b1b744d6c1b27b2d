import { and, asc, eq, gt, inArray, isNull, ne, or, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents, memberships, merges, persons, workplaces } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { permit, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { demandStepUp } from './demandStepUp.ts'
import { takenAtOnce } from './details.ts'
import { heldBy, type PersonRow } from './findPerson.ts'
import { recordRole } from './membership.ts'
import { columnsOf, type Moved, restoreCodes, type Taken, unsealMoved } from './moved.ts'
import { mayMergePersons } from './policy.ts'
import { unmergeProblem } from './rules.ts'
import { endSessions } from './session.ts'
import { setWork, takeWorkBack, today } from './work.ts'

export const unmergePersonsInput = z.object({ personId: z.uuid(), reason: line(500).refine((text) => text.length >= 5, { error: 'field.too_small' }) })

/** Refuses an undoing that what a higher module holds forbids, in the same transaction and after the locks. */
export type DemandUnmergeable = (tx: Db, duplicateId: string, keptId: string, mergedAt: Date) => Promise<void>

type Merge = typeof merges.$inferSelect

/**
 * Undoes a merge: the duplicate stands for itself again with the contacts, numbers, password, second factor, roles, consents
 * and workplace that it had, and the kept record gives back what it had taken and not changed since. Sessions, links and
 * tokens that the merge ended stay ended, and a role that was taken from the kept record meanwhile does not come back.
 * Refuses anyone but an administrator with step-up, oneself, `person.not-merged`, and what makes it impossible:
 * `person.unmerge-unrecorded` (a merge from before it was recorded), `person.unmerge-later` (a later merge into the same
 * record must be undone first), `person.unmerge-taken` (somebody has a contact or number of the duplicate by now),
 * `person.unmerge-suspended`, `person.erased`, and what `demandUnmergeable`, certificates' part, names.
 */
export function unmergePersons(db: Db, actor: Actor, input: z.infer<typeof unmergePersonsInput>, demandUnmergeable: DemandUnmergeable): Promise<{ personId: string; keptId: string }> {
  return transact(db, async (tx) => {
    const { merge, duplicate, kept } = await lockMerge(tx, input.personId)

    permit(mayMergePersons(actor))
    demandStepUp(actor)

    if (!duplicate) throw new Refusal('object.not-found')
    if (!kept) throw new Refusal('person.not-merged')
    if (isSelf(actor, kept.id) || isSelf(actor, duplicate.id)) throw new Refusal('person.not-yourself')
    const problem = unmergeProblem({
      erased: duplicate.erasedAt !== null || kept.erasedAt !== null, suspended: kept.suspendedAt !== null,
      recorded: merge?.moved !== undefined && merge.moved !== null, later: merge !== undefined && (merge.intoId !== kept.id || (await hasLaterMerge(tx, merge))),
    })
    if (problem) throw new Refusal(problem)
    const { id: mergeId, mergedAt } = merge!
    const moved = unsealMoved(mergeId, merge!.moved!)
    await demandUntaken(tx, moved, duplicate, kept)
    await demandUnmergeable(tx, duplicate.id, kept.id, mergedAt)

    const now = new Date()
    await tx.update(merges).set({ moved: null, undoneBy: actor.personId, undoneAt: now, undoneBecause: input.reason }).where(eq(merges.id, mergeId))
    const { ended, granted } = await returnRoles(tx, moved.memberships, duplicate.id, kept.id, now)
    await returnConsents(tx, moved.consents, duplicate.id)
    await returnWays(tx, moved, duplicate, kept)
    await returnWork(tx, moved, kept)
    if (moved.repointed.length > 0) await tx.update(persons).set({ mergedInto: duplicate.id }).where(inArray(persons.id, moved.repointed))
    await endSessions(tx, kept.id)
    for (const recipient of new Set([kept.email, moved.ways.email])) await notify(tx, { personId: kept.id, recipient, locale: kept.locale, kind: 'account.unmerged' })
    for (const one of ended) await recordRole(tx, actor, kept.id, one, 'ended')
    for (const one of granted) await recordRole(tx, actor, duplicate.id, one, 'granted')
    await record(tx, actor, 'person.unmerged', { subject: subjectOf(duplicate.id), from: subjectOf(kept.id), moment: now.toISOString() })
    return { personId: duplicate.id, keptId: kept.id }
  })
}

/** Locks the duplicate, the record it leads to and all others that do, in the order of ids, as merges do; then reads again. */
async function lockMerge(tx: Db, personId: string): Promise<{ merge: Merge | undefined; duplicate: PersonRow | undefined; kept: PersonRow | undefined }> {
  const into = sql`(select p.merged_into from persons p where p.id = ${personId}::uuid)`
  const locked = await tx.select().from(persons).where(or(eq(persons.id, personId), eq(persons.id, into), eq(persons.mergedInto, into))).orderBy(asc(persons.id)).for('update')
  // Whoever waited for a lock sees rows as they are now: merged while it waited, or its kept record merged further.
  const duplicate = locked.find((one) => one.id === personId)
  const kept = duplicate?.mergedInto ? locked.find((one) => one.id === duplicate.mergedInto) : undefined
  if (duplicate?.mergedInto && !kept) throw new Refusal(locked.length === 1 ? 'person.not-merged' : 'person.unmerge-later')
  const [merge] = await tx.select().from(merges).where(and(eq(merges.personId, personId), isNull(merges.undoneAt)))
  return { merge, duplicate, kept }
}

/** Merges are undone the last one first: each found the kept record as those before it had left it. */
async function hasLaterMerge(tx: Db, { id, intoId, mergedAt }: Merge): Promise<boolean> {
  const later = and(isNull(merges.undoneAt), ne(merges.id, id), eq(merges.intoId, intoId), gt(merges.mergedAt, mergedAt))
  return (await tx.select({ id: merges.id }).from(merges).where(later).limit(1)).length > 0
}

/** Refuses when another record holds what was the duplicate's, unless it is the kept one that took it in this merge. */
async function demandUntaken(tx: Db, { ways, taken }: Moved, duplicate: PersonRow, kept: PersonRow): Promise<void> {
  const was = columnsOf(ways)
  const others = await tx.select().from(persons).where(and(ne(persons.id, duplicate.id), or(
    was.email ? sql`lower(${persons.email}) = ${was.email.toLowerCase()}` : undefined, was.phone ? eq(persons.phone, was.phone) : undefined,
    was.iinLookup ? eq(persons.iinLookup, was.iinLookup) : undefined, was.passportLookup ? eq(persons.passportLookup, was.passportLookup) : undefined, sql`false`,
  )))
  for (const other of others) {
    for (const [field, same] of [
      ['email', !!was.email && other.email?.toLowerCase() === was.email.toLowerCase()], ['phone', !!was.phone && other.phone === was.phone],
      ['iin', !!was.iinLookup && other.iinLookup?.equals(was.iinLookup)], ['passport', !!was.passportLookup && other.passportLookup?.equals(was.passportLookup)],
    ] as const) {
      if (same && !(other.id === kept.id && field in taken)) throw new Refusal('person.unmerge-taken', { field })
    }
  }
}

/** Ends the roles that the kept record got, and opens the duplicate's again that its human still holds. */
async function returnRoles(tx: Db, { ended, granted }: Moved['memberships'], duplicateId: string, keptId: string, now: Date) {
  const place = ({ role, centreId, collegeId }: { role: string; centreId: string | null; collegeId: string | null }) => `${role} ${centreId ?? collegeId ?? ''}`
  const held = new Set((await heldBy(tx, keptId)).map(place))
  const were = ended.length === 0 ? [] : await tx.select().from(memberships).where(inArray(memberships.id, ended)).orderBy(memberships.id)
  const back = were.filter((one) => held.has(place(one)))
  if (back.length > 0) await tx.update(memberships).set({ until: null }).where(and(eq(memberships.personId, duplicateId), inArray(memberships.id, back.map((one) => one.id))))
  const gone = granted.length === 0 ? [] : await tx.update(memberships).set({ until: now }).where(and(inArray(memberships.id, granted), isNull(memberships.until))).returning()
  return { ended: gone, granted: back }
}

/** Consents go back to the record they were given in; what was withdrawn since the merge stays withdrawn. */
async function returnConsents(tx: Db, { moved, withdrawn }: Moved['consents'], duplicateId: string): Promise<void> {
  if (moved.length > 0) await tx.update(consents).set({ personId: duplicateId }).where(inArray(consents.id, moved))
  for (const { id, at } of withdrawn) await tx.update(consents).set({ withdrawnAt: null }).where(and(eq(consents.id, id), eq(consents.withdrawnAt, new Date(at))))
}

/** Takes from the kept record what it had taken and still has, then makes the duplicate what it was: a contact or number stands once. */
async function returnWays(tx: Db, { ways, taken }: Moved, duplicate: PersonRow, kept: PersonRow): Promise<void> {
  const back = givenBack(taken, kept)
  if (Object.keys(back).length > 0) await tx.update(persons).set(back).where(eq(persons.id, kept.id))
  await tx.transaction((inner) => inner.update(persons).set({ ...columnsOf(ways), mergedInto: null, mergedAt: null }).where(eq(persons.id, duplicate.id))).catch(takenAtOnce)
  await restoreCodes(tx, duplicate.id, ways)
}

function givenBack(taken: Taken, kept: PersonRow): Partial<typeof persons.$inferInsert> {
  const back: Partial<typeof persons.$inferInsert> = {}
  for (const field of ['email', 'phone', 'sex', 'profession', 'facilityId'] as const) if (taken[field] !== undefined && kept[field] === taken[field]) back[field] = null
  if (taken.iin !== undefined && kept.iinLookup?.toString('hex') === taken.iin) Object.assign(back, { iinCipher: null, iinLookup: null })
  if (taken.passport !== undefined && kept.passportLookup?.toString('hex') === taken.passport) Object.assign(back, { passportCipher: null, passportLookup: null })
  return back
}

/** The duplicate's workplace is open again; the kept record's is what it was or, when it has changed since, what `persons` shows. */
async function returnWork(tx: Db, { work, endedWork }: Moved, { id }: PersonRow): Promise<void> {
  if (endedWork) await tx.update(workplaces).set({ until: null }).where(eq(workplaces.id, endedWork))
  if (await takeWorkBack(tx, id, work)) return
  const [now] = await tx.select({ facilityId: persons.facilityId, profession: persons.profession }).from(persons).where(eq(persons.id, id))
  await setWork(tx, id, now!, today())
}

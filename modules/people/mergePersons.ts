import { and, asc, eq, inArray, isNull, sql } from 'drizzle-orm'
import { randomUUID } from 'node:crypto'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { consents, invitations, memberships, merges, persons, recoveryCodes, tokens } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { subjectOf, unseal } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { demandStepUp } from './demandStepUp.ts'
import { iinColumns, passportColumns, placeOfNumber } from './details.ts'
import { heldBy, type MembershipRow, type PersonRow } from './findPerson.ts'
import { recordRole } from './membership.ts'
import { keptWays, type Moved, sealMoved } from './moved.ts'
import { mayMergePersons } from './policy.ts'
import { mergeFactsOf, mergeProblem } from './rules.ts'
import { endSessions } from './session.ts'
import { endWork, openWork, setWork, today } from './work.ts'

/** `personId` is the duplicate that is given up, `intoId` the record that is kept. */
export const mergePersonsInput = z.object({ personId: z.uuid(), intoId: z.uuid() })

/** Refuses a merge that what a higher module holds forbids, in the same transaction and after the locks. */
export type DemandMergeable = (tx: Db, duplicateId: string, keptId: string) => Promise<void>

/**
 * Joins two records of one human, until `unmergePersons`: all that is moved is written down, sealed. The kept record gets the other's roles and consents and the contacts, numbers
 * and work that it lacks; the duplicate keeps its rows, points at the kept record, and nobody signs in by it any more:
 * sessions, links, codes and tokens end, and no password or second factor moves. What higher modules hold (enrolments,
 * attempts, certificates) is never rewritten: they find it through the pointer. `demandMergeable` is certificates' part,
 * asked for so that no caller can forget it.
 * Refuses anyone but an administrator with step-up, oneself (`person.not-yourself`), and what `mergeProblem` names.
 */
export function mergePersons(db: Db, actor: Actor, input: z.infer<typeof mergePersonsInput>, demandMergeable: DemandMergeable): Promise<{ personId: string }> {
  return transact(db, async (tx) => {
    // In the order of ids: of two merges that cross, the second waits here and then finds a duplicate.
    const both = await tx.select().from(persons).where(inArray(persons.id, [input.personId, input.intoId])).orderBy(asc(persons.id)).for('update')

    permit(mayMergePersons(actor))
    demandStepUp(actor)

    const duplicate = found(both.find((one) => one.id === input.personId))
    const kept = found(both.find((one) => one.id === input.intoId))
    if (isSelf(actor, duplicate.id) || isSelf(actor, kept.id)) throw new Refusal('person.not-yourself')
    const problem = mergeProblem(mergeFactsOf(duplicate), mergeFactsOf(kept))
    if (problem) throw new Refusal(problem)
    await demandMergeable(tx, duplicate.id, kept.id)

    const now = new Date()
    const { ended, granted, memberships } = await moveRoles(tx, actor, duplicate.id, kept.id, now)
    const moved: Moved = { ways: await keptWays(tx, duplicate), memberships, consents: await moveConsents(tx, duplicate.id, kept.id), ...(await moveWork(tx, duplicate, kept)) }
    await shutOut(tx, duplicate.id, now)
    await endSessions(tx, kept.id)
    // Duplicates of the duplicate first: a pointer never leads to a record that points on.
    moved.repointed = (await tx.update(persons).set({ mergedInto: kept.id }).where(eq(persons.mergedInto, duplicate.id)).returning({ id: persons.id })).map((one) => one.id)
    const { given, taken } = movable(duplicate, kept)
    moved.taken = takenFields(taken)
    const mergeId = randomUUID()
    await tx.insert(merges).values({ id: mergeId, personId: duplicate.id, intoId: kept.id, moved: sealMoved(mergeId, moved), mergedBy: actor.personId, mergedAt: now })
    await tx.update(persons).set({ ...given, passwordHash: null, totpCipher: null, totpConfirmedAt: null, totpLastStep: null, mergedInto: kept.id, mergedAt: now }).where(eq(persons.id, duplicate.id))
    if (Object.keys(taken).length > 0) await tx.update(persons).set(taken).where(eq(persons.id, kept.id))
    for (const recipient of new Set([kept.email, duplicate.email])) await notify(tx, { personId: kept.id, recipient, locale: kept.locale, kind: 'account.merged' })
    for (const one of ended) await recordRole(tx, actor, duplicate.id, one, 'ended')
    for (const one of granted) await recordRole(tx, actor, kept.id, one, 'granted')
    await record(tx, actor, 'person.merged', { subject: subjectOf(duplicate.id), into: subjectOf(kept.id), moment: now.toISOString() })
    return { personId: kept.id }
  })
}

/** Ends the duplicate's roles and gives the kept record those that it doesn't hold. */
async function moveRoles(tx: Db, actor: Actor, duplicateId: string, keptId: string, now: Date) {
  const [ended, held] = [await heldBy(tx, duplicateId), await heldBy(tx, keptId)]
  const place = (one: MembershipRow) => `${one.role} ${one.centreId ?? one.collegeId ?? ''}`
  const has = new Set(held.map(place))
  const granted = ended.filter((one) => !has.has(place(one)))
  await tx.update(memberships).set({ until: now }).where(and(eq(memberships.personId, duplicateId), isNull(memberships.until)))
  const made = granted.length === 0 ? [] : await tx.insert(memberships)
    .values(granted.map(({ role, centreId, collegeId }) => ({ personId: keptId, role, centreId, collegeId, since: now, grantedBy: actor.personId })))
    .returning({ id: memberships.id })
  return { ended, granted, memberships: { ended: ended.map((one) => one.id), granted: made.map((one) => one.id) } }
}

/** Consents are the human's: all of them stand at the kept record, and a withdrawal ends whatever was given before it, in either. */
async function moveConsents(tx: Db, duplicateId: string, keptId: string): Promise<Moved['consents']> {
  const moved = await tx.update(consents).set({ personId: keptId }).where(eq(consents.personId, duplicateId)).returning({ id: consents.id })
  const last = sql`(select max(w.withdrawn_at) from consents w where w.person_id = ${keptId}::uuid)`
  const withdrawn = await tx.update(consents).set({ withdrawnAt: last }).where(and(eq(consents.personId, keptId), isNull(consents.withdrawnAt), sql`${consents.givenAt} <= ${last}`))
    .returning({ id: consents.id, at: consents.withdrawnAt })
  return { moved: moved.map((one) => one.id), withdrawn: withdrawn.map(({ id, at }) => ({ id, at: at!.toISOString() })) }
}

/** One human works in one place: what `persons` of the kept record will show. The duplicate's history stays in its own rows. */
async function moveWork(tx: Db, duplicate: PersonRow, kept: PersonRow): Promise<Pick<Moved, 'work' | 'endedWork' | 'taken' | 'repointed'>> {
  const on = today()
  const open = await openWork(tx, duplicate.id)
  if (open) await endWork(tx, open, on)
  const work = await setWork(tx, kept.id, { facilityId: kept.facilityId ?? duplicate.facilityId, profession: kept.profession ?? duplicate.profession }, on)
  return { work, endedWork: open?.id ?? null, taken: {}, repointed: [] }
}

/** Every way in by the duplicate ends. */
async function shutOut(tx: Db, duplicateId: string, now: Date) {
  await endSessions(tx, duplicateId)
  await tx.delete(invitations).where(eq(invitations.personId, duplicateId))
  await tx.delete(recoveryCodes).where(eq(recoveryCodes.personId, duplicateId))
  await tx.update(tokens).set({ endedAt: now }).where(and(eq(tokens.personId, duplicateId), isNull(tokens.endedAt)))
}

/**
 * What the kept record lacks and the duplicate has: `taken` for the one, emptied by `given` in the other, for a contact or
 * number stands once. Where both have one, the duplicate's stays there and look-ups follow its pointer. A number is sealed anew,
 * for a seal opens only in its own row.
 */
function movable(duplicate: PersonRow, kept: PersonRow) {
  const taken: Partial<typeof persons.$inferInsert> = {}
  const given: Partial<typeof persons.$inferInsert> = {}
  for (const field of ['email', 'phone'] as const) {
    if (kept[field] !== null || duplicate[field] === null) continue
    taken[field] = duplicate[field]
    given[field] = null
  }
  if (!kept.iinCipher && duplicate.iinCipher) {
    Object.assign(taken, iinColumns(kept.id, unseal(duplicate.iinCipher, placeOfNumber('iin', duplicate.id))))
    Object.assign(given, iinColumns(duplicate.id, null))
  }
  if (!kept.passportCipher && duplicate.passportCipher) {
    Object.assign(taken, passportColumns(kept.id, unseal(duplicate.passportCipher, placeOfNumber('passport', duplicate.id))))
    Object.assign(given, passportColumns(duplicate.id, null))
  }
  if (kept.sex === null && duplicate.sex !== null) taken.sex = duplicate.sex
  if (kept.profession === null && duplicate.profession !== null) taken.profession = duplicate.profession
  if (kept.facilityId === null && duplicate.facilityId !== null) taken.facilityId = duplicate.facilityId
  return { taken, given }
}

const hex = (bytes: Buffer | null | undefined) => bytes?.toString('hex')

/** What the kept record took, as it is recognised when the merge is undone: numbers by their keyed hash. */
const takenFields = ({ email, phone, iinLookup, passportLookup, sex, profession, facilityId }: Partial<typeof persons.$inferInsert>): Moved['taken'] =>
  Object.fromEntries(Object.entries({ email, phone, iin: hex(iinLookup), passport: hex(passportLookup), sex, profession, facilityId }).filter(([, value]) => value !== undefined && value !== null))

import { and, eq, inArray, isNull } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates, colleges, persons, staffClaims } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import { readCode, type StateNow, statesOf } from '#modules/certificates/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { notify } from '#modules/notices/index.ts'
import { isRecordOf, takeLimit } from '#modules/people/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { line } from '#modules/text.ts'
import { permitOf } from './policy.ts'
import { mayActFor } from './staffPolicy.ts'

/** `code` is the certificate's public code, typed, scanned or as the address of its page; `post` what its holder does at the college. */
export const claimCertificateInput = z.object({ collegeId: z.uuid(), code: z.string().trim().min(1, { error: 'field.required' }).max(300), post: line(120) })

/**
 * Says that the holder of a certificate teaches at the college. The holder is asked, and nothing names them until they agree; who
 * has agreed once is not asked again by the same college about another certificate, but told, and may end it. For staff of the college.
 * A certificate that replaces one that the college names already takes its place.
 * Refuses `certificate.unknown`, `staff.certifies-nothing`, `staff.not-in-force`, `staff.replaced` {successor}, `staff.no-holder`, `staff.already-claimed`.
 */
export async function claimCertificate(db: Db, actor: Actor, input: z.infer<typeof claimCertificateInput>): Promise<{ claimId: string; state: 'asked' | 'consented' }> {
  permitOf(mayActFor(actor, input), actor, input)
  const code = readCode(input.code) ?? readCode(/\/(?:verify|v)\/([^/?#\s]+)/.exec(input.code)?.[1] ?? '')
  if (!code) throw new Refusal('staff.mistyped', {}, { code: 'field.invalid_format' })
  const [known] = await db.select({ id: certificates.id, personId: certificates.personId }).from(certificates).where(eq(certificates.code, code))
  // Well-formed codes that lead nowhere are guesses, and are counted where the refusal doesn't undo it.
  if (!known) await takeLimit(db, 'staff-claim', input.collegeId, { max: 60, seconds: 3600 })
  const { id: certificateId, personId } = known ?? unknown()

  return transact(db, async (tx) => {
    // The claims of a college come one after another: two at once of one certificate are one.
    const [college] = await tx.select().from(colleges).where(and(eq(colleges.id, input.collegeId), isNull(colleges.closedAt))).for('no key update')
    const { names } = found(college)
    const certificate = found((await statesOf(tx, [certificateId])).get(certificateId))
    demandClaimable(certificate)
    const holder = await holderOf(tx, personId)
    const claims = await tx.select().from(staffClaims).where(and(eq(staffClaims.collegeId, input.collegeId), isRecordOf(staffClaims.personId, holder.id)))
    const live = claims.filter((one) => one.state === 'asked' || one.state === 'consented')
    if (live.some((one) => one.certificateId === certificateId)) throw new Refusal('staff.already-claimed', { serial: certificate.serial })

    const now = new Date()
    const refusedBefore = claims.some((one) => one.certificateId === certificateId)
    const agreed = isSelf(actor, holder.id) || (!refusedBefore && live.some((one) => one.state === 'consented'))
    const state = agreed ? 'consented' : 'asked'
    const before = await predecessorsOf(tx, certificateId)
    for (const one of live.filter((claim) => before.includes(claim.certificateId))) {
      await tx.update(staffClaims).set({ state: 'ended', endedAt: now, answeredAt: one.answeredAt ?? now }).where(eq(staffClaims.id, one.id))
      await record(tx, actor, 'staff.claimed', { college: input.collegeId, certificate: one.certificateId, subject: subjectOf(one.personId), change: 'ended' })
    }
    const [row] = await tx.insert(staffClaims)
      .values({ collegeId: input.collegeId, certificateId, personId, post: input.post, state, claimedBy: actor.personId, claimedAt: now, answeredAt: agreed ? now : null }).returning({ id: staffClaims.id })
    if (!isSelf(actor, holder.id)) {
      const facts = { serial: certificate.serial, college: names[holder.locale], link: `${environment().origin}/${holder.locale}/learn/colleges` }
      await notify(tx, { personId: holder.id, recipient: holder.email, locale: holder.locale, kind: agreed ? 'staff.added' : 'staff.asked', facts })
    }
    await record(tx, actor, 'staff.claimed', { college: input.collegeId, certificate: certificateId, subject: subjectOf(personId), change: state })
    return { claimId: row!.id, state }
  })
}

function unknown(): never {
  throw new Refusal('certificate.unknown')
}

/** Refuses what nobody teaches by. One that has expired is claimed, and stands out until it is renewed. */
function demandClaimable({ state, serial, certifies, successor, holderName }: StateNow) {
  if (state === 'replaced') throw new Refusal('staff.replaced', { serial, successor })
  if (state === 'revoked' || state === 'taken-back' || state === 'unconfirmed') throw new Refusal('staff.not-in-force', { serial })
  if (!certifies) throw new Refusal('staff.certifies-nothing', { serial })
  if (holderName === null) throw new Refusal('staff.no-holder', { serial })
}

/** Whom to write to: the record that is kept, when the holder's is a duplicate. */
async function holderOf(tx: Db, personId: string) {
  const kept = alias(persons, 'kept')
  const [row] = await tx.select({ own: persons, kept }).from(persons).leftJoin(kept, eq(kept.id, persons.mergedInto)).where(eq(persons.id, personId))
  return row!.kept ?? row!.own
}

/** Ids of those that a certificate replaces, the nearest first. */
async function predecessorsOf(tx: Db, certificateId: string): Promise<string[]> {
  const line: string[] = []
  for (let ids = [certificateId]; ids.length > 0; line.push(...ids)) {
    const rows = await tx.select({ id: certificates.predecessorId }).from(certificates).where(inArray(certificates.id, ids))
    ids = rows.flatMap(({ id }) => id ?? [])
  }
  return line
}

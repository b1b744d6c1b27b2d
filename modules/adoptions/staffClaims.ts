import { and, asc, desc, eq, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { colleges, persons, staffClaims, type Texts } from '#db/schema/index.ts'
import { type Actor, isSignedIn } from '#modules/actor.ts'
import { type StateNow, statesOf } from '#modules/certificates/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { permit } from '#modules/refusal.ts'
import { maySeeAdoption, permitOf } from './policy.ts'

export type ClaimState = (typeof staffClaims.$inferSelect)['state']

/** A certificate that a college has claimed, and what it is worth now. */
export type StaffMember = {
  claimId: string
  state: ClaimState
  post: string
  claimedAt: Date
  answeredAt: Date | null
  endedAt: Date | null
  /** The human, whichever of their records holds the certificate. */
  personId: string
  certificate: StateNow
}

/** States of a certificate by which nobody may be said to be certified: they stand out wherever staff are listed. */
export const notInForce = ['expired', 'revoked', 'taken-back', 'replaced', 'unconfirmed'] as const satisfies readonly StateNow['state'][]
export const isCertificateInForce = (state: StateNow['state']) => !(notInForce as readonly string[]).includes(state)

export const staffOfInput = z.object({ collegeId: z.uuid() })

/** Whom a college has claimed, each with the state of the certificate now: who agreed, who was asked and has not answered, who declined or left. For its own staff, the ministry and administrators. */
export async function staffOf(db: Db, actor: Actor, { collegeId }: z.infer<typeof staffOfInput>, now = new Date()): Promise<StaffMember[]> {
  permitOf(maySeeAdoption(actor, { collegeId }), actor, { collegeId })
  return claimsOf(db, collegeId, ['consented', 'asked', 'declined', 'ended'], now)
}

/** Claims of a college in these states, in the order of the alphabet within each. Whose data were erased teaches under no name, and is not told any more. */
export async function claimsOf(db: Db, collegeId: string, states: readonly ClaimState[], now: Date): Promise<StaffMember[]> {
  const rows = await db.select({ claim: staffClaims, mergedInto: persons.mergedInto }).from(staffClaims).innerJoin(persons, eq(persons.id, staffClaims.personId))
    .where(and(eq(staffClaims.collegeId, collegeId), inArray(staffClaims.state, [...states]), isNull(persons.erasedAt))).orderBy(asc(staffClaims.claimedAt), asc(staffClaims.id))
  const certificates = await statesOf(db, rows.map(({ claim }) => claim.certificateId), now)
  const members = rows.map(({ claim, mergedInto }): StaffMember => ({
    claimId: claim.id, state: claim.state, post: claim.post, claimedAt: claim.claimedAt, answeredAt: claim.answeredAt, endedAt: claim.endedAt,
    personId: mergedInto ?? claim.personId, certificate: certificates.get(claim.certificateId)!,
  }))
  return members.toSorted((one, other) => states.indexOf(one.state) - states.indexOf(other.state) || byName(one, other))
}

const alphabet = new Intl.Collator('kk')
const byName = ({ certificate: one }: StaffMember, { certificate: other }: StaffMember) => alphabet.compare(one.holderName ?? '\uFFFF', other.holderName ?? '\uFFFF') || (one.serial < other.serial ? -1 : 1)

/** A college that has claimed certificates of the person who asks. */
export type ClaimingCollege = { collegeId: string; names: Texts; claims: { claimId: string; state: ClaimState; post: string; serial: string; titles: Texts; claimedAt: Date; answeredAt: Date | null; endedAt: Date | null }[] }

/** The colleges that have claimed certificates of the actor, those that wait for an answer first. */
export async function myClaims(db: Db, actor: Actor): Promise<ClaimingCollege[]> {
  permit(isSignedIn(actor))
  const rows = await db.select({ claim: staffClaims, names: colleges.names }).from(staffClaims).innerJoin(colleges, eq(colleges.id, staffClaims.collegeId))
    .where(isRecordOf(staffClaims.personId, actor.personId!)).orderBy(desc(staffClaims.claimedAt), asc(staffClaims.id))
  const certificates = await statesOf(db, rows.map(({ claim }) => claim.certificateId))
  const all = [...Map.groupBy(rows, ({ claim }) => claim.collegeId)].map(([collegeId, claims]): ClaimingCollege => ({
    collegeId, names: claims[0]!.names,
    claims: claims.map(({ claim }) => {
      const { serial, titles } = certificates.get(claim.certificateId)!
      return { claimId: claim.id, state: claim.state, post: claim.post, serial, titles, claimedAt: claim.claimedAt, answeredAt: claim.answeredAt, endedAt: claim.endedAt }
    }),
  }))
  const waits = ({ claims }: ClaimingCollege) => (claims.some(({ state }) => state === 'asked') ? 0 : 1)
  return all.toSorted((one, other) => waits(one) - waits(other))
}

import { eq, inArray, sql } from 'drizzle-orm'
import { alias } from 'drizzle-orm/pg-core'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { stationsOfEdition } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { decide, type Obstacle } from './deciding.ts'
import { gatherEvidence } from './gatherEvidence.ts'
import { type Held, heldAs, heldIn, holdsNothing } from './heldIn.ts'
import { holderOf, issuingCohort, issuingStopped, taughtBy, unprintable, type Wish, wishes } from './issuing.ts'
import type { Kind } from './kinds.ts'
import { permitIssue } from './policy.ts'
import { eligibility, type EvidenceNow, type Rules, type Status, statusOf } from './rules.ts'

export const previewIssueInput = z.object({ cohortId: z.uuid(), wish: z.enum(wishes).optional(), personIds: z.array(z.uuid()).max(500).optional() })

export type Candidate = {
  personId: string
  name: string
  /** Would get a certificate now, or has one. */
  eligible: boolean
  unmet: Obstacle[]
  evidence: EvidenceNow
  /** The certificate this person holds in this cohort already: the successor when it was replaced. */
  certificate: (Pick<Held, 'id' | 'serial' | 'code'> & { status: Status; takenBack: boolean }) | null
}

export type Preview = {
  /** What would be issued. */
  kind: Kind
  wish: Wish
  /** What is asked of everybody. */
  rules: Rules
  people: Candidate[]
  counts: { toIssue: number; issued: number; refused: number }
  /** All issuing has been stopped. */
  stopped: boolean
  demonstration: boolean
  /** How long after issuing the holders are told. */
  handOverMinutes: number
  /** Titles of the edition's stations, by name. */
  stations: Record<string, { kk: string; ru: string; en: string }>
}

/** True for who would be issued one now. */
export const waits = ({ eligible, certificate }: Candidate) => eligible && (certificate === null || certificate.takenBack)
/** True for who has one that has not been revoked. */
export const has = ({ certificate }: Candidate) => certificate !== null && certificate.status !== 'revoked'

/**
 * Who would get a certificate now, who has one, and which rules the others don't meet: what a coordinator reads before issuing. Of
 * everybody in a seat, or of those named among them. Changes nothing.
 */
export async function previewIssue(db: Db, actor: Actor, input: z.infer<typeof previewIssueInput>, at = new Date()): Promise<Preview> {
  permitIssue(actor, found(await issuingCohort(db, input.cohortId)))

  const { taught, rules, evidence } = await gatherEvidence(db, input.cohortId, undefined, { wish: input.wish, at })
  const wanted = input.personIds && new Set(input.personIds)
  const seated = (await seatedIn(db, input.cohortId)).map((one) => one.personId).filter((id) => !wanted || wanted.has(id))
  const held = await heldIn(db, input.cohortId)
  const people = await holdersOf(db, seated)
  // Two records of one human may both have a seat: whoever comes first gets it.
  const taken = new Set<string>()
  const candidates = people.map(({ personId, person, facility }): Candidate => {
    const seen = evidence.get(personId)!
    const { had, certificate: other } = heldAs(held.get(person.id) ?? holdsNothing, taught.kind)
    const missing = unprintable({ ...taughtBy(taught), holder: holderOf({ person, facility }) })
    const decided = decide({ had, certificate: other, erased: person.erasedAt !== null, unmet: eligibility(seen, rules).unmet, missing })
    const decision = decided === 'issue' && taken.has(person.id) ? [{ rule: 'certificate-held' as const }] : decided
    if (decision === 'issue') taken.add(person.id)
    const certificate = had && { id: had.id, serial: had.serial, code: had.code, status: statusOf({ expiresOn: had.expiresOn, revoked: had.revoked, replaced: false }, taught.today), takenBack: had.takenBack }
    return { personId, name: fullName(person), eligible: typeof decision === 'string', unmet: typeof decision === 'string' ? [] : decision, evidence: seen, certificate }
  })
  return {
    kind: taught.kind,
    wish: input.wish ?? 'main',
    rules,
    people: candidates,
    counts: { toIssue: candidates.filter(waits).length, issued: candidates.filter(has).length, refused: candidates.filter((one) => !one.eligible).length },
    stopped: await issuingStopped(db),
    demonstration: taught.edition.demonstration,
    handOverMinutes: taught.centre.handOverMinutes,
    stations: Object.fromEntries((await stationsOfEdition(db, taught.edition.id)).map((one) => [one.station, one.body.titles])),
  }
}

/** People as a certificate would name them: for a duplicate the record that is kept. By name. */
async function holdersOf(db: Db, personIds: string[]) {
  const own = alias(persons, 'own')
  const rows = await db.select({ personId: own.id, person: persons, facility: facilities }).from(own)
    .innerJoin(persons, eq(persons.id, sql`coalesce(${own.mergedInto}, ${own.id})`)).leftJoin(facilities, eq(facilities.id, persons.facilityId))
    .where(inArray(own.id, personIds))
  return rows.toSorted((one, other) => fullName(one.person).localeCompare(fullName(other.person), 'kk') || (one.personId < other.personId ? -1 : 1))
}

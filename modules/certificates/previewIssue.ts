import { eq, inArray } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { facilities, persons } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { stationsOfEdition } from '#modules/courses/index.ts'
import { found } from '#modules/refusal.ts'
import { fullName } from '#modules/words/index.ts'
import { gatherEvidence } from './gatherEvidence.ts'
import { holderOf, issuingCohort, issuingStopped, taughtBy, unprintable } from './issuing.ts'
import { permitIssue } from './policy.ts'
import { type Listed, listCertificates } from './queries.ts'
import { eligibility, type EvidenceNow, type Rules, type Unmet } from './rules.ts'

export const previewIssueInput = z.object({ cohortId: z.uuid() })

export type Obstacle = Unmet | { rule: 'certificate-revoked' } | { rule: 'name-not-printable'; characters: string } | { rule: 'person-erased' }

export type Candidate = {
  personId: string
  name: string
  /** Would get a certificate now. */
  eligible: boolean
  unmet: Obstacle[]
  evidence: EvidenceNow
  /** The certificate this person holds in this cohort already: the successor when it was replaced. */
  certificate: Pick<Listed, 'serial' | 'code' | 'status'> | null
}

export type Preview = {
  /** What the edition asks of everybody. */
  rules: Rules
  people: Candidate[]
  counts: { toIssue: number; issued: number; refused: number }
  /** An administrator has stopped all issuing. */
  stopped: boolean
  demonstration: boolean
  /** Titles of the edition's stations, by name. */
  stations: Record<string, { kk: string; ru: string; en: string }>
}

/** Who would get a certificate now, who has one, and which rules the others don't meet: what a coordinator reads before issuing. Changes nothing. */
export async function previewIssue(db: Db, actor: Actor, input: z.infer<typeof previewIssueInput>): Promise<Preview> {
  const taught = found(await issuingCohort(db, input.cohortId))
  permitIssue(actor, taught)

  const seated = (await seatedIn(db, input.cohortId)).map((one) => one.personId)
  const holders = await db.select({ person: persons, facility: facilities }).from(persons)
    .leftJoin(facilities, eq(facilities.id, persons.facilityId)).where(inArray(persons.id, seated))
  const { rules, evidence } = await gatherEvidence(db, input.cohortId, seated)
  const certificates = await currentOnes(db, actor, input.cohortId)
  const people = holders.map((holder): Candidate => {
    const { person } = holder
    const seen = evidence.get(person.id)!
    const certificate = certificates.get(person.id) ?? null
    const missing = unprintable({ ...taughtBy(taught), holder: holderOf(holder) })
    const unmet: Obstacle[] = certificate?.status === 'revoked' ? [{ rule: 'certificate-revoked' }]
      : person.erasedAt ? [{ rule: 'person-erased' }]
      : [...eligibility(seen, rules).unmet, ...(missing.length > 0 ? [{ rule: 'name-not-printable' as const, characters: missing.join(' ') }] : [])]
    const held = certificate && { serial: certificate.serial, code: certificate.code, status: certificate.status }
    return { personId: person.id, name: fullName(person), eligible: unmet.length === 0, unmet, evidence: seen, certificate: held }
  })
  people.sort((one, other) => one.name.localeCompare(other.name, 'kk'))
  const has = (one: Candidate) => one.certificate !== null && one.certificate.status !== 'revoked'
  return {
    rules,
    people,
    counts: {
      toIssue: people.filter((one) => one.eligible && !has(one)).length,
      issued: people.filter(has).length,
      refused: people.filter((one) => !one.eligible && !has(one)).length,
    },
    stopped: await issuingStopped(db),
    demonstration: taught.edition.demonstration,
    stations: Object.fromEntries((await stationsOfEdition(db, taught.edition.id)).map((one) => [one.station, one.body.titles])),
  }
}

async function currentOnes(db: Db, actor: Actor, cohortId: string): Promise<Map<string, Listed>> {
  const all: Listed[] = []
  for (let cursor: string | null | undefined; cursor !== null;) {
    const page = await listCertificates(db, actor, { cohort: cohortId, limit: 200, ...(cursor ? { cursor } : {}) })
    all.push(...page.items)
    cursor = page.cursor
  }
  return new Map(all.filter((one) => one.status !== 'replaced').map((one) => [one.personId, one]))
}

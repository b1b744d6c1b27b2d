import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { joinBatch, openBatch, putIn } from './batch.ts'
import { codesOf, decide, type Obstacle } from './deciding.ts'
import { gatherEvidence } from './gatherEvidence.ts'
import { heldAs, heldIn, holdsNothing } from './heldIn.ts'
import { dimensionsOf, expiryOf, holderOf, lockHolder, taughtBy, unprintable, type Wish } from './issuing.ts'
import { demandIssuing } from './issuingSwitch.ts'
import { keepCertificate, newCertificateId } from './keepCertificate.ts'
import { renewable } from './renewable.ts'
import { eligibility } from './rules.ts'
import { tellIssued } from './tellHolders.ts'

/** Why a person gets no certificate: a rule not met, something about the person or an earlier certificate, or something about the run. */
export type RefusedCode = Obstacle['rule'] | 'kind-changed' | 'issuing-stopped' | 'not-confirmed' | 'failed'
export type Issued = { personId: string; serial: string; code: string; certificateId: string }
export type Answer = { codes: RefusedCode[] } | (Omit<Issued, 'personId'> & { fresh: boolean })

/** What somebody is issued in: the batch, which a run without a plan opens with its first certificate. `planned` is the kind that a plan promised, and no other is issued. */
export type Run = { cohortId: string; wish?: Wish | undefined; batchId: string; planned: string | null }

/**
 * One person's certificate, in one transaction: everything that decides is read here, after the locks. Whoever holds one is
 * answered that one. Throws `certificate.issuing-stopped` and `batch.taken-back` for who would be issued one.
 */
export async function issueTo(tx: Db, actor: Actor, { cohortId, wish, batchId, planned }: Run, personId: string, issuedAt: Date): Promise<Answer> {
  const holder = await lockHolder(tx, personId, cohortId)
  if (!holder) return { codes: ['not-enrolled'] }
  const { person } = holder
  const { taught, rules, evidence } = await gatherEvidence(tx, cohortId, [personId], { wish, at: issuedAt })
  const { had, certificate } = heldAs((await heldIn(tx, cohortId, [person.id])).get(person.id) ?? holdsNothing, taught.kind)
  const seen = evidence.get(personId)!
  const facts = { ...taughtBy(taught), holder: holderOf(holder) }
  const decision = decide({ had, certificate, erased: person.erasedAt !== null, unmet: eligibility(seen, rules).unmet, missing: unprintable(facts) })
  if (decision === 'holds') return { certificateId: had!.id, serial: had!.serial, code: had!.code, fresh: false }
  if (decision !== 'issue') return { codes: codesOf(decision) }
  if (planned !== null && planned !== taught.kind.kind) return { codes: ['kind-changed'] }
  await demandIssuing(tx)

  if (planned === null) await openBatch(tx, actor, { id: batchId, cohortId, plan: null, at: issuedAt })
  const { told } = await joinBatch(tx, batchId)
  const certificateId = newCertificateId()
  const issuedOn = dayOf(issuedAt, taught.centre.timeZone)
  await enqueue(tx, 'certificate.draw', { certificateId })
  if (told) await tellIssued(tx, person, { titles: taught.edition.titles, centre: taught.centre.names })
  const kept = await keepCertificate(tx, actor, {
    certificateId, personId, cohortId, facts, dimensions: dimensionsOf(taught, holder), evidence: { ...seen, rules },
    issuedAt, issuedOn, countedOn: issuedOn, expiresOn: expiryOf(taught, issuedOn),
    // One that was taken back was never told of, so its successor counts at a date of its own.
    predecessor: had && { id: had.id, serial: had.serial },
    renews: taught.kind.certifies ? (had?.renews ?? (await renewable(tx, person.id, taught.edition.course, issuedOn))) : null,
  })
  if (had) await record(tx, actor, 'certificate.replaced', { certificate: had.id, serial: had.serial, successor: certificateId, successorSerial: kept.serial, subject: subjectOf(had.personId), moment: issuedAt.toISOString() })
  await putIn(tx, batchId, certificateId)
  return { ...kept, fresh: true }
}

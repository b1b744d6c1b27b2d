import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { finishExpired } from '#modules/assessment/index.ts'
import { environment } from '#db/environment.ts'
import { transact } from '#db/transact.ts'
import { type Actor, system } from '#modules/actor.ts'
import { seatedIn } from '#modules/cohorts/index.ts'
import { enqueue } from '#modules/jobs/index.ts'
import { notify } from '#modules/notices/index.ts'
import { demandStepUp } from '#modules/people/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { gatherEvidence } from './gatherEvidence.ts'
import { currentCertificate, dimensionsOf, holderOf, issuingCohort, type IssuingCohort, issuingStopped, lockHolder, taughtBy, unprintable } from './issuing.ts'
import { keepCertificate, newCertificateId } from './keepCertificate.ts'
import { permitIssue } from './policy.ts'
import { readBack } from './readBack.ts'
import { eligibility, lastDay, type Unmet } from './rules.ts'

export const issueCertificatesInput = z.object({ cohortId: z.uuid(), personIds: z.array(z.uuid()).max(500).optional() })

/** Why a person gets no certificate: the rules not met, or something about the person or an earlier certificate. */
export type RefusedCode = Unmet['rule'] | 'certificate-revoked' | 'name-not-printable' | 'person-erased'
export type Issued = { personId: string; serial: string; code: string; certificateId: string }
export type Outcome = { issued: Issued[]; refused: { personId: string; codes: RefusedCode[] }[] }

/**
 * Issues certificates to everybody in a cohort who is eligible, or to those named; by a coordinator of the centre who has
 * stepped up, or by the system. Each person has a transaction of their own, in which eligibility is asked again: a mistake
 * about one neither issues to another nor takes back what was issued. Asked again it answers the same serials. Nobody gets
 * two: who has a certificate in this cohort is answered that one, the successor when it was replaced. A revoked certificate
 * is not issued again. Refuses `certificate.issuing-stopped` while an administrator has stopped all issuing.
 */
export async function issueCertificates(db: Db, actor: Actor, input: z.infer<typeof issueCertificatesInput>, now = () => new Date()): Promise<Outcome> {
  const taught = found(await issuingCohort(db, input.cohortId))

  permitIssue(actor, taught)
  demandStepUp(actor)

  // An attempt counts once it is finished: nobody is refused because the clock's own round has not come by yet.
  await finishExpired(db, system('clock'), { cohortId: input.cohortId })
  const people = [...new Set(input.personIds ?? (await seatedIn(db, input.cohortId)).map((one) => one.personId))]
  const outcome: Outcome = { issued: [], refused: [] }
  const fresh: string[] = []
  for (const personId of people) {
    const answer = await transact(db, (tx) => issueTo(tx, actor, taught, personId, now()))
    if ('codes' in answer) outcome.refused.push({ personId, codes: answer.codes })
    else {
      outcome.issued.push({ personId, serial: answer.serial, code: answer.code, certificateId: answer.certificateId })
      if (answer.fresh) fresh.push(answer.certificateId)
    }
  }
  await readBack(db, fresh)
  return outcome
}

/** One person's certificate, in one transaction: everything that decides is read here, after the locks. */
async function issueTo(tx: Db, actor: Actor, taught: IssuingCohort, personId: string, issuedAt: Date): Promise<{ codes: RefusedCode[] } | (Omit<Issued, 'personId'> & { fresh: boolean })> {
  const { cohort, centre, edition } = taught
  const holder = await lockHolder(tx, personId, cohort.id)
  if (!holder) return { codes: ['not-enrolled'] }
  const earlier = await currentCertificate(tx, holder.person.id, cohort.id)

  if (earlier?.revoked) return { codes: ['certificate-revoked'] }
  if (earlier) return { certificateId: earlier.id, serial: earlier.serial, code: earlier.code, fresh: false }
  if (holder.person.erasedAt) return { codes: ['person-erased'] }
  const { rules, evidence } = await gatherEvidence(tx, cohort.id, [personId])
  const seen = evidence.get(personId)!
  const { eligible, unmet } = eligibility(seen, rules)
  if (!eligible) return { codes: [...new Set(unmet.map((one) => one.rule))] }
  const facts = { ...taughtBy(taught), holder: holderOf(holder) }
  if (unprintable(facts).length > 0) return { codes: ['name-not-printable'] }
  if (await issuingStopped(tx)) throw new Refusal('certificate.issuing-stopped')

  const certificateId = newCertificateId()
  const issuedOn = dayOf(issuedAt, centre.timeZone)
  await enqueue(tx, 'certificate.draw', { certificateId })
  const { email, locale } = holder.person
  const link = `${environment().origin}/${locale}/learn/documents`
  await notify(tx, { personId: holder.person.id, recipient: email, locale, kind: 'certificate.issued', facts: { course: edition.titles[locale], centre: centre.names[locale], link } })
  const kept = await keepCertificate(tx, actor, {
    certificateId, personId, cohortId: cohort.id, facts, dimensions: dimensionsOf(taught, holder), evidence: { ...seen, rules },
    issuedAt, issuedOn, countedOn: issuedOn, expiresOn: lastDay(issuedOn, edition.validityMonths), predecessor: null,
  })
  return { ...kept, fresh: true }
}

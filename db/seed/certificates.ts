import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { handOverBatch, issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { closeFinishedCohorts, finishedCohorts } from './cohorts.ts'

/**
 * Certificates of the finished cohorts, issued and handed over on the Monday after each; one of the latest class has been revoked since and
 * one replaced, so that the public page can be seen in every state; and one person has a statement of attendance.
 */
export async function seedCertificates(db: Db, actor: Actor) {
  await closeFinishedCohorts(db, actor)
  const oldestFirst = (await finishedCohorts(db)).toReversed()
  for (const cohortId of oldestFirst) {
    const [cohort] = await db.select({ endsOn: cohorts.endsOn }).from(cohorts).where(eq(cohorts.id, cohortId))
    const monday = new Date(Date.parse(`${cohort!.endsOn}T05:00:00Z`) + 3 * 86_400_000)
    const { issued, refused, batchId } = await issueCertificates(db, actor, { cohortId }, () => monday)
    if (batchId) await handOverBatch(db, actor, { batchId }, () => monday)
    if (cohortId !== oldestFirst.at(-1)) continue
    await seedStatement(db, actor, cohortId, refused.filter(({ codes }) => codes.join() === 'post-test-not-passed').slice(0, 1).map((one) => one.personId), monday)
    // The cast's own trainee stands further up and keeps a valid one.
    const [revoked, replaced] = issued.slice(-2)
    await revokeCertificate(db, actor, { serial: revoked!.serial, reason: 'Аты-жөні ұқсас басқа тыңдаушыға қате берілген' })
    await replaceCertificate(db, actor, { serial: replaced!.serial })
  }
}

/** Who was there all week but did not pass the test reads a statement of attendance among their documents, beside no certificate. */
async function seedStatement(db: Db, actor: Actor, cohortId: string, personIds: string[], at: Date) {
  const { batchId } = await issueCertificates(db, actor, { cohortId, personIds, wish: 'attendance' }, () => at)
  if (batchId) await handOverBatch(db, actor, { batchId }, () => at)
}

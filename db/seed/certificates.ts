import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { closeFinishedCohorts, finishedCohorts } from './cohorts.ts'

/**
 * Certificates of the finished cohorts, issued on the Monday after each; one of the first class has been revoked since and
 * one replaced, so that the public page can be seen in every state.
 */
export async function seedCertificates(db: Db, actor: Actor) {
  await closeFinishedCohorts(db, actor)
  for (const [index, cohortId] of (await finishedCohorts(db)).toReversed().entries()) {
    const [cohort] = await db.select({ endsOn: cohorts.endsOn }).from(cohorts).where(eq(cohorts.id, cohortId))
    const monday = new Date(Date.parse(`${cohort!.endsOn}T05:00:00Z`) + 3 * 86_400_000)
    const { issued } = await issueCertificates(db, actor, { cohortId }, () => monday)
    if (index < 3 || issued.length < 4) continue
    // The cast's own trainee sits first and keeps a valid one.
    const [revoked, replaced] = issued.slice(-2)
    await revokeCertificate(db, actor, { serial: revoked!.serial, reason: 'Аты-жөні ұқсас басқа тыңдаушыға қате берілген' })
    await replaceCertificate(db, actor, { serial: replaced!.serial })
  }
}

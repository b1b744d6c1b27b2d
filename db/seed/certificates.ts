import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { cohorts } from '#db/schema/index.ts'
import type { Actor } from '#modules/actor.ts'
import { issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { closeFinishedCohorts, finishedCohorts } from './cohorts.ts'

/**
 * Certificates of the finished cohorts, issued on the Monday after each; one of the latest class has been revoked since and
 * one replaced, so that the public page can be seen in every state.
 */
export async function seedCertificates(db: Db, actor: Actor) {
  await closeFinishedCohorts(db, actor)
  const oldestFirst = (await finishedCohorts(db)).toReversed()
  for (const cohortId of oldestFirst) {
    const [cohort] = await db.select({ endsOn: cohorts.endsOn }).from(cohorts).where(eq(cohorts.id, cohortId))
    const monday = new Date(Date.parse(`${cohort!.endsOn}T05:00:00Z`) + 3 * 86_400_000)
    const { issued } = await issueCertificates(db, actor, { cohortId }, () => monday)
    if (cohortId !== oldestFirst.at(-1)) continue
    // The cast's own trainee stands further up and keeps a valid one.
    const [revoked, replaced] = issued.slice(-2)
    await revokeCertificate(db, actor, { serial: revoked!.serial, reason: 'Аты-жөні ұқсас басқа тыңдаушыға қате берілген' })
    await replaceCertificate(db, actor, { serial: replaced!.serial })
  }
}

import { and, inArray, isNull } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohortSites, cohortTrainers, facilities } from '#db/schema/index.ts'
import { found, Refusal } from '#modules/refusal.ts'
import { type Lesson, teachersFor } from './teachersFor.ts'

/** Who teaches a cohort and where its clinical practice takes place. */
export const teamFields = { trainers: z.array(z.uuid()).max(40).default([]), sites: z.array(z.uuid()).max(40).default([]) }

/** Puts trainers and practice sites on a cohort that has none yet. Refuses `cohort.not-a-trainer`; not found for a facility that is closed or none. */
export async function keepTeam(tx: Db, cohortId: string, team: Lesson & { trainers: readonly string[]; sites: readonly string[] }) {
  const [trainers, sites] = [[...new Set(team.trainers)], [...new Set(team.sites)]]
  if (trainers.length > 0) {
    if ((await teachersFor(tx, team, trainers)).length < trainers.length) throw new Refusal('cohort.not-a-trainer')
    await tx.insert(cohortTrainers).values(trainers.map((personId) => ({ cohortId, personId })))
  }
  if (sites.length > 0) {
    const open = await tx.select({ id: facilities.id }).from(facilities).where(and(inArray(facilities.id, sites), isNull(facilities.closedAt)))
    found(open.length === sites.length ? open : null)
    await tx.insert(cohortSites).values(sites.map((facilityId) => ({ cohortId, facilityId })))
  }
}

import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, observations, stations } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import type { Actor } from '#modules/actor.ts'
import type { StationBody } from '#modules/courses/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { mayObserve, maySeeCohort } from './policy.ts'
import { passesStation, teaches } from './rules.ts'

export const observeInput = z.object({
  cohortId: z.uuid(),
  station: z.string().max(100),
  personId: z.uuid(),
  /** Step id → done. */
  steps: z.record(z.string().max(100), z.boolean()),
  remark: z.string().trim().max(1000).transform((text) => text.normalize('NFC')).nullish(),
})

/**
 * Keeps a trainer's filled checklist of one person at one station. Sheets are appended and the latest counts; the same sheet
 * sent twice is kept once. Passed: every critical step, and at least the station's share of all steps. Throws
 * `object.not-found` for a person without a seat or a station the edition doesn't have, `observation.not-running`, and
 * `observation.steps` unless exactly the station's steps are marked.
 */
export function observe(db: Db, actor: Actor, input: z.infer<typeof observeInput>): Promise<{ passed: boolean }> {
  return transact(db, async (tx) => {
    const row = found(await seatAtStation(tx, input))
    found(maySeeCohort(actor, row.cohort, row.enrolment.personId === actor.personId) ? row : null)

    permit(mayObserve(actor, row.cohort, input.personId))

    if (!teaches(row.cohort.state)) throw new Refusal('observation.not-running')
    const body = row.body as StationBody
    const marked = Object.keys(input.steps)
    if (marked.length !== body.steps.length || body.steps.some((step) => !(step.id in input.steps))) throw new Refusal('observation.steps')
    const passed = passesStation(body, input.steps)
    const remark = input.remark?.trim() || null
    const key = { cohortId: row.cohort.id, station: input.station, personId: input.personId }
    const [latest] = await tx.select().from(observations).where(and(eq(observations.cohortId, key.cohortId), eq(observations.station, key.station), eq(observations.personId, key.personId))).orderBy(desc(observations.observedAt)).limit(1)
    const same = latest && latest.observerId === actor.personId && latest.remark === remark && body.steps.every((step) => latest.steps[step.id] === input.steps[step.id])
    if (same) return { passed }

    const [kept] = await tx.insert(observations).values({ ...key, editionId: row.cohort.editionId, observerId: actor.personId!, steps: input.steps, passed, remark, observedAt: new Date() }).returning({ id: observations.id })
    await record(tx, actor, 'observation.recorded', { cohort: key.cohortId, subject: subjectOf(key.personId), station: key.station, observation: kept!.id, passed })
    return { passed }
  })
}

/** A person's seat, locked so that two sheets of one person come one after the other, with the cohort and the station. */
async function seatAtStation(tx: Db, { cohortId, station, personId }: z.infer<typeof observeInput>) {
  const [row] = await tx
    .select({ cohort: cohorts, enrolment: enrolments, body: stations.body })
    .from(cohorts)
    .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, personId), eq(enrolments.state, 'enrolled')))
    .innerJoin(stations, and(eq(stations.editionId, cohorts.editionId), eq(stations.station, station)))
    .where(eq(cohorts.id, cohortId))
    .for('no key update', { of: enrolments })
  return row
}

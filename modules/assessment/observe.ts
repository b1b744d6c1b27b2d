import { and, desc, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { cohorts, enrolments, observations, observerRoles, stations } from '#db/schema/index.ts'
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
  /** Who marks: the examiner, whose latest sheet decides, or a second observer, whose sheet is for comparison. */
  role: z.enum(observerRoles).default('examiner'),
  /** Chosen by the sender, so that a sheet sent again after a dropped connection is kept once. */
  sheetId: z.uuid().optional(),
  /** The sheet that counted when the page was opened, empty for none: a newer one is never overruled unawares. */
  seen: z.union([z.uuid(), z.literal('')]).optional(),
  remark: z.string().trim().max(1000).transform((text) => text.normalize('NFC')).nullish(),
})

type Sheet = typeof observations.$inferSelect

/**
 * Keeps a trainer's filled checklist of one person at one station. Sheets are appended, and an examiner's latest counts; the
 * same sheet sent twice is kept once. Passed: every critical step, and at least the station's share of all steps. A second
 * observer's sheet decides nothing and the ledger does not tell it. Throws `object.not-found` for a person without a seat or
 * a station the edition doesn't have, `observation.not-running`, `observation.steps` unless exactly the station's steps are
 * marked, `observation.both-roles` for an examiner who would be the second observer too, or the other way round, and
 * `observation.newer` when another sheet was kept after the page was opened.
 */
export function observe(db: Db, actor: Actor, input: z.input<typeof observeInput>): Promise<{ passed: boolean; role: Sheet['role'] }> {
  const { role = 'examiner' } = input
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
    const sheets = await tx.select().from(observations)
      .where(and(eq(observations.cohortId, key.cohortId), eq(observations.station, key.station), eq(observations.personId, key.personId)))
      .orderBy(desc(observations.observedAt))
    const sent = sheets.find((sheet) => sheet.id === input.sheetId)
    const latest = sheets.find((sheet) => sheet.role === role)
    const says = (sheet: Sheet | undefined) =>
      sheet?.role === role && sheet.observerId === actor.personId && sheet.remark === remark && body.steps.every((step) => sheet.steps[step.id] === input.steps[step.id])
    if (says(sent) || says(latest)) return { passed, role }
    if (sheets.some((sheet) => sheet.observerId === actor.personId && sheet.role !== role)) throw new Refusal('observation.both-roles')
    // A sheet that arrived though its answer got lost, and was changed since, is a newer one too.
    if (sent || (input.seen !== undefined && (latest?.id ?? '') !== input.seen)) throw new Refusal('observation.newer')

    const [kept] = await tx.insert(observations)
      .values({
        ...key, ...(input.sheetId ? { id: input.sheetId } : {}), editionId: row.cohort.editionId, observerId: actor.personId!, role,
        steps: input.steps, passed, remark, observedAt: new Date(),
      })
      .onConflictDoNothing().returning({ id: observations.id })
    // The sender's id is somebody else's sheet.
    if (!kept) throw new Refusal('observation.newer')
    if (role === 'examiner') {
      await record(tx, actor, 'observation.recorded', { cohort: key.cohortId, subject: subjectOf(key.personId), station: key.station, observation: kept.id, passed })
    }
    return { passed, role }
  })
}

/** A person's seat, locked so that two sheets of one person come one after the other, with the cohort and the station. */
async function seatAtStation(tx: Db, { cohortId, station, personId }: z.input<typeof observeInput>) {
  const [row] = await tx
    .select({ cohort: cohorts, enrolment: enrolments, body: stations.body })
    .from(cohorts)
    .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, personId), eq(enrolments.state, 'enrolled')))
    .innerJoin(stations, and(eq(stations.editionId, cohorts.editionId), eq(stations.station, station)))
    .where(eq(cohorts.id, cohortId))
    .for('no key update', { of: enrolments })
  return row
}

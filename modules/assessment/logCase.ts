import { and, eq } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { centres, cohorts, editions, enrolments, logbook, visitKinds } from '#db/schema/index.ts'
import { transact } from '#db/transact.ts'
import { type Actor, isSelf } from '#modules/actor.ts'
import type { Outline } from '#modules/courses/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { type Checked, checkedCase } from './checkedCase.ts'
import { recordConfirmed } from './confirmCases.ts'
import { mayLogCase, maySeeCohort } from './policy.ts'
import { casesADay, chosenAgeGroups, chosenSettings, isPracticeDay } from './practice.ts'
import { teaches } from './rules.ts'

const ids = z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9._-]{0,79}$/))

/** What is written down of a case. There is no field for words: nothing here could name a patient. */
export const caseShape = z.object({
  date: z.iso.date(),
  ageGroup: z.enum(chosenAgeGroups),
  setting: z.enum(chosenSettings),
  /** For a home visit, which one of the pattern. */
  visit: z.enum(visitKinds).nullish(),
  /** Findings of the protocol edition for this age, by id. */
  signs: ids.max(60),
  /** Rules of that edition by which the case was classified, by id. */
  classifications: ids.max(30),
})

export const logCaseInput = caseShape.extend({
  cohortId: z.uuid(),
  /** Whose logbook; one's own when absent. */
  personId: z.uuid().optional(),
  /** Chosen by the sender, so that the same case sent twice is kept once. */
  caseId: z.uuid().optional(),
})

/**
 * Writes one case into a practice logbook: the person's own, which then waits for a trainer, or, by a trainer, somebody
 * else's, which is confirmed by that. The protocol edition is the one of the cohort's course for that age. Throws
 * `object.not-found`, `observation.not-running`, `logbook.date` for a day after today or before the course,
 * `logbook.visit` and `logbook.sign` for what does not fit the course, `logbook.full` after a hundred cases of one day, and `logbook.sent`
 * when this `caseId` holds other facts: somebody went back to a page that was sent.
 */
export function logCase(db: Db, actor: Actor, input: z.infer<typeof logCaseInput>): Promise<{ caseId: string; confirmed: boolean }> {
  const { cohortId, personId = actor.personId!, caseId, ...facts } = input
  return transact(db, async (tx) => {
    const row = found(await logbookOwner(tx, cohortId, personId))
    found(maySeeCohort(actor, row.cohort, isSelf(actor, personId)) ? row : null)

    permit(mayLogCase(actor, row.cohort, personId))

    if (!teaches(row.cohort.state)) throw new Refusal('observation.not-running')
    const now = new Date()
    if (!isPracticeDay(facts.date, row.cohort.startsOn, dayOf(now, row.timeZone))) throw new Refusal('logbook.date')
    const checked = checkedCase(row.guidelines, facts)
    const [known] = caseId ? await tx.select().from(logbook).where(eq(logbook.id, caseId)) : []
    if (known) return sentAgain(found(known.cohortId === cohortId && known.personId === personId ? known : null), checked)
    const ofTheDay = await tx.$count(logbook, and(eq(logbook.cohortId, cohortId), eq(logbook.personId, personId), eq(logbook.date, facts.date)))
    if (ofTheDay >= casesADay) throw new Refusal('logbook.full', { n: casesADay })

    const confirmed = !isSelf(actor, personId)
    const [kept] = await tx.insert(logbook)
      .values({ ...(caseId ? { id: caseId } : {}), cohortId, personId, ...checked, recordedAt: now, ...(confirmed ? { confirmedBy: actor.personId, confirmedAt: now } : {}) })
      .returning({ id: logbook.id })
    if (confirmed) await recordConfirmed(tx, actor, cohortId, [kept!.id])
    return { caseId: kept!.id, confirmed }
  })
}

/** The same case sent once more is no other case. */
function sentAgain(known: typeof logbook.$inferSelect, facts: Checked) {
  const same = known.date === facts.date && known.ageGroup === facts.ageGroup && known.setting === facts.setting && known.visit === facts.visit && known.edition === facts.edition
    && known.signs.join() === facts.signs.join() && known.classifications.join() === facts.classifications.join()
  if (!same) throw new Refusal('logbook.sent')
  return { caseId: known.id, confirmed: known.confirmedAt !== null }
}

/** A person's seat in a cohort, locked so that two entries of one person come one after the other. */
export async function logbookOwner(tx: Db, cohortId: string, personId: string) {
  const [row] = await tx
    .select({ cohort: cohorts, timeZone: centres.timeZone, outline: editions.outline })
    .from(cohorts)
    .innerJoin(centres, eq(centres.id, cohorts.centreId))
    .innerJoin(editions, eq(editions.id, cohorts.editionId))
    .innerJoin(enrolments, and(eq(enrolments.cohortId, cohorts.id), eq(enrolments.personId, personId), eq(enrolments.state, 'enrolled')))
    .where(eq(cohorts.id, cohortId))
    .for('no key update', { of: enrolments })
  return row && { ...row, guidelines: (row.outline as unknown as Outline).guidelines.map(({ id }) => id) }
}

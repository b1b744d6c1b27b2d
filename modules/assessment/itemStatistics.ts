import { and, eq, exists, inArray, ne, notExists, sql } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { assessments, attempts, cohorts, editions, enrolments, locales, removals, type Texts } from '#db/schema/index.ts'
import { type Actor, centresOf, isAdministrator } from '#modules/actor.ts'
import { editionOf, type Item, itemsOf } from '#modules/courses/index.ts'
import { isRecordOf } from '#modules/people/index.ts'
import { found, permit, Refusal } from '#modules/refusal.ts'
import { type Advice, adviceOn, adviceOnTest, type InLanguage } from './advice.ts'
import { grade } from './grade.ts'
import { type OptionShare, optionShares, type Shares } from './optionShares.ts'
import { mayStudyItems } from './policy.ts'
import { type FinishedAttempt, finishedAttempts, latestRegrade, marksNow } from './regrade.ts'
import type { Kind } from './rules.ts'
import { seenCohort } from './seenCohort.ts'
import { type ItemStatistics, type Mark, type Marks, statisticsOf, type TestStatistics } from './statistics.ts'

export const itemStatisticsInput = z.object({
  editionId: z.uuid(),
  /** The assessment's id in the outline. */
  assessment: z.string().max(100),
  cohortId: z.uuid().optional(),
  language: z.enum(locales).optional(),
})

/** A question with its figures. A question thrown out has none. */
export type StudiedItem = ItemStatistics & Shares & {
  kind: Item['kind']
  topic: string
  prompt: Texts
  lesson: string
  removal: { reason: string; at: Date } | null
  languages: InLanguage[]
  advice: Advice[]
}

/** A test and its questions in figures, from everybody's first finished sitting. Names nobody. */
export type Study = {
  edition: { id: string; course: string; number: number; titles: Texts; demonstration: boolean }
  assessment: { name: string; kind: Kind; titles: Texts }
  /** Whose sittings these are: one cohort's, those of the actor's centres, or everybody's. */
  scope: 'cohort' | 'centres' | 'everybody'
  cohorts: number
  test: TestStatistics & { advice: ReturnType<typeof adviceOnTest>; passed: number }
  languages: ({ language: string } & TestStatistics)[]
  items: StudiedItem[]
}

/** The language of sittings that began before languages were written down. */
export const unknownLanguage = 'unknown'

/**
 * Statistics of a test of an edition and of its questions: of one cohort, or of all that the actor may see (those of the own
 * centres; an administrator, who publishes editions, everybody's). Only the first sitting of a person, and only finished
 * ones: a second has been taught by the first. Questions that were thrown out are left out. Throws `object.not-found` for
 * another centre's cohort and an assessment that isn't there, `permission.denied`, and `item.own-course` to anybody who may still
 * sit a test of this course: the figures show which answers are right.
 */
export async function itemStatistics(db: Db, actor: Actor, input: z.infer<typeof itemStatisticsInput>): Promise<Study> {
  permit(mayStudyItems(actor))
  const edition = await editionOf(db, input.editionId)
  const { kind, titles } = found(edition.outline.assessments.find((one) => one.id === input.assessment))
  if (input.cohortId) {
    const cohort = await seenCohort(db, actor, input.cohortId)
    found(cohort.group && cohort.editionId === edition.id ? cohort : null)
  }
  if (await maySitStill(db, actor, edition.course)) throw new Refusal('item.own-course')

  const seen = isAdministrator(actor) ? undefined : inArray(attempts.cohortId, db.select({ id: cohorts.id }).from(cohorts).where(inArray(cohorts.centreId, centresOf(actor, 'coordinator', 'trainer'))))
  const sittings = await finishedAttempts(db, and(
    eq(assessments.editionId, edition.id), eq(assessments.name, input.assessment), eq(attempts.number, 1), seen,
    input.cohortId ? eq(attempts.cohortId, input.cohortId) : undefined, input.language ? eq(attempts.language, input.language) : undefined,
  ))
  const out = await db.select({ itemId: removals.itemId, reason: removals.reason, at: removals.removedAt }).from(removals).where(eq(removals.editionId, edition.id))

  const first = firstOfEach(sittings)
  const items = await itemsOf(db, edition.id)
  const study = studyOf(first, items, new Map(out.map(({ itemId, ...removal }) => [itemId, removal])))
  return {
    ...study,
    edition: { id: edition.id, course: edition.course, number: edition.number, titles: edition.titles, demonstration: edition.demonstration },
    assessment: { name: input.assessment, kind, titles },
    scope: input.cohortId ? 'cohort' : isAdministrator(actor) ? 'everybody' : 'centres',
    cohorts: new Set(first.map((sitting) => sitting.cohortId)).size,
  }
}

/** Somebody who came to the same test in two cohorts counts with the earlier sitting. Sittings come in the order of time. */
function firstOfEach(sittings: readonly FinishedAttempt[]): FinishedAttempt[] {
  return [...new Map(sittings.toReversed().map((sitting) => [sitting.personId, sitting])).values()]
}

type Removals = ReadonlyMap<string, { reason: string; at: Date }>

/** The figures of sittings, none of which is of the same person as another. Pure. */
export function studyOf(sittings: readonly FinishedAttempt[], items: ReadonlyMap<string, Item>, removed: Removals): Pick<Study, 'test' | 'languages' | 'items'> {
  const marks = sittings.map((sitting) => marksOf(sitting, items, removed))
  const whole = statisticsOf(marks)
  const byLanguage = [...Map.groupBy(sittings.keys(), (index) => sittings[index]!.language ?? unknownLanguage)].map(([language, indexes]) => ({ language, ...statisticsOf(indexes.map((index) => marks[index]!)) }))
    .sort((one, other) => one.language.localeCompare(other.language))
  const figures = new Map(whole.items.map((item) => [item.id, item]))
  const shown = [...figures.keys(), ...[...removed.keys()].filter((id) => sittings.some((sitting) => sitting.form.some((entry) => entry.id === id)))]

  return {
    test: { ...whole.test, advice: adviceOnTest(whole.test), passed: sittings.filter((sitting) => sitting.passed).length },
    languages: byLanguage.map(({ language, test }) => ({ language, ...test })),
    items: shown.sort().map((id) => {
      const item = items.get(id)!
      const figure = figures.get(id) ?? { id, n: 0, facility: null, upperLower: null, pointBiserial: null, corrected: null }
      const shares = optionShares(item, figures.has(id) ? sittings.filter((sitting) => sitting.form.some((entry) => entry.id === id)).map((sitting) => sitting.choices.get(id)) : [])
      const languages = byLanguage.flatMap(({ language, test, items: within }): InLanguage[] => {
        const own = within.find((one) => one.id === id)
        return own ? [{ language, n: own.n, facility: own.facility, corrected: own.corrected, test: test.mean === null ? null : test.mean / test.maximum }] : []
      })
      return {
        ...figure, ...shares, kind: item.kind, topic: item.topic, prompt: item.body.prompt, lesson: item.body.lesson, removal: removed.get(id) ?? null, languages,
        advice: removed.has(id) ? [] : adviceOn(figure, wrongOf(shares.options), languages),
      }
    }),
  }
}

const wrongOf = (options: readonly OptionShare[]) => options.filter((option) => !option.key)

function marksOf(sitting: FinishedAttempt, items: ReadonlyMap<string, Item>, removed: Removals): Marks {
  return new Map(sitting.form.filter(({ id }) => !removed.has(id)).map(({ id }): [string, Mark] => {
    const { score, maximum } = grade([items.get(id)!], sitting.choices)
    return [id, { points: score, of: maximum }]
  }))
}

/** True for somebody with a seat in this course who has not passed it: to them the right answers are not released. */
async function maySitStill(db: Db, actor: Actor, course: string): Promise<boolean> {
  if (!actor.personId) return false
  const latest = latestRegrade(db)
  const passed = db.select({ one: sql`1` }).from(attempts).innerJoin(assessments, eq(assessments.id, attempts.assessmentId)).leftJoinLateral(latest, sql`true`)
    .where(and(eq(attempts.cohortId, cohorts.id), isRecordOf(attempts.personId, actor.personId), eq(assessments.kind, 'post-test'), sql`${marksNow(latest).passed}`))
  const seat = db.select({ one: sql`1` }).from(enrolments).where(and(eq(enrolments.cohortId, cohorts.id), isRecordOf(enrolments.personId, actor.personId), eq(enrolments.state, 'enrolled')))
  const [own] = await db.select({ id: cohorts.id }).from(cohorts).innerJoin(editions, eq(editions.id, cohorts.editionId))
    .where(and(eq(editions.course, course), ne(cohorts.state, 'cancelled'), exists(seat), notExists(passed))).limit(1)
  return own !== undefined
}


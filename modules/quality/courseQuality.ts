import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import type { Texts } from '#db/schema/index.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { type Choice, type Gain, gainsOfSums, type GainSums, grade, type Spread, spreadOfSums } from '#modules/assessment/index.ts'
import { courseSlug, itemsOf } from '#modules/courses/index.ts'
import { evaluationForm, type IndicatorSeries, indicatorsOf, shownDays } from '#modules/followup/index.ts'
import { setting } from '#modules/jobs/index.ts'
import { permit } from '#modules/refusal.ts'
import { addDays, dayOf } from '#modules/words/index.ts'
import { day } from '#modules/day.ts'
import { answersByLanguage, behaviour, learning, oddCohorts, opinionDays, passesByCentre, type QualityGround, reaction, reactionItems } from './definitions.ts'
import { type AnsweredIn, centreOutliers, type CentrePasses, type CohortFacts, cohortOutliers, itemOutliers, type Outlier } from './outliers.ts'

export const courseQualityInput = z.object({
  course: courseSlug,
  /** Days on which cohorts ended; a year up to today when none is said. */
  from: day.optional(),
  to: day.optional(),
  region: z.string().regex(/^KZ-[0-9]{2}$/).optional(),
})

export type Reaction = { n: number; points: Spread | null }
export type Learning = { gain: Gain; sat: number; passed: number }
/** Visits that were due: made or overdue. */
export type Behaviour = { done: number; due: number; awaited: number; cancelled: number; agreed: number }
export type Levels = { reaction: Reaction; learning: Learning; behaviour: Behaviour }

export type CourseQuality = QualityGround & {
  asOf: Date
  demonstration: boolean
  whole: Levels
  items: { id: string; text: Texts; n: number; points: Spread }[]
  regions: (Levels & { key: string })[]
  quarters: (Levels & { key: string })[]
  results: IndicatorSeries[]
  outliers: Outlier[]
}

/** How many cohorts with odd days are listed. */
const mostCohorts = 50

type Cell = { by: 'whole' | 'region' | 'quarter'; key: string | null }

/**
 * The four levels of D. L. Kirkpatrick for a course: what people thought of it, learned, do at work, and what became of those they serve;
 * with what stands out. Opinions only as far as their centres see them (five and more). For auditors and the system.
 */
export async function courseQuality(db: Db, actor: Actor, input: z.infer<typeof courseQualityInput>, now = new Date()): Promise<CourseQuality> {
  permit(mayAudit(actor))

  const [asked, today] = [groundOf(input, now), dayOf(now, 'Asia/Almaty')]
  const { levels, items } = await levelsOf(db, asked, today)
  const pick = (by: Cell['by']) => levels.filter((one) => one.by === by).toSorted((one, other) => one.key!.localeCompare(other.key!)).map(({ by: _, key, ...rest }) => ({ ...rest, key: key! }))
  return {
    ...asked, asOf: now, demonstration: (await setting(db, 'demonstration')) === true, items,
    whole: wholeOf(levels), regions: pick('region'), quarters: pick('quarter'),
    results: await indicatorsOf(db, { course: asked.course, region: asked.region }), outliers: await outliersOf(db, asked),
  }
}

/** A year up to today, but for the days that are said. */
export function groundOf({ course, from, to, region }: z.infer<typeof courseQualityInput>, now: Date): QualityGround {
  const last = to ?? dayOf(now, 'Asia/Almaty')
  return { course, to: last, from: from ?? addDays(last, -364), region }
}

export const wholeOf = (levels: readonly (Cell & Levels)[]): Levels => levels.find((one) => one.by === 'whole') ?? nothing()

const nothing = (): Levels => ({ reaction: { n: 0, points: null }, learning: { gain: gainsOfSums({ n: 0, pre: 0, preSquares: 0, post: 0, postSquares: 0, gain: 0, gainSquares: 0 }), sat: 0, passed: 0 }, behaviour: { done: 0, due: 0, awaited: 0, cancelled: 0, agreed: 0 } })

/** Of which cohorts the opinions may be shown, and up to which day. */
export async function shownOpinions(db: Db, asked: QualityGround, today: string): Promise<{ cohort: string; until: string }[]> {
  const days = Map.groupBy(await rows<{ cohort: string; day: string; n: number }>(db, opinionDays(asked)), ({ cohort }) => cohort)
  return [...days].flatMap(([cohort, perDay]) => {
    const { until } = shownDays(perDay.filter((one) => one.day < today))
    return until === null ? [] : [{ cohort, until }]
  })
}

export async function levelsOf(db: Db, asked: QualityGround, today: string): Promise<{ levels: (Cell & Levels)[]; items: CourseQuality['items'] }> {
  const shown = await shownOpinions(db, asked, today)
  const thought = await rows<Cell & { n: number; sum: number | null; squares: number | null }>(db, reaction(asked, shown))
  const learned = await rows<Cell & GainSums & { sat: number; passed: number }>(db, learning(asked))
  const done = await rows<Cell & Omit<Behaviour, 'due'> & { overdue: number }>(db, behaviour(asked, today))

  const levels = new Map<string, Cell & Levels>()
  const at = ({ by, key }: Cell) => {
    const name = `${by} ${key ?? ''}`
    if (!levels.has(name)) levels.set(name, { by, key, ...nothing() })
    return levels.get(name)!
  }
  for (const one of thought) at(one).reaction = { n: one.n, points: one.n === 0 ? null : spreadOfSums(one.n, one.sum!, one.squares!) }
  for (const { by, key, sat, passed, ...sums } of learned) at({ by, key }).learning = { gain: gainsOfSums(sums), sat, passed }
  for (const { by, key, overdue, ...visits } of done) at({ by, key }).behaviour = { ...visits, due: visits.done + overdue }

  const points = await rows<{ id: string; n: number; sum: number; squares: number }>(db, reactionItems(asked, shown))
  const items = evaluationForm().items.flatMap(({ id, text }) => points.filter((one) => one.id === id).map(({ n, sum, squares }) => ({ id, text, n, points: spreadOfSums(n, sum, squares) })))
  return { levels: [...levels.values()], items }
}

async function outliersOf(db: Db, asked: QualityGround): Promise<Outlier[]> {
  const centres = await rows<CentrePasses & { region: string }>(db, passesByCentre(asked))
  const here = new Set(centres.filter(({ region }) => asked.region === undefined || region === asked.region).map(({ centre }) => centre))
  return [
    ...cohortOutliers(await rows<CohortFacts>(db, oddCohorts(asked, mostCohorts))),
    ...centreOutliers(centres).filter((one) => 'centre' in one && here.has(one.centre)),
    ...itemOutliers(await answeredIn(db, asked)),
  ]
}

/** Questions by language, graded: each answer that was given is marked once, however many gave it. */
async function answeredIn(db: Db, asked: QualityGround): Promise<AnsweredIn[]> {
  const given = await rows<{ edition: string; item: string; language: string; choice: Choice | null; n: number }>(db, answersByLanguage(asked))
  const sums = new Map<string, AnsweredIn>()
  for (const [edition, own] of Map.groupBy(given, (one) => one.edition)) {
    const items = await itemsOf(db, edition)
    for (const { item, language, choice, n } of own) {
      const known = items.get(item)
      if (!known) continue
      const { score, maximum } = grade([known], new Map(choice === null ? [] : [[item, choice]]))
      const key = `${edition} ${item} ${language}`
      const sum = sums.get(key) ?? { edition, item, language, n: 0, hits: 0 }
      sums.set(key, sum)
      sum.n += n
      if (score === maximum) sum.hits += n
    }
  }
  return [...sums.values()]
}

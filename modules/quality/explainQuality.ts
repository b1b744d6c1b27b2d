import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { cohortsBehind, type Column, type Explanation, type Line, type Sent, sentAs } from '#modules/counts/index.ts'
import { courseSlug } from '#modules/courses/index.ts'
import { periodBefore } from '#modules/day.ts'
import { indicatorQuery, indicatorsOf } from '#modules/followup/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf, type Key } from '#modules/words/index.ts'
import { courseQualityInput, groundOf, type Levels, levelsOf, shownOpinions, wholeOf } from './courseQuality.ts'
import { behaviour, behaviourByCohort, learning, learningByCohort, opinionDays, type QualityGround, reaction, reactionByCohort } from './definitions.ts'

/** The four levels of D. L. Kirkpatrick. */
export const explainedLevels = ['reaction', 'learning', 'behaviour', 'results'] as const
export type ExplainedLevel = (typeof explainedLevels)[number]

export const explainQualityInput = courseQualityInput.extend({ figure: z.enum(explainedLevels), course: courseSlug })

/** What stands in a line of each level, with its decimals. */
const measures: Record<Exclude<ExplainedLevel, 'results'>, [name: Key, digits: number, of: (told: Levels) => number | null][]> = {
  reaction: [['quality.reaction.n', 0, (told) => told.reaction.n], ['quality.reaction.mean', 2, (told) => told.reaction.points?.mean ?? null]],
  learning: [
    ['quality.learning.n', 0, (told) => told.learning.gain.n], ['quality.learning.pre', 1, (told) => told.learning.gain.pre?.mean ?? null], ['quality.learning.post', 1, (told) => told.learning.gain.post?.mean ?? null],
    ['quality.learning.gain', 1, (told) => told.learning.gain.mean], ['quality.learning.normalised', 2, (told) => told.learning.gain.normalised],
  ],
  behaviour: [['quality.behaviour.due', 0, (told) => told.behaviour.due], ['quality.behaviour.done', 0, (told) => told.behaviour.done], ['quality.behaviour.agreed', 0, (told) => told.behaviour.agreed]],
}

/**
 * A level of a course's quality with its definition, its very queries, the cohorts that it is made of, and the period before beside it. For auditors
 * and the system.
 */
export async function explainQuality(db: Db, actor: Actor, input: z.input<typeof explainQualityInput>, now = new Date()): Promise<Explanation<ExplainedLevel> & QualityGround> {
  const { figure, ...asked } = explainQualityInput.parse(input)
  permit(mayAudit(actor))

  const [ground, today] = [groundOf(asked, now), dayOf(now, 'Asia/Almaty')]
  const period = { from: ground.from, to: ground.to }
  const before = periodBefore(period)
  const told = { ...ground, figure, definition: `counts.definition.${figure}`, why: `explain.why.${figure}`, asOf: now, period } as const
  if (figure === 'results') return { ...told, before: null, cohorts: null, queries: [sentAs(indicatorQuery(db, ground))], ...(await indicatorLines(db, ground)) }

  const [current, earlier] = [wholeOf((await levelsOf(db, ground, today)).levels), wholeOf((await levelsOf(db, { ...ground, ...before }, today)).levels)]
  const shown = await shownOpinions(db, ground, today)
  const byCohort = { reaction: reactionByCohort(ground, shown), learning: learningByCohort(ground), behaviour: behaviourByCohort(ground, today) }[figure]
  return {
    ...told, before, queries: queriesOf(figure, ground, today, shown), cohorts: await cohortsBehind(db, byCohort),
    columns: [{ name: 'explain.count', of: 'period', digits: 2 }, { name: 'explain.count', of: 'before', digits: 2 }],
    lines: measures[figure].map(([word, digits, of]): Line => ({ about: { word }, digits, cells: [of(current), of(earlier)] })),
  }
}

function queriesOf(level: Exclude<ExplainedLevel, 'results'>, ground: QualityGround, today: string, shown: readonly { cohort: string; until: string }[]): Sent[] {
  return ({ reaction: () => [opinionDays(ground), reaction(ground, shown)], learning: () => [learning(ground)], behaviour: () => [behaviour(ground, today)] })[level]().map(sentAs)
}

/** Of each indicator and place the latest value, and the one before it. */
async function indicatorLines(db: Db, { course, region }: QualityGround): Promise<{ columns: Column[]; lines: Line[] }> {
  const series = await indicatorsOf(db, { course, region })
  return {
    columns: [{ name: 'quality.results.year', of: null, plain: true }, { name: 'quality.results.value', of: null, digits: 1 }, { name: 'explain.year-before', of: null, plain: true }, { name: 'explain.value-before', of: null, digits: 1 }],
    lines: series.flatMap(({ names, places }) => places.map((place): Line => {
      const [last, previous] = place.values.toSorted((one, other) => other.year - one.year)
      return { about: { texts: names, region: place.region, ...(place.facility ? { facility: place.facility.names } : {}) }, cells: [last?.year ?? null, last?.value ?? null, previous?.year ?? null, previous?.value ?? null] }
    })),
  }
}

/** The definitions of the levels with the queries as they are sent for a course. */
export function qualityDefinitions(db: Db, actor: Actor, course: string, now = new Date()): { name: ExplainedLevel; definition: Key; queries: Sent[] }[] {
  permit(mayAudit(actor))

  const [ground, today] = [groundOf({ course }, now), dayOf(now, 'Asia/Almaty')]
  return explainedLevels.map((name) => ({ name, definition: `counts.definition.${name}`, queries: name === 'results' ? [sentAs(indicatorQuery(db, ground))] : queriesOf(name, ground, today, []) }))
}

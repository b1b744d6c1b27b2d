import type { Interval } from '#modules/assessment/index.ts'
import { chanceOf, differenceInterval, fewPeople, rare, type Share } from './rules.ts'

/** People who sat the post-test for the first time at a centre, and how many of them passed. */
export type CentrePasses = Share & { centre: string }
/** A question among the people who were asked it in one language, and how many answered it wholly right. */
export type AnsweredIn = Share & { edition: string; item: string; language: string }
/** A cohort by its days at the centre: when it was entered, ended, and had its first certificate; and how long its post-test took. */
export type CohortFacts = { cohort: string; centre: string; createdOn: string; endsOn: string; issuedOn: string | null; certificates: number; sittings: number; hurried: number }

/** Something to look at, never a verdict: with how many it is about, and how probable it is by chance where that can be said. */
export type Outlier =
  | { kind: 'centre-everyone' | 'centre-few'; centre: string; n: number; hits: number; others: Share; chance: number; compared: number }
  | { kind: 'item-language'; edition: string; item: string; language: string; n: number; hits: number; others: Share; difference: Interval; chance: number; compared: number }
  | { kind: 'cohort-same-day' | 'cohort-early'; cohort: string; centre: string; n: number; issuedOn: string; endsOn: string }
  | { kind: 'cohort-hurried'; cohort: string; centre: string; n: number; hits: number }

const together = (all: readonly Share[]): Share => all.reduce((sum, one) => ({ hits: sum.hits + one.hits, n: sum.n + one.n }), { hits: 0, n: 0 })

/**
 * Centres at which everybody passes, or clearly fewer than elsewhere. A centre of fewer than ten people is none, and so many centres are
 * looked at that one of them would stand out by chance: the probability is held against that number (C. E. Bonferroni).
 */
export function centreOutliers(centres: readonly CentrePasses[]): Outlier[] {
  const whole = together(centres)
  const enough = centres.filter(({ n }) => n >= fewPeople && whole.n - n >= fewPeople)
  return enough.flatMap(({ centre, hits, n }): Outlier[] => {
    const others = { hits: whole.hits - hits, n: whole.n - n }
    const side = hits === n ? 'many' : 'few'
    const chance = chanceOf(side, { hits, n }, others)
    return chance * enough.length < rare ? [{ kind: side === 'many' ? 'centre-everyone' : 'centre-few', centre, n, hits, others, chance, compared: enough.length }] : []
  })
}

/** A question is failed where fewer than half answer it; people of one language may know less of everything, so only this much beyond it counts. */
const half = 0.5
const apart = 0.15

/**
 * Questions that the readers of one language fail and those of every other do not: mostly a translation to be read again. Ten people in
 * each language, and a difference that chance explains less than once in twenty looks at as many questions.
 */
export function itemOutliers(answers: readonly AnsweredIn[]): Outlier[] {
  const test = new Map([...Map.groupBy(answers, ({ edition, language }) => `${edition} ${language}`)].map(([key, all]) => [key, together(all)]))
  const questions = [...Map.groupBy(answers.filter(({ n }) => n >= fewPeople), ({ edition, item }) => `${edition} ${item}`).values()].filter((all) => all.length > 1)
  return questions.flatMap((all): Outlier[] => {
    const failed = all.filter(({ hits, n }) => hits / n < half)
    if (failed.length !== 1) return []
    const [one] = failed as [AnsweredIn]
    const rest = all.filter((other) => other !== one)
    const others = together(rest)
    const beyond = (own: AnsweredIn) => own.hits / own.n - shareOf(test.get(`${own.edition} ${own.language}`)!)
    const least = Math.min(...rest.map(beyond))
    const chance = chanceOf('few', one, others)
    if (least - beyond(one) <= apart || chance * questions.length >= rare) return []
    return [{ kind: 'item-language', edition: one.edition, item: one.item, language: one.language, n: one.n, hits: one.hits, others, difference: differenceInterval(one, others)!, chance, compared: questions.length }]
  })
}

const shareOf = ({ hits, n }: Share) => hits / n

/** Less time than this for each question of a post-test, and it can hardly have been read. */
export const hurriedSeconds = 5

/** Cohorts whose days don't fit together. Days are facts, so no probability is said; a course that was entered late has an honest reason. */
export function cohortOutliers(cohorts: readonly CohortFacts[]): Outlier[] {
  return cohorts.flatMap(({ cohort, centre, createdOn, endsOn, issuedOn, certificates, sittings, hurried }): Outlier[] => {
    const found: Outlier[] = []
    if (issuedOn !== null && issuedOn === createdOn) found.push({ kind: 'cohort-same-day', cohort, centre, n: certificates, issuedOn, endsOn })
    if (issuedOn !== null && issuedOn < endsOn) found.push({ kind: 'cohort-early', cohort, centre, n: certificates, issuedOn, endsOn })
    if (sittings >= fewPeople && hurried * 2 > sittings) found.push({ kind: 'cohort-hurried', cohort, centre, n: sittings, hits: hurried })
    return found
  })
}

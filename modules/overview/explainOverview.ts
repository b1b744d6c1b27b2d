import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { adoptionQueries, nationalAdoption } from '#modules/adoptions/index.ts'
import { cohortsBehind, type Column, type Explanation, type Line, type Sent, sentAs } from '#modules/counts/index.ts'
import { day, type Days, periodBefore } from '#modules/day.ts'
import { permit } from '#modules/refusal.ts'
import { learningByCohort, learningByCourse } from '#modules/quality/index.ts'
import { dayOf, type Key } from '#modules/words/index.ts'
import { certificatesRevoked, peopleInForce, plannedAndCertified, seatsByCohort, seatsOffered, visitsByCohort, visitsDue } from './definitions.ts'
import { coverageOf, gainsOf, type Share } from './overview.ts'

/** The figures of the overview that are no counts of certificates; those are explained by `explainFigure` and `explainRevoked`. */
export const explainedHere = ['seats', 'visits', 'coverage', 'gain', 'plan', 'adoption'] as const
export type HereExplained = (typeof explainedHere)[number]

export const explainOverviewInput = z.object({ figure: z.enum(explainedHere), from: day, to: day }).refine(({ from, to }) => from <= to, { path: ['to'], error: 'field.ends-before-start' })

type Asked = { db: Db; actor: Actor; period: Days; before: Days; asOf: Date }
type Made = Pick<Explanation<HereExplained>, 'columns' | 'lines' | 'queries' | 'cohorts'> & { beside: Days | null }

/**
 * A figure of the overview with its definition, its very queries, what it is made of, and the period before beside it. What was at an earlier
 * moment isn't kept of these, so it says why there are no reasons. For auditors and the system.
 */
export async function explainOverview(db: Db, actor: Actor, input: z.input<typeof explainOverviewInput>, asOf = new Date()): Promise<Explanation<HereExplained>> {
  const { figure, ...period } = explainOverviewInput.parse(input)
  permit(mayAudit(actor))

  const { beside, ...made } = await makers[figure]({ db, actor, period, before: periodBefore(period), asOf })
  return { figure, definition: definitions[figure], asOf, period, before: beside, why: `explain.why.${figure}`, ...made }
}

const definitions: Record<HereExplained, Key> = {
  seats: 'counts.definition.seats', visits: 'counts.definition.visits', coverage: 'counts.definition.coverage', gain: 'counts.definition.gain', plan: 'counts.definition.plan', adoption: 'national.definition',
}

const both = (name: Key, digits = 0): Column[] => [{ name, of: 'period', digits }, { name, of: 'before', digits }]

async function shares({ db, period, before }: Asked, name: 'seats' | 'visits', query: (days: Days) => ReturnType<typeof seatsOffered>, byCohort: (days: Days) => ReturnType<typeof seatsOffered>): Promise<Made> {
  const [[now], [then]] = [await rows<Share>(db, query(period)), await rows<Share>(db, query(before))]
  return {
    beside: before, columns: both('explain.count'), queries: [sentAs(query(period))], cohorts: await cohortsBehind(db, byCohort(period)),
    lines: (['all', 'done'] as const).map((part): Line => ({ about: { word: `overview.${name}.${part}` }, cells: [now![part], then![part]] })),
  }
}

const makers: Record<HereExplained, (asked: Asked) => Promise<Made>> = {
  seats: (asked) => shares(asked, 'seats', seatsOffered, seatsByCohort),
  visits: (asked) => shares(asked, 'visits', (days) => visitsDue(days, asked.asOf), (days) => visitsByCohort(days, asked.asOf)),

  async coverage({ db, actor, period, asOf }) {
    const [year, today] = [Number(period.to.slice(0, 4)), dayOf(asOf, 'Asia/Almaty')]
    const needs = await coverageOf(db, actor, year, today)
    return {
      beside: null, cohorts: null, queries: [sentAs(peopleInForce([...new Set(needs.map(({ profession }) => profession))], today))].filter(() => needs.length > 0),
      columns: (['needed', 'in-post', 'certified'] as const).map((name) => ({ name: `overview.${name}`, of: null })),
      lines: needs.map(({ regionCode, profession, needed, inPost, certified }) => ({
        about: { region: regionCode, profession }, cells: [needed, inPost, certified], made: { where: { profession, state: 'valid', ...(regionCode === null ? {} : { region: regionCode }) } },
      })),
    }
  },

  async gain({ db, period, before }) {
    const [now, then] = [await gainsOf(db, period), await gainsOf(db, before)]
    return {
      beside: before, queries: [sentAs(learningByCourse(period))], cohorts: await cohortsBehind(db, learningByCohort(period)),
      columns: [...both('overview.gain.n'), ...both('overview.gain.mean', 1)],
      lines: [...new Set([...now, ...then].map(({ course }) => course))].map((course): Line => {
        const [one, other] = [now.find((gain) => gain.course === course), then.find((gain) => gain.course === course)]
        return { about: { course }, cells: [one?.n ?? 0, other?.n ?? 0, one?.mean ?? null, other?.mean ?? null] }
      }),
    }
  },

  async plan({ db, period }) {
    const year = Number(period.to.slice(0, 4))
    const whole = (one: number): Days => ({ from: `${one}-01-01`, to: `${one}-12-31` })
    const read = (one: number) => rows<{ centre: string; course: string; planned: number; certified: number }>(db, plannedAndCertified(one))
    const [now, then] = [await read(year), await read(year - 1)]
    return {
      beside: whole(year - 1), cohorts: null, queries: [sentAs(plannedAndCertified(year))], columns: [...both('overview.planned'), ...both('overview.done')],
      lines: now.map(({ centre, course, planned, certified }) => {
        const last = then.find((one) => one.centre === centre && one.course === course)
        return { about: { centre, course }, cells: [planned, last?.planned ?? 0, certified, last?.certified ?? 0], made: { ...whole(year), where: { centre, course } } }
      }),
    }
  },

  async adoption({ db, actor, asOf }) {
    const { listed, funnel } = await nationalAdoption(db, actor, {}, asOf)
    return {
      beside: null, cohorts: null, queries: (await adoptionQueries(db)).map(sentAs), columns: [{ name: 'national.colleges', of: null }],
      lines: [{ about: { word: 'national.listed' as const }, cells: [listed] }, ...funnel.map(({ rung, colleges }): Line => ({ about: { word: `adoption.state.${rung}` }, cells: [colleges] }))],
    }
  },
}

/** Their definitions with the queries as they are sent for a period, and that of the certificates revoked. */
export async function overviewDefinitions(db: Db, actor: Actor, period: Days, asOf = new Date()): Promise<{ name: HereExplained | 'revoked'; definition: Key; queries: Sent[] }[]> {
  permit(mayAudit(actor))

  const today = dayOf(asOf, 'Asia/Almaty')
  return [
    { name: 'revoked', definition: 'counts.definition.revoked', queries: [sentAs(certificatesRevoked(period, asOf))] },
    { name: 'seats', definition: definitions.seats, queries: [sentAs(seatsOffered(period))] },
    { name: 'visits', definition: definitions.visits, queries: [sentAs(visitsDue(period, asOf))] },
    { name: 'coverage', definition: definitions.coverage, queries: [sentAs(peopleInForce(['patronage-nurse'], today))] },
    { name: 'gain', definition: definitions.gain, queries: [sentAs(learningByCourse(period))] },
    { name: 'plan', definition: definitions.plan, queries: [sentAs(plannedAndCertified(Number(period.to.slice(0, 4))))] },
    { name: 'adoption', definition: definitions.adoption, queries: (await adoptionQueries(db)).map(sentAs) },
  ]
}

import type { SQL } from 'drizzle-orm'
import { z } from 'zod'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { type Actor, mayAudit } from '#modules/actor.ts'
import { gainsOfSums, type GainSums, type Interval } from '#modules/assessment/index.ts'
import { peopleStandingNowBy } from '#modules/certificates/index.ts'
import { type Need, needsFor, needsOf } from '#modules/planning/index.ts'
import { regions } from '#modules/places/index.ts'
import { permit } from '#modules/refusal.ts'
import { dayOf } from '#modules/words/index.ts'
import { nationalAdoption, type NationalAdoption } from '#modules/adoptions/index.ts'
import { certificatesCounted, certificatesExpiring, certificatesLeftOut, certificatesValid, countCertificates, peopleCertified, settle } from '#modules/counts/index.ts'
import { day, type Days, periodBefore } from '#modules/day.ts'
import { learningByCourse } from '#modules/quality/index.ts'
import { certificatesRevoked, peopleInForce, plannedAndCertified, seatsOffered, visitsDue } from './definitions.ts'
import { trendMonths, trendStart } from './periods.ts'

export const overviewInput = z.object({ from: day, to: day }).refine(({ from, to }) => from <= to, { path: ['to'], error: 'field.ends-before-start' })

/** Numbers with a period, and those of now, which have no period before. */
export const overviewFigures = ['people', 'certificates', 'revoked', 'valid', 'expiring'] as const
export type OverviewFigure = { name: (typeof overviewFigures)[number]; value: number; before: number | null }
/** Of so many, so many were done. */
export type Share = { all: number; done: number }
export type Coverage = Need & { certified: number }
export type Gained = { course: string; n: number; pre: number; post: number; mean: number; interval: Interval | null }

export type Overview = {
  asOf: Date
  demonstration: boolean
  leftOut: number
  period: Days
  before: Days
  figures: OverviewFigure[]
  seats: { now: Share; before: Share }
  visits: { now: Share; before: Share }
  coverage: Coverage[]
  adoption: NationalAdoption
  plan: { year: number; rows: { centre: string; course: string; planned: number; certified: number }[] }
  regions: { region: string; people: number; certificates: number; before: number }[]
  months: string[]
  /** Certificates by month of `months`, for each region that has any in them. */
  trend: { region: string; counts: number[] }[]
  courses: string[]
  /** Certificates of the period, by course of `courses`. */
  professions: { profession: string | null; counts: number[] }[]
  gains: Gained[]
}

/**
 * The ministry's first page: what happened in a period beside the period before it of the same length, and how things stand. Everything is
 * as it is known now, of all centres. Each number is a query of a `definitions.ts`: the gain that of quality, counts those of counts. For auditors and the system.
 */
export async function overview(db: Db, actor: Actor, input: z.infer<typeof overviewInput>, asOf = new Date()): Promise<Overview> {
  const period = overviewInput.parse(input)
  permit(mayAudit(actor))

  const before = periodBefore(period)
  const cutOf = (days: Days) => settle({ ...days, where: {} }, asOf)
  const one = async (query: SQL) => (await rows<{ count: number }>(db, query))[0]!.count
  const share = async (query: SQL) => (await rows<Share>(db, query))[0]!
  const [now, then] = [cutOf(period), cutOf(before)]

  const figures: OverviewFigure[] = [
    { name: 'people', value: await one(peopleCertified(now)), before: await one(peopleCertified(then)) },
    { name: 'certificates', value: await one(certificatesCounted(now, [])), before: await one(certificatesCounted(then, [])) },
    { name: 'revoked', value: await one(certificatesRevoked(period)), before: await one(certificatesRevoked(before)) },
    { name: 'valid', value: await one(certificatesValid(now)), before: null },
    { name: 'expiring', value: await one(certificatesExpiring(now)), before: null },
  ]
  const [left] = await rows<{ count: number; demonstration: boolean }>(db, certificatesLeftOut(now))
  const months = trendMonths(period.to)
  const year = Number(period.to.slice(0, 4))
  return {
    asOf, period, before, figures, demonstration: left!.demonstration, leftOut: left!.count,
    seats: { now: await share(seatsOffered(period)), before: await share(seatsOffered(before)) },
    visits: { now: await share(visitsDue(period, asOf)), before: await share(visitsDue(before, asOf)) },
    coverage: await coverageOf(db, actor, year, dayOf(asOf, 'Asia/Almaty')),
    adoption: await nationalAdoption(db, actor, {}, asOf),
    plan: { year, rows: await rows(db, plannedAndCertified(year)) },
    regions: await regionsOf(db, actor, period, before),
    months, trend: await trendOf(db, actor, months, period.to),
    ...(await professionsOf(db, actor, period)),
    gains: await gainsOf(db, period),
  }
}

/** The gain of each course that has one: the very sums of the quality page, over every course and region. */
export async function gainsOf(db: Db, days: Days): Promise<Gained[]> {
  const learned = await rows<GainSums & { course: string }>(db, learningByCourse(days))
  return learned.flatMap(({ course, ...sums }) => {
    const { n, pre, post, mean, interval } = gainsOfSums(sums)
    return pre && post && mean !== null ? [{ course, n, pre: pre.mean, post: post.mean, mean, interval }] : []
  })
}

export async function coverageOf(db: Db, actor: Actor, year: number, today: string): Promise<Coverage[]> {
  const needs = needsFor(await needsOf(db, actor), year)
  if (needs.length === 0) return []
  const held = await rows<{ profession: string; region: string | null; count: number }>(db, peopleInForce([...new Set(needs.map(({ profession }) => profession))], today))
  return needs.map((need) => ({ ...need, certified: held.find(({ profession, region }) => profession === need.profession && region === need.regionCode)?.count ?? 0 }))
}

async function regionsOf(db: Db, actor: Actor, period: Days, before: Days): Promise<Overview['regions']> {
  const people = new Map((await rows<{ key: string; count: number }>(db, peopleStandingNowBy('region', period))).map(({ key, count }) => [key, count]))
  const counted = async (days: Days) => new Map((await countCertificates(db, actor, { ...days, by: ['region'] })).rows.map(({ region, count }) => [region!, count]))
  const [now, then] = [await counted(period), await counted(before)]
  return (await regions(db)).map(({ code }) => ({ region: code, people: people.get(code) ?? 0, certificates: now.get(code) ?? 0, before: then.get(code) ?? 0 }))
}

async function trendOf(db: Db, actor: Actor, months: readonly string[], to: string): Promise<Overview['trend']> {
  const counted = (await countCertificates(db, actor, { from: trendStart(months), to, by: ['region', 'month'] })).rows
  return [...Map.groupBy(counted, ({ region }) => region!)].map(([region, own]) => ({ region, counts: months.map((month) => own.find((one) => one.month === month)?.count ?? 0) }))
}

async function professionsOf(db: Db, actor: Actor, period: Days): Promise<Pick<Overview, 'courses' | 'professions'>> {
  const counted = (await countCertificates(db, actor, { ...period, by: ['profession', 'course'] })).rows
  const courses = [...new Set(counted.map(({ course }) => course!))].sort()
  const professions = [...Map.groupBy(counted, ({ profession }) => profession ?? null)].map(([profession, own]) => ({ profession, counts: courses.map((course) => own.find((one) => one.course === course)?.count ?? 0) }))
  const sum = ({ counts }: { counts: readonly number[] }) => counts.reduce((total, count) => total + count, 0)
  return { courses, professions: professions.toSorted((first, second) => sum(second) - sum(first)) }
}

import { type SQL, sql } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { rows } from '#db/rows.ts'
import { system } from '#modules/actor.ts'
import { nationalAdoption } from '#modules/adoptions/index.ts'
import { peopleStandingNowBy } from '#modules/certificates/index.ts'
import {
  certificateBehind, certificatesIn, certificatesLeftOut, cohortsIn, countCertificates, countFigure, type Cut, type Dimension, type ExplainedFigure, explainFigure, listCertificates, settle,
} from '#modules/counts/index.ts'
import { certificatesRevoked, overview } from '#modules/overview/index.ts'
import { peopleInForce, plannedAndCertified, seatsOffered, visitsDue } from '#modules/overview/definitions.ts'
import { courseQuality, learningByCourse } from '#modules/quality/index.ts'
import { denied, reveals, trail, type TrailFilters } from '#modules/trail/index.ts'
import type { Ground } from './ground.ts'

/** What a query of a page may take, and a list that is opened from it, in milliseconds of p95 on two cores with a million certificates. */
const [page, list] = [200, 100] as const

/**
 * A question that the ministry's pages ask. `ask` calls the product; `plainly` is the same in bare SQL over the certificates themselves, as its
 * definition says it, and where `ask` answers a number the column `count` of `plainly` must add up to it.
 */
export type Question = { what: string; goal: number | null; ask(db: Db): Promise<unknown>; plainly?: SQL }

const actor = system('bench')
const nothing = sql`true`

/** Certificates that stand, word for word: at a moment, or now. */
const standing = (where: SQL = nothing, asOf?: string) => {
  const by = (moment: SQL) => (asOf === undefined ? nothing : sql`${moment} < ((${asOf}::date + 1)::timestamp at time zone 'Asia/Almaty')`)
  return sql`certificates c
   where c.certifies and c.demonstration and ${by(sql`c.issued_at`)} and ${where}
     and not exists (select from revocations r where r.certificate_id = c.id and ${by(sql`r.revoked_at`)})
     and not exists (select from certificates s where s.predecessor_id = c.id and ${by(sql`s.issued_at`)})`
}
const plainlyCounted = (where?: SQL, asOf?: string) => sql`select count(*)::int as count from ${standing(where, asOf)}`
const plainlyBy = (columns: SQL, where?: SQL, asOf?: string) => sql`select ${columns}, count(*)::int as count from ${standing(where, asOf)} group by ${columns}`
const plainlyPeople = (where?: SQL, asOf?: string) => sql`select count(distinct c.person_id)::int as count from ${standing(where, asOf)}`
const counted = ({ from, to }: { from: string; to: string }) => sql`c.counted_on between ${from}::date and ${to}::date`
const entriesLike = (text: string) => sql`select e.* from entries e where e.body like ${`%${text}%`} order by e.seq desc limit 51`

export const questionsOf = (ground: Ground): Question[] => [...firstPage(ground), ...counts(ground), ...pastCounts(ground), ...explained(ground), ...drills(ground), ...trails(ground)]

function firstPage({ today, year, yearBefore, profession }: Ground): Question[] {
  const query = (what: string, sent: SQL): Question => ({ what: `First page: ${what}`, goal: page, ask: (db) => rows(db, sent) })
  const figure = (what: string, name: ExplainedFigure, cut: Cut, plainly?: SQL): Question => ({
    what: `First page: ${what}`, goal: page, ask: async (db) => (await countFigure(db, actor, { ...cut, figure: name })).count, ...(plainly && { plainly }),
  })
  const unexpired = sql`(c.expires_on is null or c.expires_on >= ${today}::date)`
  return [
    figure('people certified in a year', 'people', { ...year, where: {} }, plainlyPeople(counted(year))),
    figure('people certified in the year before', 'people', { ...yearBefore, where: {} }, plainlyPeople(counted(yearBefore))),
    figure('certificates of a year', 'certificates', { ...year, where: {} }, plainlyCounted(counted(year))),
    figure('valid', 'valid', { where: {} }, plainlyCounted(unexpired)),
    figure('expiring within ninety days', 'expiring', { where: {} }, plainlyCounted(sql`c.expires_on between ${today}::date and ${today}::date + 90 and not exists (select from certificates n where n.renews_id = c.id)`)),
    query('revoked in a year', certificatesRevoked(year)),
    query('left out', certificatesLeftOut(settle({ ...year, where: {} }))),
    query('seats offered and filled', seatsOffered(year)),
    query('visits due and made', visitsDue(year, new Date())),
    query('people in force, by region', peopleInForce([profession], today)),
    { what: 'First page: adoption by colleges', goal: page, ask: (db) => nationalAdoption(db, actor, {}) },
    query('plan against actual', plannedAndCertified(Number(today.slice(0, 4)))),
    query('people of a year by region', peopleStandingNowBy('region', year)),
    query('gain of learning by course', learningByCourse(year)),
    { what: 'First page: all of it', goal: null, ask: (db) => overview(db, actor, year) },
  ]
}

/** The column that a dimension is, for those that are one. */
const columnOf = { region: sql`c.region_code`, course: sql`c.course`, profession: sql`c.profession`, centre: sql`c.centre_id`, facility: sql`c.facility_id`, month: sql`to_char(c.counted_on, 'YYYY-MM')` }

function counts({ region, course, year }: Ground): Question[] {
  const by = (what: string, dimensions: Dimension[], cut: Cut, plainly?: SQL): Question => ({
    what: `Counts: ${what}`, goal: page, ask: async (db) => (await countCertificates(db, actor, { ...cut, by: dimensions })).total, ...(plainly && { plainly }),
  })
  const people = (what: string, where: Cut['where'], plainly: SQL): Question => ({
    what: `Counts: people ${what}`, goal: page, ask: async (db) => (await countFigure(db, actor, { figure: 'people', ...year, where })).count, plainly,
  })
  const all = { where: {} }
  const within = sql`c.region_code = ${region}`
  return [
    by('everything', [], all, plainlyCounted()),
    by('by region', ['region'], all, plainlyBy(columnOf.region)),
    by('by course', ['course'], all, plainlyBy(columnOf.course)),
    by('by profession', ['profession'], all, plainlyBy(columnOf.profession)),
    by('by centre', ['centre'], all, plainlyBy(columnOf.centre)),
    by('by region, course and profession', ['region', 'course', 'profession'], all, plainlyBy(sql`${columnOf.region}, ${columnOf.course}, ${columnOf.profession}`)),
    by('by month and region', ['month', 'region'], all, plainlyBy(sql`${columnOf.month}, ${columnOf.region}`)),
    by('by state and course, in a region', ['state', 'course'], { where: { region } }, plainlyBy(columnOf.course, within)),
    by('by workplace, in a region', ['facility'], { where: { region } }, plainlyBy(columnOf.facility, within)),
    by('by present region', ['present-region'], all, plainlyBy(columnOf.region)),
    by('in a present region, by course', ['course'], { where: { 'present-region': region } }),
    people('of a year in a region', { region }, plainlyPeople(sql`${within} and ${counted(year)}`)),
    people('of a year in a region and a course', { region, course }, plainlyPeople(sql`${within} and c.course = ${course} and ${counted(year)}`)),
  ]
}

function pastCounts({ past }: Ground): Question[] {
  const figure = (what: string, name: ExplainedFigure, plainly?: SQL): Question => ({
    what: `As of ${past}: ${what}`, goal: page, ask: async (db) => (await countFigure(db, actor, { figure: name, asOf: past, where: {} })).count, ...(plainly && { plainly }),
  })
  const unexpired = sql`(c.expires_on is null or c.expires_on >= ${past}::date)`
  return [
    figure('certificates', 'certificates', plainlyCounted(nothing, past)),
    figure('people', 'people', plainlyPeople(nothing, past)),
    figure('valid', 'valid', plainlyCounted(unexpired, past)),
    figure('expiring', 'expiring'),
    { what: `As of ${past}: by month and region`, goal: page, ask: async (db) => (await countCertificates(db, actor, { asOf: past, by: ['month', 'region'], where: {} })).total, plainly: plainlyBy(sql`${columnOf.month}, ${columnOf.region}`, nothing, past) },
  ]
}

function explained({ year, lastMonth, course }: Ground): Question[] {
  const figure = (name: ExplainedFigure, what: string, cut: Cut): Question => ({
    what: `Explained since the last report: ${what}`, goal: page,
    async ask(db) {
      const { compared, value } = await explainFigure(db, actor, { ...cut, figure: name, since: lastMonth })
      if (compared?.unexplained !== 0) throw new Error(`${name} is not explained: ${JSON.stringify(compared)}`)
      return value
    },
  })
  return [
    figure('certificates', 'certificates of a year', { ...year, where: {} }), figure('people', 'people of a year', { ...year, where: {} }),
    figure('valid', 'valid', { where: {} }), figure('expiring', 'expiring', { where: {} }),
    { what: 'Quality of a course, four levels and what stands out', goal: page, ask: (db) => courseQuality(db, actor, { course }) },
  ]
}

function drills({ region, centre, cohort, profession, serial, middle, past }: Ground): Question[] {
  const certificates = (what: string, input: Parameters<typeof listCertificates>[2], plainly?: SQL): Question => ({
    what: `List: ${what}`, goal: list,
    async ask(db) {
      if ((await listCertificates(db, actor, input)).items.length === 0) throw new Error(`nothing is listed: ${what}`)
    },
    ...(plainly && { plainly }),
  })
  const newest = (where?: SQL, asOf?: string) => sql`select c.* from ${standing(where, asOf)} order by c.counted_on desc, c.serial desc limit 51`
  return [
    { what: 'List: regions', goal: list, ask: async (db) => (await countCertificates(db, actor, { by: ['region'], where: {} })).total, plainly: plainlyBy(columnOf.region) },
    { what: 'List: centres of a region', goal: list, ask: async (db) => (await countCertificates(db, actor, { by: ['centre'], where: { region } })).total, plainly: plainlyBy(columnOf.centre, sql`c.region_code = ${region}`) },
    { what: 'List: groups of a centre', goal: list, ask: (db) => cohortsIn(db, actor, { where: { centre } }), plainly: plainlyBy(sql`c.cohort_id`, sql`c.centre_id = ${centre}::uuid`) },
    { what: 'List: certificates of a group', goal: list, ask: async (db) => (await certificatesIn(db, actor, { cohort, where: {} })).items.filter((one) => one.counted).length, plainly: plainlyCounted(sql`c.cohort_id = ${cohort}::uuid`) },
    certificates('all certificates, first page', { where: {} }, newest()),
    certificates('all certificates, a page in the middle', { cursor: middle, where: {} }),
    certificates('all certificates as of a past day', { asOf: past, where: {} }, newest(nothing, past)),
    certificates('of a profession in a region', { where: { region, profession } }, newest(sql`c.region_code = ${region} and c.profession = ${profession}`)),
    certificates('of a centre', { where: { centre } }, newest(sql`c.centre_id = ${centre}::uuid`)),
    certificates('revoked', { state: 'revoked', where: {} }),
    certificates('expiring', { state: 'expiring', where: {} }),
    certificates('replaced, in a region', { state: 'replaced', where: { region } }),
    { what: 'One certificate with all that is behind it', goal: list, ask: (db) => certificateBehind(db, actor, { serial }) },
  ]
}

function trails({ cohort, centre, serial, year }: Ground): Question[] {
  const told = (what: string, filters: TrailFilters, plainly?: SQL): Question => ({
    what: `Trail: ${what}`, goal: page, ask: (db) => trail(db, actor, { locale: 'ru', ...filters }), ...(plainly && { plainly }),
  })
  return [
    told('newest page', {}, sql`select e.* from entries e order by e.seq desc limit 51`),
    told('revocations and replacements', { group: 'ended' }, sql`select e.* from entries e where e.kind in ('certificate.revoked', 'certificate.replaced', 'batch.taken-back') order by e.seq desc limit 51`),
    told('merges, of which there are none', { group: 'merges' }, sql`select e.* from entries e where e.kind in ('person.merged', 'person.unmerged', 'person.erased') order by e.seq desc limit 51`),
    told('by the system, in a year', { by: 'system', ...year }),
    told('of a certificate', { serial }, entriesLike(`"serial":"${serial}"`)),
    told('of a group', { cohort }, entriesLike(`"cohort":"${cohort}"`)),
    told('of a centre', { centre }),
    told('issues of a centre in a year', { centre, kind: 'certificate.issued', ...year }, sql`select e.* from entries e where e.kind = 'certificate.issued' and e.body like ${`%"centre":"${centre}"%`} order by e.seq desc limit 51`),
    { what: 'Looks at personal data', goal: page, ask: (db) => reveals(db, actor, {}) },
    { what: 'Tries without a right', goal: page, ask: (db) => denied(db, actor, {}) },
  ]
}

import { sql, type SQL } from 'drizzle-orm'
import { isDemonstration } from '#modules/certificates/index.ts'
import { hurriedSeconds } from './outliers.ts'

// Each figure of the quality page is one query here, under the name of its definition in content/interface (`counts.definition.<name>`).
// They share one ground: the closed cohorts of a course that ended within the days asked for.

export type QualityGround = { course: string; from: string; to: string; region?: string | undefined }
/** The same of every course. */
type AnyGround = Omit<QualityGround, 'course'> & { course?: string | undefined }

const ground = ({ course, from, to, region }: AnyGround): SQL => sql`
  with ground as (
    select c.id, c.centre_id, c.edition_id, e.course, ce.region_code as region, ce.time_zone, c.created_at, c.ends_on, to_char(c.ends_on, 'YYYY-"Q"Q') as quarter
      from cohorts c
      join editions e on e.id = c.edition_id and e.demonstration = ${isDemonstration} and ${course === undefined ? sql`true` : sql`e.course = ${course}`}
      join centres ce on ce.id = c.centre_id
     where c.state = 'closed' and c.ends_on between ${from}::date and ${to}::date
       and ${region === undefined ? sql`true` : sql`ce.region_code = ${region}`}
  )`

/** The whole, each region and each quarter, in one answer: `by` says which, `key` whose. */
const cells = sql`case when grouping(g.region) = 0 then 'region' when grouping(g.quarter) = 0 then 'quarter' else 'whole' end as by, coalesce(g.region, g.quarter) as key`
const grouped = sql`group by grouping sets ((), (g.region), (g.quarter))`

/**
 * `learning`: sums over people with both tests, and how many passed the post-test at their first sitting: what the database keeps of each closed
 * cohort, of first finished sittings of people with a seat by the marks that count now, in percent.
 */
export const learning = (asked: QualityGround): SQL => learned(asked, cells, grouped)

/** `gain`: the same by course, for the overview. */
export const learningByCourse = (asked: AnyGround): SQL => learned(asked, sql`g.course`, sql`group by g.course order by g.course`)

const learned = (asked: AnyGround, parts: SQL, inParts: SQL): SQL => sql`${ground(asked)}
  select ${parts}, coalesce(sum(s.n), 0)::int as n,
         coalesce(sum(s.pre), 0)::float8 as pre, coalesce(sum(s.pre_squares), 0)::float8 as "preSquares",
         coalesce(sum(s.post), 0)::float8 as post, coalesce(sum(s.post_squares), 0)::float8 as "postSquares",
         coalesce(sum(s.gain), 0)::float8 as gain, coalesce(sum(s.gain_squares), 0)::float8 as "gainSquares",
         coalesce(sum(s.sat), 0)::int as sat, coalesce(sum(s.passed), 0)::int as passed
    from ground g
    join learning_sums s on s.cohort_id = g.id
  ${inParts}`

export const learningByCohort = (asked: AnyGround): SQL => sql`${ground(asked)}
  select g.id as cohort, s.n as "all", null::int as done
    from ground g
    join learning_sums s on s.cohort_id = g.id and s.n > 0`

/** `behaviour`: follow-up visits of the window that has come, made or overdue, and agreement of the trainee with the supervisor. */
export const behaviour = (asked: QualityGround, today: string): SQL => sql`${ground(asked)}
  select ${cells}, (count(*) filter (where f.visited_on is not null))::int as done,
         (count(*) filter (where f.visited_on is null and f.cancelled is null and f.due_until < ${today}::date))::int as overdue,
         (count(*) filter (where f.visited_on is null and f.cancelled is null and f.due_until >= ${today}::date))::int as awaited,
         (count(*) filter (where f.cancelled is not null))::int as cancelled, (count(*) filter (where f.agreed))::int as agreed
    from ground g join followups f on f.cohort_id = g.id
  ${grouped}`

export const behaviourByCohort = (asked: QualityGround, today: string): SQL => sql`${ground(asked)}
  select g.id as cohort, count(*)::int as "all", count(f.visited_on)::int as done
    from ground g
    join followups f on f.cohort_id = g.id and (f.visited_on is not null or f.cancelled is null and f.due_until < ${today}::date)
   group by g.id`

/** Opinions by cohort and day, to decide which days may be shown. */
export const opinionDays = (asked: QualityGround): SQL => sql`${ground(asked)}
  select v.cohort_id::text as cohort, v.given_on::text as day, count(*)::int as n from ground g join evaluations v on v.cohort_id = g.id group by 1, 2`

/** `reaction`: each opinion as the mean of its items, over the opinions that may be shown; `items` likewise, one by one, of the whole. */
export const reaction = (asked: QualityGround, shown: readonly { cohort: string; until: string }[]): SQL => sql`${ground(asked)}, shown as (
    select (s->>'cohort')::uuid as cohort, (s->>'until')::date as until from jsonb_array_elements(${JSON.stringify(shown)}::jsonb) s
  )
  select ${cells}, count(*)::int as n, sum(o.points)::float8 as sum, sum(o.points * o.points)::float8 as squares
    from ground g join shown s on s.cohort = g.id join evaluations v on v.cohort_id = g.id and v.given_on <= s.until
    cross join lateral (select avg(p.value::float8) as points from jsonb_each_text(v.points) p) o
  ${grouped}`

export const reactionByCohort = (asked: QualityGround, shown: readonly { cohort: string; until: string }[]): SQL => sql`${ground(asked)}, shown as (
    select (s->>'cohort')::uuid as cohort, (s->>'until')::date as until from jsonb_array_elements(${JSON.stringify(shown)}::jsonb) s
  )
  select g.id as cohort, count(*)::int as "all", null::int as done
    from ground g join shown s on s.cohort = g.id join evaluations v on v.cohort_id = g.id and v.given_on <= s.until
   group by g.id`

export const reactionItems = (asked: QualityGround, shown: readonly { cohort: string; until: string }[]): SQL => sql`${ground(asked)}, shown as (
    select (s->>'cohort')::uuid as cohort, (s->>'until')::date as until from jsonb_array_elements(${JSON.stringify(shown)}::jsonb) s
  )
  select p.key as id, count(*)::int as n, sum(p.value::float8) as sum, sum(p.value::float8 ^ 2) as squares
    from ground g join shown s on s.cohort = g.id join evaluations v on v.cohort_id = g.id and v.given_on <= s.until
    cross join lateral jsonb_each_text(v.points) p
   group by p.key order by p.key`

/** First sittings of the post-test by centre. The region asked for is no bound here: a centre is held against the whole country. */
export const passesByCentre = (asked: QualityGround): SQL => sql`${ground({ ...asked, region: undefined })}
  select g.centre_id::text as centre, g.region, sum(s.sat)::int as n, sum(s.passed)::int as hits
    from ground g join learning_sums s on s.cohort_id = g.id group by 1, 2 order by 1`

/** The latest sittings by language that answers are read of: enough for any difference that matters, and a bound for a country. */
const mostSittings = 1000

/** What was answered to each question of the post-test in each language, how often: first sittings, the latest of each language. */
export const answersByLanguage = (asked: QualityGround): SQL => sql`${ground(asked)}, sat as (
    select t.id, t.language, g.edition_id, row_number() over (partition by t.language order by t.finished_at desc, t.id) as place
      from ground g join assessments a on a.cohort_id = g.id and a.kind = 'post-test'
      join attempts t on t.assessment_id = a.id and t.number = 1 and t.finished_at is not null and t.language is not null
  )
  select s.edition_id::text as edition, q.value->>'id' as item, s.language, given.choices->(q.value->>'id') as choice, count(*)::int as n
    from sat s
    join attempts t on t.id = s.id
    cross join lateral (select coalesce(jsonb_object_agg(w.item_id, w.choice), '{}') as choices from answers w where w.attempt_id = s.id) given
    cross join lateral jsonb_array_elements(t.form) q
   where s.place <= ${mostSittings} and not exists (select from removals x where x.edition_id = s.edition_id and x.item_id = q.value->>'id')
   group by 1, 2, 3, 4`

/** Cohorts that had a certificate on the day they were entered or before they ended, or in which people hurried. */
export const oddCohorts = (asked: QualityGround, limit: number): SQL => sql`${ground(asked)}, facts as (
    select g.id::text as cohort, g.centre_id::text as centre, (g.created_at at time zone g.time_zone)::date as created, g.ends_on, i.issued, i.certificates, h.sittings, h.hurried
      from ground g
      cross join lateral (select min(c.issued_on) as issued, count(*)::int as certificates from certificates c where c.cohort_id = g.id and c.predecessor_id is null) i
      cross join lateral (
        select count(*)::int as sittings, (count(*) filter (where extract(epoch from t.finished_at - t.started_at) < ${hurriedSeconds} * jsonb_array_length(t.form)))::int as hurried
          from assessments a join attempts t on t.assessment_id = a.id and t.number = 1 and t.finished_at is not null where a.cohort_id = g.id and a.kind = 'post-test'
      ) h
  )
  select f.cohort, f.centre, f.created::text as "createdOn", f.ends_on::text as "endsOn", f.issued::text as "issuedOn", f.certificates, f.sittings, f.hurried
    from facts f where f.issued = f.created or f.issued < f.ends_on or (f.sittings > 0 and f.hurried * 2 > f.sittings)
   order by f.certificates desc, f.ends_on desc, f.cohort limit ${limit}`

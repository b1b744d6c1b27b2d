import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { locales, professions, sexes } from '#db/schema/index.ts'
import { day, endOfDay, inRange } from '#modules/day.ts'
import { dayOf } from '#modules/words/index.ts'

export { professions }

/** What certificates can be counted by. */
export const dimensions = [
  'region', 'present-region', 'centre', 'facility', 'rural', 'course', 'edition', 'guideline', 'profession', 'sex', 'language', 'kind', 'state', 'year', 'quarter', 'month',
] as const
export type Dimension = (typeof dimensions)[number]

/** Whether a standing certificate is past its last day at the cut's moment. */
export const cutStates = ['valid', 'expired'] as const

/**
 * Each is a column of the certificate itself, so a count never changes when a person or a place does. Two look further: `state` at the clock,
 * and `present-region` at where the workplace lies at the cut's moment (the centre, where no workplace is known), for a reform divides a
 * region's certificates among its heirs, which only the places can tell.
 */
const columns: Record<Dimension, (cut: Settled) => SQL> = {
  region: () => sql`c.region_code`,
  'present-region': () => sql`lay.region`,
  centre: () => sql`c.centre_id::text`,
  facility: () => sql`c.facility_id::text`,
  rural: () => sql`case when c.rural then 'rural' when not c.rural then 'urban' end`,
  course: () => sql`c.course`,
  edition: () => sql`c.edition_id::text`,
  guideline: () => sql`c.guideline`,
  profession: () => sql`c.profession`,
  sex: () => sql`c.sex`,
  language: () => sql`c.language`,
  kind: () => sql`c.kind`,
  state: (cut) => sql`case when c.expires_on < ${today(cut)}::date then 'expired' else 'valid' end`,
  // A date's text begins with its year and month, and is made in a third of the time that a pattern takes.
  year: () => sql`left(c.counted_on::text, 4)`,
  quarter: () => sql`to_char(c.counted_on, 'YYYY-"Q"Q')`,
  month: () => sql`left(c.counted_on::text, 7)`,
}

const named: Record<Dimension, SQL> = {
  region: sql`"region"`, 'present-region': sql`"present-region"`, centre: sql`"centre"`, facility: sql`"facility"`, rural: sql`"rural"`, course:
  sql`"course"`, edition: sql`"edition"`, guideline: sql`"guideline"`, profession: sql`"profession"`, sex: sql`"sex"`, language: sql`"language"`,
  kind: sql`"kind"`, state: sql`"state"`, year: sql`"year"`, quarter: sql`"quarter"`, month: sql`"month"`,
}

/** Filtered by as what they are: an index of ids is of no use to their texts. */
const identified = { centre: sql`c.centre_id`, facility: sql`c.facility_id`, edition: sql`c.edition_id` } satisfies Partial<Record<Dimension, SQL>>
const isIdentified = (name: Dimension): name is keyof typeof identified => name in identified

/** In a filter, for what a certificate doesn't say. */
export const none = 'none'
const orNone = <Values extends readonly [string, ...string[]]>(values: Values) => z.enum([...values, none])

const filters = z.strictObject({
  region: z.string().regex(/^KZ-[0-9]{2}$/),
  centre: z.uuid(),
  facility: z.union([z.uuid(), z.literal(none)]),
  course: z.string().regex(/^[a-z0-9-]{1,40}$/),
  edition: z.uuid(),
  profession: orNone(professions),
  sex: orNone(sexes),
  language: z.enum(locales),
  /** By its name in the table of kinds. One that is not known there finds nothing, as an unknown course does. */
  kind: z.string().regex(/^[a-z][a-z-]{1,40}$/),
  month: z.string().regex(/^20[0-9]{2}-(0[1-9]|1[0-2])$/),
  quarter: z.string().regex(/^20[0-9]{2}-Q[1-4]$/),
  year: z.string().regex(/^20[0-9]{2}$/),
  rural: orNone(['rural', 'urban'] as const),
  guideline: z.string().regex(/^[A-Za-z0-9][A-Za-z0-9.-]{0,59}$/),
  state: z.enum(cutStates),
  'present-region': z.string().regex(/^KZ-[0-9]{2}$/),
} satisfies Record<Dimension, z.ZodType>).partial()

/** Which certificates: counted in [from, to] by the centre's local date, as things stood at `asOf` (a moment, or the end of a day). */
export const cutInput = z.object({
  from: day.optional(),
  to: day.optional(),
  asOf: z.union([day, z.iso.datetime({ offset: true }).refine(inRange, { error: 'field.invalid_format' })]).optional(),
  where: filters.default({}),
})
export type Cut = z.infer<typeof cutInput>

/**
 * A cut whose moment is settled, so that every query of one answer looks at the same one; `live` when that is now, `oneByOne` when the
 * certificates are to be asked whatever the tallies know.
 */
export type Settled = Omit<Cut, 'asOf'> & { asOf: Date; live: boolean; oneByOne?: boolean }

export function settle({ asOf, ...cut }: Cut, now = new Date()): Settled {
  if (asOf === undefined) return { ...cut, asOf: now, live: true }
  return { ...cut, live: false, asOf: asOf.length === 10 ? endOfDay(asOf) : new Date(asOf) }
}

/** The day in Kazakhstan at the cut's moment. */
export const today = ({ asOf }: Settled) => dayOf(asOf, 'Asia/Almaty')

/** `c` is inside the cut's filters: a certificate, or a cell of the tallies when it is `tallied`. */
export function within(cut: Settled, tallied = false): SQL {
  const conditions = dimensions.flatMap((name) => {
    const value = cut.where[name]
    if (value === undefined) return []
    if (name === 'present-region') return [tallied ? sql`c.place_region in ${mapOf(cut, value)}` : liesIn(cut, value)]
    if (value === none) return [sql`${columns[name](cut)} is null`]
    return [isIdentified(name) ? sql`${identified[name]} = ${value}::uuid` : sql`${columns[name](cut)} = ${value}`]
  })
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

/**
 * Where each region's places lay on the cut's day: the map names the region of every place by the newest division, and a region that wasn't there
 * yet was part of the one it came from. So places are led back one by one, and no region is taken for another.
 */
const regionsThen = (cut: Settled): SQL => sql`
            with recursive back as (
              select r.code, r.code as region, r.valid_from, r.predecessor_code
                from regions r
               union
              select b.code, r.code, r.valid_from, r.predecessor_code
                from back b
                join regions r on r.code = b.predecessor_code
               where b.valid_from > ${today(cut)}::date
            )
            select b.code, b.region
              from back b
             where b.valid_from <= ${today(cut)}::date or b.predecessor_code is null
          `

/** The regions of the map whose places lay in this one on the cut's day. */
const mapOf = (cut: Settled, region: string) => sql`(
          select lay.code from (${regionsThen(cut)}) lay where lay.region = ${region})`

/** The workplace of `c` lies in this region at the cut's moment, or its centre does where no workplace is known: two short lists, looked through once. */
const liesIn = (cut: Settled, region: string) => sql`(
          c.facility_id in (select f.id from facilities f where f.region_code in ${mapOf(cut, region)})
          or c.facility_id is null and c.centre_id in (select z.id from centres z where z.region_code in ${mapOf(cut, region)}))`

/**
 * Whether the tallies can tell: they know now and the end of each day in the country, by every fact but the workplace. Any other moment, and what is
 * asked of workplaces, is asked of the certificates.
 */
export const isTallied = (cut: Settled, by: readonly Dimension[]) =>
  !cut.oneByOne && (cut.live || cut.asOf.getTime() === endOfDay(today(cut)).getTime()) && cut.where.facility === undefined && !by.includes('facility')

/** The places of `c`: its workplace, if it names one, and its centre. */
export const joinPlaces = sql`left join facilities workplace on workplace.id = c.facility_id join centres centre on centre.id = c.centre_id`
/** The region of the map in which they lie. */
export const regionOnMap = sql`coalesce(workplace.region_code, centre.region_code)`

/** What `c` must be joined with for a grouping. */
export function joinsOf(cut: Settled, by: readonly Dimension[], tallied: boolean): SQL {
  if (!by.includes('present-region')) return sql``
  return tallied ? sql`join (${regionsThen(cut)}) lay on lay.code = c.place_region` : sql`${joinPlaces} join (${regionsThen(cut)}) lay on lay.code = ${regionOnMap}`
}

/** `c` is counted in the cut's days: every bound that is not set is left unsaid, for a plan that is kept would take any two bounds for a short stretch. */
export function inDays({ from, to }: Settled): SQL {
  if (from !== undefined && to !== undefined) return sql`c.counted_on between ${from}::date and ${to}::date`
  if (from !== undefined) return sql`c.counted_on >= ${from}::date`
  return to === undefined ? sql`true` : sql`c.counted_on <= ${to}::date`
}

/** The columns of a grouping, for `group by` and `order by`: by their places, so that they are to be selected first. */
export const columnsOf = (by: readonly Dimension[]): SQL => sql.join(by.map((_, index) => places[index]!), sql`, `)
const places = [sql`1`, sql`2`, sql`3`, sql`4`, sql`5`, sql`6`, sql`7`, sql`8`]

/** The same with their names, for `select`; nothing when the whole is one number. */
export const namedColumnsOf = (cut: Settled, by: readonly Dimension[]): SQL => sql.join(by.map((name) => sql`${columns[name](cut)} as ${named[name]}, `))

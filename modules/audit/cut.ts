import { type SQL, sql } from 'drizzle-orm'
import { z } from 'zod'
import { locales, professions, sexes } from '#db/schema/index.ts'
import { dayOf } from '#modules/words/index.ts'

export { professions }

/** What certificates can be counted by. */
export const dimensions = ['region', 'centre', 'facility', 'course', 'edition', 'profession', 'sex', 'language', 'kind', 'month'] as const
export type Dimension = (typeof dimensions)[number]

/** Each is a column of the certificate itself, so a count never changes when a person or a place does. */
const columns: Record<Dimension, SQL> = {
  region: sql`c.region_code`,
  centre: sql`c.centre_id::text`,
  facility: sql`c.facility_id::text`,
  course: sql`c.course`,
  edition: sql`c.edition_id::text`,
  profession: sql`c.profession`,
  sex: sql`c.sex`,
  language: sql`c.language`,
  kind: sql`c.kind`,
  month: sql`to_char(c.counted_on, 'YYYY-MM')`,
}

const named: Record<Dimension, SQL> = {
  region: sql`region`, centre: sql`centre`, facility: sql`facility`, course: sql`course`, edition: sql`edition`,
  profession: sql`profession`, sex: sql`sex`, language: sql`"language"`, kind: sql`kind`, month: sql`"month"`,
}

/** A calendar day that the database can hold. */
const inRange = (value: string) => value >= '1990-01-01' && value < '2200-01-01'
export const day = z.iso.date().refine(inRange, { error: 'field.invalid_format' })

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
} satisfies Record<Dimension, z.ZodType>).partial()

/** Which certificates: counted in [from, to] by the centre's local date, as things stood at `asOf` (a moment, or the end of a day). */
export const cutInput = z.object({
  from: day.optional(),
  to: day.optional(),
  asOf: z.union([day, z.iso.datetime({ offset: true }).refine(inRange, { error: 'field.invalid_format' })]).optional(),
  where: filters.default({}),
})
export type Cut = z.infer<typeof cutInput>

/** A cut whose moment is settled, so that every query of one answer looks at the same one; `live` when that is now. */
export type Settled = Omit<Cut, 'asOf'> & { asOf: Date; live: boolean }

const country = 'Asia/Almaty'

/** The last millisecond of a day in Kazakhstan, whose clocks moved from UTC+6 to UTC+5 on 1 March 2024. */
export function endOfDay(date: string): Date {
  const midnight = Date.parse(`${date}T00:00:00Z`) + 24 * 3_600_000
  const candidates = [5, 6, 7].map((hours) => new Date(midnight - hours * 3_600_000 - 1))
  return candidates.find((end) => dayOf(end, country) === date && dayOf(new Date(end.getTime() + 1), country) !== date) ?? candidates[0]!
}

export function settle({ asOf, ...cut }: Cut, now = new Date()): Settled {
  if (asOf === undefined) return { ...cut, asOf: now, live: true }
  return { ...cut, live: false, asOf: asOf.length === 10 ? endOfDay(asOf) : new Date(asOf) }
}

/** The day in Kazakhstan at the cut's moment. */
export const today = ({ asOf }: Settled) => dayOf(asOf, country)

/** `c` is inside the cut's filters. */
export function within({ where }: Settled): SQL {
  const conditions = dimensions.flatMap((name) => {
    const value = where[name]
    return value === undefined ? [] : [value === none ? sql`${columns[name]} is null` : sql`${columns[name]} = ${value}`]
  })
  return conditions.length === 0 ? sql`true` : sql.join(conditions, sql` and `)
}

/** `c` is counted in the cut's days. */
export function inDays({ from, to }: Settled): SQL {
  return sql`c.counted_on between ${from ?? '-infinity'}::date and ${to ?? 'infinity'}::date`
}

/** The columns of a grouping, for `group by` and `order by`. */
export const columnsOf = (by: readonly Dimension[]): SQL => sql.join(by.map((name) => columns[name]), sql`, `)

/** The same with their names, for `select`; nothing when the whole is one number. */
export const namedColumnsOf = (by: readonly Dimension[]): SQL => sql.join(by.map((name) => sql`${columns[name]} as ${named[name]}, `))

import { z } from 'zod'

/** A calendar day, `YYYY-MM-DD`, that the database can hold and a course can have. */
export const day = z.iso.date().refine((date) => date >= '2000-01-01' && date <= '2100-12-31', { error: 'field.date-out-of-range' })

/** Slug of a course, such as `imci`. */
export const courseSlug = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/)

const longest = 92 * 86_400_000

/** Says which of two days of a course doesn't fit the other: for schemas that have both. */
export function fitDates(days: { startsOn: string; endsOn: string }, context: z.RefinementCtx) {
  if (days.endsOn < days.startsOn) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.ends-before-start' })
  else if (Date.parse(days.endsOn) - Date.parse(days.startsOn) > longest) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.too-long-a-course' })
}

import type { z } from 'zod'

const longest = 92 * 86_400_000

/** Says which of two days of a course doesn't fit the other: for schemas that have both. */
export function fitDates(days: { startsOn: string; endsOn: string }, context: z.RefinementCtx) {
  if (days.endsOn < days.startsOn) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.ends-before-start' })
  else if (Date.parse(days.endsOn) - Date.parse(days.startsOn) > longest) context.addIssue({ code: 'custom', path: ['endsOn'], message: 'field.too-long-a-course' })
}

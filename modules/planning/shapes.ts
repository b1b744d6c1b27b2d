import { z } from 'zod'
import { professions } from '#db/schema/index.ts'
import { line } from '#modules/text.ts'
import { cuts, orders } from './rules.ts'

export const courseSlug = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/)
export const regionCode = z.string().regex(/^KZ-[0-9]{2}$/)
export const year = z.coerce.number().int().min(2000).max(2100)

/** Which plan: a centre's, of a year. */
export const planInput = z.object({ centreId: z.uuid(), year })

/** A line of the plan: so many people of a facility or a region, of a profession, or of any. */
export const lineShape = z.object({
  course: courseSlug,
  facilityId: z.uuid().optional(),
  regionCode: regionCode.optional(),
  profession: z.enum(professions).optional(),
  people: z.coerce.number().int().min(1).max(100_000),
  note: line(200).optional(),
})
export type PlanLine = z.infer<typeof lineShape>

/** Which comparison: of a course, by facility, region or profession, in an order. */
export const comparisonInput = planInput.extend({ course: courseSlug, by: z.enum(cuts).default('facility'), sort: z.enum(orders).default('left') })

import { z } from 'zod'

/** A calendar day, `YYYY-MM-DD`, that the database can hold and a course can have. */
export const day = z.iso.date().refine((date) => date >= '2000-01-01' && date <= '2100-12-31', { error: 'field.date-out-of-range' })

/** Slug of a course, such as `imci`. */
export const courseSlug = z.string().regex(/^[a-z][a-z0-9-]{1,60}$/)

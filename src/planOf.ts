import type { z } from 'zod'
import { addDays } from '#modules/words/index.ts'

/** The ticked boxes of a form whose fields are named `<name>.<value>`. */
const ticked = (fields: Iterable<[string, unknown]>, name: string) => [...fields].flatMap(([key, value]) => (key.startsWith(`${name}.`) && value === 'on' ? [key.slice(name.length + 1)] : []))

/**
 * A plan for a cohort as its form or its address tells it. Without a last day it has as many days as the course: the form says how many
 * those are in `days.<course>`.
 */
export function readPlan(form: Iterable<[string, unknown]>): Record<string, unknown> {
  const all = [...form]
  const fields = Object.fromEntries(all.filter(([key, value]) => typeof value === 'string' && value !== '' && !key.includes('.')))
  const days = Number(new Map(all).get(`days.${fields['course']}`))
  const startsOn = String(fields['startsOn'] ?? '')
  const endsOn = fields['endsOn'] ?? (Number.isInteger(days) && days > 0 && days <= 92 && /^\d{4}-\d{2}-\d{2}$/.test(startsOn) && !Number.isNaN(Date.parse(startsOn)) ? addDays(startsOn, days - 1) : undefined)
  return { ...fields, endsOn, trainers: ticked(all, 'trainer'), sites: ticked(all, 'site'), checkConflicts: fields['checkConflicts'] === 'true' }
}

/** The plan when it is whole enough to be looked at; null while something is missing or doesn't fit. */
export function wholePlan<Schema extends z.ZodType>(schema: Schema, form: Iterable<[string, unknown]>): z.infer<Schema> | null {
  return schema.safeParse(readPlan(form)).data ?? null
}

import type { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'

/** The input as the schema wants it. Throws `input.invalid` with a key under `field.` for each field that doesn't fit. */
export function parse<Schema extends z.ZodType>(schema: Schema, value: unknown): z.infer<Schema> {
  const parsed = schema.safeParse(value)
  if (parsed.success) return parsed.data
  const fields: Record<string, string> = {}
  for (const issue of parsed.error.issues) {
    const missing = issue.code === 'invalid_type' && issue.input === undefined
    // A schema may name a key of its own as its message; otherwise the kind of problem is one.
    fields[issue.path.join('.')] ??= issue.message.startsWith('field.') ? issue.message : missing ? 'field.required' : `field.${issue.code}`
  }
  throw new Refusal('input.invalid', {}, fields)
}

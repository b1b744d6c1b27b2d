import type { z } from 'zod'

/**
 * Filters of a list from the address. What doesn't fit is left out, one by one: an address that was typed or cut off shows
 * the list with the rest of its filters, and not an error.
 */
export function filtersOf<Schema extends z.ZodObject>(schema: Schema, url: URL): Partial<z.infer<Schema>> {
  const filters: Record<string, unknown> = {}
  for (const [name, shape] of Object.entries(schema.shape)) {
    const value = url.searchParams.get(name)
    const parsed = value ? (shape as z.ZodType).safeParse(value) : null
    if (parsed?.success) filters[name] = parsed.data
  }
  return filters as Partial<z.infer<Schema>>
}

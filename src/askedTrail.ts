import { deniedFilters, type DeniedFilters, type TrailFilters, trailFilters } from '#modules/trail/index.ts'
import type { z } from 'zod'

/** Filters of an address, and the names of those that could not be read: addresses are typed, kept and shared, so these are left out and told. */
export type Read<Filters> = { filters: Filters; wrong: string[] }

function read<Filters>(shape: Record<string, z.ZodType>, asked: (name: string) => string | undefined): Read<Filters> {
  const filters: Record<string, unknown> = {}
  const wrong: string[] = []
  for (const [name, schema] of Object.entries(shape)) {
    const value = asked(name)
    if (value === undefined) continue
    const parsed = schema.safeParse(value)
    if (parsed.success) filters[name] = parsed.data
    else wrong.push(name)
  }
  return { filters: filters as Filters, wrong }
}

const spelled: Record<string, (value: string) => string> = { serial: (value) => value.toUpperCase(), by: (value) => value.toLowerCase(), who: (value) => value.toLowerCase() }

const from = (params: URLSearchParams) => (name: string) => {
  const value = params.get(name)?.trim()
  return value ? (spelled[name]?.(value) ?? value) : undefined
}

/** What an address of the trail asks for. Who acted may be chosen from a list or typed beside it; what is typed wins. */
export function readTrail(params: URLSearchParams): Read<TrailFilters> {
  const asked = from(params)
  return read(trailFilters.shape, (name) => (name === 'by' ? (asked('hash')?.toLowerCase() ?? asked('by')) : asked(name)))
}

export const readDenied = (params: URLSearchParams): Read<DeniedFilters> => read(deniedFilters.shape, from(params))

/** The address of such filters, without a question mark. */
export function writeFilters(filters: Partial<Record<string, string | undefined>>): string {
  const params = new URLSearchParams()
  for (const [name, value] of Object.entries(filters)) if (value !== undefined && value !== '') params.set(name, value)
  return params.toString()
}

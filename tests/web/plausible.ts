import { z } from 'zod'

// Bodies that a form or a call would take, made from its own schema: what is asked for by name is an object that exists, and everything
// else is the simplest value that fits.

type Shape = {
  type?: string; const?: unknown; enum?: unknown[]; anyOf?: Shape[]; oneOf?: Shape[]; allOf?: Shape[]; properties?: Record<string, Shape>; required?: string[]; items?: Shape; prefixItems?: Shape[]; minItems?: number
  format?: string; pattern?: string; minLength?: number; maxLength?: number; minimum?: number; exclusiveMinimum?: number
}

/** Texts of the shapes that the product knows: the first that a pattern takes is used. */
const texts = ['KZ-2026-000001', 'imci', 'child', 'counting-breaths', '2027-03', '10:00', 'AR-2026-00001', 'ab'.repeat(32), 'cd'.repeat(16), 'KZ-43', '123456', 'a', '7', 'plausible']

export type Known = Record<string, unknown>

export function plausible(schema: z.ZodType, known: Known): unknown {
  return valueOf(z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' }) as Shape, '', known)
}

function valueOf(shape: Shape, name: string, known: Known): unknown {
  if (name in known) return shape.type === 'array' && !Array.isArray(known[name]) ? [known[name]] : known[name]
  if (shape.const !== undefined) return shape.const
  if (shape.enum) return shape.enum[0]
  const choices = shape.anyOf ?? shape.oneOf
  if (choices) return valueOf(choices.find((one) => one.type !== 'null') ?? {}, name, known)
  if (shape.allOf) return valueOf(Object.assign({}, ...shape.allOf) as Shape, name, known)
  if (shape.type === 'object' || shape.properties) {
    const wanted = Object.entries(shape.properties ?? {}).filter(([property]) => shape.required?.includes(property) || property in known)
    return Object.fromEntries(wanted.map(([property, one]) => [property, valueOf(one, property, known)]))
  }
  if (shape.type === 'array') return shape.prefixItems ? shape.prefixItems.map((one) => valueOf(one, '', known)) : [valueOf(shape.items ?? {}, singular(name), known)]
  if (shape.type === 'integer' || shape.type === 'number') return Math.max(shape.minimum ?? 1, (shape.exclusiveMinimum ?? 0) + 1)
  if (shape.type === 'boolean') return true
  if (shape.format === 'uuid') return known['id']
  if (shape.format === 'date') return '2027-03-05'
  if (shape.format === 'date-time') return '2027-03-05T09:00:00Z'
  if (shape.format === 'email') return 'somebody@example.kz'
  if (shape.pattern) return texts.find((one) => new RegExp(shape.pattern!, 'u').test(one)) ?? 'plausible'
  return 'A plausible text'.padEnd(shape.minLength ?? 0, '.').slice(0, shape.maxLength ?? 1000)
}

const singular = (name: string) => name.replace(/s$/, '')

/** Such a body as the fields of a form: a list under a name that ends in `[]`, what is deeper by its path. */
export function fields(body: unknown): URLSearchParams {
  const form = new URLSearchParams()
  for (const [name, value] of Object.entries((body ?? {}) as Record<string, unknown>)) {
    if (Array.isArray(value)) for (const one of value) form.append(`${name}[]`, typeof one === 'object' ? JSON.stringify(one) : String(one))
    else if (value !== null && typeof value === 'object') for (const [inner, deep] of Object.entries(value)) form.append(`${name}.${inner}`, String(deep))
    else if (value !== undefined && value !== null) form.append(name, value === true ? 'on' : String(value))
  }
  return form
}

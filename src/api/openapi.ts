import { z } from 'zod'
import type { Call } from './call.ts'

const problemShape = z.object({
  type: z.string(), title: z.string(), status: z.int(), code: z.string(), detail: z.string(), requestId: z.string(),
  errors: z.array(z.object({ field: z.string(), code: z.string(), detail: z.string() })).optional(),
})

const schema = (shape: z.ZodType, io: 'input' | 'output') => {
  const { $schema: _, ...rest } = z.toJSONSchema(shape, { io, unrepresentable: 'any', target: 'draft-2020-12' }) as Record<string, unknown>
  return rest
}

/** The OpenAPI 3.1 document of these calls, made from the very schemas that validate them. */
export function describe(calls: readonly Call[], origin: string) {
  const paths: Record<string, Record<string, unknown>> = {}
  for (const call of calls) {
    const open = call.who.includes('anyone')
    ;(paths[call.path] ??= {})[call.method.toLowerCase()] = {
      operationId: `${call.method.toLowerCase()}${call.path.replace(/[^a-z]+(.)?/gi, (_, letter?: string) => letter?.toUpperCase() ?? '')}`,
      summary: call.summary,
      description: `Who: ${call.who.join(', ')}.`,
      tags: [call.path.split('/')[1]],
      ...(open ? { security: [] } : call.scope ? { security: [{ cookie: [] }, { bearer: [call.scope] }] } : {}),
      parameters: [...parameters(call.params, 'path'), ...parameters(call.query, 'query')],
      ...(call.body ? { requestBody: { required: !call.body.safeParse({}).success, content: { 'application/json': { schema: schema(call.body, 'input') } } } } : {}),
      responses: {
        ...Object.fromEntries(Object.entries(call.answers).map(([status, shape]) => [status, answer(shape)])),
        default: { description: 'A refusal, as an RFC 9457 problem document', content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } } },
      },
    }
  }
  return {
    openapi: '3.1.0',
    info: { title: 'Besik', version: '1', description: 'Training and certification. Ids are UUIDs, times RFC 3339 UTC, dates YYYY-MM-DD.', license: { name: 'MIT', identifier: 'MIT' } },
    servers: [{ url: `${origin}/api/v1` }],
    security: [{ cookie: [] }, { bearer: [] }],
    paths,
    components: {
      securitySchemes: { cookie: { type: 'apiKey', in: 'cookie', name: 'besik' }, bearer: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: schema(problemShape, 'output') },
    },
  }
}

function answer(shape: z.ZodType | string | null) {
  if (shape === null) return { description: 'Done' }
  if (typeof shape === 'string') return { description: 'A file', content: { [shape]: {} } }
  return { description: 'The answer', content: { 'application/json': { schema: schema(shape, 'output') } } }
}

function parameters(shape: z.ZodType | undefined, place: 'path' | 'query') {
  if (!shape) return []
  const object = schema(shape, 'input') as { properties?: Record<string, unknown>; required?: string[] }
  return Object.entries(object.properties ?? {}).map(([name, value]) => ({ name, in: place, required: place === 'path' || (object.required ?? []).includes(name), schema: value }))
}

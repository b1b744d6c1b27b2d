import { z } from 'zod'
import { countCertificates, countCertificatesInput, cutInput, type Dimension, dimensions } from '#modules/counts/index.ts'
import { t } from '#modules/words/index.ts'
import { parse } from '#src/parse.ts'
import { call } from './call.ts'

const { shape } = cutInput.shape.where.unwrap()
const list = dimensions.join(', ')

export const countCalls = [
  call({
    method: 'GET', path: '/counts/certificates', summary: 'Certificates counted by up to three of their facts, with the definition of the count', who: ['auditor'], scope: 'counts',
    // Strict: a filter with a typing mistake must not answer the count of everything.
    query: z.strictObject({
      by: z.string().max(200).optional().describe(`Up to three of ${list}, separated by commas`),
      from: cutInput.shape.from, to: cutInput.shape.to, asOf: cutInput.shape.asOf,
      ...shape,
    }).partial().refine(({ from, to }) => !from || !to || from <= to, { path: ['to'], error: 'field.ends-before-start' }),
    answers: {
      200: z.object({
        definition: z.string(), asOf: z.iso.datetime(), by: z.array(z.enum(dimensions)),
        rows: z.array(z.partialRecord(z.enum(dimensions), z.string().nullable()).and(z.object({ count: z.int() }))),
        total: z.int(), demonstration: z.boolean(), leftOut: z.int(),
      }),
    },
    async run({ reports: db, actor, locale, query: { by, from, to, asOf, ...where } }) {
      const wanted = by === undefined || by.trim() === '' ? [] : by.split(',').map((one) => one.trim())
      const counted = await countCertificates(db, actor, parse(countCertificatesInput, { by: wanted, from, to, asOf, where }))
      return {
        status: 200,
        json: {
          definition: t(locale, counted.definition), asOf: counted.asOf.toISOString(), by: counted.by,
          rows: counted.rows.map((row) => ({ ...Object.fromEntries(counted.by.map((name: Dimension) => [name, row[name] ?? null])), count: row.count })),
          total: counted.total, demonstration: counted.demonstration, leftOut: counted.leftOut,
        },
      }
    },
  }),
]

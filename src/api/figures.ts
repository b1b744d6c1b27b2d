import { z } from 'zod'
import { countFigure, countFigures, cutInput, type ExplainedFigure, explainedFigures } from '#modules/counts/index.ts'
import { t } from '#modules/words/index.ts'
import { call } from './call.ts'

const { from, to, asOf } = cutInput.shape
const { shape: facts } = cutInput.shape.where.unwrap()
const one = z.object({ definition: z.string(), asOf: z.iso.datetime(), count: z.int(), demonstration: z.boolean() })
// Strict: a filter with a typing mistake must not answer the count of everything.
const inPeriod = z.strictObject({ from, to, asOf, ...facts }).partial().refine((asked) => !asked.from || !asked.to || asked.from <= asked.to, { path: ['to'], error: 'field.ends-before-start' })
const atMoment = z.strictObject({ asOf, ...facts }).partial()

const figure = (name: ExplainedFigure, summary: string, query: typeof inPeriod | typeof atMoment) => call({
  method: 'GET', path: `/counts/${name}`, summary, who: ['auditor'], scope: 'counts', query: query as typeof inPeriod, answers: { 200: one },
  async run({ reports, actor, locale, query: { from, to, asOf, ...where } }) {
    const counted = await countFigure(reports, actor, { figure: name, from, to, asOf, where })
    return { status: 200, json: { definition: t(locale, counted.definition), asOf: counted.asOf.toISOString(), count: counted.count, demonstration: counted.demonstration } }
  },
})

/** Single numbers, by the same cut as the table of counts. */
export const figureCalls = [
  figure('people', 'People who hold at least one certificate that is counted', inPeriod),
  figure('valid', 'Certificates that are valid at a moment, whenever they were issued', atMoment),
  figure('expiring', 'Valid certificates that end within ninety days and have no renewal', atMoment),
  call({
    method: 'GET', path: '/counts/figures', summary: 'The four numbers of the first page at one moment: certificates, people, valid, expiring', who: ['auditor'], scope: 'counts', query: inPeriod,
    answers: { 200: z.object({ asOf: z.iso.datetime(), demonstration: z.boolean(), figures: z.record(z.enum(explainedFigures), z.object({ definition: z.string(), count: z.int() })) }) },
    async run({ reports, actor, locale, query: { from, to, asOf, ...where } }) {
      const counted = await countFigures(reports, actor, explainedFigures, { from, to, asOf, where })
      return {
        status: 200,
        json: {
          asOf: counted.certificates.asOf.toISOString(), demonstration: counted.certificates.demonstration,
          figures: Object.fromEntries(explainedFigures.map((name) => [name, { definition: t(locale, counted[name].definition), count: counted[name].count }])),
        },
      }
    },
  }),
]

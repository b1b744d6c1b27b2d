import { z } from 'zod'
import { aggregateOf, aggregates, dataValueSet, dataValueSetInput, mappingKinds, mappings } from '#modules/exchange/index.ts'
import { call } from './call.ts'

const hex = z.string().regex(/^[0-9a-f]{64}$/)

export const exchangeCalls = [
  call({
    method: 'GET', path: '/aggregates', summary: 'Nightly files of every count by region, course, profession and month, the latest first', who: ['auditor'], scope: 'aggregates',
    query: z.object({ cursor: z.iso.date().optional().describe('The cursor of the page before'), limit: z.coerce.number().int().min(1).max(200).default(50) }),
    answers: { 200: z.object({ items: z.array(z.object({ day: z.iso.date(), bytes: z.int(), sha256: hex })), cursor: z.iso.date().nullable() }) },
    async run({ db, actor, query: { cursor, limit } }) {
      const page = await aggregates(db, actor, { before: cursor, limit })
      return { status: 200, json: { items: page.items.map(({ day, bytes, sha256 }) => ({ day, bytes, sha256 })), cursor: page.cursor } }
    },
  }),
  call({
    method: 'GET', path: '/aggregates/{day}', summary: 'The file of a day, the same bytes every time; its SHA-256 is in the list and in the ledger', who: ['auditor'], scope: 'aggregates',
    params: z.object({ day: z.iso.date() }), answers: { 200: 'application/json' },
    async run({ db, actor, params }) {
      const { file, day, sha256 } = await aggregateOf(db, actor, params)
      return { status: 200, file, type: 'application/json; charset=utf-8', headers: { ETag: `"${sha256}"`, 'Content-Disposition': `attachment; filename="besik-aggregate-${day}.json"` } }
    },
  }),
  call({
    method: 'GET', path: '/exchange/dhis2/data-value-sets', who: ['auditor'], scope: 'exchange',
    summary: 'A month by region as DHIS2 imports it, as of its end; what has no identifier is named in the header Besik-Unmapped, or refused with complete=true',
    query: z.strictObject({ period: dataValueSetInput.shape.period, complete: z.enum(['true', 'false']).default('false') }),
    answers: {
      200: z.object({
        dataSet: z.string().optional(), completeDate: z.iso.date().optional(), period: z.string(),
        dataValues: z.array(z.object({ dataElement: z.string(), period: z.string(), orgUnit: z.string(), categoryOptionCombo: z.string().optional(), value: z.string(), comment: z.string().optional() })),
      }),
    },
    async run({ reports, actor, query: { period, complete } }) {
      const { set, unmapped } = await dataValueSet(reports, actor, { period, complete: complete === 'true' })
      return { status: 200, json: set, headers: { 'Besik-Unmapped': unmapped.join(', ') } }
    },
  }),
  call({
    method: 'GET', path: '/exchange/dhis2/mappings', summary: 'What can have an identifier in DHIS2, with it or null', who: ['auditor', 'administrator'], scope: 'exchange',
    answers: { 200: z.object({ items: z.array(z.object({ kind: z.enum(mappingKinds), ours: z.string(), uid: z.string().nullable() })), cursor: z.null() }) },
    run: async ({ reports, actor }) => ({ status: 200, json: { items: (await mappings(reports, actor)).map(({ kind, ours, uid }) => ({ kind, ours, uid })), cursor: null } }),
  }),
]

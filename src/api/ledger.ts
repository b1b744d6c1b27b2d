import { z } from 'zod'
import { checkpointCovering, entriesFrom, line, origin } from '#modules/ledger/index.ts'
import { call } from './call.ts'

const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

export const ledgerCalls = [
  call({
    method: 'GET', path: '/ledger/checkpoint', summary: 'The last signed head of the ledger, also as the text of a signed note', who: ['anyone'],
    answers: { 200: z.object({ origin: z.string(), size: z.int(), root: z.string(), at: z.iso.datetime(), note: z.string() }) },
    async run({ db }) {
      const { size, root, at, note } = await checkpointCovering(db, 0)
      return { status: 200, json: { origin, size, root, at: at.toISOString(), note } }
    },
  }),
  call({
    method: 'GET', path: '/ledger/entries', summary: 'Entries of the ledger from a number on, exactly as they were hashed', who: ['auditor'],
    query: z.object({
      from: seq.optional(),
      cursor: seq.optional().describe('The cursor of the page before'),
      limit: z.coerce.number().int().min(1).max(200).default(50),
    }),
    answers: { 200: z.object({ items: z.array(line), cursor: z.string().nullable() }) },
    async run({ db, actor, query: { from, cursor, limit } }) {
      const page = await entriesFrom(db, actor, { from: cursor ?? from ?? 1, limit })
      const items = page.items.map(({ seq, at, kind, body, prev, hash }) => ({ seq, at, kind, body, prev, hash }))
      return { status: 200, json: { items, cursor: page.cursor === null ? null : String(page.cursor) } }
    },
  }),
]

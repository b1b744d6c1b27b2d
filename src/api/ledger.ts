import { z } from 'zod'
import {
  type Checkpoint, checkpointAt, checkpointCovering, entriesFrom, line, listCheckpoints, origin, proveConsistency, proveConsistencyInput, proveInclusion, proveInclusionInput,
} from '#modules/ledger/index.ts'
import { call } from './call.ts'

const seq = z.coerce.number().int().min(1).max(Number.MAX_SAFE_INTEGER)
const hex = z.string().regex(/^[0-9a-f]{64}$/)
const limit = z.coerce.number().int().min(1).max(200).default(50)

const headShape = z.object({ origin: z.string(), size: z.int(), root: hex, at: z.iso.datetime(), note: z.string() })
const head = ({ size, root, at, note }: Checkpoint): z.infer<typeof headShape> => ({ origin, size, root, at: at.toISOString(), note })
const bySize = z.object({ size: z.coerce.number().int().min(0).max(Number.MAX_SAFE_INTEGER) })
// A head once signed never changes.
const forGood = 'public, max-age=86400, immutable'

export const ledgerCalls = [
  call({
    method: 'GET', path: '/ledger/checkpoint', summary: 'The last signed head of the ledger, also as the text of a signed note', who: ['anyone'], scope: 'ledger',
    answers: { 200: headShape },
    run: async ({ db }) => ({ status: 200, json: head(await checkpointCovering(db, 0)) }),
  }),
  call({
    method: 'GET', path: '/ledger/checkpoints', summary: 'Every signed head of the ledger, the latest first', who: ['anyone'], scope: 'ledger',
    query: z.object({ cursor: seq.optional().describe('The cursor of the page before'), limit }),
    answers: { 200: z.object({ items: z.array(headShape), cursor: z.string().nullable() }) },
    async run({ db, query: { cursor, limit } }) {
      const page = await listCheckpoints(db, { before: cursor, limit })
      return { status: 200, json: { items: page.items.map(head), cursor: page.cursor === null ? null : String(page.cursor) } }
    },
  }),
  call({
    method: 'GET', path: '/ledger/checkpoints/{size}', summary: 'The signed head over so many entries', who: ['anyone'], scope: 'ledger', params: bySize, cache: forGood,
    answers: { 200: headShape },
    run: async ({ db, params }) => ({ status: 200, json: head(await checkpointAt(db, params.size)) }),
  }),
  call({
    method: 'GET', path: '/ledger/checkpoints/{size}/note', summary: 'The same as the text of a signed note, to be kept elsewhere', who: ['anyone'], scope: 'ledger', params: bySize, cache: forGood,
    answers: { 200: 'text/plain' },
    async run({ db, params }) {
      const { note, size } = await checkpointAt(db, params.size)
      const file = new TextEncoder().encode(note)
      return { status: 200, file, type: 'text/plain; charset=utf-8', headers: { 'Content-Disposition': `attachment; filename="besik-checkpoint-${size}.txt"` } }
    },
  }),
  call({
    method: 'GET', path: '/ledger/consistency', summary: 'Shows that the first `to` entries continue the first `from` ones (RFC 9162, 2.1.4)', who: ['anyone'], scope: 'ledger',
    query: proveConsistencyInput,
    answers: { 200: z.object({ from: z.int(), to: z.int(), fromRoot: hex, toRoot: hex, path: z.array(hex) }) },
    async run({ db, query }) {
      const { from, to, fromRoot, toRoot, path } = await proveConsistency(db, query)
      return { status: 200, json: { from, to, fromRoot, toRoot, path } }
    },
  }),
  call({
    method: 'GET', path: '/ledger/inclusion', summary: 'Shows that the entry with this hash is under a signed head: that of `size`, or else the latest (RFC 9162, 2.1.3)', who: ['anyone'], scope: 'ledger',
    query: proveInclusionInput,
    answers: { 200: z.object({
      seq: z.int(), hash: hex, position: z.int().describe('counts from 0'), size: z.int(), path: z.array(hex), checkpoint: z.object({ size: z.int(), root: hex, note: z.string() }),
    }) },
    async run({ db, query }) {
      const { seq, hash, position, size, path, checkpoint } = await proveInclusion(db, query)
      return { status: 200, json: { seq, hash, position, size, path, checkpoint: { size: checkpoint.size, root: checkpoint.root, note: checkpoint.note } } }
    },
  }),
  call({
    method: 'GET', path: '/ledger/entries', summary: 'Entries of the ledger from a number on, exactly as they were hashed', who: ['auditor'], scope: 'ledger',
    query: z.object({
      from: seq.optional(),
      cursor: seq.optional().describe('The cursor of the page before'),
      limit,
    }),
    answers: { 200: z.object({ items: z.array(line), cursor: z.string().nullable() }) },
    async run({ db, actor, query: { from, cursor, limit } }) {
      const page = await entriesFrom(db, actor, { from: cursor ?? from ?? 1, limit })
      const items = page.items.map(({ seq, at, kind, body, prev, hash }) => ({ seq, at, kind, body, prev, hash }))
      return { status: 200, json: { items, cursor: page.cursor === null ? null : String(page.cursor) } }
    },
  }),
]

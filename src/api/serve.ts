import type { IncomingMessage, ServerResponse } from 'node:http'
import { open } from 'node:fs/promises'
import { pipeline } from 'node:stream/promises'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'
import type { Db } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'
import { takesGzip } from '#src/gzip.ts'
import { identify, identifyBearer, tokenIn } from '#src/identify.ts'
import { preferredLocale } from '#src/preferredLocale.ts'
import type { Asked } from './call.ts'
import { calls } from './index.ts'
import { describe } from './openapi.ts'
import type { Part } from './part.ts'
import { type Reply, respond, routeOf, told } from './respond.ts'
import { visitor } from '#modules/actor.ts'
import { Refusal } from '#modules/refusal.ts'
import { noteDenial } from '#src/denied.ts'

/** Where the calls stand. */
export const base = '/api/v1'

type Around = { db: Db; reports: Db; environment: Environment; requestId: string; address: string }

/**
 * Answers one request below /api/v1. It needs no page, so it goes past Astro: an endpoint there costs more than most calls
 * themselves. The limits of size and origin have been held by the server before.
 */
export async function serveCall(req: IncomingMessage, res: ServerResponse, around: Around): Promise<void> {
  const url = new URL(req.url!, around.environment.origin)
  const path = url.pathname.slice(base.length)
  const headers = asked(req)
  const locals = { ...around, locale: preferredLocale(headers.get('accept-language')), actor: visitor, person: null }
  const reply = await answer({ method: req.method!, url, path, headers, text: await read(req) }, locals)
  const body = await pack(reply, req.headers['accept-encoding'] as string | undefined)
  if (reply.part && req.method !== 'HEAD') return sendPart(res, reply, reply.part)
  res.writeHead(reply.status, reply.headers)
  res.end(req.method === 'HEAD' ? undefined : body)
}

/** Sends part of a file as fast as it is taken. A reader who leaves ends it, and the next request may ask for the rest. */
async function sendPart(res: ServerResponse, { status, headers }: Reply, { path, start, end }: Part) {
  const file = await open(path)
  res.writeHead(status, headers)
  await pipeline(file.createReadStream({ start, end }), res)
}

const compress = promisify(gzip)

/** The body, packed when it is a text worth packing and the client can unpack it; notes so in the headers. */
async function pack({ headers, body }: Reply, accepted: string | undefined): Promise<Reply['body']> {
  if (typeof body !== 'string' || body.length < 1024) return body
  headers['Vary'] = 'Accept-Encoding'
  if (!takesGzip(accepted)) return body
  headers['Content-Encoding'] = 'gzip'
  return compress(body, { level: 4 })
}

async function answer(request: Parameters<typeof respond>[0], locals: Parameters<typeof respond>[1]): Promise<Reply> {
  if (request.path === '/openapi.json' && request.method === 'GET') {
    return { status: 200, headers: { 'Content-Type': 'application/json; charset=utf-8', 'Cache-Control': 'max-age=300' }, body: JSON.stringify(describe(calls, locals.environment.origin)) }
  }
  let who = visitor
  try {
    const bearer = request.headers.get('authorization')?.match(/^Bearer (\S+)$/)?.[1]
    const { actor, person, bearer: token } = bearer ? await identifyBearer(locals.db, bearer) : await identify(locals.db, tokenIn(request.headers.get('cookie'), locals.environment.origin))
    who = actor
    return await respond(request, { ...locals, actor, person, bearer: token })
  } catch (error) {
    if (error instanceof Refusal) await noteDenial({ ...locals, actor: who }, routeOf(request), error.code)
    return told(error, locals)
  }
}

/** What Node has read already: a `Headers` of each request would cost more than many a call. */
const asked = ({ headers }: IncomingMessage): Asked => ({
  get: (name) => (typeof headers[name] === 'string' ? headers[name] : null),
  has: (name) => typeof headers[name] === 'string',
})

/** The whole body; by its events, which cost a third of its iterator. */
function read(req: IncomingMessage): Promise<string> | string {
  if (req.method === 'GET' || req.method === 'HEAD') return ''
  return new Promise((done, failed) => {
    const chunks: Buffer[] = []
    req.on('data', (chunk: Buffer) => chunks.push(chunk))
    req.once('end', () => done((chunks.length === 1 ? chunks[0]! : Buffer.concat(chunks)).toString('utf8')))
    req.once('error', failed)
    // Cut off in the middle: it neither ends nor fails.
    req.once('close', () => failed(req.errored ?? new Error('the request was cut off')))
  })
}

import { createHash } from 'node:crypto'
import { isUnavailable } from '#db/transact.ts'
import { faultOf } from '#db/fault.ts'
import { once } from '#modules/jobs/index.ts'
import { type Bearer, useToken } from '#modules/people/index.ts'
import { Refusal, type RefusalCode } from '#modules/refusal.ts'
import { type Key, t } from '#modules/words/index.ts'
import { admits } from '#src/doors.ts'
import { parse } from '#src/parse.ts'
import { statusOf } from '#src/status.ts'
import type { Answer, Asked, Call, CallContext } from './call.ts'
import { type Part, partOf } from './part.ts'
import { calls } from './index.ts'
import { log } from '#src/log.ts'

type Compiled = { call: Call; pattern: RegExp; names: string[] }

const compiled: Compiled[] = calls.map((call) => {
  const names: string[] = []
  const source = call.path.replace(/\{(\w+)\}/g, (_, name: string) => (names.push(name), '([^/]+)')).replaceAll('.', '\\.')
  return { call, pattern: new RegExp(`^${source}$`), names }
})

/** What a request asks for, by the pattern of its call and never by its address: for a log. */
export const routeOf = ({ method, path }: Pick<Incoming, 'method' | 'path'>) => `${method} /api/v1${compiled.find(({ pattern }) => pattern.test(path))?.call.path ?? ''}`

type Locals = Pick<App.Locals, 'db' | 'reports' | 'actor' | 'person' | 'locale' | 'environment' | 'address' | 'requestId'> & { bearer?: Bearer | null }

/** A request as a call needs it; `path` is what stands below /api/v1, `text` the whole body. */
export type Incoming = { method: string; url: URL; path: string; headers: Asked; text: string }
/** `part` is what of a file on the disk is the body. */
export type Reply = { status: number; headers: Record<string, string>; body: string | Uint8Array | null; part?: Part }

/** Answers one request of the JSON API: match, door, parse, run. Throws a refusal; `told` turns it into a problem document. */
export async function respond(request: Incoming, locals: Locals): Promise<Reply> {
  const { path, url, text } = request
  const here = compiled.flatMap((one) => {
    const match = one.pattern.exec(path)
    return match ? [{ ...one, values: match.slice(1).map(decode) }] : []
  })
  if (here.length === 0) throw new Refusal('object.not-found')
  const method = request.method === 'HEAD' ? 'GET' : request.method
  const one = here.find(({ call }) => call.method === method)
  if (!one) return told(new Refusal('input.wrong-method'), locals, { Allow: here.map(({ call }) => call.method).join(', ') })

  const { call, names, values } = one
  if (!admits(call.who, locals.actor)) throw new Refusal(locals.actor.kind === 'visitor' ? 'session.none' : 'permission.denied')

  if (locals.bearer) await useToken(locals.db, locals.bearer, call.scope)

  // An id that isn't one can't name anything: not found, as for a foreign object.
  const params = call.params?.safeParse(Object.fromEntries(names.map((name, index) => [name, values[index]])))
  if (params && !params.success) throw new Refusal('object.not-found')
  const query = call.query ? parse(call.query, queryOf(url)) : {}
  const body = call.body ? parse(call.body, json(request, call)) : undefined
  const context = { ...locals, method: request.method, params: params?.data ?? {}, query, body, headers: request.headers } as unknown as CallContext<never, never, never>

  const key = request.headers.get('idempotency-key')
  if (!key || method === 'GET' || locals.actor.kind !== 'person') return render(await call.run(context), call, request)
  if (key.length > 200) throw new Refusal('input.malformed')
  const requestHash = createHash('sha256').update(`${method} ${path}\n${text}`).digest('hex')
  const kept = await once(locals.db, locals.actor, { key, call: `${call.method} ${call.path}`, requestHash }, async (tx) => {
    // In the transaction that keeps the answer: after a crash both are there or neither.
    const answer = await call.run({ ...context, db: tx })
    return { status: answer.status, answer: 'json' in answer && answer.json !== undefined ? JSON.stringify(answer.json) : '' }
  })
  return { status: kept.status, headers: { ...plain, ...(kept.answer ? jsonType : {}) }, body: kept.answer || null }
}

const plain = { 'Cache-Control': 'no-store' }
const jsonType = { 'Content-Type': 'application/json; charset=utf-8' }

function render(answer: Answer, call: Call, request: Incoming): Reply {
  const headers = { 'Cache-Control': call.cache ?? 'no-store', ...answer.headers }
  if ('path' in answer) return partOf({ ...answer, headers: { ...headers, ...answer.headers } }, request)
  if ('file' in answer) return { status: answer.status, headers: { ...headers, 'Content-Type': answer.type }, body: answer.file }
  if (answer.json === undefined) return { status: answer.status, headers, body: null }
  return { status: answer.status, headers: { ...headers, ...jsonType }, body: JSON.stringify(answer.json) }
}

function decode(part: string) {
  try {
    return decodeURIComponent(part)
  } catch {
    throw new Refusal('object.not-found')
  }
}

function queryOf(url: URL) {
  const query: Record<string, string> = {}
  for (const [name, value] of url.searchParams) {
    if (name in query) throw new Refusal('input.malformed')
    query[name] = value
  }
  return query
}

function json({ text, headers }: Incoming, call: Call): unknown {
  if (text === '') {
    // A body of optional fields may be left out altogether.
    if (call.body!.safeParse({}).success) return {}
    throw new Refusal('input.malformed')
  }
  if (headers.get('content-type')?.split(';')[0]?.trim().toLowerCase() !== 'application/json') throw new Refusal('input.wrong-type')
  try {
    return JSON.parse(text)
  } catch {
    throw new Refusal('input.malformed')
  }
}

/** A refusal as an RFC 9457 problem document in the reader's language. An error of our own is logged with the request's id and told without detail. */
export function told(error: unknown, locals: Pick<Locals, 'locale' | 'requestId'>, headers: Record<string, string> = {}): Reply {
  const away = isUnavailable(error)
  const refusal = error instanceof Refusal ? error : undefined
  if (!refusal) log({ level: away ? 'warn' : 'error', event: 'call.failed', requestId: locals.requestId, error: away ? 'database unavailable' : faultOf(error) })
  const status = refusal ? statusOf(refusal.code) : away ? 503 : 500
  const code: RefusalCode = refusal?.code ?? (away ? 'service.unavailable' : 'service.failed')
  const detail = t(locals.locale, `refusal.${code}`, { ...refusal?.facts })
  const errors = refusal?.fields && Object.entries(refusal.fields).map(([field, key]) => ({ field, code: key, detail: t(locals.locale, key as Key) }))
  const retry = status === 429 ? String(refusal!.facts['seconds'] ?? 60) : status === 503 ? '5' : undefined
  return {
    status,
    headers: { 'Content-Type': 'application/problem+json; charset=utf-8', ...plain, ...(retry ? { 'Retry-After': retry } : {}), ...headers },
    body: JSON.stringify({ type: 'about:blank', title: code, status, code, detail, requestId: locals.requestId, ...(errors ? { errors } : {}) }),
  }
}

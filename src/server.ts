import compression from 'compression'
import { randomUUID } from 'node:crypto'
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http'
import { pathToFileURL } from 'node:url'
import { resolve } from 'node:path'
import type { Database } from '#db/client.ts'
import type { Environment } from '#db/environment.ts'
import { readsAsFacilitator } from '#modules/cohorts/index.ts'
import { type Reading, readingRider } from '#modules/courses/index.ts'
import type { RefusalCode } from '#modules/refusal.ts'
import { isLocale, t } from '#modules/words/index.ts'
import { type Around, around } from './around.ts'
import { base, serveCall } from './api/serve.ts'
import { enter } from './doors.ts'
import { takesGzip } from './gzip.ts'
import { identify, tokenIn } from './identify.ts'
import { courseOf, fillShell, isLessonPath, lessonAt, lessonPattern, shellOf } from './lessonShells.ts'
import { log } from './log.ts'
import { plainHtml } from './plainPage.ts'
import { preferredLocale } from './preferredLocale.ts'
import { readiness } from './readiness.ts'
import { isSynthetic } from './synthetic.ts'

type Handler = (req: IncomingMessage, res: ServerResponse) => void

const methods = new Set(['GET', 'HEAD', 'POST', 'PUT', 'PATCH', 'DELETE'])
const megabyte = 1024 * 1024
/** Only a roster may be large, and a scan that an adoption rests on. */
function bodyLimit(url: string) {
  if (/^\/[a-z]{2}\/centre\/cohorts\/[0-9a-f-]{36}\/roster/.test(url)) return 33 * megabyte
  return /^\/[a-z]{2}\/college\/adoptions\/[0-9a-f-]{36}(\?|$)/.test(url) ? 11 * megabyte : 2 * megabyte
}

const contentPolicy = [
  "default-src 'none'", "script-src 'self'", "style-src 'self'", "img-src 'self' data:", "font-src 'self'", "connect-src 'self'",
  "manifest-src 'self'", "form-action 'self'", "base-uri 'none'", "object-src 'none'", "frame-ancestors 'none'",
].join('; ')

/**
 * Besik's own thin server around the built pages: host and origin checks, limits, time-outs, security headers on every
 * answer, health, logs, and a drain at the end. It knows nothing of the product.
 */
export async function serve(environment: Environment, database: Database): Promise<{ server: Server; drain: () => Promise<void> }> {
  process.env['ASTRO_NODE_AUTOSTART'] = 'disabled'
  const { handler } = (await import(pathToFileURL(resolve('dist/server/entry.mjs')).href)) as { handler: Handler }
  const compress = compression({ threshold: 1024 })
  const host = new URL(environment.origin).host
  let draining = false

  const server = createServer({ maxHeaderSize: 16 * 1024, connectionsCheckingInterval: 2000 }, (req, res) => {
    const started = performance.now()
    const known: Around = { requestId: randomUUID(), address: addressOf(req, environment), route: '-' }
    secure(res, environment, known.requestId)
    res.once('close', () => tell(req, res, known, started))

    const path = req.url!.split('?', 1)[0]!
    if (path === '/healthz') return void plain(res, 200, 'ok')
    if (path === '/readyz') return void answerReadiness(res, draining, database)

    const status = objection(req, environment, host)
    if (status === 308) return void res.writeHead(308, { Location: environment.origin + req.url! }).end()
    if (status) return void refuse(req, res, status, known.requestId)

    stripForwarded(req)
    if (path.startsWith('/fonts/')) res.setHeader('Cache-Control', 'public, max-age=2592000')
    const gone = () => void res.destroy()
    if (path.startsWith(`${base}/`)) {
      known.route = base
      return void serveCall(req, res, { db: database.db, reports: database.reports, environment, requestId: known.requestId, address: known.address }).catch(gone)
    }
    const page = () => void around.run(known, () => compress(req as never, res as never, () => void handler(req, res)))
    if (req.method !== 'GET' || !isLessonPath(req.url!)) return page()
    void answerLesson(req, res, known, environment, database).then((answered) => answered || page(), gone)
  })
  server.headersTimeout = 10_000
  server.requestTimeout = 30_000
  server.keepAliveTimeout = 5_000
  server.maxConnections = 512
  await new Promise<void>((done, failed) => server.once('error', failed).listen(environment.port, environment.host, done))

  return {
    server,
    /** Answers what is under way, for 15 seconds at most, and takes nothing new. */
    async drain() {
      draining = true
      const closed = new Promise<void>((done) => server.close(() => done()))
      server.closeIdleConnections()
      const idle = setInterval(() => server.closeIdleConnections(), 100)
      const limit = setTimeout(() => server.closeAllConnections(), 15_000)
      await closed
      clearInterval(idle)
      clearTimeout(limit)
    },
  }
}

/**
 * Answers a lesson page from its shell: a look-up of the session, the door, and a copy. False leaves it to Astro: there is
 * no shell yet, nobody is signed in, something is to be said first, or the database is away.
 */
async function answerLesson(req: IncomingMessage, res: ServerResponse, known: Around, environment: Environment, { db }: Database): Promise<boolean> {
  const { cookie } = req.headers
  const token = tokenIn(cookie, environment.origin)
  const lesson = lessonAt(req.url!)
  if (!token || !lesson || cookie!.includes('besik-flash=')) return false
  try {
    const { actor, person, rider } = await identify(db, token, readingRider(lesson))
    if (!person || person.mustSetUpSecondFactor || enter(lessonPattern, actor) !== 'in') return false
    const shell = shellOf(req.url!, actor, await readsAsFacilitator(db, actor, courseOf(req.url!)))
    if (!shell) return false
    const packed = takesGzip(req.headers['accept-encoding'])
    const page = fillShell(shell, person, rider as Reading, packed)
    known.route = lessonPattern
    const headers = { 'Content-Type': 'text/html; charset=utf-8', 'Content-Length': page.length, 'Cache-Control': 'no-store', Vary: 'Accept-Encoding' }
    res.writeHead(200, packed ? { ...headers, 'Content-Encoding': 'gzip' } : headers).end(page)
    return true
  } catch {
    return false
  }
}

/** The status to refuse a request with before anything looks at it, 308 to send it to the right loopback name, or undefined. */
function objection(req: IncomingMessage, environment: Environment, host: string): number | undefined {
  const url = req.url!
  const unsafe = req.method !== 'GET' && req.method !== 'HEAD'
  if (req.headers.host !== host) return !unsafe && environment.local && isLoopback(req.headers.host) && url.startsWith('/') ? 308 : 421
  if (!methods.has(req.method!)) return 405
  if (!url.startsWith('/') || url.length > 4096 || !decodes(url)) return 400
  if (!unsafe) return undefined
  if (req.headers['transfer-encoding']) return 411
  if (Number(req.headers['content-length'] ?? 0) > bodyLimit(url)) return 413
  // A bearer token is never sent by a browser on its own, so a machine client needs no origin; with a cookie it does.
  if (req.headers.authorization?.startsWith('Bearer ') && !req.headers.cookie) return undefined
  const origin = req.headers.origin
  if (origin !== undefined ? origin !== environment.origin : req.headers['sec-fetch-site'] !== 'same-origin') return 403
  return undefined
}

const isLoopback = (host: string | undefined) => /^(localhost|127\.0\.0\.1|\[::1\])(:\d+)?$/.test(host ?? '')

function decodes(url: string) {
  try {
    return !decodeURIComponent(url.split('?', 1)[0]!).includes('\0')
  } catch {
    return false
  }
}

/** The client's address: the socket's, or the last one that a trusted proxy did not write itself. */
function addressOf(req: IncomingMessage, environment: Environment): string {
  const peer = (req.socket.remoteAddress ?? '').replace(/^::ffff:/, '')
  if (!environment.trustedProxies.has(peer)) return peer
  const chain = String(req.headers['x-forwarded-for'] ?? '').split(',').map((one) => one.trim()).filter(Boolean)
  return chain.reverse().find((one) => !environment.trustedProxies.has(one)) ?? peer
}

// Astro would believe these from anybody.
function stripForwarded(req: IncomingMessage) {
  for (const name of Object.keys(req.headers)) if (name.startsWith('x-forwarded-') || name === 'forwarded') delete req.headers[name]
}

function secure(res: ServerResponse, environment: Environment, requestId: string) {
  res.setHeader('Content-Security-Policy', contentPolicy)
  res.setHeader('X-Content-Type-Options', 'nosniff')
  res.setHeader('Referrer-Policy', 'same-origin')
  res.setHeader('Permissions-Policy', 'camera=(), microphone=(), geolocation=(), payment=()')
  res.setHeader('Cross-Origin-Opener-Policy', 'same-origin')
  res.setHeader('Cross-Origin-Resource-Policy', 'same-origin')
  res.setHeader('X-Request-Id', requestId)
  if (!environment.local) res.setHeader('Strict-Transport-Security', 'max-age=31536000; includeSubDomains')
}

function plain(res: ServerResponse, status: number, text: string) {
  res.writeHead(status, { 'Content-Type': 'text/plain; charset=utf-8', 'Cache-Control': 'no-store' }).end(text)
}

async function answerReadiness(res: ServerResponse, draining: boolean, database: Database) {
  const ready = !draining && (await readiness(database.db))
  if (!ready) res.setHeader('Retry-After', '5')
  plain(res, ready ? 200 : 503, ready ? `ready${(await isSynthetic(database.db)) ? ' (synthetic data)' : ''}` : 'not ready')
}

function refuse(req: IncomingMessage, res: ServerResponse, status: number, requestId: string) {
  const segment = req.url!.split('/', 2)[1]
  const locale = isLocale(segment) ? segment : preferredLocale(req.headers['accept-language'])
  // What is left of the body is not worth reading.
  res.setHeader('Connection', 'close')
  if (status === 405) res.setHeader('Allow', [...methods].join(', '))
  if (req.url!.startsWith(`${base}/`)) {
    const codes: Record<number, RefusalCode> = { 403: 'request.wrong-origin', 405: 'input.wrong-method', 413: 'input.too-large' }
    const code = codes[status] ?? 'input.malformed'
    res.writeHead(status, { 'Content-Type': 'application/problem+json; charset=utf-8', 'Cache-Control': 'no-store' })
    res.end(JSON.stringify({ type: 'about:blank', title: code, status, code, detail: t(locale, `refusal.${code}`), requestId }))
    return
  }
  res.writeHead(status, { 'Content-Type': 'text/html; charset=utf-8', 'Cache-Control': 'no-store' }).end(plainHtml(locale, status, requestId))
}

/** One line a request, without address, query, cookie or body: the route's pattern, not the URL. */
function tell(req: IncomingMessage, res: ServerResponse, { requestId, route }: Around, started: number) {
  if (req.url!.startsWith('/_astro/')) return
  log({ time: new Date().toISOString(), requestId, method: req.method, route, status: res.statusCode, ms: Math.round(performance.now() - started) })
}

import { request as send } from 'node:http'
import { connect } from 'node:net'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { type Server, startServer, Visitor } from '#tests/server.ts'

let server: Server
let port: number

beforeAll(async () => {
  server = await startServer()
  port = Number(new URL(server.origin).port)
})
afterAll(() => server.stop())

/** A request with headers that fetch would not let us send. */
const raw = (options: { method?: string; path?: string; headers?: Record<string, string>; body?: string }) =>
  new Promise<{ status: number; headers: Record<string, string | string[] | undefined>; text: string }>((resolve, reject) => {
    const req = send({ host: '127.0.0.1', port, method: options.method ?? 'GET', path: options.path ?? '/kk', headers: { host: `127.0.0.1:${port}`, ...options.headers } }, (res) => {
      let text = ''
      res.on('data', (chunk: Buffer) => (text += chunk))
      res.on('end', () => resolve({ status: res.statusCode!, headers: res.headers, text }))
    })
    req.on('error', reject)
    req.end(options.body)
  })

describe('host and forwarded headers', () => {
  test('a foreign Host is refused', async () => {
    for (const host of ['evil.example', `evil.example:${port}`, `127.0.0.1:${port}.evil.example`, `h/nope?x=`]) expect((await raw({ headers: { host } })).status).toBe(421)
  })

  test('another name of this machine leads to the right one', async () => {
    const { status, headers } = await raw({ headers: { host: `localhost:${port}` }, path: '/ru/verify?x=1' })
    expect([status, headers['location']]).toEqual([308, `${server.origin}/ru/verify?x=1`])
  })

  test('health answers any Host', async () => {
    for (const path of ['/healthz', '/readyz']) expect((await raw({ headers: { host: 'probe' }, path })).status).toBe(200)
  })

  test('a forwarded host or protocol from a stranger changes nothing', async () => {
    const { text } = await raw({ headers: { 'x-forwarded-host': 'evil.example', 'x-forwarded-proto': 'https', forwarded: 'host=evil.example' } })
    expect(text).not.toContain('evil.example')
  })
})

describe('origin of unsafe requests', () => {
  const types = ['application/x-www-form-urlencoded', 'multipart/form-data; boundary=x', 'text/plain', 'application/json', 'application/json; text/plain', '', 'image/png', 'APPLICATION/JSON', 'application/xml']
  const origins: [string, Record<string, string>, boolean][] = [
    ['another site', { origin: 'http://evil.example' }, false],
    ['another port', { origin: 'http://127.0.0.1:1' }, false],
    ['null', { origin: 'null' }, false],
    ['none and cross-site', { 'sec-fetch-site': 'cross-site' }, false],
    ['none at all', {}, false],
    ['none and same-origin', { 'sec-fetch-site': 'same-origin' }, true],
  ]
  for (const [name, headers, allowed] of origins) {
    test(`${name}: ${allowed ? 'let through' : 'refused'}, whatever the content type and method`, async () => {
      for (const method of ['POST', 'PUT', 'PATCH', 'DELETE']) {
        for (const type of types) {
          const { status } = await raw({ method, path: '/api/v1/session', headers: { ...headers, 'content-type': type, 'content-length': '2' }, body: '{}' })
          if (allowed) expect(status).not.toBe(403)
          else expect(status).toBe(403)
        }
      }
    })
  }
})

describe('limits', () => {
  const own = () => ({ origin: server.origin, 'content-type': 'application/json' })

  test('a body above 2 MB is refused before it is read', async () => {
    expect((await raw({ method: 'POST', path: '/api/v1/session', headers: { ...own(), 'content-length': String(3 * 1024 * 1024) } }).catch(() => ({ status: 413 }))).status).toBe(413)
  })

  test('a body without a length is refused', async () => {
    expect((await raw({ method: 'POST', path: '/api/v1/session', headers: { ...own(), 'transfer-encoding': 'chunked' }, body: '{}' })).status).toBe(411)
  })

  test('methods that nothing understands are refused', async () => {
    for (const method of ['TRACE', 'OPTIONS', 'PROPFIND']) expect((await raw({ method })).status).toBe(405)
  })

  test('broken bodies are told, not a failure of ours', async () => {
    const multipart = await raw({ method: 'POST', path: '/kk/sign-in?_action=people.signIn', headers: { origin: server.origin, 'content-type': 'multipart/form-data; boundary=x', 'content-length': '7' }, body: 'no part' })
    expect(multipart.status).toBe(400)
    expect((await raw({ method: 'POST', path: '/api/v1/session', headers: { ...own(), 'content-length': '4' }, body: '{{{{' })).status).toBe(400)
  })

  test('a header of 20 kB is refused', async () => {
    expect((await raw({ headers: { cookie: 'x'.repeat(20_000) } })).status).toBe(431)
  })

  test('a client that never ends its headers is cut off', async () => {
    const started = Date.now()
    await new Promise<void>((closed) => {
      const socket = connect(port, '127.0.0.1', () => socket.write('GET /kk HTTP/1.1\r\nHost: x\r\n'))
      socket.on('close', () => closed())
      socket.on('error', () => {})
      socket.resume()
    })
    expect(Date.now() - started).toBeLessThan(20_000)
  }, 30_000)
})

describe('every answer', () => {
  test('carries the security headers, refusals too', async () => {
    for (const path of ['/kk', '/nowhere', '/api/v1/nowhere', '/healthz', '/plain.css', '/kk/admin']) {
      const { headers } = await raw({ path })
      expect(headers['content-security-policy'], path).toContain("frame-ancestors 'none'")
      expect(headers['x-content-type-options'], path).toBe('nosniff')
      expect(headers['x-request-id'], path).toBeTruthy()
    }
  })

  test('tells an unknown address in the reader’s language', async () => {
    for (const [path, title] of [['/kk/nowhere', 'Бет табылмады'], ['/ru/nowhere', 'Страница не найдена'], ['/en/nowhere', 'Page not found']] as const) {
      const { status, text } = await raw({ path })
      expect([status, text.includes(title)]).toEqual([404, true])
    }
  })

  test('leaves framework routes closed', async () => {
    for (const path of ['/_image?href=/icon.svg', '/_server-islands/x', '/_actions/people.signIn']) expect((await raw({ path })).status).toBe(404)
  })
})

test('no trick with the path opens a closed door or leads elsewhere', async () => {
  const tricks = ['/kk/%61dmin', '/kk/%2561dmin', '//kk/admin', '/kk//admin', '/kk/x/../admin', '/kk/./admin', '/kk/admin/', '/kk/admin;x', '/kk/admin%00', '/kk/ADMIN', '/kk/admin%2f', '/\\kk/admin', '/kk\\admin', '/%6b%6b/admin', '//evil.example/', '/\\evil.example', '/kk/admin/%2e%2e/admin', '/kk/admin%20', '/kk/admin?x=/help']
  let nested = 'admin'
  for (let depth = 0; depth < 15; depth++) tricks.push(`/kk/${(nested = nested.replace(/%|a/, (sign) => (sign === 'a' ? '%61' : '%25')))}`)
  for (const path of tricks) {
    const { status, headers } = await raw({ path })
    expect([303, 301, 302, 308, 400, 404, 421], path).toContain(status)
    const location = headers['location'] as string | undefined
    if (location) expect(new URL(location, server.origin).origin, path).toBe(server.origin)
    if (status === 303) expect(location, path).toContain('/sign-in')
  }
})

test('the start page speaks the browser’s language', async () => {
  for (const [header, locale] of [['ru-RU,ru;q=0.9', 'ru'], ['de,en;q=0.8', 'en'], ['fr', 'kk'], ['kk;q=0.5,ru;q=0.4', 'kk']] as const) {
    expect((await raw({ path: '/', headers: { 'accept-language': header } })).headers['location']).toBe(`/${locale}`)
  }
})

test('a signed-in page is kept by no cache', async () => {
  const visitor = await new Visitor(server).signIn('trainee@demo.kz')
  expect((await visitor.get('/kk/learn')).headers.get('cache-control')).toBe('no-store')
})

test('the log names no person and no address', async () => {
  const visitor = await new Visitor(server).signIn('trainee@demo.kz')
  await visitor.get('/kk/verify?code=SECRET-CODE')
  await expect.poll(() => server.output()).toContain('"route":"/[locale]/verify"')
  expect(server.output()).not.toMatch(/SECRET-CODE|trainee@demo\.kz.*"route"/)
})

test('a second process on the same embedded folder is refused with a clear line', async () => {
  await expect(startServer({ DATA_DIR: server.dataDir })).rejects.toThrow(/in use by another process/)
})

test('a wrong environment variable stops the start with its name', async () => {
  await expect(startServer({ SMTP_URL: 'ftp://x' })).rejects.toThrow(/SMTP_URL/)
  await expect(startServer({ PUBLIC_ORIGIN: 'http://besik.example.kz', DEMO: 'off' })).rejects.toThrow(/PUBLIC_ORIGIN/)
  await expect(startServer({ PUBLIC_ORIGIN: 'https://besik.example.kz', DEMO: 'on' })).rejects.toThrow(/DEMO/)
})

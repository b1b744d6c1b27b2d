import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { join } from 'node:path'
import { setTimeout as pause } from 'node:timers/promises'
import { type Cluster, findPrograms, startCluster } from '#tests/postgres.ts'
import { type Server, startServer, Visitor } from '#tests/server.ts'

const programs = findPrograms()
const machinery = /Error:|\bat \/|postgres|SELECT|node_modules|ECONNREFUSED/i

describe.skipIf(!programs)('when the database goes away (needs PostgreSQL)', () => {
  let cluster: Cluster
  let server: Server
  let trainee: Visitor

  beforeAll(async () => {
    // What was committed must survive the crash: nobody is signed out by it.
    cluster = await startCluster(programs!, { fsync: true })
    server = await startServer({ DATABASE_URL: cluster.url })
    trainee = await new Visitor(server).signIn('trainee@demo.kz')
  })
  afterAll(async () => {
    await server?.stop()
    await cluster?.stop()
  })

  const timed = async (path: string, headers = {}) => {
    const started = performance.now()
    const response = await trainee.send('GET', path, { headers })
    return { status: response.status, retry: response.headers.get('retry-after'), text: await response.text(), seconds: (performance.now() - started) / 1000 }
  }

  /** Asks until the answer is good again; answers after how many seconds it was. */
  const recovery = async (path: string) => {
    const started = performance.now()
    while (performance.now() - started < 20_000) {
      if ((await timed(path)).status === 200) return (performance.now() - started) / 1000
      await pause(100)
    }
    return Infinity
  }

  test('every page says so in the reader’s language within three seconds, nobody is signed out, and it mends itself', async () => {
    const pid = server.process.pid
    await cluster.halt()
    for (const [path, title] of [['/kk/learn', 'Besik уақытша қолжетімсіз'], ['/ru/learn', 'Besik ненадолго недоступен'], ['/en/account', 'Besik is resting for a moment'], ['/en/cohorts', 'Besik is resting for a moment']] as const) {
      const { status, retry, text, seconds } = await timed(path)
      expect([status, retry, text.includes(title)], path).toEqual([503, '5', true])
      expect(text).not.toMatch(machinery)
      expect(seconds, path).toBeLessThan(3)
    }
    // Whoever checks a certificate must not take the outage for an answer.
    for (const [path, title] of [[`/kk/verify/${'0'.repeat(27)}`, 'Қазір тексеру мүмкін емес'], [`/ru/verify/${'0'.repeat(27)}`, 'Сейчас проверить нельзя'], ['/en/verify', 'Cannot be checked now'], ['/en/verify/many', 'Cannot be checked now'], [`/v/${'0'.repeat(27)}`, 'unreachable']] as const) {
      const { status, text } = await timed(path)
      expect([status, text.includes(title), text.includes('data-state="unreachable"')], path).toEqual([503, true, true])
      expect(text).not.toMatch(machinery)
    }
    const call = await trainee.call('GET', '/me', undefined, { 'accept-language': 'ru' })
    expect([call.status, call.body.code, call.headers.get('content-type')]).toEqual([503, 'service.unavailable', 'application/problem+json; charset=utf-8'])
    expect((await fetch(`${server.origin}/healthz`)).status).toBe(200)
    expect((await fetch(`${server.origin}/readyz`)).status).toBe(503)

    await cluster.resume()
    expect(await recovery('/kk/learn')).toBeLessThan(5)
    expect([server.process.pid, server.process.exitCode]).toEqual([pid, null])
    expect((await trainee.call('GET', '/me')).status).toBe(200)
  })

  test('a database that hangs without closing its connections is given up by our own clock', async () => {
    cluster.signal('SIGSTOP')
    try {
      const answers = await Promise.all(Array.from({ length: 20 }, () => timed('/kk/learn')))
      expect(new Set(answers.map(({ status }) => status))).toEqual(new Set([503]))
      expect(Math.max(...answers.map(({ seconds }) => seconds))).toBeLessThan(14)
    } finally {
      cluster.signal('SIGCONT')
    }
    expect(await recovery('/kk/learn')).toBeLessThan(10)
  })

  test('a stop signal ends the process cleanly, also while the database is away', async () => {
    const second = await startServer({ DATABASE_URL: cluster.url, KEYS_DIR: join(server.dataDir, 'keys') })
    await cluster.halt()
    expect(await second.stop()).toBe(0)
    await cluster.resume()
    expect(await recovery('/kk/learn')).toBeLessThan(10)
  })
})

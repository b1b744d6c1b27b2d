import { execFileSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import { setTimeout as pause } from 'node:timers/promises'
import { eq } from 'drizzle-orm'
import { afterEach, describe } from 'vitest'
import { packageBuilds, packages } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { latestEditions, publishCourse } from '#modules/courses/index.ts'
import { askPackage, buildDue, buildPackage, makeApart, makeHere, stopMaking } from '#modules/packages/index.ts'
import { expect, test } from '#tests/database.ts'
import { built, startServer, Visitor } from '#tests/server.ts'

const clock = system('test')

/** Processes that this one has started to make packages. */
const makers = () => readdirSync('/proc').filter((name) => /^\d+$/.test(name)).filter((pid) => {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').includes('packages/maker.ts') && readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1]!.split(' ')[1] === String(process.pid)
  } catch {
    return false
  }
})
const onLinux = process.platform === 'linux'

describe('a process of its own that makes packages', () => {
  afterEach(stopMaking)

  test('writes the same bytes as this one, at the lowest priority, and stays for the next', { timeout: 240_000 }, async ({ db }) => {
    await publishCourse(db, clock, { course: 'emergency', demonstration: true })
    const [edition] = await latestEditions(db)
    const wanted = { editionId: edition!.id, locale: 'kk', format: 'epub-3' } as const
    const apart = await buildPackage(db, clock, wanted, makeApart)
    if (onLinux) {
      const [maker] = makers()
      expect(execFileSync('ps', ['-o', 'ni=', '-p', maker!], { encoding: 'utf8' }).trim()).toBe('19')
      await buildPackage(db, clock, { ...wanted, format: 'gift' }, makeApart)
      expect(makers()).toEqual([maker])
    }
    await db.update(packages).set({ sourceHash: 'f'.repeat(64) }).where(eq(packages.id, apart.id))
    expect((await buildPackage(db, clock, wanted, makeHere())).sha256).toBe(apart.sha256)
    stopMaking()
  })

  test('tells what it refuses, and loses nothing else when it is killed', { timeout: 240_000 }, async ({ db }) => {
    await publishCourse(db, clock, { course: 'emergency', demonstration: true })
    const [edition] = await latestEditions(db)
    const changed: typeof makeApart = (making) => makeApart({ ...making, source: { ...making.source, lessons: making.source.lessons.map((one) => ({ ...one, hash: 'other' })) } })
    await askPackage(db, clock, { editionId: edition!.id, locale: 'ru', format: 'epub-3' })
    expect(await buildDue(db, changed)).toBe(0)
    expect((await db.select().from(packageBuilds))[0]!.failure).toMatchObject({ code: 'package.text-changed', facts: { number: 1 } })

    await askPackage(db, clock, { editionId: edition!.id, locale: 'ru', format: 'epub-3' })
    let tries = 0
    const shaky: typeof makeApart = (making) => {
      const made = makeApart(making)
      if (++tries === 1) setTimeout(stopMaking, 50)
      return made
    }
    const told: unknown[] = []
    expect(await buildDue(db, shaky, { told: (error) => told.push(error) })).toBe(1)
    expect([tries, told.map(String)]).toEqual([2, [expect.stringContaining('SIGKILL')]])
    expect(await db.$count(packageBuilds)).toBe(0)
  })
})

test.skipIf(!built)('over HTTP: a college asks for a package, it is made while the server answers others, and it is taken in parts', { timeout: 240_000 }, async () => {
  await using server = await startServer()
  const college = await new Visitor(server).signIn('college@demo.kz')
  const visitor = new Visitor(server)
  const wanted = { course: 'imci', edition: 1, locale: 'all', format: 'cc-1.1' }
  const asked = await college.call('POST', '/packages', wanted)
  expect([asked.status, asked.body.state]).toEqual([202, 'waiting'])

  const { href } = asked.body as { href: string }
  const path = href.replace('/api/v1', '')
  let slowest = 0
  let status = 0
  for (let waited = 0; status !== 200 && waited < 600; waited++) {
    const started = performance.now()
    await visitor.call('GET', '/courses')
    slowest = Math.max(slowest, performance.now() - started)
    await pause(200)
    status = (await college.send('HEAD', href)).status
  }
  expect(status).toBe(200)
  // Read by the one thread that answers requests, a package takes seconds.
  expect(slowest).toBeLessThan(2000)

  const head = await college.send('HEAD', href)
  const size = Number(head.headers.get('content-length'))
  const whole = Buffer.from(await (await college.get(href)).arrayBuffer())
  expect([whole.length, createHash('sha256').update(whole).digest('hex')]).toEqual([size, head.headers.get('x-content-sha256')])
  const half = Math.floor(size / 2)
  const parts = []
  for (const range of [`bytes=0-${half - 1}`, `bytes=${half}-`]) {
    const part = await college.send('GET', href, { headers: { range, 'if-range': head.headers.get('etag')! } })
    expect([part.status, part.headers.get('content-range')]).toEqual([206, `bytes ${range.slice(6).replace(/-$/, `-${size - 1}`)}/${size}`])
    parts.push(Buffer.from(await part.arrayBuffer()))
  }
  expect(Buffer.concat(parts).equals(whole)).toBe(true)
  expect((await college.send('GET', href, { headers: { range: `bytes=${size}-` } })).status).toBe(416)
  expect((await college.send('GET', href, { headers: { 'if-none-match': head.headers.get('etag')! } })).status).toBe(304)
  expect((await visitor.send('GET', href)).status).toBe(403)
  expect((await visitor.call('GET', '/packages')).body.items).toMatchObject([{ course: 'imci', format: 'cc-1.1', locale: 'all', gated: true, sha256: head.headers.get('x-content-sha256') }])
  // Somebody who leaves in the middle takes nothing along.
  const leaving = new AbortController()
  const begun = await fetch(new URL(href, server.origin), { headers: { cookie: [...college.cookies].map(([name, value]) => `${name}=${value}`).join('; ') }, signal: leaving.signal })
  await begun.body!.getReader().read()
  leaving.abort()
  expect((await college.call('GET', path)).status).toBe(200)
})

import { afterAll, beforeAll, expect, test } from 'vitest'
import { type Server, startServer, Visitor } from '#tests/server.ts'

let server: Server
let lesson: string

beforeAll(async () => {
  server = await startServer()
  const { text } = await (await new Visitor(server).signIn('trainee@demo.kz')).open('/kk/learn/courses/imci/1')
  lesson = /href="(\/kk\/learn\/courses\/imci\/1\/[^"#?]*1-0[5-7][^"#?]*)"/.exec(text)![1]!
})
afterAll(() => server.stop())

/** The page as a client that takes such an encoding gets it. */
async function read(visitor: Visitor, encoding: string) {
  const answer = await visitor.send('GET', lesson, { headers: { 'accept-encoding': encoding } })
  // fetch has unpacked it already, and says so only in this header.
  return { encoding: answer.headers.get('content-encoding'), vary: answer.headers.get('vary'), text: await answer.text() }
}

test('a lesson says the same packed or not, from Astro or from its shell', async () => {
  const trainee = await new Visitor(server).signIn('trainee@demo.kz')
  const first = await trainee.open(lesson)
  const plain = await read(trainee, 'identity')
  const packed = await read(trainee, 'gzip, br')
  expect(plain).toEqual({ encoding: null, vary: 'Accept-Encoding', text: first.text })
  expect(packed).toEqual({ encoding: 'gzip', vary: 'Accept-Encoding', text: first.text })
})

test('each reader finds their own name and only their own ticks', async () => {
  const [trainee, trainer] = [await new Visitor(server).signIn('trainee@demo.kz'), await new Visitor(server).signIn('trainer@demo.kz')]
  const before = await trainee.open(lesson)
  const fields = Object.fromEntries([...before.text.matchAll(/<input type="hidden" name="(editionId|lessonId|next)" value="([^"]*)"/g)].map(([, name, value]) => [name!, value!]))
  const action = /_action=(lessons\.finish)/.exec(before.text)![1]!
  expect((await trainee.form(lesson, action, fields)).status).toBe(303)
  const done = 'class="text-primary mt-2 flex items-center gap-1 font-medium"'
  await trainee.open('/kk/learn')
  expect(before.text).not.toContain(done)
  expect((await trainee.open(lesson)).text).toContain(done)
  const other = await trainer.open(lesson)
  expect(other.text).not.toContain(done)
  const name = (await trainee.call('GET', '/me')).body.names.family as string
  expect(before.text).toContain(name)
  expect(other.text).not.toContain(name)
})

test('whoever signs out reads nothing more, on the very next request', async () => {
  const trainee = await new Visitor(server).signIn('trainee@demo.kz')
  expect((await read(trainee, 'gzip')).encoding).toBe('gzip')
  const kept = new Map(trainee.cookies)
  await trainee.call('DELETE', '/session')
  for (const [name, value] of kept) trainee.cookies.set(name, value)
  const answer = await trainee.get(lesson)
  expect([answer.status, answer.headers.get('location')]).toEqual([303, expect.stringContaining('/kk/sign-in')])
})

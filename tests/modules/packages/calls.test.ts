import { createHash } from 'node:crypto'
import { readFileSync, rmSync } from 'node:fs'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { cohorts, colleges, downloads, packageBuilds, packages } from '#db/schema/index.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { keepBytes, pathOf } from '#modules/packages/keep.ts'
import { type Reply, respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, actorFor, anAuditor, anEdition, aPerson, aTrainee, aTrainer, seated } from '#tests/factories.ts'

async function ask(db: Db, path: string, { actor = visitor, query = '', headers = {}, method = 'GET', body }: { actor?: Actor; query?: string; headers?: Record<string, string>; method?: string; body?: unknown } = {}) {
  const locals = { db, reports: db, actor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  return respond({ method, url: new URL(`http://127.0.0.1:4321/api/v1${path}${query}`), path, headers: new Headers({ ...headers, ...(body === undefined ? {} : { 'content-type': 'application/json' }) }), text: body === undefined ? '' : JSON.stringify(body) }, locals).catch((error: unknown) => told(error, locals))
}
const bytesOf = ({ part }: Reply) => (part ? readFileSync(part.path).subarray(part.start, part.end + 1) : Buffer.alloc(0))
const json = (reply: { body: string | Uint8Array | null }) => JSON.parse(String(reply.body))

/** A question bank on the shelf. */
async function shelved(db: Db) {
  const edition = await anEdition(db)
  const body = Buffer.from('::a:: b {=c}')
  const sha256 = await keepBytes(body)
  await db.insert(packages).values({ editionId: edition.id, locale: 'kk', format: 'gift', version: '1.1.0', sourceHash: 'a'.repeat(64), sha256, bytes: body.length, gated: true, rehearsal: {}, contents: [] })
  return { edition, path: `/packages/imci/${edition.number}/kk/gift`, sha256, body }
}

async function aCollege(db: Db) {
  const [row] = await db.insert(colleges).values({ regionCode: (await aCentre(db)).regionCode, names: { kk: 'К', ru: 'К', en: 'C' } }).returning()
  return row!
}

test('what no course is called is told so, and asks the database nothing', async ({ db }) => {
  for (const course of ['%00', 'IMCI', 'a%20b', 'x'.repeat(500)]) expect((await ask(db, '/packages', { query: `?course=${course}` })).status, course).toBe(422)
  for (const path of ['/packages/%00/1/kk/gift', '/packages/imci/0/kk/gift', '/packages/imci/1/de/gift', '/packages/imci/1/kk/zip', '/packages/imci/1/kk/gift']) expect((await ask(db, path)).status, path).toBe(404)
  expect(json(await ask(db, '/packages', { query: '?course=nothing' }))).toEqual({ items: [], cursor: null })
})

test('everybody sees what there is with its hash; only those who teach are given what holds keys', async ({ db }) => {
  const { path, sha256, body } = await shelved(db)
  expect(json(await ask(db, '/packages')).items).toMatchObject([{ format: 'gift', locale: 'kk', sha256, bytes: body.length, gated: true, href: `/api/v1${path}` }])
  const trainer = await aTrainer(db, (await aCentre(db)).id)
  const college = await actorFor(db, (await aPerson(db)).id, { role: 'college', collegeId: (await aCollege(db)).id })
  expect((await ask(db, path)).status).toBe(403)
  expect((await ask(db, path, { actor: await aTrainee(db) })).status).toBe(403)
  for (const actor of [college, await anAuditor(db)]) expect((await ask(db, path, { actor })).status).toBe(200)
  const reply = await ask(db, path, { actor: trainer })
  expect([reply.status, createHash('sha256').update(bytesOf(reply)).digest('hex'), reply.headers['ETag']]).toEqual([200, sha256, `"${sha256}"`])
  expect(await db.select({ person: downloads.personId, college: downloads.collegeId }).from(downloads)).toContainEqual({ person: college.personId, college: college.memberships[0]!.collegeId })
  expect(await db.$count(downloads)).toBe(3)
})

test('who teaches and is learning this very course gets no keys to its tests, until the course is over', async ({ db }) => {
  const { edition, path } = await shelved(db)
  const cohort = await aCohort(db, { editionId: edition.id })
  const trainer = await aTrainer(db, cohort.centreId)
  await seated(db, cohort, trainer.personId!)
  expect((await ask(db, path, { actor: trainer })).status).toBe(403)
  expect(json(await ask(db, '/packages', { actor: trainer })).items).toHaveLength(1)
  await db.update(cohorts).set({ state: 'closed' }).where(eq(cohorts.id, cohort.id))
  expect((await ask(db, path, { actor: trainer })).status).toBe(200)
})

test('who has it already is told so without another download, and nobody else is told that much', async ({ db }) => {
  const { path, sha256 } = await shelved(db)
  const headers = { 'if-none-match': `"${sha256}"` }
  expect((await ask(db, path, { actor: await aTrainer(db, (await aCentre(db)).id), headers })).status).toBe(304)
  expect((await ask(db, path, { headers })).status).toBe(403)
  expect(await db.$count(downloads)).toBe(0)
})

test('a download that broke off goes on where it stopped, and is one download', async ({ db }) => {
  const { path, sha256, body } = await shelved(db)
  const actor = await anAuditor(db)
  const first = await ask(db, path, { actor, headers: { range: 'bytes=0-4' } })
  const rest = await ask(db, path, { actor, headers: { range: 'bytes=5-', 'if-range': first.headers['ETag']! } })
  expect([first.status, rest.status, Buffer.concat([bytesOf(first), bytesOf(rest)])]).toEqual([206, 206, body])
  const head = await ask(db, path, { actor, method: 'HEAD' })
  expect([head.status, head.headers['Content-Length'], head.headers['ETag'], head.headers['X-Content-SHA256']]).toEqual([200, String(body.length), `"${sha256}"`, sha256])
  expect((await ask(db, path, { actor, headers: { range: 'bytes=999-' } })).status).toBe(416)
  expect(await db.$count(downloads)).toBe(1)
  for (const headers of [{ range: 'bytes=0-4' }, { range: 'bytes=5-' }]) expect((await ask(db, path, { headers })).status).toBe(403)
  expect((await ask(db, path, { method: 'HEAD' })).status).toBe(403)
})

test('an older version is had by its number; one that was never made is not there', async ({ db }) => {
  const { edition, path, sha256 } = await shelved(db)
  const newer = Buffer.from('::a:: c {=d}')
  await db.insert(packages).values({ editionId: edition.id, locale: 'kk', format: 'gift', version: '1.1.1', sourceHash: 'b'.repeat(64), sha256: await keepBytes(newer), bytes: newer.length, gated: true, rehearsal: {}, contents: [], builtAt: new Date(Date.now() + 1000) })
  const actor = await anAuditor(db)
  expect(bytesOf(await ask(db, path, { actor }))).toEqual(newer)
  expect((await ask(db, path, { actor, query: '?version=1.1.0' })).headers['ETag']).toBe(`"${sha256}"`)
  expect((await ask(db, path, { actor, query: '?version=1.1.2' })).status).toBe(404)
  for (const version of ['1', '1.1.0.0', "1.1.'"]) expect((await ask(db, path, { actor, query: `?version=${version}` })).status, version).toBe(422)
})

test('whoever teaches may ask for a package; what stands is told with its address, and asking again asks once', async ({ db }) => {
  const { edition, path } = await shelved(db)
  const actor = await aTrainer(db, (await aCentre(db)).id)
  const body = { course: 'imci', edition: edition.number, locale: 'ru', format: 'epub-3' }
  expect((await ask(db, '/packages', { method: 'POST', body })).status).toBe(401)
  expect((await ask(db, '/packages', { method: 'POST', body, actor: await aTrainee(db) })).status).toBe(403)
  // Auditors take what stands and change nothing.
  expect((await ask(db, '/packages', { method: 'POST', body, actor: await anAuditor(db) })).status).toBe(403)
  for (let n = 0; n < 2; n++) {
    const reply = await ask(db, '/packages', { method: 'POST', body, actor })
    expect([reply.status, json(reply)]).toEqual([202, { state: 'waiting', href: `/api/v1/packages/imci/${edition.number}/ru/epub-3`, before: 0 }])
  }
  expect(await db.$count(packageBuilds)).toBe(1)
  expect((await ask(db, '/packages', { method: 'POST', body: { ...body, edition: 99 }, actor })).status).toBe(404)
  expect((await ask(db, '/packages', { method: 'POST', body: { ...body, format: 'zip' }, actor })).status).toBe(422)
  expect((await ask(db, path, { actor })).status).toBe(200)
})

test('bytes that the disk has lost are being made again, or are told to be gone when their source is another one now', async ({ db }) => {
  const { path, sha256 } = await shelved(db)
  rmSync(pathOf(sha256))
  const actor = await anAuditor(db)
  const reply = await ask(db, path, { actor })
  expect([reply.status, json(reply).code]).toEqual([409, 'package.not-kept'])
  expect(await db.$count(downloads)).toBe(0)
})

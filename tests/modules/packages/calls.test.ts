import { createHash } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { cohorts, colleges, downloads, packages } from '#db/schema/index.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { keepBytes } from '#modules/packages/keep.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, actorFor, anAuditor, anEdition, aPerson, aTrainee, aTrainer, seated } from '#tests/factories.ts'

async function ask(db: Db, path: string, { actor = visitor, query = '', headers = {} }: { actor?: Actor; query?: string; headers?: Record<string, string> } = {}) {
  const locals = { db, reports: db, actor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  return respond({ method: 'GET', url: new URL(`http://127.0.0.1:4321/api/v1${path}${query}`), path, headers: new Headers(headers), text: '' }, locals).catch((error: unknown) => told(error, locals))
}
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
  expect([reply.status, createHash('sha256').update(reply.body!).digest('hex'), reply.headers['ETag']]).toEqual([200, sha256, `"${sha256}"`])
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

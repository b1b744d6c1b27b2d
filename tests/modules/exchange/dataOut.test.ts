import { createHash } from 'node:crypto'
import { mkdtempSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import type { Db } from '#db/client.ts'
import { forgetEnvironment, readEnvironment } from '#db/environment.ts'
import { entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { maskedName } from '#modules/certificates/index.ts'
import { makeAggregate } from '#modules/exchange/index.ts'
import { callsOfToken, createToken, readBearer, useToken } from '#modules/people/index.ts'
import { calls } from '#src/api/index.ts'
import { respond, told } from '#src/api/respond.ts'
import { identifyBearer } from '#src/identify.ts'
import { expect, test } from '#tests/database.ts'
import { aCertificate } from '#tests/modules/counts/register.ts'
import { anAuditor } from '#tests/factories.ts'

const before = process.env['DATA_DIR']
beforeEach(() => {
  process.env['DATA_DIR'] = mkdtempSync(join(tmpdir(), 'besik-data-out-'))
  forgetEnvironment()
})
afterEach(() => {
  process.env['DATA_DIR'] = before
  forgetEnvironment()
})

type Scopes = Parameters<typeof createToken>[2]['scopes']
const aToken = async (db: Db, scopes: Scopes) => (await createToken(db, system('test'), { personId: (await anAuditor(db)).personId!, label: 'DHIS2', scopes })).token

/** What a machine with this token is answered. */
async function ask(db: Db, token: string, path: string) {
  const url = new URL(`http://127.0.0.1:4321/api/v1${path}`)
  const locals = { db, reports: db, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const answer = async () => respond({ method: 'GET', url, path: url.pathname.replace('/api/v1', ''), headers: new Headers(), text: '' }, { ...locals, ...(await identifyBearer(db, token)) })
  const { status, headers, body } = await answer().catch((error: unknown) => told(error, locals))
  const text = typeof body === 'string' ? body : Buffer.from(body ?? '').toString()
  return { status, headers, json: JSON.parse(text) }
}

test('a token of one scope reads its counts and is refused every other call, whatever its person may', async ({ db }) => {
  await aCertificate(db, { issuedOn: '2027-03-05' })
  const token = await aToken(db, ['counts'])
  const own = calls.filter((one) => one.scope === 'counts')
  expect(own.map((one) => one.path)).toEqual(expect.arrayContaining(['/counts/certificates', '/counts/people', '/counts/valid', '/counts/expiring', '/counts/figures']))
  for (const { path } of own) expect([path, (await ask(db, token, path)).status]).toEqual([path, 200])
  expect((await ask(db, token, '/counts/certificates?by=region&asOf=2027-12-31')).json).toMatchObject({ rows: [{ region: 'KZ-43', count: 1 }], total: 1 })
  // Also what anybody may ask for without a token: it was made for its scopes.
  for (const { path } of calls.filter((one) => one.method === 'GET' && one.scope !== 'counts' && !one.path.includes('{') && (one.who.includes('auditor') || one.who.includes('signed-in')))) {
    expect([path, await ask(db, token, path)]).toMatchObject([path, { status: 403, json: { code: 'token.out-of-scope', status: 403 } }])
  }
})

test('after so many calls in a minute a token waits as long as it is told, and no other does', async ({ db }) => {
  const [one, other] = [await aToken(db, ['counts']), await aToken(db, ['counts'])]
  const { bearer } = (await readBearer(db, one))!
  for (let n = 1; n < callsOfToken.max; n++) await useToken(db, bearer, 'counts')
  expect((await ask(db, one, '/counts/people')).status).toBe(200)
  const refused = await ask(db, one, '/counts/people')
  expect(refused).toMatchObject({ status: 429, json: { code: 'limit.too-many' }, headers: { 'Content-Type': 'application/problem+json; charset=utf-8' } })
  const wait = Number(refused.headers['Retry-After'])
  expect([Number.isInteger(wait), wait >= 1, wait <= callsOfToken.seconds]).toEqual([true, true, true])
  expect((await ask(db, other, '/counts/people')).status).toBe(200)
})

test('files of aggregates are listed page by page, each once, and a limit that is none is refused', async ({ db }) => {
  await aCertificate(db, { issuedOn: '2027-03-05' })
  const days = ['2027-04-01', '2027-04-02', '2027-04-03', '2027-04-04', '2027-04-05']
  for (const day of days) await makeAggregate(db, system('test'), { day })
  const token = await aToken(db, ['aggregates'])
  const seen: string[] = []
  let cursor: string | null = ''
  for (let pages = 0; cursor !== null && pages < 10; pages++) {
    const { status, json } = await ask(db, token, `/aggregates?limit=2${cursor && `&cursor=${cursor}`}`)
    expect([status, json.items.length <= 2]).toEqual([200, true])
    seen.push(...json.items.map((item: { day: string }) => item.day))
    cursor = json.cursor
  }
  expect(seen).toEqual(days.toReversed())
  const { json } = await ask(db, token, '/aggregates?limit=1')
  expect((await ask(db, token, `/aggregates/${json.items[0].day}`)).headers['ETag']).toBe(`"${json.items[0].sha256}"`)
  for (const limit of ['0', '201', 'many']) expect((await ask(db, token, `/aggregates?limit=${limit}`)).status).toBe(422)
})

test('a token of an auditor lists certificates by code, without their holders, and the ledger tells of each page of codes', async ({ db }) => {
  const one = await aCertificate(db, { issuedOn: '2027-03-05' })
  const { json } = await ask(db, await aToken(db, ['certificates']), '/certificates')
  expect(json.items).toMatchObject([{ serial: one.serial, holderName: maskedName, code: one.code }])
  const digest = createHash('sha256').update(`${one.serial} ${one.code}`).digest('hex')
  expect((await db.select().from(entries)).filter(({ kind }) => kind === 'list.exported').map(({ body }) => JSON.parse(body).facts)).toMatchObject([{ list: 'certificate-codes', rows: 1, digest }])
})

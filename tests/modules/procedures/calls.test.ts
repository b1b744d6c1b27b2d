import { readEnvironment } from '#db/environment.ts'
import { visitor } from '#modules/actor.ts'
import { procedures } from '#modules/procedures/index.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'

test('anybody lists the procedures with their versions and where to read or ask; their texts are not in the list', async ({ db }) => {
  const ask = async (query = '') => {
    const locals = { db, reports: db, actor: visitor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
    const path = '/procedures'
    return respond({ method: 'GET', url: new URL(`http://127.0.0.1:4321/api/v1${path}${query}`), path, headers: new Headers(), text: '' }, locals).catch((error: unknown) => told(error, locals))
  }
  const { status, body } = await ask()
  const { items } = JSON.parse(String(body)) as { items: { procedure: string; version: string; access: string; draft: boolean; href: { kk: string } }[] }
  expect([status, items.map((one) => one.procedure)]).toEqual([200, procedures().map((one) => one.slug)])
  expect(items.every((one) => one.draft && one.href.kk === `/kk/procedures/${one.procedure}` && /^\d+\.\d+\.\d+$/.test(one.version))).toBe(true)
  for (const one of procedures()) expect(String(body)).not.toContain(one.bodies.en.slice(0, 60))
  const some = JSON.parse(String((await ask('?kind=agreement&access=on-request')).body)) as { items: { procedure: string }[] }
  expect(some.items.map((one) => one.procedure).sort()).toEqual(['agreement-between-sectors', 'agreement-on-information'])
  expect((await ask('?kind=nothing')).status).toBe(422)
})

import type { Db } from '#db/client.ts'
import { readEnvironment } from '#db/environment.ts'
import { visitor } from '#modules/actor.ts'
import { recordAccreditation, withdrawAccreditation } from '#modules/places/index.ts'
import { respond, told } from '#src/api/respond.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, anAdministrator, texts } from '#tests/factories.ts'

async function ask(db: Db, path: string): Promise<{ status: number; json: any }> {
  const url = new URL(`http://127.0.0.1:4321/api/v1${path}`)
  const locals = { db, reports: db, actor: visitor, person: null, locale: 'en' as const, environment: readEnvironment({}), address: '', requestId: 'test' }
  const reply = await respond({ method: 'GET', url, path, headers: new Headers(), text: '' }, locals).catch((error: unknown) => told(error, locals))
  return { status: reply.status, json: JSON.parse(String(reply.body)) }
}

test('anybody reads the kinds of certificate and what each asks for', async ({ db }) => {
  const { status, json } = await ask(db, '/certificate-kinds')
  expect(status).toBe(200)
  expect(json.items.map((one: { kind: string; certifies: boolean; otherwise: string | null }) => [one.kind, one.certifies, one.otherwise])).toEqual([['advanced', true, 'non-formal'], ['attendance', false, null], ['non-formal', true, null]])
  expect(Object.keys(json.items[0]).sort()).toEqual(['accreditationRequired', 'approvalRequired', 'certifies', 'confirms', 'credited', 'kind', 'legalBasis', 'otherwise', 'template', 'titles'])
})

test('anybody reads a centre’s accreditations with what they are worth today, and not who wrote them down', async ({ db }) => {
  const [centre, other] = [await aCentre(db), await aCentre(db)]
  const admin = await anAdministrator(db)
  const given = { centreId: centre.id, body: texts('ECAQA'), validUntil: null }
  const { id } = await recordAccreditation(db, admin, { ...given, number: 'AA-1', validFrom: '2020-01-01' })
  await withdrawAccreditation(db, admin, { accreditationId: id, on: '2021-01-01' })
  await recordAccreditation(db, admin, { ...given, number: 'AA-2', validFrom: '2022-01-01' })
  const { json } = await ask(db, `/centres/${centre.id}/accreditations`)
  expect(json.items.map((one: { number: string; state: string }) => [one.number, one.state])).toEqual([['AA-2', 'valid'], ['AA-1', 'withdrawn']])
  expect(JSON.stringify(json)).not.toContain(admin.personId!)
  expect((await ask(db, `/centres/${other.id}/accreditations`)).json.items).toEqual([])
  expect((await ask(db, '/centres/6f6d0d4b-3c9e-4f0e-8f0a-0a4b8a3c5d11/accreditations')).status).toBe(404)
})

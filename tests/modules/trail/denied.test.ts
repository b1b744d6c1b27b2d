import { denials } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { denied, exportDenied, trail } from '#modules/trail/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { readCsv } from '#modules/table.ts'
import { locales } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'

const actor = system('test')
type Values = Partial<typeof denials.$inferInsert>
const line = (values: Values) => ({ what: 'GET /[locale]/admin', code: 'permission.denied', at: new Date('2026-11-10T08:00:00Z'), ...values })

test('the newest come first, page by page, those of one moment too, and none twice', async ({ db }) => {
  const person = await aTrainee(db)
  await db.insert(denials).values(Array.from({ length: 23 }, (_, at) => line({ personId: person.personId, what: `GET /${at}`, at: new Date(Date.UTC(2026, 10, 10, 8, 0, Math.floor(at / 4))) })))
  const seen = []
  let cursor: string | undefined
  for (;;) {
    const page = await denied(db, actor, { limit: 5, cursor })
    seen.push(...page.items)
    if (page.cursor === null) break
    cursor = page.cursor
  }
  expect(new Set(seen.map((one) => one.id)).size).toBe(23)
  expect(seen.map((one) => one.at.getTime())).toEqual(seen.map((one) => one.at.getTime()).toSorted((one, other) => other - one))
})

test('a line says how somebody tried, and by which hash the ledger knows them', async ({ db }) => {
  const person = await aTrainee(db)
  await db.insert(denials).values([
    line({ personId: person.personId, at: new Date('2026-11-10T08:00:03Z') }),
    line({ personId: person.personId, what: 'POST /api/v1/cohorts/{id}/state', at: new Date('2026-11-10T08:00:02Z') }),
    line({ personId: person.personId, what: 'certificates.revoke', at: new Date('2026-11-10T08:00:01Z') }),
    line({ personId: null, what: 'people.signIn', code: 'session.wrong-credentials' }),
  ])
  const { items } = await denied(db, actor, {})
  const who = subjectOf(person.personId!)
  expect(items.map((one) => [one.how, one.who])).toEqual([['page', who], ['call', who], ['form', who], ['form', null]])
})

test('filters narrow by reason, person and days of Kazakhstan', async ({ db }) => {
  const [one, two] = [await aTrainee(db), await aTrainee(db)]
  await db.insert(denials).values([
    // 00:30 of the 11th in Kazakhstan.
    line({ personId: one.personId, what: 'a', at: new Date('2026-11-10T19:30:00Z') }),
    line({ personId: two.personId, what: 'b', at: new Date('2026-11-10T18:30:00Z'), code: 'session.wrong-password' }),
    line({ personId: null, what: 'c', at: new Date('2026-11-09T10:00:00Z'), code: 'session.wrong-credentials' }),
  ])
  const asked = async (filters: Parameters<typeof denied>[2]) => (await denied(db, actor, filters)).items.map((item) => item.what)
  expect(await asked({ from: '2026-11-11' })).toEqual(['a'])
  expect(await asked({ to: '2026-11-10' })).toEqual(['b', 'c'])
  expect(await asked({ sort: 'proof' })).toEqual(['b', 'c'])
  expect(await asked({ sort: 'rights' })).toEqual(['a'])
  expect(await asked({ who: subjectOf(two.personId!).slice(0, 8) })).toEqual(['b'])
  expect(await asked({ who: 'nobody' })).toEqual(['c'])
  expect(await asked({ who: 'ffffffffffffffff' })).toEqual([])
})

test('the file holds what the list shows, in the three languages, and the ledger tells of it', async ({ db }) => {
  const auditor = await anAuditor(db)
  await db.insert(denials).values([line({ personId: auditor.personId, what: '=cmd|calc' }), line({ code: 'session.wrong-password', personId: auditor.personId }), line({ code: 'something.new' })])
  for (const locale of locales) {
    const file = await exportDenied(db, auditor, { locale, from: '2026-11-01' })
    expect(file.rows).toBe(3)
    expect(file.text).not.toMatch(/[{}]|undefined|;=cmd/)
    expect(readCsv(file.text.slice(1)).at(-1)).toHaveLength(6)
    const [entry] = (await trail(db, auditor, { locale, limit: 1, by: 'me' })).items
    expect(JSON.parse(entry!.body).facts).toEqual({ list: 'denials', rows: 3, digest: file.digest })
  }
})

test('it is for auditors and the system', async ({ db }) => {
  for (const other of [visitor, await anAdministrator(db), await aTrainee(db)]) {
    await expect(denied(db, other, {})).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(exportDenied(db, other, { locale: 'en' })).rejects.toMatchObject({ code: 'permission.denied' })
  }
})

import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { limits, notices, persons, procedureRequests, regions } from '#db/schema/index.ts'
import { seedProcedureRequests } from '#db/seed/procedures.ts'
import { system, visitor } from '#modules/actor.ts'
import { exportMyData } from '#modules/exchange/index.ts'
import { keptNotices } from '#modules/notices/index.ts'
import { answerProcedureRequest, answerProcedureRequestInput, countriesIn, countryName, endProcedureLink, forgetProcedureRequests, forgetRequester, openGranted, procedureCounts, procedureRequestOf, procedureRequestsOf, procedureRequestsWaiting, requestProcedure, requestProcedureInput } from '#modules/procedures/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aPerson, aRegion, aTrainee, actorFor } from '#tests/factories.ts'

const ask = {
  procedure: 'training-course', organisation: 'Ош облустук ооруканасы', country: 'KG', name: 'Айгерим Токтогулова', email: 'aigerim@example.kg', purpose: 'Биздин борбордо курсту баштоо үчүн.\nЖыйырма адам.',
  locale: 'ru' as const, consent: true as const,
}
const one = async (db: Db) => (await db.select().from(procedureRequests))[0]!
/** The secret of the link in the last letter. */
const secretIn = async (db: Db) => /procedures\/granted\/([\w-]{43})/.exec((await keptNotices(db))[0]!.body)![1]!

describe('asking for a procedure', () => {
  test('needs no sign-in, keeps what was said, and tells the administrators in their language', async ({ db }) => {
    const person = await aPerson(db, { email: 'admin@example.kz', locale: 'kk' })
    await actorFor(db, person.id, { role: 'administrator' })
    expect(await requestProcedure(db, visitor, requestProcedureInput.parse(ask))).toEqual({ procedure: 'training-course' })
    expect(await one(db)).toMatchObject({ procedure: 'training-course', version: '0.1.0', country: 'KG', regionCode: null, state: 'open', locale: 'ru', purpose: ask.purpose, requestedBy: null, consent: expect.stringMatching(/^20/), linkHash: null, opened: 0 })
    const letters = await keptNotices(db)
    expect(letters).toMatchObject([{ kind: 'procedure.requested', recipient: 'admin@example.kz', locale: 'kk', subject: 'Рәсімге сұрау: Ош облустук ооруканасы' }])
    expect(letters[0]!.body).toContain(`/kk/admin/procedures/${(await one(db)).id}`)
    expect(letters[0]!.body).toContain('Қырғызстан')
    // What is told of a person stands in the request alone.
    expect(letters[0]!.body).not.toContain('Айгерим')
  })

  test('twice while nobody has answered is one request, with the same answer; after an answer it is a new one', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await requestProcedure(db, visitor, ask)
    expect(await requestProcedure(db, visitor, { ...ask, email: 'AIGERIM@example.kg', purpose: 'Again' })).toEqual({ procedure: 'training-course' })
    expect([await db.$count(procedureRequests), await db.$count(notices)]).toEqual([1, 1])
    await requestProcedure(db, visitor, { ...ask, procedure: 'case-safety', email: 'other@example.kg' })
    expect(await db.$count(procedureRequests)).toBe(2)
    await answerProcedureRequest(db, administrator, { requestId: (await one(db)).id, answer: 'declined', text: 'Әзірге жоқ', days: 30 })
    await requestProcedure(db, visitor, ask)
    expect(await db.$count(procedureRequests)).toBe(3)
  })

  test('of Kazakhstan names a region that exists, of another country none', async ({ db }) => {
    await aRegion(db, 'KZ-43')
    const inside = { ...ask, country: 'KZ', regionCode: 'KZ-43' }
    await requestProcedure(db, visitor, inside)
    await requestProcedure(db, visitor, { ...ask, email: 'second@example.kg', regionCode: 'KZ-43' })
    expect((await db.select({ country: procedureRequests.country, region: procedureRequests.regionCode }).from(procedureRequests)).sort((a, b) => a.country.localeCompare(b.country))).toEqual([{ country: 'KG', region: null }, { country: 'KZ', region: 'KZ-43' }])
    await expect(requestProcedure(db, visitor, { ...inside, email: 'third@example.kz', regionCode: 'KZ-99' })).rejects.toMatchObject({ code: 'input.invalid', fields: { regionCode: 'field.invalid_value' } })
    expect(await db.$count(procedureRequests)).toBe(2)
  })

  test('is refused by field for what can not be', () => {
    const wrong = (more: object) => (requestProcedureInput.safeParse({ ...ask, ...more }).error?.issues ?? []).map((issue) => [issue.path.join('.'), issue.message])
    expect(wrong({})).toEqual([])
    expect(wrong({ country: 'KZ' })).toEqual([['regionCode', 'field.required']])
    expect(wrong({ country: 'KZ', name: undefined }).map(([field]) => field).sort()).toEqual(['name', 'regionCode'])
    expect(wrong({ country: 'XX' })).toEqual([['country', 'field.invalid_value']])
    expect(wrong({ email: 'nobody' })).toEqual([['email', 'field.email']])
    expect(wrong({ consent: false })).toEqual([['consent', 'field.consent']])
    expect(wrong({ organisation: 'a\u202eb' })).toEqual([['organisation', 'field.characters']])
    expect(wrong({ purpose: 'a\u0000b' })).toEqual([['purpose', 'field.characters']])
    expect(wrong({ purpose: '  ' })).toEqual([['purpose', 'field.required']])
  })

  test('of an open one, or of one that is not there, asks nobody', async ({ db }) => {
    await expect(requestProcedure(db, visitor, { ...ask, procedure: 'community-mapping' })).rejects.toMatchObject({ code: 'procedure.open' })
    await expect(requestProcedure(db, visitor, { ...ask, procedure: 'nothing' })).rejects.toMatchObject({ code: 'object.not-found' })
    expect([await db.$count(procedureRequests), await db.$count(limits)]).toEqual([0, 0])
  })

  test('is limited: five an hour from an address, three a day for a mailbox', async ({ db }) => {
    for (let n = 0; n < 5; n++) await requestProcedure(db, visitor, { ...ask, email: `n${n}@example.kg`, address: '192.0.2.7' })
    await expect(requestProcedure(db, visitor, { ...ask, email: 'n9@example.kg', address: '192.0.2.7' })).rejects.toMatchObject({ code: 'limit.too-many' })
    for (let n = 0; n < 3; n++) await requestProcedure(db, visitor, { ...ask, address: `198.51.100.${n}` })
    await expect(requestProcedure(db, visitor, { ...ask, email: ask.email.toUpperCase(), address: '198.51.100.9' })).rejects.toMatchObject({ code: 'limit.too-many' })
    expect(await db.$count(procedureRequests)).toBe(6)
  })
})

describe('an answer', () => {
  const asked = async (db: Db) => {
    const administrator = await anAdministrator(db)
    await requestProcedure(db, visitor, ask)
    await db.delete(notices)
    return { administrator, requestId: (await one(db)).id }
  }

  test('that grants sends a link in the language of the request; only its hash is kept, and it opens the procedure for its days', async ({ db }) => {
    const { administrator, requestId } = await asked(db)
    const { state, link } = await answerProcedureRequest(db, administrator, { requestId, answer: 'granted', text: 'Сәттілік!', days: 7 })
    const secret = await secretIn(db)
    expect([state, link]).toEqual(['granted', expect.stringMatching(new RegExp(`/ru/procedures/granted/${secret}$`))])
    expect(await keptNotices(db)).toMatchObject([{ kind: 'procedure.granted', recipient: 'aigerim@example.kg', locale: 'ru', body: expect.stringContaining('Сәттілік!') }])
    const kept = await one(db)
    expect(JSON.stringify(kept)).not.toContain(secret)
    expect(kept.linkHash).toMatch(/^[0-9a-f]{64}$/)
    expect(Math.round((kept.linkUntil!.getTime() - Date.now()) / 86_400_000)).toBe(7)

    expect(await openGranted(db, visitor, { token: secret })).toMatchObject({ procedure: { slug: 'training-course' }, organisation: ask.organisation, version: '0.1.0', until: kept.linkUntil })
    await openGranted(db, visitor, { token: secret, looking: true })
    await openGranted(db, visitor, { token: secret })
    expect((await one(db)).opened).toBe(2)
    for (const token of [secret.slice(1), kept.linkHash!, '', requestId]) expect(await openGranted(db, visitor, { token })).toBeNull()

    await db.update(procedureRequests).set({ linkUntil: new Date(Date.now() - 1) })
    expect(await openGranted(db, visitor, { token: secret })).toBeNull()
    expect((await one(db)).opened).toBe(2)
  })

  test('closes the link before its day, once', async ({ db }) => {
    const { administrator, requestId } = await asked(db)
    await expect(endProcedureLink(db, administrator, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
    await answerProcedureRequest(db, administrator, { requestId, answer: 'granted', days: 30 })
    const secret = await secretIn(db)
    await expect(endProcedureLink(db, await anAuditor(db), { requestId })).rejects.toMatchObject({ code: 'permission.denied' })
    await endProcedureLink(db, administrator, { requestId })
    expect(await openGranted(db, visitor, { token: secret })).toBeNull()
    await expect(endProcedureLink(db, administrator, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
  })

  test('that declines needs a reason, sends it, and opens nothing', async ({ db }) => {
    const { administrator, requestId } = await asked(db)
    expect(answerProcedureRequestInput.safeParse({ requestId, answer: 'declined' }).error!.issues).toMatchObject([{ path: ['text'], message: 'field.reason' }])
    expect(await answerProcedureRequest(db, administrator, { requestId, answer: 'declined', text: 'Бірінші центрге хабарласыңыз', days: 30 })).toEqual({ state: 'declined', link: null })
    expect(await keptNotices(db)).toMatchObject([{ kind: 'procedure.declined', body: expect.stringContaining('Бірінші центрге хабарласыңыз') }])
    expect(await one(db)).toMatchObject({ state: 'declined', linkHash: null, linkUntil: null })
  })

  test('is given once, by an administrator', async ({ db }) => {
    const { administrator, requestId } = await asked(db)
    const centre = await aCentre(db)
    for (const actor of [visitor, await aTrainee(db), await anAuditor(db), await aCoordinator(db, centre.id)]) {
      await expect(answerProcedureRequest(db, actor, { requestId, answer: 'granted', days: 30 })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    await expect(answerProcedureRequest(db, administrator, { requestId: crypto.randomUUID(), answer: 'granted', days: 30 })).rejects.toMatchObject({ code: 'object.not-found' })
    await answerProcedureRequest(db, administrator, { requestId, answer: 'granted', days: 30 })
    await expect(answerProcedureRequest(db, administrator, { requestId, answer: 'declined', text: 'Жоқ', days: 30 })).rejects.toMatchObject({ code: 'procedure.answered' })
    expect([await db.$count(notices), (await one(db)).state]).toEqual([1, 'granted'])
  })
})

describe('the inbox', () => {
  test('is the administrator’s and the ministry’s; only the first may answer, and nobody sees the link’s hash', async ({ db }) => {
    const [administrator, auditor] = [await anAdministrator(db), await anAuditor(db)]
    await requestProcedure(db, visitor, ask)
    const { id } = await one(db)
    expect(await procedureRequestOf(db, administrator, { requestId: id })).toMatchObject({ answerable: true, closable: false })
    expect(await procedureRequestOf(db, auditor, { requestId: id })).toMatchObject({ answerable: false, closable: false })
    expect([await procedureRequestsWaiting(db, auditor), Object.keys((await procedureRequestsOf(db, auditor)).items[0]!).filter((key) => /hash|consent|By$/i.test(key))]).toEqual([1, []])
    for (const requestId of ['abc', '\u0000', crypto.randomUUID()]) await expect(procedureRequestOf(db, auditor, { requestId })).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [visitor, await aTrainee(db)]) {
      await expect(procedureRequestsOf(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(procedureRequestOf(db, actor, { requestId: id })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(procedureCounts(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    }
  })

  test('lists page by page, by state and by procedure', async ({ db }) => {
    const administrator = await anAdministrator(db)
    for (let n = 0; n < 5; n++) await requestProcedure(db, visitor, { ...ask, email: `n${n}@example.kg`, procedure: n < 2 ? 'case-safety' : 'training-course' })
    const first = await procedureRequestsOf(db, administrator, { limit: 3 })
    const second = await procedureRequestsOf(db, administrator, { limit: 3, cursor: first.cursor! })
    expect([first.items.length, second.items.length, second.cursor]).toEqual([3, 2, null])
    expect(new Set([...first.items, ...second.items].map((item) => item.id)).size).toBe(5)
    expect((await procedureRequestsOf(db, administrator, { procedure: 'case-safety' })).items.map((item) => item.email).sort()).toEqual(['n0@example.kg', 'n1@example.kg'])
    expect((await procedureRequestsOf(db, administrator, { state: 'granted' })).items).toEqual([])
  })

  test('counts by region, country and state what was asked on the days meant', async ({ db }) => {
    const administrator = await anAdministrator(db)
    await aRegion(db, 'KZ-43')
    await db.insert(regions).values({ code: 'KZ-31', kato: '310000000', names: { kk: 'Жамбыл облысы', ru: 'Жамбылская область', en: 'Zhambyl Region' }, validFrom: '1991-12-16' })
    const places = [['KZ', 'KZ-43'], ['KZ', 'KZ-43'], ['KZ', 'KZ-31'], ['KG', undefined], ['KG', undefined], ['KG', undefined]] as const
    for (const [n, [country, regionCode]] of places.entries()) await requestProcedure(db, visitor, { ...ask, email: `n${n}@example.kg`, country, ...(regionCode ? { regionCode } : {}) })
    const all = await db.select().from(procedureRequests)
    const of = (n: number) => all.find((row) => row.email === `n${n}@example.kg`)!.id
    await answerProcedureRequest(db, administrator, { requestId: of(0), answer: 'granted', days: 30 })
    const secret = await secretIn(db)
    for (let n = 0; n < 3; n++) await openGranted(db, visitor, { token: secret })
    await answerProcedureRequest(db, administrator, { requestId: of(3), answer: 'declined', text: 'Жоқ', days: 30 })
    await db.update(procedureRequests).set({ requestedOn: '2026-01-31' }).where(eq(procedureRequests.id, of(5)))

    expect(await procedureCounts(db, administrator)).toMatchObject({
      rows: [
        { country: 'KG', regionCode: null, asked: 3, open: 2, granted: 0, declined: 1, opened: 0 },
        { country: 'KZ', regionCode: 'KZ-43', asked: 2, open: 1, granted: 1, declined: 0, opened: 3 },
        { country: 'KZ', regionCode: 'KZ-31', region: { en: 'Zhambyl Region' }, asked: 1, open: 1, granted: 0, declined: 0, opened: 0 },
      ],
      total: { asked: 6, open: 4, granted: 1, declined: 1, opened: 3 },
    })
    expect((await procedureCounts(db, administrator, { to: '2026-01-31' })).total.asked).toBe(1)
    expect((await procedureCounts(db, administrator, { from: '2026-02-01' })).total.asked).toBe(5)
    expect((await procedureCounts(db, administrator, { procedure: 'case-safety' })).rows).toEqual([])
  })
})

describe('what is kept of whoever asked', () => {
  test('is told to them with everything else that is held on them', async ({ db }) => {
    const trainee = await aTrainee(db)
    await requestProcedure(db, trainee, ask)
    await requestProcedure(db, visitor, { ...ask, email: 'somebody@example.kg' })
    expect((await exportMyData(db, trainee, {})).procedures).toMatchObject([{ procedure: 'training-course', purpose: ask.purpose, email: ask.email, state: 'open' }])
  })

  test('goes a year after the answer; the count stays', async ({ db }) => {
    const administrator = await anAdministrator(db)
    for (const email of ['old@example.kg', 'new@example.kg', 'waiting@example.kg']) await requestProcedure(db, visitor, { ...ask, email })
    for (const row of await db.select().from(procedureRequests)) if (!row.email.startsWith('waiting')) await answerProcedureRequest(db, administrator, { requestId: row.id, answer: 'granted', days: 30 })
    await db.update(procedureRequests).set({ answeredAt: new Date(Date.now() - 366 * 86_400_000) }).where(eq(procedureRequests.email, 'old@example.kg'))
    await forgetProcedureRequests(db)
    expect((await db.select().from(procedureRequests)).map((row) => `${row.email}|${row.name}|${row.purpose === ''}`).sort()).toEqual([`new@example.kg|${ask.name}|false`, `waiting@example.kg|${ask.name}|false`, '||true'])
    expect((await procedureCounts(db, administrator)).total).toMatchObject({ asked: 3, granted: 2, open: 1 })
  })

  test('goes with the person who is erased, of all their requests and nobody else’s', async ({ db }) => {
    const administrator = await anAdministrator(db)
    const trainee = await aTrainee(db)
    await requestProcedure(db, trainee, { ...ask, email: 'own@example.kz' })
    await requestProcedure(db, trainee, { ...ask, email: 'own@example.kz', procedure: 'case-safety' })
    await requestProcedure(db, visitor, ask)
    const answered = (await db.select().from(procedureRequests).where(eq(procedureRequests.procedure, 'case-safety')))[0]!
    await answerProcedureRequest(db, administrator, { requestId: answered.id, answer: 'declined', text: 'Жоқ', days: 30 })
    await forgetRequester(db, trainee.personId!)
    const left = await db.select().from(procedureRequests)
    expect(left.map((row) => [row.procedure, row.email, row.name, row.answer, row.requestedBy]).sort()).toEqual([['case-safety', '', '', null, null], ['training-course', ask.email, ask.name, null, null]])
    expect(await db.$count(persons, eq(persons.id, trainee.personId!))).toBe(1)
  })
})

test('the demonstration shows requests that wait, one granted and one declined, from regions and a neighbouring country', async ({ db }) => {
  for (const code of ['KZ-10', 'KZ-19', 'KZ-75']) await aRegion(db, code)
  await seedProcedureRequests(db, system('demo'))
  expect((await procedureCounts(db, await anAuditor(db))).total).toEqual({ asked: 4, open: 2, granted: 1, declined: 1, opened: 0 })
})

test('countries have names in the three languages, Kazakhstan first', () => {
  expect(countriesIn('kk')[0]).toEqual(['KZ', 'Қазақстан'])
  expect(new Set(countriesIn('ru').map(([code]) => code)).size).toBe(249)
  expect([countryName('ru', 'KG'), countryName('kk', 'KG'), countryName('en', 'MN')]).toEqual(['Кыргызстан', 'Қырғызстан', 'Mongolia'])
  for (const locale of ['kk', 'ru', 'en']) expect(countriesIn(locale).filter(([code, name]) => code === name)).toEqual([])
})

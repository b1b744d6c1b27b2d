import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { changeAnswers, changeRequests, colleges, notices, persons } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { answerChangeRequest, changeRequestOf, changeRequestsOf, changeRequestsWaiting, replyToChangeRequest, sendChangeRequest, sendChangeRequestInput } from '#modules/packages/index.ts'
import { changeStates, nextStates, problemOfChange } from '#modules/packages/changeRules.ts'
import { describe, expect, test } from '#tests/database.ts'
import { actorFor, anAdministrator, anAuditor, anEdition, aPerson, aRegion, aTrainee, texts } from '#tests/factories.ts'
import { mail } from '#tests/modules/cohorts/cast.ts'

async function aCollege(db: Db, name = 'Қызылорда медициналық колледжі') {
  const region = await aRegion(db)
  const [row] = await db.insert(colleges).values({ regionCode: region.code, names: texts(name) }).returning()
  return { college: row!, staff: await actorFor(db, (await aPerson(db, { email: `${row!.id.slice(0, 8)}@college.kz`, locale: 'ru' })).id, { role: 'college', collegeId: row!.id }) }
}

/** A college, the authors, an edition and the next one. */
async function cast(db: Db) {
  const { college, staff } = await aCollege(db)
  const [edition, next] = [await anEdition(db, { number: 41 }), await anEdition(db, { number: 42 })]
  const ask = { editionId: edition.id, collegeId: college.id, kind: 'correction' as const, text: 'В уроке 2 доза указана неверно' }
  return { college, staff, edition, next, ask, author: await anAdministrator(db) }
}

describe('states of a change request', () => {
  const about = { course: 'imci', number: 1 }
  const facts = { kind: 'correction', side: 'authors', seen: 'open', state: 'open', to: 'accepted', about, doneIn: null } as const
  test.each([
    ['open', 'accepted', null], ['open', 'declined', null], ['open', 'open', null],
    ['accepted', 'declined', null], ['accepted', 'open', 'change-request.step'],
    ['declined', 'accepted', null], ['declined', 'open', 'change-request.step'],
    ['done', 'accepted', 'change-request.step'], ['done', 'declined', 'change-request.step'], ['done', 'open', 'change-request.step'],
  ] as const)('authors: %s to %s: %s', (state, to, problem) => expect(problemOfChange({ ...facts, seen: state, state, to })).toBe(problem))

  test.each([
    ['correction', null, 'change-request.edition-needed'], ['question', null, null],
    ['correction', { course: 'imci', number: 2 }, null], ['question', { course: 'imci', number: 2 }, null],
    ['correction', { course: 'imci', number: 1 }, 'change-request.edition-unfit'], ['correction', { course: 'emergency', number: 2 }, 'change-request.edition-unfit'],
  ] as const)('a %s is done in %j: %s', (kind, doneIn, problem) => expect(problemOfChange({ ...facts, kind, to: 'done', doneIn })).toBe(problem))

  test('what is not done is in no edition, and a word on what is done needs none', () => {
    expect(problemOfChange({ ...facts, to: 'accepted', doneIn: { course: 'imci', number: 2 } })).toBe('change-request.edition-unfit')
    expect(problemOfChange({ ...facts, seen: 'done', state: 'done', to: 'done' })).toBe(null)
  })

  test('a college decides nothing, and opens again what was decided', () => {
    expect(Object.fromEntries(changeStates.map((state) => [state, nextStates('college', state)]))).toEqual({ open: ['open'], accepted: ['accepted'], declined: ['open'], done: ['open'] })
  })

  test('an answer to another state than the one that was read is refused', () => expect(problemOfChange({ ...facts, seen: 'open', state: 'declined' })).toBe('change-request.moved-on'))
})

describe('sending', () => {
  test('reaches every administrator in their language, and stands in the list of both sides', async ({ db }) => {
    const { staff, author, ask, college } = await cast(db)
    await db.update(persons).set({ locale: 'en', email: 'admin@example.kz' }).where(eq(persons.id, author.personId!))
    const { id } = await sendChangeRequest(db, staff, { ...ask, about: 'imci-1-01' })
    expect(await db.select({ kind: notices.kind, to: notices.recipient, subject: notices.subject }).from(notices)).toEqual([{ kind: 'change-request.sent', to: 'admin@example.kz', subject: `A college writes about a course: ${college.names.en}` }])
    for (const actor of [staff, author]) {
      expect(await changeRequestsOf(db, actor)).toMatchObject({ items: [{ id, kind: 'correction', state: 'open', about: { id: 'imci-1-01', slug: '1-01-lesson' }, edition: { number: 41 }, college: college.names, messages: 0 }], cursor: null })
    }
    expect([await changeRequestsWaiting(db, author), await changeRequestsWaiting(db, staff)]).toEqual([1, 0])
  })

  test('is about the course, a lesson or a question of that edition, and about nothing else', async ({ db }) => {
    const { staff, ask } = await cast(db)
    for (const about of [undefined, 'imci-1-02', 'imci-1-danger-03']) await sendChangeRequest(db, staff, { ...ask, about })
    expect((await changeRequestsOf(db, staff)).items.map((one) => one.about?.id)).toEqual(expect.arrayContaining([undefined, 'imci-1-02', 'imci-1-danger-03']))
    await expect(sendChangeRequest(db, staff, { ...ask, about: 'imci-9-99' })).rejects.toMatchObject({ code: 'change-request.about-unknown', facts: { about: 'imci-9-99' }, fields: { about: 'field.unknown-part' } })
    await expect(sendChangeRequest(db, staff, { ...ask, editionId: crypto.randomUUID() })).rejects.toMatchObject({ code: 'object.not-found' })
    expect(await db.$count(changeRequests)).toBe(3)
  })

  test('is for staff of that college alone', async ({ db }) => {
    const { ask, author } = await cast(db)
    const { staff: stranger } = await aCollege(db, 'Ақтау колледжі')
    for (const actor of [stranger, author, await aTrainee(db), await anAuditor(db), visitor]) await expect(sendChangeRequest(db, actor, ask)).rejects.toMatchObject({ code: 'permission.denied' })
    expect([await db.$count(changeRequests), await mail(db)]).toEqual([0, []])
  })

  test('is refused when nothing is said, and after twenty in an hour', async ({ db }) => {
    const { staff, ask } = await cast(db)
    for (const text of ['', '    ', 'жоқ', '😀😀😀', 'a\u0000bcdef', 'x'.repeat(2001)]) expect(sendChangeRequestInput.safeParse({ ...ask, text }).success, text).toBe(false)
    expect(sendChangeRequestInput.parse({ ...ask, text: ' Екінші\r\nжол ' }).text).toBe('Екінші\nжол')
    for (let n = 0; n < 20; n++) await sendChangeRequest(db, staff, ask)
    await expect(sendChangeRequest(db, staff, ask)).rejects.toMatchObject({ code: 'limit.too-many' })
  })
})

describe('answering', () => {
  test('a correction is accepted, then done in a later edition; each answer reaches whoever asked', async ({ db }) => {
    const { staff, author, ask, next, edition } = await cast(db)
    const { id: requestId } = await sendChangeRequest(db, staff, ask)
    await db.delete(notices)
    await answerChangeRequest(db, author, { requestId, seen: 'open', to: 'accepted', text: 'Спасибо, исправим' })
    await expect(answerChangeRequest(db, author, { requestId, seen: 'accepted', to: 'done', text: 'Готово' })).rejects.toMatchObject({ code: 'change-request.edition-needed', fields: { doneIn: 'field.later-edition' } })
    await expect(answerChangeRequest(db, author, { requestId, seen: 'accepted', to: 'done', doneIn: edition.id, text: 'Готово' })).rejects.toMatchObject({ code: 'change-request.edition-unfit' })
    await answerChangeRequest(db, author, { requestId, seen: 'accepted', to: 'done', doneIn: next.id, text: 'Готово' })
    expect(await mail(db)).toEqual([`change-request.answered ${staff.personId}`, `change-request.answered ${staff.personId}`])
    expect(await changeRequestOf(db, staff, { requestId })).toMatchObject({
      state: 'done', doneIn: 42, next: [], replyable: true, said: [{ side: 'authors', name: null, state: 'accepted', text: 'Спасибо, исправим' }, { side: 'authors', name: null, state: 'done', text: 'Готово' }],
    })
    expect((await changeRequestOf(db, author, { requestId })).said.every((one) => one.name !== null)).toBe(true)
    // A word afterwards leaves it where it is.
    await answerChangeRequest(db, author, { requestId, seen: 'done', to: 'done', text: 'Напечатано тоже' })
    expect(await changeRequestOf(db, author, { requestId })).toMatchObject({ state: 'done', doneIn: 42 })
  })

  test('what was declined the college may open again, and the authors are told', async ({ db }) => {
    const { staff, author, ask } = await cast(db)
    const { id: requestId } = await sendChangeRequest(db, staff, { ...ask, kind: 'question' })
    await answerChangeRequest(db, author, { requestId, seen: 'open', to: 'declined', text: 'Так в протоколе' })
    await db.delete(notices)
    expect(await replyToChangeRequest(db, staff, { requestId, seen: 'declined', text: 'В протоколе другая доза' })).toEqual({ state: 'open' })
    expect(await mail(db)).toEqual([`change-request.replied ${author.personId}`])
    expect((await changeRequestOf(db, author, { requestId })).said.map((one) => `${one.side} ${one.state}`)).toEqual(['authors declined', 'college open'])
  })

  test('a correction can’t be done while there is no later edition; a question can', async ({ db }) => {
    const { staff, author, ask, next } = await cast(db)
    const nextFor = async (kind: 'question' | 'correction', editionId: string) => (await changeRequestOf(db, author, { requestId: (await sendChangeRequest(db, staff, { ...ask, kind, editionId })).id })).next
    expect(await nextFor('correction', next.id)).toEqual(['open', 'accepted', 'declined'])
    expect(await nextFor('correction', ask.editionId)).toContain('done')
    expect(await nextFor('question', next.id)).toContain('done')
  })

  test('what was done and is opened again is in no edition any more', async ({ db }) => {
    const { staff, author, ask, next } = await cast(db)
    const { id: requestId } = await sendChangeRequest(db, staff, ask)
    await answerChangeRequest(db, author, { requestId, seen: 'open', to: 'done', doneIn: next.id, text: 'Готово' })
    await replyToChangeRequest(db, staff, { requestId, seen: 'done', text: 'Всё ещё неверно' })
    expect(await changeRequestOf(db, staff, { requestId })).toMatchObject({ state: 'open', doneIn: null })
  })

  test('of two answers to what both have read as open, the second is refused', async ({ db }) => {
    const { staff, author, ask } = await cast(db)
    const second = await anAdministrator(db)
    const { id: requestId } = await sendChangeRequest(db, staff, ask)
    await answerChangeRequest(db, author, { requestId, seen: 'open', to: 'declined', text: 'Нет' })
    await expect(answerChangeRequest(db, second, { requestId, seen: 'open', to: 'accepted', text: 'Да' })).rejects.toMatchObject({ code: 'change-request.moved-on' })
    expect(await db.$count(changeAnswers)).toBe(1)
  })

  test('is for administrators; another college’s request is not there; nobody else sees any', async ({ db }) => {
    const { staff, ask } = await cast(db)
    const { staff: stranger } = await aCollege(db, 'Ақтау колледжі')
    const { id: requestId } = await sendChangeRequest(db, staff, ask)
    const answer = { requestId, seen: 'open' as const, to: 'accepted' as const, text: 'Да' }
    for (const actor of [staff, stranger, await aTrainee(db), await anAuditor(db), visitor]) await expect(answerChangeRequest(db, actor, answer)).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await changeRequestsOf(db, stranger)).toEqual({ items: [], cursor: null })
    for (const refused of [changeRequestOf(db, stranger, { requestId }), changeRequestOf(db, stranger, { requestId: 'x\u0000' }), replyToChangeRequest(db, stranger, { requestId, seen: 'open', text: 'Да' })]) await expect(refused).rejects.toMatchObject({ code: 'object.not-found' })
    for (const actor of [await aTrainee(db), visitor]) {
      await expect(changeRequestsOf(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(replyToChangeRequest(db, actor, { requestId, seen: 'open', text: 'Да' })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    expect(await db.$count(changeAnswers)).toBe(0)
  })

  test('the authors do not speak for the college, and a sender whose account is closed is not written to', async ({ db }) => {
    const { staff, author, ask } = await cast(db)
    const { id: requestId } = await sendChangeRequest(db, staff, ask)
    await expect(replyToChangeRequest(db, author, { requestId, seen: 'open', text: 'Да' })).rejects.toMatchObject({ code: 'permission.denied' })
    await db.update(persons).set({ suspendedAt: new Date() }).where(eq(persons.id, staff.personId!))
    await db.delete(notices)
    await answerChangeRequest(db, author, { requestId, seen: 'open', to: 'accepted', text: 'Да' })
    expect(await mail(db)).toEqual([])
  })
})

test('lists go on from their cursor and keep to their filter', async ({ db }) => {
  const { staff, author, ask } = await cast(db)
  const ids: string[] = []
  for (let n = 0; n < 5; n++) ids.push((await sendChangeRequest(db, system('test'), ask)).id)
  await answerChangeRequest(db, author, { requestId: ids[2]!, seen: 'open', to: 'accepted', text: 'Да' })
  const first = await changeRequestsOf(db, staff, { limit: 3 })
  const second = await changeRequestsOf(db, staff, { limit: 3, cursor: first.cursor! })
  expect([first.items.length, second.items.length, second.cursor]).toEqual([3, 2, null])
  expect([...first.items, ...second.items].map((one) => one.id).sort()).toEqual(ids.toSorted())
  expect((await changeRequestsOf(db, staff, { state: 'accepted' })).items.map((one) => one.id)).toEqual([ids[2]])
  expect((await changeRequestsOf(db, staff, { course: 'emergency' })).items).toEqual([])
})

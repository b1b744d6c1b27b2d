import { desc, eq } from 'drizzle-orm'
import { editions, entries, items, lessons, settings, stations } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { addKind } from '#modules/certificates/index.ts'
import { editionOf, editionsOf, itemsOf, latestEditions, lessonsOf, publishCourse, recordApproval } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, aTrainee, texts } from '#tests/factories.ts'
import { courseFolder, type Whole } from './courseFolder.ts'
import type { Db } from '#db/client.ts'

const publish = (db: Db, change?: (course: Whole) => void, input: object = {}) => {
  using folder = courseFolder(change)
  return publishCourse(db, system('test'), { course: 'tiny', demonstration: false, ...input }, folder.contentDir)
}

test('publishing freezes outline, lessons, questions and stations as edition 1', async ({ db }) => {
  const { editionId, number, created } = await publish(db)
  expect({ number, created }).toEqual({ number: 1, created: true })
  const edition = await editionOf(db, editionId)
  expect(edition).toMatchObject({ course: 'tiny', hours: 2, guideline: 'g-1', demonstration: false, approval: null })
  expect(edition.outline.rules.attempts).toBe(3)
  expect(await lessonsOf(db, editionId)).toMatchObject([{ id: 'tiny-1-01', slug: '1-01-cough', titles: { kk: 'Lesson kk' } }])
  expect([...(await itemsOf(db, editionId)).values()].map((item) => item.kind).sort()).toEqual(['matching', 'multiple', 'numeric', 'ordering', 'single'])
  expect(await db.$count(stations, eq(stations.editionId, editionId))).toBe(1)
})

test('publishing is told in the ledger with the content’s hash', async ({ db }) => {
  const { editionId, contentHash } = await publish(db)
  const [entry] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
  expect(JSON.parse(entry!.body)).toMatchObject({ kind: 'course.published', facts: { edition: editionId, content: contentHash, number: 1 } })
})

test('the same content is the same edition, and nothing is written', async ({ db }) => {
  const first = await publish(db)
  const before = [await db.$count(editions), await db.$count(entries), await db.$count(items)]
  expect(await publish(db)).toEqual({ ...first, created: false })
  expect([await db.$count(editions), await db.$count(entries), await db.$count(items)]).toEqual(before)
})

test.for<[string, (course: Whole) => void]>([
  ['a lesson’s text', (course) => (course.body = 'Other words.\n')],
  ['a key', ({ bank }) => (bank.items[0].key = ['a'])],
  ['a step', ({ station }) => (station.steps[1].critical = true)],
  ['a rule', ({ course }) => (course.rules.passPercent = 71)],
])('another word in %s makes the next edition, and the old one stays as it was', async ([, change], { db }) => {
  const first = await publish(db)
  const old = await itemsOf(db, first.editionId)
  const second = await publish(db, change)
  expect(second).toMatchObject({ number: 2, created: true })
  expect(second.contentHash).not.toBe(first.contentHash)
  expect(await itemsOf(db, first.editionId)).toEqual(old)
  expect((await latestEditions(db)).map((edition) => edition.number)).toEqual([2])
  expect((await editionsOf(db, 'tiny')).map((edition) => edition.number)).toEqual([2, 1])
})

test('a course that leads to a kind of certificate nobody has heard of is not published; one that was added is enough', async ({ db }) => {
  const state = (course: Whole) => (course.course.kind = 'state-form')
  await expect(publish(db, state)).rejects.toMatchObject({ code: 'course.kind-unknown', facts: { course: 'tiny', kind: 'state-form' } })
  expect(await db.$count(editions)).toBe(0)
  await expect(publish(db, (course) => (course.course.kind = 'State form!'))).rejects.toMatchObject({ code: 'course.content-invalid' })
  await addKind(db, system('test'), {
    kind: 'state-form', template: 'certificate', titles: texts('Куәлік'), confirms: texts('растайды'), legalBasis: null, approvalRequired: false, accreditationRequired: false, otherwise: null, credited: true,
  })
  const { editionId } = await publish(db, state)
  expect((await editionOf(db, editionId)).kind).toBe('state-form')
})

test('a demonstration never stands in for the real edition', async ({ db }) => {
  const shown = await publish(db, undefined, { demonstration: true })
  const real = await publish(db)
  expect(real).toMatchObject({ number: 2, created: true })
  expect(real.contentHash).not.toBe(shown.contentHash)
})

test('in a database that is a demonstration every edition is one', async ({ db }) => {
  await db.insert(settings).values({ name: 'demonstration', value: true })
  expect(await editionOf(db, (await publish(db)).editionId)).toMatchObject({ demonstration: true })
})

test('a frozen option’s id tells neither the author’s letter nor the key', async ({ db }) => {
  const { editionId } = await publish(db)
  const [frozen] = await db.select().from(items).where(eq(items.id, 'q-one'))
  const body = frozen!.body as { options: { id: string; text: { en: string } }[]; key: string[] }
  for (const option of body.options) expect(option.id).toMatch(/^[0-9a-f]{12}$/)
  expect(body.options.map((option) => option.id)).toEqual(body.options.map((option) => option.id).sort())
  expect(body.options.find((option) => option.id === body.key[0])!.text.en).toBe('b en')
  const next = await publish(db, (course) => (course.body = 'x\n'))
  const other = (await itemsOf(db, next.editionId)).get('q-one')!
  expect(other.body.key).not.toEqual((await itemsOf(db, editionId)).get('q-one')!.body.key)
})

test('neither side of a pair nor a place in an order keeps the author’s letters, and both keys still name what was meant', async ({ db }) => {
  const { editionId } = await publish(db)
  const frozen = await itemsOf(db, editionId)
  const [order, pairs] = [frozen.get('q-four')!, frozen.get('q-five')!]
  if (order.kind !== 'ordering' || pairs.kind !== 'matching') throw new Error('other kinds')
  const named = (list: { id: string; text: { en: string } }[], id: string) => list.find((one) => one.id === id)!.text.en
  expect(order.body.key.map((step) => named(order.body.options, step))).toEqual(['a en', 'b en', 'c en'])
  expect(order.body.options.map((one) => one.id)).toEqual(order.body.options.map((one) => one.id).sort())
  expect(pairs.body.key.map(([left, option]) => [named(pairs.body.left, left), named(pairs.body.options, option)])).toEqual([['left a en', 'c en'], ['left b en', 'a en']])
  const ids = [...order.body.options, ...pairs.body.left, ...pairs.body.options].map((one) => one.id)
  expect(new Set(ids).size).toBe(8)
  for (const id of ids) expect(id).toMatch(/^[0-9a-f]{12}$/)
})

test('only an administrator or the system publishes', async ({ db }) => {
  using folder = courseFolder()
  for (const actor of [await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id)]) {
    await expect(publishCourse(db, actor, { course: 'tiny', demonstration: false }, folder.contentDir)).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(await db.$count(editions)).toBe(0)
  expect(await publishCourse(db, await anAdministrator(db), { course: 'tiny', demonstration: false }, folder.contentDir)).toMatchObject({ created: true })
})

test('content that does not fit publishes nothing', async ({ db }) => {
  await expect((async () => publish(db, ({ course }) => (course.hours = 9)))()).rejects.toMatchObject({ code: 'course.content-invalid' })
  expect([await db.$count(editions), await db.$count(lessons)]).toEqual([0, 0])
})

const approval = { body: 'Ғылыми-әдістемелік кеңес', number: '7', date: '2026-09-01' }

test('an approval is recorded once, with publication or later, and never swapped', async ({ db }) => {
  const { editionId } = await publish(db)
  const administrator = await anAdministrator(db)
  await recordApproval(db, administrator, { editionId, approval })
  const told = await db.$count(entries)
  await recordApproval(db, administrator, { editionId, approval })
  expect(await db.$count(entries)).toBe(told)
  await expect(recordApproval(db, administrator, { editionId, approval: { ...approval, number: '8' } })).rejects.toMatchObject({ code: 'course.approved-already' })
  expect((await editionOf(db, editionId)).approval).toEqual(approval)
})

test('publishing known content with its approval writes the approval down', async ({ db }) => {
  const { editionId } = await publish(db)
  await publish(db, undefined, { approval })
  expect((await editionOf(db, editionId)).approval).toEqual(approval)
})

test('a coordinator approves nothing', async ({ db }) => {
  const { editionId } = await publish(db)
  const coordinator = await aCoordinator(db, (await aCentre(db)).id)
  await expect(recordApproval(db, coordinator, { editionId, approval })).rejects.toMatchObject({ code: 'permission.denied' })
  expect((await editionOf(db, editionId)).approval).toBeNull()
})

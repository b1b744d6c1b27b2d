import { savedViews } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { deleteView, mostViews, renameView, saveView, viewPages, viewsOf } from '#modules/counts/index.ts'
import { erasePerson, mergePersons } from '#modules/people/index.ts'
import { forgetEverywhere } from '#src/forgetEverywhere.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainee } from '#tests/factories.ts'

const one = { name: 'Қызылорда, тоқсан', page: 'counts', query: 'by=region,course&quarter=2026-Q3' } as const

test('an auditor saves, renames and deletes views of their own, and sees no one else’s', async ({ db }) => {
  const [mine, theirs] = [await anAuditor(db), await anAuditor(db)]
  const { id } = await saveView(db, mine, one)
  await saveView(db, theirs, one)
  expect(await viewsOf(db, mine)).toEqual([{ id, ...one }])
  for (const attempt of [renameView(db, theirs, { viewId: id, name: 'Х' }), deleteView(db, theirs, { viewId: id })]) await expect(attempt).rejects.toMatchObject({ code: 'object.not-found' })
  await renameView(db, mine, { viewId: id, name: 'Облыс' })
  expect((await viewsOf(db, mine)).map((view) => view.name)).toEqual(['Облыс'])
  await deleteView(db, mine, { viewId: id })
  expect(await viewsOf(db, mine)).toEqual([])
  expect(await viewsOf(db, theirs)).toHaveLength(1)
})

test('every page that takes a cut, a period or filters can be kept', async ({ db }) => {
  const auditor = await anAuditor(db)
  for (const page of viewPages) await saveView(db, auditor, { name: page, page, query: page === 'quality' ? 'course=imci&from=2026-01-01' : page === 'explain' ? 'figure=people&region=KZ-43' : 'from=2026-01-01' })
  expect((await viewsOf(db, auditor)).map(({ page }) => page)).toEqual([...viewPages].toSorted())
  expect(viewPages).toEqual(expect.arrayContaining(['places', 'quality', 'trail', 'explain']))
})

test('a name is one’s own once, whatever its case', async ({ db }) => {
  const auditor = await anAuditor(db)
  await saveView(db, auditor, one)
  const { id } = await saveView(db, auditor, { ...one, name: 'Other' })
  for (const attempt of [() => saveView(db, auditor, { ...one, name: ' қызылорда, ТОҚСАН ' }), () => renameView(db, auditor, { viewId: id, name: one.name })]) await expect(attempt()).rejects.toMatchObject({ code: 'view.name-taken' })
  expect(await viewsOf(db, auditor)).toHaveLength(2)
})

test('a hundred views are the most', async ({ db }) => {
  const auditor = await anAuditor(db)
  await db.insert(savedViews).values(Array.from({ length: mostViews }, (_, n) => ({ ...one, personId: auditor.personId!, name: `№ ${n}` })))
  await expect(saveView(db, auditor, one)).rejects.toMatchObject({ code: 'view.too-many', facts: { most: 100 } })
})

test('nobody else keeps views, and what is no address of a page is refused', async ({ db }) => {
  for (const actor of [await aTrainee(db), await aCoordinator(db, (await aCentre(db)).id), await anAdministrator(db), system('test')]) {
    await expect(saveView(db, actor, one)).rejects.toMatchObject({ code: 'permission.denied' })
    expect(await viewsOf(db, actor)).toEqual([])
  }
  const auditor = await anAuditor(db)
  for (const input of [{ ...one, name: ' ' }, { ...one, page: 'admin' }, { ...one, query: '"><script>' }, { ...one, query: 'a'.repeat(2001) }]) expect(() => saveView(db, auditor, input as never)).toThrow()
})

test('views go with whoever is erased, also those of a record that had been joined to theirs, and nobody else’s do', async ({ db }) => {
  const [gone, duplicate, other] = [await anAuditor(db), await anAuditor(db), await anAuditor(db)]
  for (const auditor of [gone, duplicate, other]) await saveView(db, auditor, { ...one, name: 'Рақымбаеваның тексеруі' })
  await mergePersons(db, system('test'), { personId: duplicate.personId!, intoId: gone.personId! }, async () => {})
  await erasePerson(db, await anAdministrator(db), { personId: gone.personId! }, forgetEverywhere)
  expect((await db.select().from(savedViews)).map((view) => view.personId)).toEqual([other.personId])
})

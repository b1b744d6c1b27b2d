import { bookmarks, errorReports, limits } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { exportMyData } from '#modules/exchange/index.ts'
import { eraseHolder } from '#modules/certificates/index.ts'
import { bookmarksOf, closeReport, keepBookmark, openReports, readingOf, reportError, reportErrorInput, reportsOf } from '#modules/courses/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anEdition, aTrainee, aTrainer } from '#tests/factories.ts'

const words = 'The limit should be 50, not 40.'

test('a bookmark put in twice is there once, and taken out twice is gone', async ({ db }) => {
  const [trainee, edition] = [await aTrainee(db), await anEdition(db)]
  const lesson = { editionId: edition.id, lessonId: 'imci-1-02' }
  for (const _ of [1, 2]) await keepBookmark(db, trainee, { ...lesson, keep: 'yes' })
  expect(await bookmarksOf(db, trainee)).toMatchObject([{ ...lesson, slug: '1-02-lesson', course: 'imci', number: edition.number, day: 1 }])
  expect(await readingOf(db, trainee, lesson)).toEqual({ finished: false, bookmarked: true })
  for (const _ of [1, 2]) await keepBookmark(db, trainee, { ...lesson, keep: 'no' })
  expect([await bookmarksOf(db, trainee), await db.$count(bookmarks)]).toEqual([[], 0])
})

test('one’s bookmarks are one’s own, and the newest comes first', async ({ db }) => {
  const [trainee, other, edition] = [await aTrainee(db), await aTrainee(db), await anEdition(db)]
  const at = (lessonId: string) => ({ editionId: edition.id, lessonId })
  await db.insert(bookmarks).values([{ personId: trainee.personId!, ...at('imci-1-01'), keptAt: new Date('2027-03-01') }, { personId: trainee.personId!, ...at('imci-1-02'), keptAt: new Date('2027-03-02') }])
  expect((await bookmarksOf(db, trainee)).map((one) => one.lessonId)).toEqual(['imci-1-02', 'imci-1-01'])
  expect(await bookmarksOf(db, other)).toEqual([])
  await keepBookmark(db, other, { ...at('imci-1-01'), keep: 'no' })
  expect(await db.$count(bookmarks)).toBe(2)
  expect(await readingOf(db, other, at('imci-1-01'))).toEqual({ finished: false, bookmarked: false })
})

test('a lesson that no edition has takes no bookmark and no report, and a visitor leaves neither', async ({ db }) => {
  const [trainee, edition] = [await aTrainee(db), await anEdition(db)]
  const nowhere = { editionId: edition.id, lessonId: 'imci-9-09' }
  await expect(keepBookmark(db, trainee, { ...nowhere, keep: 'yes' })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(reportError(db, trainee, { ...nowhere, locale: 'en', text: words })).rejects.toMatchObject({ code: 'object.not-found' })
  const lesson = { editionId: edition.id, lessonId: 'imci-1-01' }
  for (const actor of [visitor, system('test')]) {
    await expect(keepBookmark(db, visitor, { ...lesson, keep: 'yes' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(reportError(db, visitor, { ...lesson, locale: 'en', text: words })).rejects.toMatchObject({ code: 'permission.denied' })
    expect(actor.personId).toBeNull()
  }
  expect([await db.$count(bookmarks), await db.$count(errorReports)]).toEqual([0, 0])
})

test('a reported error waits for an administrator, who closes it once', async ({ db }) => {
  const [trainee, edition, administrator, second] = [await aTrainee(db), await anEdition(db), await anAdministrator(db), await anAdministrator(db)]
  await reportError(db, trainee, { editionId: edition.id, lessonId: 'imci-1-01', locale: 'ru', text: words })
  const [report] = await reportsOf(db, administrator)
  expect(report).toMatchObject({ text: words, locale: 'ru', slug: '1-01-lesson', personId: trainee.personId })
  expect(await openReports(db, administrator)).toBe(1)
  await closeReport(db, administrator, { reportId: report!.id })
  await closeReport(db, second, { reportId: report!.id })
  expect([await openReports(db, administrator), await reportsOf(db, administrator)]).toEqual([0, []])
  expect(await reportsOf(db, administrator, { closed: true })).toMatchObject([{ id: report!.id }])
  expect(await db.select({ by: errorReports.closedBy }).from(errorReports)).toEqual([{ by: administrator.personId }])
})

test('reports are read and closed by administrators alone', async ({ db }) => {
  const [trainee, edition, centre] = [await aTrainee(db), await anEdition(db), await aCentre(db)]
  await reportError(db, trainee, { editionId: edition.id, lessonId: 'imci-1-01', locale: 'kk', text: words })
  const [report] = await db.select().from(errorReports)
  for (const actor of [visitor, trainee, await aTrainer(db, centre.id), await aCoordinator(db, centre.id)]) {
    await expect(reportsOf(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(openReports(db, actor)).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(closeReport(db, actor, { reportId: report!.id })).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(await db.select({ closedAt: errorReports.closedAt }).from(errorReports)).toEqual([{ closedAt: null }])
})

test('ten reports in an hour are enough of one person, and leave another theirs', async ({ db }) => {
  const [trainee, other, edition] = [await aTrainee(db), await aTrainee(db), await anEdition(db)]
  const report = { editionId: edition.id, lessonId: 'imci-1-01', locale: 'kk' as const, text: words }
  for (let n = 0; n < 10; n++) await reportError(db, trainee, report)
  await expect(reportError(db, trainee, report)).rejects.toMatchObject({ code: 'limit.too-many' })
  expect(await db.$count(errorReports)).toBe(10)
  await reportError(db, other, report)
  // Whom a count belongs to can't be read off it.
  expect(JSON.stringify(await db.select().from(limits))).not.toContain(trainee.personId!)
})

test.each([['nothing', ''], ['spaces', '      '], ['four letters', 'good'], ['more than a thousand', 'ә'.repeat(1001)], ['a zero byte', 'abc\0def']])('a report of %s is none', (_, text) => {
  expect(reportErrorInput.safeParse({ editionId: '00000000-0000-4000-8000-000000000000', lessonId: 'x', locale: 'kk', text }).success).toBe(false)
})

test('a thousand letters are a report', () => {
  expect(reportErrorInput.safeParse({ editionId: '00000000-0000-4000-8000-000000000000', lessonId: 'x', locale: 'kk', text: 'ә'.repeat(1000) }).success).toBe(true)
})

test('one’s own data has both; erasure takes the bookmarks and the name, and leaves what is wrong in the lesson', async ({ db }) => {
  const [trainee, edition, administrator] = [await aTrainee(db), await anEdition(db), await anAdministrator(db)]
  const lesson = { editionId: edition.id, lessonId: 'imci-1-01' }
  await keepBookmark(db, trainee, { ...lesson, keep: 'yes' })
  await reportError(db, trainee, { ...lesson, locale: 'kk', text: words })
  expect(await exportMyData(db, trainee, {})).toMatchObject({ bookmarks: [{ lesson: 'imci-1-01' }], reportedErrors: [{ lesson: 'imci-1-01', text: words }] })
  await eraseHolder(db, trainee.personId!)
  expect(await db.$count(bookmarks)).toBe(0)
  expect(await reportsOf(db, administrator)).toMatchObject([{ text: words, personId: null, familyName: null }])
})

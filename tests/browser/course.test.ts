import { faults as faultsOf } from './axe.ts'
import { able, describe, expect, needs, test } from './browser.ts'

// The course on a phone, in three languages: its days, a lesson with its bookmark and its errors, the workbook, search and the glossary.

describe.skipIf(!able)(`the course${needs}`, () => {
  test.for(['kk', 'ru', 'en'] as const)('on a phone in %s: a day, its lesson, a bookmark and back to it', async (locale, { server, arrive }) => {
    const reader = await (await arrive(server, { locale, width: 360 })).carrySession('trainee@demo.kz')
    const faults: string[] = []
    await reader.open('/learn/courses/imci/1')
    const days = reader.page.getByRole('navigation', { name: reader.t('course.day.tabs') })
    await Promise.all([reader.page.waitForURL(/day=2/), days.getByRole('link', { name: reader.t('course.day', { day: 2 }) }).click()])
    expect(await reader.page.locator('[aria-current="true"]').filter({ hasText: reader.t('course.day', { day: 2 }) }).count()).toBe(1)
    faults.push(...(await faultsOf(reader)))
    await Promise.all([reader.page.waitForURL(/day=1/), days.getByRole('link', { name: reader.t('course.day', { day: 1 }) }).click()])

    await reader.follow(reader.page.locator('ol a[href*="/1-02-"]'))
    const title = await reader.page.getByRole('heading', { level: 1 }).innerText()
    await reader.press('lesson.bookmark.add')
    await reader.button('lesson.bookmark.remove').waitFor()
    faults.push(...(await faultsOf(reader)))
    await reader.open('/learn')
    await reader.follow(reader.region('learn.bookmarks').getByRole('link', { name: title, exact: true }))
    await reader.press('lesson.bookmark.remove')
    await reader.button('lesson.bookmark.add').waitFor()
    expect(faults).toEqual([])
  })

  test.for(['kk', 'ru', 'en'] as const)('on a phone in %s: an error is reported with words, and not without', async (locale, { server, arrive }) => {
    const reader = await (await arrive(server, { locale, width: 360 })).carrySession('trainee@demo.kz')
    await reader.open('/learn/courses/imci/1?day=1')
    await reader.follow(reader.page.locator('ol a[href*="/1-03-"]'))
    await reader.go('lesson.report')
    await reader.press('lesson.report.send')
    await reader.page.getByRole('alert').waitFor()
    expect(await faultsOf(reader)).toEqual([])
    await reader.field('lesson.report.text').fill('50 — 40')
    await reader.press('lesson.report.send')
    await reader.sees('lesson.report.done')
  })

  test('the workbook prints: no verdict on the page, boxes, lines, and the answers on sheets of their own', async ({ server, arrive }) => {
    const reader = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainee@demo.kz')
    await reader.open('/learn/courses/imci/1/workbook/1')
    expect(await faultsOf(reader)).toEqual([])
    await reader.page.emulateMedia({ media: 'print' })
    expect(await reader.page.locator('.option-feedback:visible, .block-live:visible, header:visible').count()).toBe(0)
    expect(await reader.page.locator('.option-box:visible').count()).toBeGreaterThanOrEqual(15)
    expect(await reader.heading('workbook.answers').isVisible()).toBe(true)
    // 37 sheets of A4 for seven lessons when it was measured.
    const sheets = ((await reader.page.pdf({ format: 'A4' })).toString('latin1').match(/\/Type\s*\/Page\b/g) ?? []).length
    expect(sheets).toBeGreaterThan(5)
    expect(sheets).toBeLessThan(60)
  })

  test.for([['kk', 'kyzba', 'fever'], ['ru', 'лихорадка', 'fever'], ['en', 'fever', 'fever']] as const)('search without JavaScript, in %s: %s', async ([locale, typed, term], { server, arrive }) => {
    const reader = await (await arrive(server, { locale, width: 360, javaScript: false })).carrySession('trainee@demo.kz')
    await reader.open('/learn')
    await reader.field('search.field').fill(typed)
    await reader.press('search.go')
    const first = reader.page.getByRole('main').locator('ol.stack li').first()
    await reader.follow(first.getByRole('link'))
    expect([reader.path, new URL(reader.page.url()).hash]).toEqual(['/learn/glossary', `#${term}`])
  })

  test('a word of a lesson leads to the glossary', async ({ server, arrive }) => {
    const reader = await (await arrive(server, { locale: 'ru', width: 360 })).carrySession('trainee@demo.kz')
    await reader.open('/learn/courses/imci/1?day=1')
    await reader.follow(reader.page.locator('ol a[href*="/1-03-"]'))
    await reader.page.locator('.term-word').first().click()
    await reader.follow(reader.page.locator('.term-card:popover-open a'))
    expect(reader.path).toBe('/learn/glossary')
    expect(await faultsOf(reader)).toEqual([])
  })

  test('a guide is on a trainer’s phone, with its tables', async ({ server, arrive }) => {
    const reader = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainer@demo.kz')
    await reader.open('/learn/courses/imci/1?day=2')
    await reader.go('course.guide')
    expect(await reader.page.getByRole('table').count()).toBeGreaterThan(0)
    expect(await faultsOf(reader)).toEqual([])
  })
})

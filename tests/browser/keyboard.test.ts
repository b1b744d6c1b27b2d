import type { Locator } from 'playwright-core'
import { able, describe, expect, needs, password, type Reader, test } from './browser.ts'
import { all, question } from './sitting.ts'

// Nothing but keys, on a narrow page, which is also what somebody sees who has made everything four times as large.
// At every stop on the way the focus can be seen: it has a ring, and no bar lies over it.

describe.skipIf(!able)(`by keyboard alone${needs}`, () => {
  test('somebody signs in, takes the test and hands it in', async ({ server, arrive }) => {
    const trainee = await arrive(server, { locale: 'kk', width: 360 })
    await trainee.open('/sign-in')
    await trainee.page.keyboard.press('Tab')
    expect(await trainee.link('layout.skip').evaluate((one) => one === document.activeElement)).toBe(true)
    await enter(trainee)
    await reach(trainee, trainee.field('sign-in.login'))
    await trainee.page.keyboard.type('trainee@demo.kz')
    await reach(trainee, trainee.field('sign-in.password'))
    await trainee.page.keyboard.type(password)
    await leave(trainee)
    await trainee.sees('learn.lead')

    await reach(trainee, trainee.link('learn.outline').first())
    await leave(trainee)
    await reach(trainee, trainee.region('course.tests').getByRole('link'))
    await leave(trainee)
    await reach(trainee, trainee.button('test.start'))
    await leave(trainee)

    for (let n = 1; n <= all; n++) {
      const field = question(trainee, n).getByRole('radio').or(question(trainee, n).getByRole('checkbox')).or(question(trainee, n).getByRole('textbox')).first()
      await reach(trainee, field)
      if ((await field.getAttribute('type')) === 'radio') await trainee.page.keyboard.press('ArrowDown')
      else if ((await field.getAttribute('type')) === 'checkbox') await trainee.page.keyboard.press('Space')
      else await trainee.page.keyboard.type('7')
      await seen(trainee)
    }
    await reach(trainee, trainee.link('sitting.finish'))
    await trainee.sees('sitting.answered', { n: all, all })
    await trainee.sees('sitting.all-saved')
    await leave(trainee)
    await reach(trainee, trainee.button('submit.go'))
    await leave(trainee)
    await trainee.page.getByRole('heading', { name: trainee.t('result.passed') }).or(trainee.page.getByRole('heading', { name: trainee.t('result.failed') })).waitFor()
  })

  test('a trainer marks a class with one letter for each person', async ({ server, arrive }) => {
    const trainer = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainer@demo.kz')
    await trainer.open('/centre/cohorts?from=&state=running')
    await trainer.follow(trainer.page.getByRole('main').getByRole('listitem').filter({ hasText: trainer.t('cohort.language.kk') }).getByRole('link').first())
    await trainer.go('cohort.nav.attendance')
    await trainer.go('attendance.am')
    const marks = trainer.page.getByRole('group', { name: trainer.t('attendance.am') })
    const radio = (index: number, mark: 'present' | 'late' | 'excused' | 'absent') => marks.nth(index).getByRole('radio', { name: trainer.t(`attendance.mark.${mark}`), exact: true })
    await reach(trainer, radio(0, 'present'))
    for (const [index, mark] of (['present', 'late', 'excused', 'absent'] as const).entries()) {
      await trainer.page.keyboard.press(mark[0]!)
      await seen(trainer)
      expect(await radio(index, mark).isChecked()).toBe(true)
    }
    await reach(trainer, trainer.button('attendance.save').filter({ visible: true }).last(), 120)
    await leave(trainer)
    await trainer.sees('attendance.flash.saved')
    for (const [index, mark] of (['present', 'late', 'excused', 'absent'] as const).entries()) expect(await radio(index, mark).isChecked()).toBe(true)
  })

  const walks: [who: string, paths: string[]][] = [
    ['visitor', ['', '/verify', '/cohorts', '/help', '/sign-in/slip']],
    ['trainee', ['/learn', '/learn/courses/imci/1', '/learn/courses/imci/1/1-03-cough-or-difficult-breathing', '/learn/documents', '/account', '/account/password']],
    ['coordinator', ['/centre', '/centre/cohorts', '/centre/cohorts/new', '/centre/people', '/centre/people/new', '/centre/certificates']],
    ['ministry', ['/ministry', '/ministry/counts?by=region&by=course', '/ministry/certificates', '/ministry/ledger']],
    ['admin', ['/admin', '/admin/people', '/admin/people/new', '/admin/facilities', '/admin/tokens']],
  ]
  test.for(walks)('every stop on the way through a page can be seen: %s', async ([who, paths], { server, arrive }) => {
    const reader = await arrive(server, { locale: 'ru', width: 360 })
    if (who !== 'visitor') await reader.carrySession(`${who}@demo.kz`)
    for (const path of paths) {
      expect(await reader.open(path)).toBe(200)
      for (let stops = 0; stops < 60; stops++) {
        await reader.page.keyboard.press('Tab')
        if ((await seen(reader)) === 'the browser') break
      }
    }
  })
})

/** Presses Tab until something has the focus, looking at each stop on the way. */
async function reach(reader: Reader, goal: Locator, most = 60): Promise<void> {
  for (let stops = 0; stops < most; stops++) {
    if (await goal.evaluate((one) => one === document.activeElement)) return
    await reader.page.keyboard.press('Tab')
    await seen(reader)
  }
  throw new Error(`${reader.page.url()}: ${most} stops did not lead to ${goal}`)
}

const enter = ({ page }: Reader) => page.keyboard.press('Enter')

/** Enter, on what leads to another page. */
const leave = (reader: Reader) => Promise.all([reader.page.waitForEvent('load'), enter(reader)])

/** The focus has a ring, its own or its label's, and part of it can be seen. Answers what has it. */
async function seen({ page }: Reader): Promise<string> {
  const { what, ring, over } = await page.evaluate(() => {
    const one = document.activeElement as HTMLElement
    // Between the end of the page and its beginning the browser itself has the focus.
    if (one === document.body) return { what: 'the browser', ring: true, over: false }
    const whole = one.closest('label') ?? one
    const ring = [one, whole, ...whole.children].some((part) => {
      const { outlineStyle, outlineWidth, outlineColor, opacity } = getComputedStyle(part)
      return opacity !== '0' && outlineStyle !== 'none' && Number.parseFloat(outlineWidth) >= 2 && !/, 0\)$|transparent/.test(outlineColor)
    })
    const { left, top, width, height } = whole.getBoundingClientRect()
    const points = [0.1, 0.5, 0.9].flatMap((x) => [0.1, 0.5, 0.9].map((y) => [left + width * x, top + height * y] as const))
    const over = points.map(([x, y]) => document.elementFromPoint(x, y)).every((top) => !top || !(whole.contains(top) || top.contains(whole)))
    return { what: `${one.tagName} ${one.textContent?.trim() || one.getAttribute('name')}`, ring, over }
  })
  expect({ at: page.url(), what, ring, over }).toEqual({ at: page.url(), what, ring: true, over: false })
  return what
}

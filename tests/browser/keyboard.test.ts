import type { Locator } from 'playwright-core'
import { able, describe, expect, needs, password, type Reader, test } from './browser.ts'
import { all, authored, beginQuiz, postTest, question, quizLength } from './sitting.ts'

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
    await reach(trainee, trainee.region('course.tests').getByRole('link', { name: postTest(trainee), exact: true }))
    await leave(trainee)
    await reach(trainee, trainee.button('test.start'))
    await leave(trainee)

    for (let n = 1; n <= all; n++) {
      await answer(trainee, n, all)
    }
    await reach(trainee, trainee.link('sitting.finish'))
    await trainee.sees('sitting.answered', { n: all, all })
    await trainee.sees('sitting.all-saved')
    await leave(trainee)
    await reach(trainee, trainee.button('submit.go'))
    await leave(trainee)
    await trainee.page.getByRole('heading', { name: trainee.t('result.passed') }).or(trainee.page.getByRole('heading', { name: trainee.t('result.failed') })).waitFor()
  })

  test.for(['kk', 'ru', 'en'] as const)('every kind of question is answered, marked and found again: %s', async (locale, { server, arrive }) => {
    const trainee = await (await arrive(server, { locale, width: 360 })).carrySession('trainee@demo.kz')
    await beginQuiz(trainee)
    const kinds = new Map<string, number>()
    for (let n = 1; n <= quizLength; n++) {
      await answer(trainee, n, quizLength)
      kinds.set((await authored(trainee, n, quizLength)).kind, n)
    }
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(['multiple', 'ordering', 'matching', 'numeric']))
    await trainee.sees('sitting.all-saved')

    // A step goes up and down, and whoever moved it stays with it.
    const order = question(trainee, kinds.get('ordering')!, quizLength)
    const steps = async () => order.getByRole('listitem').evaluateAll((rows) => rows.map((row) => (row as HTMLElement).dataset['text']!))
    const [first, second, ...rest] = (await steps()) as [string, string, ...string[]]
    const down = order.getByRole('button', { name: trainee.t('sitting.move.down', { step: first }), exact: true })
    await order.getByRole('combobox').first().focus()
    await reach(trainee, down)
    await enter(trainee)
    expect(await steps()).toEqual([second, first, ...rest])
    await seen(trainee)
    expect(await down.or(order.getByRole('button', { name: trainee.t('sitting.move.up', { step: first }), exact: true })).evaluateAll((all) => all.includes(document.activeElement as HTMLElement))).toBe(true)
    await trainee.sees('sitting.saved.server', {}, order)

    const flag = order.getByRole('button', { name: trainee.t('sitting.flag') })
    await reach(trainee, flag)
    await enter(trainee)
    expect(await flag.getAttribute('aria-pressed')).toBe('true')
    await trainee.page.reload()
    expect(await flag.getAttribute('aria-pressed')).toBe('true')
    expect(await steps()).toEqual([second, first, ...rest])
    await reach(trainee, trainee.page.locator('summary', { hasText: trainee.t('sitting.navigator') }))
    await enter(trainee)
    const link = trainee.page.getByRole('link', { name: new RegExp(`^${kinds.get('ordering')!}\\b.*${trainee.t('sitting.state.answered')}.*${trainee.t('sitting.state.flagged')}`) })
    await reach(trainee, link)
    await enter(trainee)
    // The jump is within the page: the browser tells of it a moment later.
    await trainee.page.waitForURL((url) => url.hash === `#q-${kinds.get('ordering')!}`)
    await reach(trainee, trainee.link('sitting.finish'))
    await leave(trainee)
    await trainee.sees('sitting.state.flagged')
    await trainee.sees('submit.unanswered', { n: 0 })
  })

  test('a trainer marks a class with one letter for each person', async ({ server, arrive }) => {
    const trainer = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainer@demo.kz')
    await trainer.open('/centre/cohorts?from=&state=running')
    await trainer.follow(trainer.page.getByRole('main').getByRole('listitem').filter({ hasText: trainer.t('cohort.language.kk') }).getByRole('link').first())
    await trainer.go('cohort.nav.classes')
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

/** Answers the nth question by keys alone: whatever it is, not whether it is right. */
async function answer(trainee: Reader, n: number, of: number) {
  const form = question(trainee, n, of)
  const { kind } = await authored(trainee, n, of)
  const selects = form.getByRole('combobox')
  // Of a group of radio buttons the chosen one has the focus, when there is one.
  const chosen = form.getByRole('radio', { checked: true })
  const fields = kind === 'matching' ? await selects.all() : (await chosen.count()) > 0 ? [chosen] : [form.getByRole('radio').or(form.getByRole('checkbox')).or(form.getByRole('textbox')).or(selects).first()]
  for (const field of fields) {
    await reach(trainee, field)
    if (kind === 'single') await trainee.page.keyboard.press('ArrowDown')
    else if (kind === 'multiple' && !(await field.isChecked())) await trainee.page.keyboard.press('Space')
    else if (kind === 'multiple') continue
    else if (kind === 'numeric') await trainee.page.keyboard.type('7')
    else await chooseNext(trainee)
    await seen(trainee)
  }
}

/** The next choice of a list that has the focus: some browsers change it at once, others open it first. */
async function chooseNext({ page }: Reader) {
  await page.keyboard.press('ArrowDown')
  if (!(await page.evaluate(() => document.activeElement instanceof HTMLOptionElement))) return
  await page.keyboard.press('ArrowDown')
  await page.keyboard.press('Enter')
}

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

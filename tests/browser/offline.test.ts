import type { Page } from 'playwright-core'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'
import { locales } from '#modules/words/index.ts'
import { authored, begin, beginQuiz, question, quizLength, unanswered } from './sitting.ts'

// A weak network loses nothing, and nothing is called saved that isn't: what the server has is asked on a second device,
// whose browser runs no script and so shows nothing but what the server said.

const phone = { locale: 'ru', width: 360 } as const

describe.skipIf(!able)(`a dropped connection${needs}`, () => {
  test('answers given without a network are kept on the device, sent when it is back, and there after a reload', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    const other = await (await arrive(server, { locale: 'ru', javaScript: false })).carrySession('trainee@demo.kz')
    await begin(trainee)
    const [first, second, third] = (await unanswered(trainee, 3)) as [number, number, number]

    await choose(trainee, first, 0)
    await trainee.sees('sitting.saved.server', {}, question(trainee, first))
    await trainee.sees('sitting.all-saved')
    expect(await onServer(other, trainee.path, first, 0)).toBe(true)

    await trainee.context.setOffline(true)
    for (const n of [second, third]) {
      await choose(trainee, n, 1)
      await trainee.sees('sitting.saved.device', {}, question(trainee, n))
    }
    await trainee.sees('sitting.offline')
    for (const n of [second, third]) {
      expect(await question(trainee, n).innerText()).not.toContain(trainee.t('sitting.saved.server'))
      expect(await onServer(other, trainee.path, n, 1)).toBe(false)
    }
    expect(await trainee.shows('sitting.all-saved')).toBe(false)
    // Nobody hands in answers that are still on the device.
    const sitting = trainee.path
    await trainee.link('sitting.finish').click()
    await trainee.sees('sitting.unsent')
    // Nor a moment later, when the page looks whether they have gone out and would go on to handing in.
    await trainee.page.waitForTimeout(2000)
    expect(trainee.path).toBe(sitting)

    await trainee.context.setOffline(false)
    for (const n of [second, third]) {
      await trainee.sees('sitting.saved.server', {}, question(trainee, n))
      expect(await onServer(other, sitting, n, 1)).toBe(true)
    }
    await trainee.open(sitting)
    expect([await chosen(trainee, first), await chosen(trainee, second), await chosen(trainee, third)]).toEqual([0, 1, 1])
  })

  test('a closed tab hands nothing in, and what it had not sent goes out from the next one', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    const other = await (await arrive(server, { locale: 'ru', javaScript: false })).carrySession('trainee@demo.kz')
    await begin(trainee)
    const [n] = (await unanswered(trainee, 1, 1)) as [number]
    const sitting = trainee.path
    await trainee.context.setOffline(true)
    await choose(trainee, n, 1)
    await trainee.sees('sitting.saved.device', {}, question(trainee, n))
    await trainee.page.close()

    expect(await onServer(other, sitting, n, 1)).toBe(false)
    await other.link('sitting.finish').waitFor()
    await trainee.context.setOffline(false)
    const next = await trainee.anotherTab()
    await next.open(sitting)
    expect(await chosen(next, n)).toBe(1)
    await next.sees('sitting.saved.server', {}, question(next, n))
    expect(await onServer(other, sitting, n, 1)).toBe(true)
  })

  test('an answer is called saved when the server has said so, and not before: a slow one, a failing one, one that is another site’s', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    await begin(trainee)
    const calls = '**/api/v1/attempts/*/answers/*'
    const saved = trainee.t('sitting.saved.server')
    const answers: [what: string, fulfil: { status: number; body: string; contentType: string }][] = [
      ['the server is failing', { status: 503, body: '{}', contentType: 'application/problem+json' }],
      ['a hotel’s network wants a password', { status: 200, body: '<html>Wi-Fi</html>', contentType: 'text/html' }],
      ['an older answer is acknowledged', { status: 200, body: '{"acknowledged":0}', contentType: 'application/json' }],
    ]
    for (const [what, answer] of answers) {
      const [n] = (await unanswered(trainee, 1)) as [number]
      let asked = 0
      await trainee.page.route(calls, async (route) => {
        await route.fulfill(answer)
        asked++
      })
      await choose(trainee, n, 0)
      await expect.poll(() => asked, { timeout: 10_000 }).toBeGreaterThan(0)
      await settled(trainee.page)
      expect(await question(trainee, n).innerText(), what).not.toContain(saved)
      await trainee.page.unroute(calls)
      await trainee.sees('sitting.saved.server', {}, question(trainee, n))
    }

    const [n] = (await unanswered(trainee, 1)) as [number]
    const held = Promise.withResolvers<void>()
    await trainee.page.route(calls, async (route) => held.promise.then(() => route.continue()))
    const sent = trainee.page.waitForRequest(calls)
    await choose(trainee, n, 0)
    await sent
    await settled(trainee.page)
    expect(await question(trainee, n).innerText()).not.toContain(saved)
    held.resolve()
    await trainee.sees('sitting.saved.server', {}, question(trainee, n))
    // What was failing here was the test's own doing.
    trainee.complaints.splice(0)
  })

  test('signed out meanwhile: the page says so, keeps the answer, and sends it after a sign-in in another tab', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    const other = await (await arrive(server, { locale: 'ru', javaScript: false })).carrySession('trainee@demo.kz')
    await begin(trainee)
    const [n] = (await unanswered(trainee, 1, 2)) as [number]
    await trainee.context.clearCookies()
    await choose(trainee, n, 2)
    await trainee.sees('sitting.signed-out')
    expect(await question(trainee, n).innerText()).not.toContain(trainee.t('sitting.saved.server'))
    const tab = await trainee.anotherTab()
    await tab.signIn('trainee@demo.kz')
    await trainee.sees('sitting.saved.server', {}, question(trainee, n))
    expect(await onServer(other, trainee.path, n, 2)).toBe(true)
    // To be refused was what was wanted.
    trainee.complaints.splice(0)
  })

  test('before handing in, what is still on the device goes to the server; what it refuses is told once', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    await begin(trainee)
    const sitting = trainee.path
    const calls = '**/api/v1/attempts/*/answers/*'
    const [n] = (await unanswered(trainee, 1)) as [number]
    await trainee.page.route(calls, (route) => route.abort())
    await choose(trainee, n, 0)
    await trainee.sees('sitting.saved.device', {}, question(trainee, n))
    await trainee.page.close({ runBeforeUnload: false })

    const tab = await trainee.anotherTab()
    await tab.page.route(calls, (route) => route.abort())
    await tab.open(`${sitting}/review`)
    await tab.sees('submit.unsent')
    await tab.page.unroute(calls)
    let drawn = 0
    tab.page.on('request', (request) => request.isNavigationRequest() && drawn++)
    await tab.page.route(calls, (route) => route.fulfill({ status: 422, body: '{}' }))
    await tab.sees('sitting.refused')
    await settled(tab.page)
    expect(drawn).toBe(0)
    await tab.page.unroute(calls)
    await tab.page.reload()
    await tab.page.getByRole('listitem').filter({ has: tab.page.getByRole('link', { name: tab.t('submit.question', { n }) }), hasText: tab.t('submit.answered') }).first().waitFor()
    // Being refused was what was wanted.
    trainee.complaints.splice(0)
  })

  test('of two devices the later answer counts, and a page whose answer does not count says so', async ({ server, arrive }) => {
    const one = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    const two = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    const other = await (await arrive(server, { locale: 'ru', javaScript: false })).carrySession('trainee@demo.kz')
    await begin(one)
    await two.open(one.path)
    const [n] = (await unanswered(one, 1)) as [number]
    for (const [device, index] of [[one, 0], [two, 1]] as const) {
      await choose(device, n, index)
      await device.sees('sitting.saved.server', {}, question(device, n))
      expect(await onServer(other, one.path, n, index)).toBe(true)
    }

    await one.context.setOffline(true)
    await choose(one, n, 2)
    await one.sees('sitting.offline')
    // Pages know the server's clock by the moment they came, which a busy machine blurs.
    await two.page.waitForTimeout(1000)
    await choose(two, n, 0)
    await two.sees('sitting.saved.server', {}, question(two, n))
    await one.context.setOffline(false)
    await one.sees('sitting.elsewhere')
    expect(await question(one, n).innerText()).not.toContain(one.t('sitting.saved.server'))
    expect(await onServer(other, one.path, n, 0)).toBe(true)
  })

  test.for(['kk', 'ru', 'en'] as const)('an order and pairs given without a network wait on the device and are sent when it is back: %s', async (locale, { server, arrive }) => {
    const trainee = await (await arrive(server, { locale, width: 360 })).carrySession('trainee@demo.kz')
    const other = await (await arrive(server, { locale, javaScript: false })).carrySession('trainee@demo.kz')
    await beginQuiz(trainee)
    const numbers = Array.from({ length: quizLength }, (_, index) => index + 1)
    const kinds = await Promise.all(numbers.map(async (n) => (await authored(trainee, n, quizLength)).kind))
    const at = (reader: Reader, kind: string) => question(reader, kinds.indexOf(kind as 'matching') + 1, quizLength)
    const values = (reader: Reader, kind: string) => at(reader, kind).getByRole('combobox').evaluateAll((all) => all.map((one) => [(one as HTMLSelectElement).name, (one as HTMLSelectElement).value]).sort())
    const sitting = trainee.path
    const before = await values(trainee, 'ordering')

    await trainee.context.setOffline(true)
    const down = at(trainee, 'ordering').locator('[data-move="1"]:not(:disabled)')
    await down.first().click()
    // Two of all pairs, each as another option than the time before: half an answer is kept as one.
    for (const index of [0, 1]) {
      const select = at(trainee, 'matching').getByRole('combobox').nth(index)
      await select.selectOption({ index: (await select.getByRole('option').count()) - 1 - (locales.indexOf(locale) % 2) })
    }
    for (const kind of ['ordering', 'matching']) await trainee.sees('sitting.saved.device', {}, at(trainee, kind))
    await trainee.sees('sitting.offline')
    expect(await trainee.shows('sitting.all-saved')).toBe(false)
    const given = [await values(trainee, 'ordering'), await values(trainee, 'matching')]
    expect(given[0]).not.toEqual(before)
    await other.open(sitting)
    expect(await values(other, 'ordering')).toEqual(before)

    await trainee.context.setOffline(false)
    for (const kind of ['ordering', 'matching']) await trainee.sees('sitting.saved.server', {}, at(trainee, kind))
    for (const reader of [other, trainee]) {
      await reader.open(sitting)
      expect([await values(reader, 'ordering'), await values(reader, 'matching')]).toEqual(given)
    }
  })

  test('attendance marked without a network waits on the device and goes out by itself, from the next tab too', async ({ server, arrive }) => {
    const trainer = await (await arrive(server, phone)).carrySession('trainer@demo.kz')
    await trainer.open('/centre/cohorts?from=&state=running')
    await trainer.follow(trainer.page.getByRole('main').getByRole('listitem').filter({ hasText: trainer.t('cohort.language.kk') }).getByRole('link').first())
    await trainer.go('cohort.nav.classes')
    await trainer.go('attendance.pm')
    const late = trainer.page.getByRole('group', { name: trainer.t('attendance.pm') }).first().getByRole('radio', { name: trainer.t('attendance.mark.late'), exact: true })
    const sheet = `${trainer.path}?half=pm`
    const api = `/cohorts/${trainer.path.split('/')[3]}/attendance`
    const atCentre = async () => ((await trainer.send('GET', api)) as { marks: { half: string; mark: string }[] }).marks.filter((one) => one.half === 'pm').map((one) => one.mark)
    const before = (await atCentre()).length
    await trainer.context.setOffline(true)
    await late.check()
    await trainer.sees('attendance.offline', { n: 1 })
    await trainer.context.setOffline(false)
    await trainer.sees('attendance.saved')
    expect(await atCentre()).toHaveLength(before + 1)

    await trainer.context.setOffline(true)
    await trainer.page.getByRole('group', { name: trainer.t('attendance.pm') }).nth(1).getByRole('radio', { name: trainer.t('attendance.mark.absent'), exact: true }).check()
    await trainer.sees('attendance.offline', { n: 1 })
    await trainer.page.close()
    await trainer.context.setOffline(false)
    const next = await trainer.anotherTab()
    await next.open(sheet)
    await next.sees('attendance.saved')
    expect(await atCentre()).toHaveLength(before + 2)

    // The last mark is taken back: the centre has it no more.
    const first = next.page.getByRole('group', { name: next.t('attendance.pm') }).first()
    await first.getByRole('radio', { name: next.t('attendance.mark.present'), exact: true }).check()
    await next.button('attendance.undo').click()
    await next.sees('attendance.saved')
    expect(await first.getByRole('radio', { name: next.t('attendance.mark.late'), exact: true }).isChecked()).toBe(true)
  })
})

/** Whatever the page does at once about what has just happened is done: its answers have been read, and two frames drawn. */
const settled = (page: Page) => page.evaluate(() => new Promise<void>((done) => setTimeout(() => requestAnimationFrame(() => requestAnimationFrame(() => done())), 50)))

const choose = (trainee: Reader, n: number, index: number) => question(trainee, n).getByRole('radio').nth(index).check()

/** Which option of a question stands chosen on the page, or -1. */
async function chosen(trainee: Reader, n: number): Promise<number> {
  const options = question(trainee, n).getByRole('radio')
  for (let index = 0; index < (await options.count()); index++) if (await options.nth(index).isChecked()) return index
  return -1
}

/** Whether the server holds this option as the answer to a question. */
async function onServer(other: Reader, sitting: string, n: number, index: number): Promise<boolean> {
  await other.open(sitting)
  return (await chosen(other, n)) === index
}

import type { Locator } from 'playwright-core'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'

// A visit to somebody at work, where there is no network: the form is filled in, waits on the device, and is one record at the centre.

const agreed = 'Кестелер буклетін қабылдау бөлмесіне іліп қою'

describe.skipIf(!able)(`a follow-up visit without a network${needs}`, () => {
  test('is kept on the device, sent when the network is back, once, and can be put right with a reason', async ({ server, arrive }) => {
    const supervisor = await (await arrive(server, { locale: 'kk', width: 360, still: true })).carrySession('trainer@demo.kz')
    const centre = await (await arrive(server, { locale: 'kk', javaScript: false })).carrySession('coordinator@demo.kz')
    const recorded = async () => {
      await centre.open('/centre/follow-up')
      const shown = (await centre.region('followup.figures').innerText()).split('\n').filter(Boolean)
      return Number(shown[shown.indexOf(centre.t('followup.tile.recorded')) + 1])
    }
    const before = await recorded()

    await supervisor.open('/centre/follow-up?state=due')
    await supervisor.follow(supervisor.page.getByRole('listitem').getByRole('heading').getByRole('link').first())
    const visit = supervisor.path
    const name = await supervisor.page.getByRole('heading', { level: 1 }).innerText()
    let sent = 0
    supervisor.context.on('response', (response) => void (response.request().method() === 'PUT' && response.url().includes('/follow-ups/') && sent++))

    await supervisor.context.setOffline(true)
    await supervisor.field('case.age.child').check()
    for (const who of ['trainee', 'supervisor'] as const) await seen(supervisor.page.getByRole('checkbox', { name: supervisor.t(`followup.result.${who}`), exact: true })).check()
    for (const line of await supervisor.page.locator('form').getByRole('radio', { name: supervisor.t('followup.form.yes'), exact: true }).all()) await supervisor.choose(line)
    await supervisor.field('followup.form.actions').fill(agreed)
    await supervisor.button('followup.form.save').click()
    await supervisor.sees('followup.form.offline')
    expect(await recorded()).toBe(before)
    await centre.open(visit)
    expect(await centre.shows({ text: agreed })).toBe(false)

    // The page is closed before the network is back: the next page of this device sends what waits.
    await supervisor.page.close()
    await supervisor.context.setOffline(false)
    const next = await supervisor.anotherTab()
    await next.open('/centre/follow-up')
    await next.sees('followup.outbox.sent')
    expect([await recorded(), sent]).toEqual([before + 1, 1])
    await next.open('/centre/follow-up')
    await next.open(visit)
    await next.sees({ text: agreed })
    expect([await next.heading({ text: name }).count(), await recorded(), sent]).toEqual([1, before + 1, 1])

    // The supervisor sees a slip: the trainee had chosen nothing. What stood there stays beside it.
    await next.sees('followup.agreed')
    await open(next, 'followup.correct')
    await seen(next.page.getByRole('checkbox', { name: next.t('followup.result.trainee'), exact: true, checked: true })).uncheck()
    await next.field('followup.correct.reason').fill('Тыңдаушы ештеңе жіктемеген еді')
    await next.press('followup.correct.save')
    await next.sees('followup.corrected')
    await next.sees('followup.not-agreed')
    await next.sees({ text: 'Тыңдаушы ештеңе жіктемеген еді' }, {}, next.region('followup.corrections'))
    expect(await recorded()).toBe(before + 1)
    await centre.open(visit)
    await centre.sees({ text: 'Тыңдаушы ештеңе жіктемеген еді' })
  })
})

/** The first of these that can be seen: of two age groups only one's boxes are open. */
const seen = (all: Locator) => all.filter({ visible: true }).first()

const open = (reader: Reader, words: Parameters<Reader['t']>[0]) => reader.page.locator('summary').filter({ hasText: reader.t(words) }).click()

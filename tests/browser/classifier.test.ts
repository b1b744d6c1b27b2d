import { able, describe, expect, needs, test } from './browser.ts'

// The practice page on a phone: what was found goes in, and the chart's answer comes out with its reasons.

describe.skipIf(!able)(`practising with the charts${needs}`, () => {
  for (const [locale, javaScript] of [['kk', false], ['ru', true], ['en', true]] as const) {
    test(`a child is classified on a phone, with the reasons, in ${locale}${javaScript ? '' : ' without JavaScript'}`, async ({ server, arrive }) => {
      const trainee = await (await arrive(server, { locale, width: 360, javaScript })).carrySession('trainee@demo.kz')
      await trainee.open('/learn/classifier/child')
      const main = trainee.page.getByRole('main')
      await main.locator('#f-ageMonths input').fill('14')
      await main.locator('#f-weightKg input').fill(locale === 'en' ? '8.5' : '8,5')
      // The last first: an opened one is no more among those that are closed.
      for (const group of (await main.locator('details.finding-group:not([open]) > summary').all()).reverse()) await group.click()
      for (const id of ['notAbleToDrink', 'vomitsEverything', 'convulsions', 'lethargicOrUnconscious', 'convulsingNow', 'stridor', 'chestIndrawing', 'wheeze']) await main.locator(`#f-${id} input[value=no]`).check()
      await main.locator('#f-coughOrDifficultBreathing input[value=yes]').check()
      await main.locator('#f-breathsPerMinute input').fill('40')
      await trainee.press('classifier.go')

      const answer = main.locator('#answer')
      const pneumonia = answer.locator('article.chart-yellow').first()
      await pneumonia.getByText('RESP-2').waitFor()
      await pneumonia.getByText(/40/).waitFor()
      await trainee.sees('classifier.uncertain')
      await trainee.sees('classifier.training')
      // 8.5 kg is the band of one tablet.
      expect(await pneumonia.innerText()).toMatch(/250/)
      // The form still holds what was picked, and one breath less is another answer.
      expect(await main.locator('#f-breathsPerMinute input').inputValue()).toBe('40')
      await main.locator('#f-breathsPerMinute input').fill('39')
      await trainee.press('classifier.go')
      await answer.locator('article.chart-green').getByText('RESP-3').waitFor()
    })
  }

  test('two editions side by side show where they part', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'ru', width: 360 })).carrySession('trainee@demo.kz')
    await trainee.open('/learn/classifier/young-infant?edition=all&ageDays=20&temperatureC=37.8&notFeedingWell=no')
    await expect.poll(() => trainee.page.locator('#answer .outcomes').count()).toBe(2)
    await trainee.page.locator('#answer article').getByText(trainee.t('classifier.differs')).first().waitFor()
  })

  test('a made-up child is the same for whoever opens the address, and can be filled in', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en', width: 360 })).carrySession('trainee@demo.kz')
    await trainee.open('/learn/classifier/child?severity=pink&child=abc123')
    const story = await trainee.region('classifier.story').innerText()
    await trainee.go('classifier.story.fill')
    expect(await trainee.region('classifier.story').innerText()).toBe(story)
    await trainee.page.locator('#answer p.chart-pink').waitFor()
  })

  test('triage has colours and words of its own', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainee@demo.kz')
    await trainee.open('/learn/classifier/triage?ageMonths=14&convulsingNow=yes')
    await trainee.page.locator('#answer .triage-red').waitFor()
    expect(await trainee.page.locator('#answer .chart-pink').count()).toBe(0)
  })

  test('a wrong number is told at its field, and nothing is classified from it', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en', width: 360 })).carrySession('trainee@demo.kz')
    await trainee.open('/learn/classifier/child?ageMonths=99&convulsions=yes')
    await trainee.page.getByRole('alert').first().waitFor()
    expect(await trainee.page.locator('#f-ageMonths input').inputValue()).toBe('99')
    expect(await trainee.page.locator('#answer article').count()).toBe(0)
  })
})

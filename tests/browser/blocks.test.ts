import { contentFolder, coursesIn, countTolerance, readCourse, readGlossary } from '#modules/courses/index.ts'
import { doseTable, fastBreathingLimits, fluidPlan } from '#modules/protocols/index.ts'
import { locales, number } from '#modules/words/index.ts'
import { lessonFonts, mostOfLesson, mostOfScripts } from '#tests/weights.ts'
import { faults } from './axe.ts'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'

// The blocks of lessons on a phone, as a reader uses them: by touch, by keyboard, without a script, on paper. The page that shows
// them to authors has them all; its drill is a child of eight months who breathes 52 times a minute.

const rate = 52
const age = 8
const edition = 'who-imci-2014'
const limit = fastBreathingLimits(edition).find(({ ageMonths }) => age >= ageMonths.from && age < ageMonths.below)!.limit
const phone = (locale: (typeof locales)[number], more: object = {}) => ({ locale, width: 360, ...more }) as const

const drillOf = (reader: Reader) => reader.page.getByRole('region', { name: reader.t('block.drill.title', { age }), exact: true })

/** Opens the page of blocks with a clock that stands still unless the test moves it: a slow machine counts as well as a fast one. */
async function openWithClock(reader: Reader) {
  await reader.page.clock.install({ time: new Date('2026-11-23T09:00:00Z') })
  await reader.open('/dev/blocks')
  await reader.page.clock.pauseAt(new Date('2026-11-23T10:00:00Z'))
}

/** Counts so many breaths in the minute, evenly, each by `count`. */
async function drill(reader: Reader, breaths: number, count: () => Promise<unknown>) {
  const it = drillOf(reader)
  await it.getByRole('button', { name: new RegExp(`^(${reader.t('block.drill.start')}|${reader.t('block.drill.again')})$`) }).click()
  for (let n = 0; n < breaths; n++) {
    await reader.page.clock.runFor(Math.floor(59_000 / breaths))
    await count()
  }
  await reader.sees('block.drill.counted', { n: breaths }, it)
  await reader.page.clock.runFor(3000)
  return it
}

const sayVerdict = (reader: Reader, n: number) => reader.t(Math.abs(n - rate) <= countTolerance ? 'block.drill.within' : 'block.drill.outside', { n, rate, tolerance: countTolerance })

describe.skipIf(!able)(`blocks of lessons${needs}`, () => {
  describe.for(locales)('in %s, on a phone', (locale) => {
    test('the drill is done by tapping, and its classification is asked and explained', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale))
      await openWithClock(reader)
      const tap = drillOf(reader).getByRole('button', { name: reader.t('block.drill.tap'), exact: true })
      expect(await tap.isDisabled()).toBe(true)
      const it = await drill(reader, rate, () => tap.tap())
      await reader.sees({ text: sayVerdict(reader, rate) }, {}, it)
      // The minute is over: nothing is counted any more, and whoever reads the screen by ear is at the verdict.
      expect(await tap.isDisabled()).toBe(true)
      expect(await it.getByText(sayVerdict(reader, rate)).evaluate((element) => element === document.activeElement)).toBe(true)
      await it.getByRole('button', { name: reader.t('block.drill.not-fast'), exact: true }).click()
      await reader.sees({ text: `${reader.t('block.drill.wrong')} ${reader.t('block.drill.explain.fast', { rate, limit })}` }, {}, it)
      await it.getByRole('button', { name: reader.t('block.drill.fast'), exact: true }).click()
      await reader.sees({ text: `${reader.t('block.drill.right')} ${reader.t('block.drill.explain.fast', { rate, limit })}` }, {}, it)
    })

    test('the drill is done by keyboard, and accepts three breaths more or fewer and no fourth', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale))
      await openWithClock(reader)
      for (const breaths of [rate - countTolerance - 1, rate - countTolerance, rate + countTolerance, rate + countTolerance + 1]) {
        const it = await drill(reader, breaths, () => reader.page.keyboard.press('Space'))
        await reader.sees({ text: sayVerdict(reader, breaths) }, {}, it)
      }
    })

    test('a weight that is typed gives what the table says, and the table what the protocols say', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale))
      await reader.open('/dev/blocks')
      const plan = reader.page.getByRole('region', { name: fluidPlan(edition, 'B', { ageMonths: 12 }).title[locale], exact: true })
      await plan.getByRole('table').first().waitFor()
      const rows = await plan.getByRole('table').first().getByRole('row').all()
      expect(rows.length).toBeGreaterThan(10)
      for (const row of rows.slice(1)) {
        const kg = Number((await row.getByRole('rowheader').innerText()).replace(/\D/g, ''))
        const said = await row.getByRole('cell').innerText()
        expect(said).toBe(reader.t('block.ml', { ml: number(locale, fluidPlan(edition, 'B', { weightKg: kg, ageMonths: 12 }).parts[0]!.ml as number) }))
        await plan.getByRole('textbox').fill(String(kg))
        expect(await plan.locator('output').innerText()).toContain(`: ${said}`)
        expect(await row.evaluate((element) => element.classList.contains('is-found'))).toBe(true)
        expect(await plan.locator('tr.is-found').count()).toBe(1)
      }
      // Between two lines, with the comma of the language, and where the table ends.
      await plan.getByRole('textbox').fill(locale === 'en' ? '7.4' : '7,4')
      expect(await plan.locator('output').innerText()).toContain(`: ${reader.t('block.ml', { ml: number(locale, fluidPlan(edition, 'B', { weightKg: 7.4, ageMonths: 12 }).parts[0]!.ml as number) })}`)
      for (const wrong of ['20', '400', '-3']) {
        await plan.getByRole('textbox').fill(wrong)
        expect(await plan.locator('output').innerText()).not.toMatch(/\d/)
      }
    })

    test('a dose is found by weight at both ends of every line', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale))
      await reader.open('/dev/blocks')
      const table = doseTable(edition, 'amoxicillin')
      const block = reader.page.getByRole('region', { name: table.drug[locale], exact: true })
      await block.getByRole('table').waitFor()
      const rows = await block.getByRole('row').all()
      expect(rows.length - 1).toBe(table.lines.length)
      for (const [index, { weight }] of table.lines.entries()) {
        const said = (await rows[index + 1]!.getByRole('cell').innerText()).replace(/\s+/g, ' ')
        for (const kg of [weight!.from, weight!.below - 0.1]) {
          await block.getByRole('textbox').fill(String(kg))
          expect([kg, (await block.locator('output').innerText()).replace(/\s+/g, ' ')]).toEqual([kg, said])
        }
      }
      await block.getByRole('textbox').fill(String(table.lines[0]!.weight!.from - 0.1))
      await reader.sees('block.weight.outside', {}, block)
    })

    test('a term opens by touch and by keyboard with its three names, and closes', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale))
      await reader.open('/dev/blocks')
      await opensTerm(reader)
      const word = reader.page.locator('.term-word').first()
      await word.focus()
      await reader.page.keyboard.press('Enter')
      await reader.page.locator('.term-card:popover-open').waitFor()
      await reader.page.keyboard.press('Escape')
      await reader.page.locator('.term-card:popover-open').waitFor({ state: 'detached' })
    })

    test('without a script all is there to read, and the drill is an exercise on paper', async ({ server, arrive }) => {
      const reader = await arrive(server, phone(locale, { javaScript: false }))
      await reader.open('/dev/blocks')
      expect(await reader.page.locator('.block-live').filter({ visible: true }).count()).toBe(0)
      const it = drillOf(reader)
      await reader.sees('block.drill.static.3', { tolerance: countTolerance }, it)
      await it.getByText(reader.t('block.drill.static.question', { age, rate })).click()
      await reader.sees('block.drill.explain.fast', { rate, limit }, it)
      await reader.sees({ text: reader.t('block.drill.limits.or-more', { limit }) }, {}, it)
      for (const plan of ['B'] as const) await reader.sees({ text: fluidPlan(edition, plan, { ageMonths: 12 }).title[locale] })
      for (const details of await reader.page.locator('.reveal, .option').all()) {
        const answer = details.locator('.reveal-answer, .option-feedback')
        expect(await answer.isVisible()).toBe((await details.getAttribute('open')) !== null)
        if (!(await answer.isVisible())) await details.locator('summary').click()
        expect(await answer.isVisible()).toBe(true)
      }
      await opensTerm(reader)
    })

    test.for([false, true])('no barrier that axe can find, and nothing wider than the screen (dark: %s)', async (dark, { server, arrive }) => {
      const reader = await arrive(server, phone(locale, { dark }))
      await reader.open('/dev/blocks')
      await reader.page.locator('.term-word').first().click()
      for (const details of await reader.page.locator('.reveal summary').filter({ visible: true }).all()) await details.click()
      expect(await faults(reader)).toEqual([])
    })
  })

  test('a key that is held down is one breath, and a page that was left spoils the minute', async ({ server, arrive }) => {
    const reader = await arrive(server, phone('ru'))
    await openWithClock(reader)
    const it = drillOf(reader)
    await it.getByRole('button', { name: reader.t('block.drill.start'), exact: true }).click()
    for (let n = 0; n < 5; n++) await reader.page.keyboard.down('Enter')
    await reader.page.keyboard.up('Enter')
    await reader.sees('block.drill.counted', { n: 1 }, it)
    await reader.page.evaluate(() => {
      Object.defineProperty(document, 'hidden', { value: true, configurable: true })
      document.dispatchEvent(new Event('visibilitychange'))
    })
    await reader.sees('block.drill.interrupted', {}, it)
    await reader.page.clock.runFor(70_000)
    expect(await it.getByText(reader.t('block.drill.question')).isVisible()).toBe(false)
  })

  test('the drawing breathes as often as it says; where less movement is wanted it stays still and a word shows each breath', async ({ server, arrive }) => {
    for (const motion of ['no-preference', 'reduce'] as const) {
      const reader = await arrive(server, phone('en'))
      await reader.page.emulateMedia({ reducedMotion: motion })
      await openWithClock(reader)
      const it = drillOf(reader)
      const belly = it.locator('[data-part=belly]')
      const rest = await belly.getAttribute('d')
      await it.getByRole('button', { name: reader.t('block.drill.start'), exact: true }).click()
      const states: string[] = []
      for (let step = 0; step < 299; step++) {
        await reader.page.clock.runFor(200)
        states.push(motion === 'reduce' ? String(await it.locator('.drill-word.is-in').count()) : (await belly.getAttribute('d'))!)
      }
      if (motion === 'reduce') expect(await belly.getAttribute('d')).toBe(rest)
      const heights = states.map((state) => (motion === 'reduce' ? Number(state) : -Number(/C112 ([\d.]+)/.exec(state)![1])))
      const middle = (Math.max(...heights) + Math.min(...heights)) / 2
      const rises = heights.filter((height, index) => height > middle && (index === 0 || heights[index - 1]! <= middle)).length
      expect([motion, Math.abs(rises - rate) <= 1]).toEqual([motion, true])
    }
  })

  test('on paper the tables and the exercise are printed, the fields and buttons are not, and cases have their answers', async ({ server, arrive }) => {
    const reader = await arrive(server, phone('kk'))
    await reader.open('/dev/blocks')
    await reader.page.emulateMedia({ media: 'print' })
    expect(await reader.page.locator('.block-live').filter({ visible: true }).count()).toBe(0)
    expect(await drillOf(reader).getByText(reader.t('block.drill.static.1')).isVisible()).toBe(true)
    expect(await reader.page.locator('.vignette .reveal-answer').first().isVisible()).toBe(true)
    // The other names of a term stand in brackets after it.
    const term = readGlossary(contentFolder()).get('chest-indrawing')!
    expect(await reader.page.getByText(term.ru, { exact: true }).first().isVisible()).toBe(true)
    expect(await reader.page.locator('.term-meaning').first().isVisible()).toBe(false)
  })

  test('what stands on one’s own machine for authors is nowhere else', async ({ server, arrive }) => {
    const reader = await arrive(server, phone('en'))
    expect(await reader.open('/dev/blocks')).toBe(200)
    await reader.sees('block.facilitator')
  })

  test.for(coursesIn())('the first and the last lesson of %s come in eight requests and sixty kilobytes, scripts in fifteen, with the letters that are weighed elsewhere', async (course, { server, arrive }) => {
    const reader = await arrive(server, phone('kk'))
    await reader.carrySession('trainee@demo.kz')
    const { lessons } = readCourse(contentFolder(), course)
    for (const { slug } of [lessons[0]!, lessons.at(-1)!]) {
      const wire = await reader.context.newCDPSession(reader.page)
      await wire.send('Network.enable')
      await wire.send('Network.clearBrowserCache')
      const parts = new Map<string, { type: string; url: string; bytes: number }>()
      wire.on('Network.responseReceived', ({ requestId, type, response: { url } }) => void parts.set(requestId, { type, url, bytes: 0 }))
      wire.on('Network.loadingFinished', ({ requestId, encodedDataLength }) => void (parts.has(requestId) && (parts.get(requestId)!.bytes = encodedDataLength)))
      await reader.open(`/learn/courses/${course}/1/${slug}`)
      await reader.page.evaluate(() => document.fonts.ready)
      await reader.page.waitForLoadState('networkidle')
      const all = [...parts.values()]
      const total = (type?: string) => all.filter((one) => !type || one.type === type).reduce((sum, { bytes }) => sum + bytes, 0)
      const fonts = all.filter(({ type }) => type === 'Font').map(({ url }) => /\/fonts\/(.*)\.woff2$/.exec(url)![1])
      expect([slug, all.length <= 8, total() <= mostOfLesson, total('Script') <= mostOfScripts, fonts.filter((name) => !lessonFonts.includes(name!))]).toEqual([slug, true, true, true, []])
      await wire.detach()
    }
  })
})

/** Opens the first term of the page and sees its names in all languages; closes it by its own button. */
async function opensTerm(reader: Reader) {
  const term = readGlossary(contentFolder()).get('chest-indrawing')!
  const card = reader.page.locator('.term-card').first()
  expect(await card.isVisible()).toBe(false)
  await reader.page.locator('.term-word').first().click()
  for (const text of [term.kk, term.ru, term.en, term.definition[reader.locale]]) await reader.sees({ text }, {}, card)
  await card.getByRole('button', { name: reader.t('block.term.close'), exact: true }).click()
  await card.waitFor({ state: 'hidden' })
}

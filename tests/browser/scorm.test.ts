import type { Browser, Frame } from 'playwright-core'
import { unzipSync } from 'fflate'
import { afterAll, beforeAll } from 'vitest'
import type { Db } from '#db/client.ts'
import { system } from '#modules/actor.ts'
import { banksOf, coursesIn, type Item, itemsOf, latestEditions, publishCourse } from '#modules/courses/index.ts'
import { bookOf } from '#modules/packages/book.ts'
import { scorm } from '#modules/packages/scorm.ts'
import { type Locale, locales } from '#modules/words/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { able, needs, openBrowser } from './browser.ts'
import { type Call, LearningSystem } from './learningSystem.ts'

// SCORM 1.2 as a college's system runs it. What is answered comes from the questions that the edition froze, and not from the package.

let browser: Browser
beforeAll(async () => {
  if (able) browser = await openBrowser()
})
afterAll(() => browser?.close())

const about = { version: '1.0.0', origin: 'https://besik.example', changes: [], licence: 'CC BY 4.0' }

/** The days of a course in a language, each the bytes that a system takes over, with the questions of its quiz. */
async function daysOf(db: Db, course: string, locale: Locale) {
  if (!(await latestEditions(db)).some((one) => one.course === course)) await publishCourse(db, system('test'), { course, demonstration: true })
  const edition = (await latestEditions(db)).find((one) => one.course === course)!
  const { bytes } = await scorm.write([await bookOf(db, edition, locale)], about)
  const items = [...(await itemsOf(db, edition.id)).values()]
  const archives = unzipSync(bytes)
  return edition.outline.days.map(({ day }) => {
    const quiz = edition.outline.assessments.find((one) => one.kind === 'quiz' && one.day === day)
    return { day, bytes: archives[Object.keys(archives).find((path) => path.endsWith(`-${locale}-day-${day}.zip`))!]!, items: quiz ? items.filter((one) => banksOf(quiz).includes(one.bank)) : [] }
  })
}

const bare = (text: string) => text.replace(/\s+/g, ' ').trim()
/** How to answer a question, in the words that a learner reads. */
type Answer = { kind: Item['kind']; texts: string[]; pairs: [string, string][]; value: string }

function answerTo(item: Item, locale: Locale): Answer {
  const say = (id: string, among: readonly { id: string; text: Record<Locale, string> }[]) => bare(among.find((one) => one.id === id)!.text[locale])
  const { kind } = item
  switch (item.kind) {
    case 'numeric': return { kind, texts: [], pairs: [], value: String(item.body.key.value) }
    case 'matching': return { kind, texts: [], pairs: item.body.key.map(([left, right]) => [say(left, item.body.left), say(right, item.body.options)]), value: '' }
    case 'ordering': return { kind, texts: [], pairs: item.body.key.map((id, index) => [say(id, item.body.options), String(index + 1)]), value: '' }
    default: return { kind, texts: item.body.key.map((id) => say(id, item.body.options)), pairs: [], value: '' }
  }
}

/** Fills in the quiz by the words of its questions; answers how many questions it found. `wrongly` are indices of questions to be left empty. */
async function fillIn(frame: Frame, items: readonly Item[], locale: Locale, wrongly: readonly number[] = []): Promise<number> {
  const known = items.map((item) => ({ prompt: bare(item.body.prompt[locale]), options: 'options' in item.body ? item.body.options.map((one) => bare(one.text[locale])) : [], answer: answerTo(item, locale) }))
  const fields = await frame.locator('form.quiz fieldset').all()
  const taken = new Set<number>()
  for (const [index, field] of fields.entries()) {
    const [legend, text] = [bare(await field.locator('legend').innerText()), bare(await field.innerText())]
    const which = known.findIndex((one, at) => !taken.has(at) && legend.includes(one.prompt) && one.options.every((option) => text.includes(option)))
    if (which < 0) throw new Error(`no question of the edition is asked as: ${legend}`)
    taken.add(which)
    if (wrongly.includes(index)) continue
    await field.evaluate((element, { kind, texts, pairs, value }) => {
      const said = (node: Element) => (node.textContent ?? '').replace(/\s+/g, ' ').trim()
      const labels = [...element.querySelectorAll('label')]
      // A label's words without those of the choices inside it.
      const own = (label: Element) => said(label).replace(said(label.querySelector('select') ?? document.createElement('i')), '').trim()
      if (kind === 'numeric') element.querySelector('input')!.value = value
      else if (kind === 'single' || kind === 'multiple') {
        for (const label of labels) if (texts.includes(said(label))) label.click()
      } else {
        for (const label of labels) {
          const select = label.querySelector('select')!
          const right = pairs.find(([left]) => left === own(label))![1]
          select.value = [...select.options].find((option) => said(option) === right)!.value
        }
      }
    }, known[which]!.answer)
  }
  return fields.length
}

const button = (frame: Frame, way: 1 | -1) => frame.locator(`main > section:not([hidden]) [data-way="${way}"]`)
const title = async (frame: Frame) => bare(await frame.locator('main > section:not([hidden]) > h1').innerText())
const wrong = (calls: readonly Call[]) => calls.filter((one) => one.error !== '0' || (one.name !== 'LMSGetValue' && one.result !== 'true'))

describe.skipIf(!able)(`a day in a college’s own system${needs}`, () => {
  test('is begun, left, gone on with where it was left, and finished; the score arrives; the network is off', { timeout: 120_000 }, async ({ db }) => {
    const [first] = await daysOf(db, 'imci', 'kk')
    const { bytes, items } = first!
    const college = await LearningSystem.take(browser, bytes)

    let frame = await college.start()
    const pages = await frame.locator('main > section').count()
    expect(pages).toBeGreaterThan(5)
    expect(await frame.locator('main > section').filter({ visible: true }).count()).toBe(1)
    const titles = (await frame.locator('nav a').allInnerTexts()).map(bare)
    expect(await title(frame)).toBe(titles[0])
    await button(frame, 1).click()
    await button(frame, 1).click()
    expect(await title(frame)).toBe(titles[2])
    const before = await college.leave()
    expect(wrong(before)).toEqual([])
    expect(before.at(-1)).toMatchObject({ name: 'LMSFinish', result: 'true' })
    expect(college.kept).toMatchObject({ core: { lesson_status: 'incomplete', exit: 'suspend', score: { raw: '' } } })
    expect(before.find((one) => one.args[0] === 'cmi.core.session_time')!.args[1]).toMatch(/^\d{2,4}:[0-5]\d:[0-5]\d$/)

    frame = await college.start()
    expect(await title(frame)).toBe(titles[2])
    await frame.locator('nav a').last().click()
    expect(await fillIn(frame, items, 'kk', [0])).toBe(items.length)
    await frame.locator('form.quiz button:not([data-way])').click()
    await expect.poll(async () => (await college.committed()).core.score.raw).not.toBe('')
    const score = Number((await college.committed()).core.score.raw)
    expect(score).toBe(Math.round((100 * (items.length - 1)) / items.length))
    expect(bare(await frame.locator('.result').innerText())).toContain(String(score))
    expect((await college.committed()).core).toMatchObject({ lesson_status: 'incomplete', score: { min: '0', max: '100' } })

    // Whatever was read before counts: only what has not been opened is missing.
    for (let page = 3; page < pages - 1; page++) await frame.locator('nav a').nth(page).click()
    expect((await college.committed()).core.lesson_status).toBe('completed')
    expect(wrong(await college.leave())).toEqual([])
    expect(college.kept).toMatchObject({ core: { lesson_status: 'completed', exit: '', score: { raw: String(score) } } })

    // Looked at again, it stays finished.
    frame = await college.start()
    expect(wrong(await college.leave())).toEqual([])
    expect(college.kept).toMatchObject({ core: { lesson_status: 'completed', score: { raw: String(score) } } })
    expect([college.elsewhere, college.complaints]).toEqual([[], []])
    await college.end()
  })

  test('is left in the middle by a browser that is shut, and nothing that was committed is lost', { timeout: 60_000 }, async ({ db }) => {
    const [first] = await daysOf(db, 'emergency', 'ru')
    const college = await LearningSystem.take(browser, first!.bytes)
    let frame = await college.start()
    await button(frame, 1).click()
    const titles = (await frame.locator('nav a').allInnerTexts()).map(bare)
    // What the system holds at this moment, without any leave-taking.
    college.kept = await college.committed()
    frame = await college.start()
    expect(await title(frame)).toBe(titles[1])
    await college.end()
  })

  test('can be read whole where there is no system', { timeout: 60_000 }, async ({ db }) => {
    const [first] = await daysOf(db, 'home-visiting', 'en')
    const files = unzipSync(first!.bytes)
    const page = await browser.newPage({ javaScriptEnabled: false, offline: true })
    const text = (path: string) => Buffer.from(files[path]!).toString('utf8')
    await page.setContent(text('index.html').replace(/<link rel="stylesheet"[^>]*>/, `<style>${text('player.css')}</style>`))
    const sections = await page.locator('main > section').count()
    expect(await page.locator('main > section').filter({ visible: true }).count()).toBe(sections)
    expect(await page.locator('[data-way]').filter({ visible: true }).count()).toBe(0)
    await page.close()
  })

  test.for(coursesIn())('%s: every day is walked through and answered by what the edition holds; in two more languages the first and the last', { timeout: 180_000 }, async (course, { db }) => {
    for (const locale of locales) {
      const days = await daysOf(db, course, locale)
      for (const { day, bytes, items } of locale === 'kk' ? days : [days.at(0)!, days.at(-1)!]) {
        const college = await LearningSystem.take(browser, bytes)
        const frame = await college.start()
        for (const link of await frame.locator('nav a').all()) await link.click()
        if (items.length > 0) {
          expect(await fillIn(frame, items, locale)).toBe(items.length)
          await frame.locator('form.quiz button:not([data-way])').click()
        }
        const calls = await college.leave()
        expect(wrong(calls), `${locale} ${day}`).toEqual([])
        expect(college.kept!.core, `${locale} ${day}`).toMatchObject({ lesson_status: 'completed', ...(items.length > 0 ? { score: { raw: '100' } } : {}) })
        expect(Math.max(...calls.filter((one) => one.args[0] === 'cmi.suspend_data').map((one) => (one.args[1] ?? '').length))).toBeLessThanOrEqual(4096)
        expect([college.elsewhere, college.complaints], `${locale} ${day}`).toEqual([[], []])
        await college.end()
      }
    }
  })
})

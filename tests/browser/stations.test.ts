import { readFileSync } from 'node:fs'
import { parse } from 'yaml'
import { type Locale, locales } from '#modules/words/index.ts'
import { faults } from './axe.ts'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'

// Stations and logbooks as they are used: on a phone, beside a patient, on a network that comes and goes.

type Texts = Record<Locale, string>
const station = parse(readFileSync('content/courses/imci/stations/assessing-dehydration.yaml', 'utf8')) as { titles: Texts; passPercent: number; steps: { id: string; critical: boolean; text: Texts }[] }
const all = station.steps.length
const firstCritical = station.steps.findIndex((step) => step.critical)

/** The running group of the demonstration's trainee. */
async function group(trainee: Reader): Promise<string> {
  await trainee.open('/learn')
  return /cohort=([0-9a-f-]{36})/.exec(await trainee.page.content())![1]!
}

/** The first person without a sheet at the station, from the list: their name. */
async function chooseSomebody(trainer: Reader, skills: string): Promise<string> {
  await trainer.open(skills)
  const free = trainer.page.getByRole('link', { name: new RegExp(`^${trainer.t('skills.observe')} ?: .*, ${station.titles[trainer.locale]}$`) }).first()
  const name = (await free.innerText()).replace(/^.*?: /s, '').replace(/, [^,]*$/, '').trim()
  await trainer.follow(free)
  await trainer.heading({ text: name }).waitFor()
  return name
}

const step = (reader: Reader, index: number) => reader.page.getByRole('group', { name: `${index + 1}. ${station.steps[index]!.text[reader.locale]}`, exact: true })
const answerOf = (reader: Reader, index: number, word: 'done' | 'missed') => step(reader, index).getByRole('radio', { name: reader.t(`sheet.${word}`), exact: true })
const mark = (reader: Reader, index: number, word: 'done' | 'missed') => reader.choose(answerOf(reader, index, word))
async function markAll(reader: Reader) {
  for (let index = 0; index < all; index++) await mark(reader, index, 'done')
}

/** The centre has the sheet: its result is shown, with this word. What a sheet would come to is another sentence. */
async function isSaved(reader: Reader, word: 'station.passed' | 'station.not-passed' = 'station.passed') {
  await reader.sees('sheet.lead.result', { station: station.titles[reader.locale] })
  await reader.page.getByText(reader.t(word), { exact: true }).waitFor()
}

describe.skipIf(!able)(`a skills station on a phone${needs}`, () => {
  test.for(locales)('with one thumb, in %s: large answers, what it comes to before saving, and the next person in one tap', async (locale, { server, arrive }) => {
    const trainee = await (await arrive(server, { locale, width: 360 })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale, width: 360 })).carrySession('trainer@demo.kz')
    await chooseSomebody(trainer, `/centre/cohorts/${await group(trainee)}/skills`)
    expect(await faults(trainer)).toEqual([])

    // Targets for a thumb, and the button to save always in reach above the bar of places.
    for (const answer of await step(trainer, 0).locator('label').all()) expect((await answer.boundingBox())!.height).toBeGreaterThanOrEqual(56)
    const save = (await trainer.button('sheet.save').boundingBox())!
    expect(save.y + save.height).toBeLessThanOrEqual(800 - 56)
    expect(save.y).toBeGreaterThan(500)
    expect(save.width).toBeGreaterThan(300)

    // A critical step carries its word, and a missing one is told before anything is saved.
    expect(await step(trainer, firstCritical).innerText()).toContain(trainer.t('sheet.critical'))
    await trainer.sees('sheet.running.marked', { n: 0, all })
    for (let index = 0; index < all; index++) await answerOf(trainer, index, 'done').check()
    await trainer.sees('sheet.running.passes')
    await mark(trainer, firstCritical, 'missed')
    await trainer.sees('sheet.running.critical', { n: 1 })
    await mark(trainer, firstCritical, 'done')
    const easy = station.steps.flatMap(({ critical }, index) => (critical ? [] : [index]))
    const needed = Math.ceil((station.passPercent * all) / 100)
    for (const index of easy.slice(0, all - needed + 1)) await mark(trainer, index, 'missed')
    await trainer.sees('sheet.running.share', { n: needed - 1, needed })
    await mark(trainer, easy[0]!, 'done')
    await trainer.sees('sheet.running.passes')

    await trainer.press('sheet.save')
    await isSaved(trainer)
    expect(await faults(trainer)).toEqual([])
    const done = trainer.path
    await trainer.follow(trainer.page.getByRole('link', { name: trainer.t('sheet.next', { name: '' }).trim() }))
    expect(trainer.path).not.toBe(done)
    await trainer.sees('sheet.running.marked', { n: 0, all })
  })

  test('a sheet with a step left open is not sent, and the trainer is taken to that step', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'kk', width: 360, still: true })).carrySession('trainer@demo.kz')
    await chooseSomebody(trainer, `/centre/cohorts/${await group(trainee)}/skills`)
    for (let index = 0; index < all; index++) if (index !== 2) await mark(trainer, index, 'done')
    const here = trainer.page.url()
    await trainer.button('sheet.save').click()
    await trainer.sees('sheet.unmarked', { n: 1 })
    expect(await step(trainer, 2).getByRole('radio').first().evaluate((radio) => radio === document.activeElement)).toBe(true)
    expect(trainer.page.url()).toBe(here)
  })

  test('a dropped connection: the sheet stays on the device, is called saved only when the centre has it, and goes out by itself', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'ru', width: 360 })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'ru', width: 360, still: true })).carrySession('trainer@demo.kz')
    const other = await (await arrive(server, { locale: 'ru', javaScript: false })).carrySession('trainer@demo.kz')
    await chooseSomebody(trainer, `/centre/cohorts/${await group(trainee)}/skills`)
    const sheet = trainer.path
    const atCentre = async () => {
      await other.open(sheet)
      return other.shows('sheet.lead.result', { station: station.titles.ru })
    }

    await trainer.context.setOffline(true)
    await markAll(trainer)
    await trainer.button('sheet.save').click()
    await trainer.sees('sheet.offline')
    expect(await trainer.shows('sheet.lead.result', { station: station.titles.ru })).toBe(false)
    expect(await atCentre()).toBe(false)

    await trainer.context.setOffline(false)
    await isSaved(trainer)
    expect(await atCentre()).toBe(true)
  })

  test('a closed tab sends what it had not sent from the next page, and marks that were never saved are there again', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en', width: 360 })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'en', width: 360, still: true })).carrySession('trainer@demo.kz')
    const skills = `/centre/cohorts/${await group(trainee)}/skills`
    await chooseSomebody(trainer, skills)
    const saved = trainer.path
    await trainer.context.setOffline(true)
    await markAll(trainer)
    await trainer.button('sheet.save').click()
    await trainer.sees('sheet.offline')
    await trainer.page.close()
    await trainer.context.setOffline(false)

    const next = await trainer.anotherTab()
    await next.open(skills)
    await next.sees('sheet.outbox.sent')
    await next.open(saved)
    await isSaved(next)

    await chooseSomebody(next, skills)
    await mark(next, 0, 'done')
    await mark(next, 1, 'missed')
    await next.page.reload()
    await next.sees('sheet.kept')
    await next.sees('sheet.running.marked', { n: 2, all })
    expect(await step(next, 1).getByRole('radio', { name: next.t('sheet.missed'), exact: true }).isChecked()).toBe(true)
  })

  test('a sheet that another trainer’s overtook is not saved unawares', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en', width: 360 })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'en', width: 360, still: true })).carrySession('trainer@demo.kz')
    const other = await (await arrive(server, { locale: 'en', width: 360, still: true })).carrySession('trainer@demo.kz')
    await chooseSomebody(trainer, `/centre/cohorts/${await group(trainee)}/skills`)
    await other.open(trainer.path)
    await markAll(other)
    await other.press('sheet.save')
    await isSaved(other)

    await markAll(trainer)
    await mark(trainer, firstCritical, 'missed')
    // A refusal that is expected is no complaint of this browser's.
    trainer.page.on('response', (response) => response.status() === 409 && trainer.complaints.splice(0))
    await trainer.button('sheet.save').click()
    await trainer.sees('sheet.newer')
    await trainer.page.getByText(trainer.t('station.passed'), { exact: true }).waitFor()
    await trainer.sees('sheet.running.critical', { n: 1 })
    await trainer.press('sheet.save')
    await isSaved(trainer, 'station.not-passed')
  })

  test('works without JavaScript; whoever examined is not the second observer, and the second does not see the examiner’s marks', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'kk' })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'kk', width: 360, javaScript: false })).carrySession('trainer@demo.kz')
    const skills = `/centre/cohorts/${await group(trainee)}/skills`
    const name = await chooseSomebody(trainer, skills)
    await markAll(trainer)
    await mark(trainer, firstCritical, 'missed')
    await trainer.press('sheet.save')
    await trainer.sees('station.saved.not-passed')

    // Whoever examined may not be the second observer of the same person.
    await trainer.open(`${skills}?as=second`)
    expect(await trainer.shows('station.not-passed')).toBe(false)
    await trainer.follow(trainer.page.getByRole('link', { name: `${name}, ${station.titles.kk}` }))
    await trainer.sees('sheet.lead.second', { station: station.titles.kk })
    await markAll(trainer)
    await trainer.press('sheet.save')
    await trainer.sees('refusal.observation.both-roles')
    expect(await step(trainer, 0).getByRole('radio', { name: trainer.t('sheet.done'), exact: true }).isChecked()).toBe(true)
  })
})

describe.skipIf(!able)(`two observers${needs}`, () => {
  test.for(locales)('are compared for those who work at the centre, in %s: with numbers, and no advice from few', async (locale, { server, arrive }) => {
    const trainer = await (await arrive(server, { locale, width: 360 })).carrySession('trainer@demo.kz')
    await trainer.open('/centre/cohorts?from=&state=closed')
    const [cohort] = /[0-9a-f]{8}-[0-9a-f-]{27}/.exec((await trainer.page.getByRole('main').locator('a[href*="/centre/cohorts/"]').first().getAttribute('href'))!)!
    await trainer.open(`/centre/cohorts/${cohort}/skills`)
    await trainer.go('agreement.open')
    const part = trainer.region({ text: station.titles[locale] })
    const figures = (await part.innerText()).replaceAll('\u00a0', ' ')
    expect(figures).toContain(trainer.t('agreement.kappa'))
    expect(figures).toMatch(locale === 'en' ? /-?[01]\.\d\d/ : /-?[01],\d\d/)
    const steps = Number(/\d+\D+(\d+)/.exec(figures.split('\n').find((line) => /\d/.test(line))!)![1])
    expect(figures.includes(trainer.t('agreement.few', { n: '50' }))).toBe(steps < 50)
    expect(await faults(trainer)).toEqual([])
  })
})

describe.skipIf(!able)(`a practice logbook on a phone${needs}`, () => {
  const fever = { kk: 'ҚЫЗБА', ru: 'ЛИХОРАДКА', en: 'FEVER' }

  test.for([...locales.map((locale) => [locale, true] as const), ['kk', false] as const])('in %s, with JavaScript: %s', async ([locale, javaScript], { server, arrive }) => {
    const trainee = await (await arrive(server, { locale, width: 360, javaScript })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale, width: 360, javaScript })).carrySession('trainer@demo.kz')
    const cohort = await group(trainee)
    const logbook = `/learn/logbook?cohort=${cohort}`
    await trainee.open(logbook)
    if (javaScript) expect(await faults(trainee)).toEqual([])
    const [before] = await counted(trainee)

    // A child with fever: what belongs to the other age group is not offered.
    const form = trainee.page.getByRole('form', { name: trainee.t('logbook.new') })
    await form.getByRole('radio', { name: trainee.t('case.age.child'), exact: true }).check()
    expect(await form.getByText(trainee.t('case.signs', { age: trainee.t('case.age.young-infant') })).isVisible()).toBe(false)
    await form.locator('summary').filter({ hasText: { kk: 'Қызба', ru: 'Лихорадка', en: 'Fever' }[locale] }).filter({ visible: true }).click()
    const classified = form.getByRole('checkbox', { name: `${fever[locale]} (${trainee.t('imci.green')})`, exact: true })
    await classified.check()
    for (const target of [classified.locator('..'), form.getByRole('radio').first().locator('..')]) expect((await target.boundingBox())!.height).toBeGreaterThanOrEqual(44)
    await trainee.press('logbook.save')
    await trainee.sees('logbook.saved')
    await trainee.sees({ text: `${fever[locale]} (${trainee.t('imci.green')})` })

    // Another alike in one tap; then one of the two is corrected, and a third taken back.
    await trainee.press('logbook.alike')
    await trainee.press('logbook.alike')
    await trainee.sees('logbook.waiting', { n: 3 })
    await trainee.follow(trainee.link('logbook.change').first())
    const change = trainee.page.getByRole('form', { name: trainee.t('logbook.change') })
    await change.getByRole('radio', { name: trainee.t('case.age.young-infant'), exact: true }).check()
    await trainee.press('logbook.change.save')
    await trainee.sees('logbook.changed')
    await trainee.follow(trainee.button('logbook.withdraw').last())
    await trainee.sees('logbook.withdrawn')
    await trainee.sees('logbook.waiting', { n: 2 })
    expect(await counted(trainee)).toEqual([before, expect.any(Number)])
    if (javaScript) expect(await faults(trainee)).toEqual([])

    // The trainer goes over the day with the person and confirms it with one tap.
    const name = await nameOf(trainee)
    await trainer.open(`/centre/cohorts/${cohort}/skills/logbook`)
    await trainer.follow(trainer.page.getByRole('link', { name: new RegExp(`, ${name}$`) }).first())
    await trainer.heading({ text: name }).waitFor()
    expect(await trainer.page.getByRole('checkbox').count()).toBe(2)
    if (javaScript) expect(await faults(trainer)).toEqual([])
    const confirm = (await trainer.button('logbook.confirm', { n: 2 }).boundingBox())!
    expect(confirm.width).toBeGreaterThan(300)
    expect(confirm.y + confirm.height).toBeLessThanOrEqual(800 - 56)
    await trainer.press('logbook.confirm', { n: 2 })
    await trainer.sees('logbook.confirmed')

    await trainee.open(logbook)
    expect((await counted(trainee))[0]).toBe(before! + 2)
    expect(await trainee.shows('logbook.withdraw')).toBe(false)
  })

  test('nobody else’s logbook, and no page of the trainers’', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en', width: 360 })).carrySession('trainee@demo.kz')
    const cohort = await group(trainee)
    for (const path of [`/centre/cohorts/${cohort}/skills/logbook`, `/centre/cohorts/${cohort}/skills/agreement`]) expect(await trainee.open(path)).toBe(403)
  })

  test('the logbooks of a group as a file, without a word about a patient', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, { locale: 'en' })).carrySession('trainee@demo.kz')
    const trainer = await (await arrive(server, { locale: 'en' })).carrySession('trainer@demo.kz')
    await trainer.open(`/centre/cohorts/${await group(trainee)}/skills/logbook`)
    const [file] = await Promise.all([trainer.page.waitForEvent('download'), trainer.button('logbook.export').click()])
    const lines = readFileSync(await file.path(), 'utf8').trim().split('\r\n')
    expect(lines[2]!.split(';')).toEqual((['person', 'date', 'age', 'setting', 'visit', 'signs', 'classification', 'edition', 'recorded', 'confirmed', 'trainer'] as const).map((name) => trainer.t(`logbook.csv.${name}`)))
    expect(lines.length).toBeGreaterThan(10)
  })
})

/** Confirmed cases of all and of young infants, as the page says it. */
async function counted(trainee: Reader): Promise<number[]> {
  const text = await trainee.region('logbook.progress').innerText()
  return [...text.matchAll(/(\d+) (?:of|из|\/) \d+/g)].map((found) => Number(found[1]))
}

/** The reader's own name, as the trainer's list has it: a trainee gets no logbook but their own. */
async function nameOf(trainee: Reader): Promise<string> {
  const answer = await trainee.context.request.get(`${trainee.origin}/api/v1/cohorts/${await group(trainee)}/logbook`)
  return ((await answer.json()) as { items: { name: string }[] }).items[0]!.name
}

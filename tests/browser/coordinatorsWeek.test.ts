import { readFileSync } from 'node:fs'
import { contentFolder, readCourse } from '#modules/courses/index.ts'
import { dateRange, type Locale, t } from '#modules/words/index.ts'
import { Visitor } from '#tests/server.ts'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'
import { dayAgo, openClass, teach } from './class.ts'
import { all, answerRightly, begin } from './sitting.ts'

// A coordinator's week on a laptop. Monday: next month's group is planned and filled. Friday: this week's group is closed and its
// certificates are issued. Afterwards: visits, another region's request, the year's plan.

const imci = readCourse(contentFolder(), 'imci').course
const roster = readFileSync('tests/corpus/rosters/roster-kyzylorda.csv')
const nameIn = (line: number) => roster.toString('utf8').split('\r\n')[line]!.split(';').slice(1, 4).filter(Boolean).join(' ')
/** A Monday some weeks from now, on which nobody rests. */
const monday = (weeks: number) => {
  const today = Date.parse(dayAgo(0))
  return new Date(today + (7 * weeks - ((new Date(today).getUTCDay() + 6) % 7)) * 86_400_000).toISOString().slice(0, 10)
}

describe.skipIf(!able)(`a coordinator’s week on a laptop${needs}`, () => {
  test('Monday: a group is planned over a conflict, filled from a spreadsheet, and its queue moves', async ({ server, arrive }) => {
    const administrator = await new Visitor(server).signIn('admin@demo.kz')
    const desk = await new Visitor(server).signIn('coordinator@demo.kz')
    const { items: [centre] } = (await desk.call('GET', '/centres?region=KZ-43')).body as { items: { id: string }[] }
    const room = 'Дүйсенбі залы'
    expect((await administrator.form(`/en/admin/centres/${centre!.id}`, 'places.addRoom', { centreId: centre!.id, name: room, capacity: '30' })).status).toBe(303)

    // Two groups in one week: the one that is filled, and one to which somebody can be moved.
    const coordinator = await arrive(server)
    await coordinator.signIn('coordinator@demo.kz')
    const plan = async (startsOn: string, capacity: string) => {
      await coordinator.open('/centre')
      await coordinator.go('centre.schedule')
      await coordinator.field('cohort.field.course').selectOption({ label: imci.titles.en })
      await coordinator.field('cohort.field.room').selectOption({ label: coordinator.t('cohort.room', { name: room, n: 30 }) })
      await coordinator.field('cohort.field.starts').fill(startsOn)
      await coordinator.field('cohort.field.language').selectOption({ label: coordinator.t('language.kk') })
      await coordinator.field('cohort.field.capacity').fill(capacity)
      // Nobody teaches it yet: that is found before anything is saved, and saved only with a reason.
      await coordinator.press('schedule.check')
      await coordinator.heading('schedule.check.soft', { n: 1 }).waitFor()
      await coordinator.field('schedule.reason').fill('The trainers are chosen on Wednesday')
      await coordinator.press('centre.new.go')
      await coordinator.sees('cohort.flash.scheduled')
      await coordinator.sees('schedule.overrides.why', { reason: 'The trainers are chosen on Wednesday' }, coordinator.region('schedule.overrides'))
      await coordinator.press('cohort.move.draft-open')
      await coordinator.sees('cohort.flash.open')
    }
    await plan(monday(22), '5')
    await plan(monday(20), '20')

    // Two seats are kept for guests; of thirty in a spreadsheet eighteen sit and twelve wait.
    await coordinator.go('cohort.nav.settings')
    await summary(coordinator, 'quota.add.guests')
    await coordinator.field('quota.seats').filter({ visible: true }).fill('2')
    await coordinator.follow(coordinator.button('quota.add.go').filter({ visible: true }))
    await coordinator.sees('quota.flash.added')
    await coordinator.go('cohort.nav.roster')
    await coordinator.field('roster.upload.file').setInputFiles({ name: 'тізім.csv', mimeType: 'text/csv', buffer: roster })
    await coordinator.press('roster.upload.go')
    await coordinator.press('roster.go', { n: 30 })
    await coordinator.sees('roster.done.title')
    await coordinator.go('roster.done.people')
    await coordinator.sees('cohort.taken', { enrolled: 18, capacity: 20 })
    const queue = (n: number) => coordinator.region('cohort.queue.title', { n })
    expect(await queue(12).getByRole('listitem').first().innerText()).toContain(nameIn(19))

    // Four seats more: the first four of the queue have them at once.
    await coordinator.field('cohort.field.capacity').fill('24')
    await coordinator.press('cohort.capacity.go')
    await coordinator.sees('cohort.flash.resized')
    await coordinator.sees('cohort.taken', { enrolled: 22, capacity: 24 })
    expect(await queue(8).getByRole('listitem').first().innerText()).toContain(nameIn(23))

    // From now on a seat that becomes free is offered; somebody is moved to the other group, and the next one takes the seat.
    await coordinator.go('cohort.nav.settings')
    await coordinator.field('seats.offer-hours').fill('48')
    await coordinator.press('seats.rules.go')
    await coordinator.sees('seats.flash.rules')
    await coordinator.go('cohort.nav.people')
    const person = coordinator.page.getByRole('listitem').filter({ hasText: nameIn(1) })
    await person.locator('summary').filter({ hasText: coordinator.t('transfer.title') }).click()
    const target = await person.getByRole('option').filter({ hasText: room }).first().getAttribute('value')
    await person.getByRole('combobox').selectOption(target)
    await coordinator.follow(person.getByRole('button', { name: coordinator.t('transfer.go'), exact: true }))
    await coordinator.sees('transfer.flash.seat')
    const offers = coordinator.region('offer.list', { n: 1 })
    await coordinator.sees({ text: nameIn(23) }, {}, offers)
    await coordinator.follow(offers.getByRole('button').filter({ hasText: coordinator.t('offer.accepted') }).filter({ hasText: nameIn(23) }))
    await coordinator.sees('offer.flash.accepted-for')
    await coordinator.sees('cohort.taken', { enrolled: 22, capacity: 24 })
    await queue(7).waitFor()

    // The sheet to sign, as it comes out of the printer.
    await coordinator.go('cohort.nav.classes')
    await coordinator.follow(coordinator.page.getByRole('navigation').getByRole('link', { name: coordinator.t('cohort.nav.sheet'), exact: true }))
    await coordinator.sees({ text: nameIn(23) })
    const printed = await coordinator.context.request.get(`${coordinator.origin}${await coordinator.link('sign-in-sheet.pdf').getAttribute('href')}`)
    expect((await printed.body()).subarray(0, 5).toString()).toBe('%PDF-')
  })

  test('Friday: a course is closed by its list and certificates go out; afterwards visits, a request, the plan', async ({ server, arrive }) => {
    const own = await openClass(server, 'imci', 'en')
    const trainee = await arrive(server)
    await trainee.signIn(own.login, own.password)
    await trainee.open(`/cohorts/${own.cohort}`)
    await trainee.press('cohort.join.seat')
    await teach(own)
    await begin(trainee)
    for (let n = 1; n <= all; n++) await answerRightly(trainee, n)
    await trainee.sees('sitting.all-saved')
    await trainee.go('sitting.finish')
    await trainee.press('submit.go')
    await trainee.sees('result.passed')

    // The list says what is done; what is left is to close and to issue.
    const coordinator = await arrive(server)
    await coordinator.signIn('coordinator@demo.kz')
    await coordinator.open(`/centre/cohorts/${own.cohort}`)
    await coordinator.go('cohort.nav.finish')
    await coordinator.sees('close.lead.open', { ready: 1, n: 1 })
    await coordinator.press('close.step.cohort.go')
    await coordinator.sees('cohort.flash.closed')
    await coordinator.go('close.step.issue.go')
    await coordinator.sees('certificates.issue.lead', { ready: 1 })
    await coordinator.press('certificates.issue.go')
    await coordinator.press('issue.plan.confirm.go', { n: 1 })
    await coordinator.open(`/centre/cohorts/${own.cohort}/close`)
    await coordinator.sees('close.lead.done', { issued: 1, n: 1 })
    await trainee.open('/learn/documents')
    await trainee.heading({ text: imci.titles.en }).waitFor()

    // The visit to the person at work is planned by itself; the trainer who is to make it reads of it.
    const name = `${own.names.family} ${own.names.given}`
    await coordinator.open(`/centre/follow-up?cohort=${own.cohort}`)
    await expect.poll(async () => coordinator.page.reload().then(() => coordinator.shows({ text: name })), { timeout: 30_000 }).toBe(true)
    await coordinator.page.getByRole('checkbox', { name: coordinator.t('followup.choose', { name }), exact: true }).check()
    const trainer = await (await arrive(server, { locale: 'kk', width: 360 })).carrySession('trainer@demo.kz')
    const supervisor = (await trainer.send('GET', '/me')) as { id: string; locale: Locale }
    await coordinator.field('followup.assign').selectOption(supervisor.id)
    await coordinator.press('followup.assign.go')
    await coordinator.sees('followup.assigned')
    await trainer.open('/notices')
    // A letter is written in the language of whom it is to.
    await trainer.sees({ text: t(supervisor.locale, 'notice.followup.assigned.subject', { n: 1 }) })

    // Taraz asks for places: the centre can't give them now and says why.
    await coordinator.open('/centre/requests')
    await coordinator.follow(coordinator.link('request.one.title.places', { n: 6 }).first())
    await coordinator.field('request.decline.reason').fill('All groups of this year are full')
    await coordinator.press('request.decline')
    await coordinator.sees('request.answer')
    await coordinator.sees({ text: 'All groups of this year are full' })

    // The year's plan: what was meant to be, and what has been.
    await coordinator.go('request.title')
    await coordinator.go('centre.nav.targets')
    await coordinator.heading('plan.title').waitFor()
    await coordinator.sees({ text: dateRange('en', dayAgo(4), dayAgo(0)).slice(-4) })
  })
})

/** Opens what is folded under these words. */
const summary = (reader: Reader, words: Parameters<Reader['t']>[0]) => reader.page.locator('summary').filter({ hasText: reader.t(words) }).first().click()

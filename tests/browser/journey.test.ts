import { sql } from 'drizzle-orm'
import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll } from 'vitest'
import { parse } from 'yaml'
import { openDatabase } from '#db/client.ts'
import { dateRange, type Locale, locales } from '#modules/words/index.ts'
import { copyDemonstration, type Server, startServer, Visitor } from '#tests/server.ts'
import { able, describe, expect, needs, password, type Reader, test } from './browser.ts'
import { dayAgo } from './class.ts'
import { all, answerRightly, postTest } from './sitting.ts'

// One person's way from a line in a roster to a certificate that anybody can check, and to its end, as each of those who
// take part in it sees it.

type Texts = Record<Locale, string>
const stations = readdirSync('content/courses/imci/stations').map((name) => parse(readFileSync(`content/courses/imci/stations/${name}`, 'utf8')) as { station: string; titles: Texts; steps: { id: string; critical: boolean; text: Texts }[] })
stations.sort((one) => (one.station === 'counting-breaths' ? -1 : 0))
const [station, unseen] = stations as [(typeof stations)[0], (typeof stations)[0]]
const course = parse(readFileSync('content/courses/imci/course.yaml', 'utf8')) as { titles: Texts; short: Texts; assessments: { kind: string; titles: Texts }[] }
const preTest = course.assessments.find(({ kind }) => kind === 'pre-test')!
const lessonTitle = (locale: Locale, slug: string) => /^title: "?(.+?)"?$/m.exec(readFileSync(`content/courses/imci/${locale}/${slug}.mdx`, 'utf8'))![1]!

/** The roster of Kyzylorda; its first person has a name that nobody in the demonstration has, and neither e-mail nor phone. */
const [head, first, ...rest] = readFileSync('tests/corpus/rosters/roster-kyzylorda.csv', 'utf8').split('\r\n') as [string, string, ...string[]]
const givenName = 'Әйгерім'
const lines = [first.split(';').with(1, 'Қожабергенова').with(2, givenName).with(3, 'Ғалымқызы').with(7, '').with(8, '').join(';'), ...rest]
const roster = Buffer.from([head, ...lines].join('\r\n'))
const nameIn = (line: number) => lines[line - 1]!.split(';').slice(1, 4).filter(Boolean).join(' ')
const [holder, absentee, firstInQueue] = [nameIn(1), nameIn(2), nameIn(26)]

const newPassword = 'тоғыз бала түйе мініп кетті'
const newPhone = '+7 705 111 22 33'

describe.skipIf(!able)(`from roster to certificate${needs}`, () => {
  let seeded: string
  /** The session of a coordinator who gave the password an hour ago. */
  let kept: { name: string; value: string }
  beforeAll(async () => {
    seeded = mkdtempSync(join(tmpdir(), 'besik-journey-'))
    copyDemonstration(join(seeded, 'first'))
    await using server = await startServer({ DATA_DIR: join(seeded, 'first') })
    // A room that no cohort of the demonstration has taken, on whatever day this runs.
    const administrator = new Visitor(server)
    await administrator.form('/en/sign-in', 'people.signIn', { login: 'admin@demo.kz', password })
    const [page, centreId] = /\/en\/admin\/centres\/([0-9a-f-]{36})[^>]*>[^<]*Kyzylorda/.exec((await administrator.open('/en/admin/centres')).text)!
    const added = await administrator.form(page.split('"')[0]!, 'places.addRoom', { centreId: centreId!, name: '3-зал', capacity: '30' })
    expect(added.status).toBe(303)
    const coordinator = new Visitor(server)
    await coordinator.form('/en/sign-in', 'people.signIn', { login: 'coordinator@demo.kz', password })
    kept = [...coordinator.cookies].map(([name, value]) => ({ name, value }))[0]!
    await server.stop()
    const database = await openDatabase({ databaseUrl: undefined, dataDir: join(seeded, 'first') })
    await database.db.execute(sql`update sessions set stepped_up_at = stepped_up_at - interval '1 hour'`)
    await database.close()
  })
  afterAll(() => rmSync(seeded, { recursive: true, force: true }))

  test.for(locales)('the whole way, in %s', async (locale, { arrive }) => {
    cpSync(join(seeded, 'first'), join(seeded, locale), { recursive: true })
    await using server: Server = await startServer({ DATA_DIR: join(seeded, locale) })
    const [startsOn, endsOn] = [dayAgo(4), dayAgo(0)]

    const ministry = await arrive(server, { locale })
    await ministry.signIn('ministry@demo.kz')
    await ministry.sees('ministry.title')
    const before = await issuedSoFar(ministry)

    // The coordinator schedules the cohort, opens it and gives it a trainer.
    const coordinator = await arrive(server, { locale })
    await coordinator.signIn('coordinator@demo.kz')
    await coordinator.go('centre.schedule')
    await coordinator.field('cohort.field.course').selectOption({ label: course.titles[locale] })
    await coordinator.field('cohort.field.room').selectOption({ label: coordinator.t('cohort.room', { name: '3-зал', n: 30 }) })
    await coordinator.field('cohort.field.starts').fill(startsOn)
    await coordinator.field('cohort.field.ends').fill(endsOn)
    await coordinator.field('cohort.field.language').selectOption({ label: coordinator.t(`language.${locale}`) })
    await coordinator.press('centre.new.go')
    // The days are the ones around now, whatever day that is, and no trainer is chosen yet: it is said why that may be.
    await coordinator.field('schedule.reason').fill('Курс бүгінге көшірілді')
    await coordinator.press('centre.new.go')
    await coordinator.sees('cohort.flash.scheduled')
    await coordinator.sees({ text: dateRange(locale, startsOn, endsOn) })
    await coordinator.press('cohort.move.draft-open')
    await coordinator.sees('cohort.flash.open')
    await coordinator.press('cohort.trainers.assign')
    await coordinator.sees('cohort.flash.trainer')
    const group = coordinator.path

    // A spreadsheet of thirty: the first twenty-five sit, five wait.
    await coordinator.go('cohort.nav.roster')
    await coordinator.field('roster.upload.file').setInputFiles({ name: 'тізім.csv', mimeType: 'text/csv', buffer: roster })
    await coordinator.press('roster.upload.go')
    await coordinator.sees('roster.lead.ready')
    await coordinator.sees('roster.enrol.seats', { n: 25 })
    await coordinator.sees('roster.enrol.queue', { n: 5 })
    await coordinator.sees('roster.problem.no-contact')
    await coordinator.press('roster.go', { n: 30 })
    await coordinator.sees('roster.done.title')
    await coordinator.go('roster.done.people')
    await coordinator.sees('cohort.taken', { enrolled: 25, capacity: 25 })
    const queue = coordinator.region('cohort.queue.title', { n: 5 }).getByRole('listitem')
    expect(await queue.count()).toBe(5)
    expect(await queue.first().innerText()).toContain(firstInQueue)

    // One has no e-mail: a slip with a code.
    await coordinator.open('/centre/people')
    await coordinator.field('people.search').fill(holder)
    await coordinator.press('people.show')
    await coordinator.go({ text: holder })
    await coordinator.sees('person.access.invited')
    await coordinator.press('person.slip')
    await coordinator.sees('slip.print.title')
    const slip = await coordinator.page.getByRole('article').innerText()
    const [code] = /[0-9A-Z]{4}-[0-9A-Z]{4}-[0-9A-Z]{4}/.exec(slip)!
    await coordinator.page.reload()
    await coordinator.sees('slip.print.gone')
    expect(await coordinator.page.getByText(code).count()).toBe(0)

    // With it a phone, a password, and the first lesson.
    const trainee = await arrive(server, { locale, width: 360 })
    await trainee.page.goto(/http:\/\/\S+/.exec(slip)![0])
    await trainee.field('slip.code').fill(code.toLowerCase())
    await trainee.field('slip.login').fill(newPhone)
    await trainee.field('password.new').fill(newPassword)
    await trainee.field('consent.tick').check()
    await trainee.press('invitation.save')
    await trainee.sees('invitation.done')
    await trainee.field('sign-in.login').fill(newPhone)
    await trainee.field('sign-in.password').fill(newPassword)
    await trainee.press('session.sign-in')
    await trainee.sees('learn.title', { name: givenName })
    await trainee.follow(trainee.link('learn.outline').first())
    const outline = trainee.path
    const [lesson, nextLesson] = ['1-01-what-imci-is', '1-02-general-danger-signs'].map((slug) => lessonTitle(locale, slug)) as [string, string]
    await trainee.sees('learn.lessons-done', { done: 0, all: 7 })
    await trainee.follow(trainee.page.getByRole('link', { name: lesson }).first())
    await trainee.sees('lesson.objectives')
    await trainee.press('lesson.finish', { next: nextLesson })
    await trainee.heading({ text: nextLesson }).waitFor()
    await trainee.open(outline)
    await trainee.sees('learn.lessons-done', { done: 1, all: 7 })

    // The course starts; the test opens.
    await coordinator.open(group)
    await coordinator.press('cohort.move.open-running')
    await coordinator.sees('cohort.flash.running')
    await trainee.open('/learn')
    // Before anything is taught there is a test of what is known already.
    await trainee.heading({ text: preTest.titles[locale] }).waitFor()

    // The trainer marks ten half-days, in the first of which somebody is missing, and in the third.
    const trainer = await arrive(server, { locale, width: 360, still: true })
    await trainer.signIn('trainer@demo.kz')
    await trainer.open(`${group}/attendance`)
    for (const day of [4, 3, 2, 1, 0]) {
      for (const half of ['am', 'pm'] as const) {
        await trainer.open(`${group}/attendance?day=${dayAgo(day)}&half=${half}`)
        if (half === 'am' && day > 2) await trainer.page.getByRole('group', { name: absentee }).getByRole('radio', { name: trainer.t('attendance.mark.absent'), exact: true }).check()
        await trainer.press(`attendance.fill.${half}`)
        await trainer.sees('attendance.flash.saved')
      }
    }
    await trainer.page.getByText(trainer.t('attendance.whole')).click()
    expect(await trainer.page.getByRole('row').filter({ hasText: holder }).innerText()).toContain(trainer.t('attendance.there.of', { present: 10, halves: 10 }))
    expect(await trainer.page.getByRole('row').filter({ hasText: absentee }).innerText()).toContain(trainer.t('attendance.there.of', { present: 8, halves: 10 }))

    // The skills sheets on the phone: two stations wholly done by one, a critical step missed by the other. The other stations
    // go in as a machine would send them.
    for (const [name, seen, missed] of [[holder, station, null], [holder, unseen, null], [absentee, station, station.steps.find((step) => step.critical)!]] as const) {
      await trainer.open(`${group}/skills`)
      await trainer.follow(trainer.page.getByRole('link', { name: `${name}, ${seen.titles[locale]}` }))
      for (const [index, step] of seen.steps.entries()) {
        await trainer.choose(trainer.page.getByRole('group', { name: `${index + 1}. ${step.text[locale]}`, exact: true }).getByRole('radio', { name: trainer.t(step === missed ? 'sheet.missed' : 'sheet.done'), exact: true }))
      }
      await trainer.press('sheet.save')
      await trainer.sees(missed ? 'station.not-passed' : 'station.passed')
    }
    const cohortId = group.split('/').at(-1)!
    const people = (await trainer.send('GET', `/cohorts/${cohortId}/enrolments`)) as { items: { personId: string; name: string }[] }
    const { personId } = people.items.find((one) => one.name === holder)!
    for (const { station: name, steps } of stations.filter((one) => one !== station && one !== unseen)) {
      await trainer.send('PUT', `/cohorts/${cohortId}/stations/${name}/observations/${personId}`, { steps: Object.fromEntries(steps.map((step) => [step.id, true])) })
    }

    // The practice logbook: five young infants and fifteen children on the phone, each alike in one tap, then the trainer's word.
    await trainee.open('/learn/logbook')
    for (const [age, cases] of [['young-infant', 5], ['child', 15]] as const) {
      await trainee.page.getByRole('form', { name: trainee.t('logbook.new') }).getByRole('radio', { name: trainee.t(`case.age.${age}`), exact: true }).check()
      await trainee.press('logbook.save')
      for (let n = 1; n < cases; n++) await trainee.press('logbook.alike')
    }
    await trainee.sees('logbook.waiting', { n: 20 })
    await trainer.open(`${group}/skills/logbook`)
    await trainer.press('logbook.confirm', { n: 20 })
    await trainer.sees('logbook.confirmed')
    await trainer.sees('logbook.count', { cases: 20, needed: 20 })
    await trainer.sees('logbook.young', { cases: 5, needed: 5 })

    // The test, with every answer right.
    await trainee.open(outline)
    await trainee.follow(trainee.region('course.tests').getByRole('link', { name: postTest(trainee), exact: true }))
    await trainee.press('test.start')
    let points = 0
    for (let n = 1; n <= all; n++) points += await answerRightly(trainee, n)
    await trainee.sees('sitting.answered', { n: all, all })
    await trainee.sees('sitting.all-saved')
    await trainee.go('sitting.finish')
    await trainee.sees('submit.unanswered', { n: 0 })
    await trainee.press('submit.go')
    await trainee.sees('result.passed')
    await trainee.sees('result.score', { score: points, maximum: points })

    // Attendance is closed for good, and the preview names one who is ready and what the others miss.
    await coordinator.open(`${group}/attendance`)
    await coordinator.page.getByText(coordinator.t('attendance.close'), { exact: true }).click()
    await coordinator.sees('attendance.close.text', { n: 0 })
    await coordinator.press('attendance.close.go')
    await coordinator.sees('attendance.lead.closed')
    await coordinator.go('cohort.nav.finish')
    await coordinator.go('cohort.nav.certificates')
    await coordinator.sees('certificates.issue.lead', { ready: 1 })
    const rows = coordinator.page.getByRole('main').getByRole('listitem')
    expect(await rows.filter({ hasText: holder }).first().innerText()).toContain(coordinator.t('certificates.issue.ready-one'))
    const missing = await rows.filter({ hasText: absentee }).first().innerText()
    for (const sentence of [
      coordinator.t('eligibility.attendance-too-low', { percent: 80, needed: 90, present: 8, halves: 10 }), coordinator.t('eligibility.post-test-not-taken'),
      ...[station, unseen].map(({ titles }) => coordinator.t('eligibility.station-not-passed', { station: titles[locale] })),
      coordinator.t('eligibility.practice-too-little', { cases: 0, needed: 20 }), coordinator.t('eligibility.young-infants-too-few', { cases: 0, needed: 5 }),
    ]) expect(missing).toContain(sentence)

    // Issuing asks for the password again, once it was given too long ago.
    await coordinator.context.addCookies([{ ...kept, url: server.origin }])
    await coordinator.press('certificates.issue.go')
    await coordinator.sees('issue.plan.specimens')
    await coordinator.press('issue.plan.confirm.go', { n: 1 })
    await coordinator.sees('step-up.title')
    await coordinator.field('step-up.password').fill(password)
    await coordinator.press('step-up.confirm')
    await coordinator.sees('step-up.done')
    await coordinator.press('issue.plan.confirm.go', { n: 1 })
    await coordinator.sees('certificates.issue.done')
    await coordinator.press('issue.batch.hand-over.go')
    await coordinator.sees('issue.batch.hand-over.done')
    await coordinator.follow(coordinator.page.getByRole('link', { name: /^KZ-\d{4}-\d{6}$/ }))
    const facts = await coordinator.region('verify.facts').innerText()
    const [serial] = /KZ-\d{4}-\d{6}/.exec(facts)!
    const publicCode = /(?:[0-9A-Z]{3,4}-){6}[0-9A-Z]{3,4}/.exec(facts)![0].replaceAll('-', '')

    // Whoever holds the paper follows the short address and compares.
    const anybody = await arrive(server, { locale, width: 360 })
    await anybody.page.goto(`${server.origin}/v/${publicCode}`)
    await anybody.sees('certificate.state.valid')
    for (const printed of [serial, holder, course.titles[locale], dateRange(locale, startsOn, endsOn), anybody.t('certificate.hours', { hours: 40 })]) await anybody.sees({ text: printed })
    await anybody.sees('verify.demonstration')
    const pdf = await anybody.context.request.get(new URL((await anybody.link('verify.download').getAttribute('href'))!, server.origin).href)
    expect((await pdf.body()).subarray(0, 5).toString()).toBe('%PDF-')
    await trainee.open('/learn/documents')
    await trainee.sees({ text: serial })
    await trainee.sees('certificate.state.valid')

    // The ministry counts one more, and the number reconciles.
    await ministry.open('/ministry')
    expect(await issuedSoFar(ministry)).toBe(before + 1)
    await ministry.open('/ministry/reconcile')
    await ministry.press('ministry.reconcile.go')
    await ministry.sees('ministry.reconcile.right')

    // Revoked: at once, everywhere, with its reason.
    const reason = `${anybody.t('certificates.revoke.title')} — 7`
    await coordinator.field('certificates.revoke.reason').fill(reason)
    await coordinator.press('certificates.revoke.go')
    await coordinator.sees('certificates.revoke.done')
    await anybody.page.reload()
    await anybody.sees('certificate.state.revoked')
    await anybody.sees({ text: reason })
    expect(await anybody.shows('verify.valid')).toBe(false)
    await trainee.page.reload()
    await trainee.sees('certificate.state.revoked')
    await ministry.press('ministry.reconcile.again')
    await ministry.sees('ministry.reconcile.right')
    await ministry.open('/ministry')
    expect(await issuedSoFar(ministry)).toBe(before)
  })
})

/** The first of the ministry's figures. */
async function issuedSoFar(ministry: Reader): Promise<number> {
  const shown = (await ministry.region('ministry.figures').innerText()).split('\n').filter(Boolean)
  const figure = shown[shown.indexOf(ministry.t('overview.figure.certificates')) + 1]!
  expect(figure).toMatch(/^\d+$/)
  return Number(figure)
}

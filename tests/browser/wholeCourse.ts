import { contentFolder, type CourseSource, readCourse } from '#modules/courses/index.ts'
import { dateRange, locales } from '#modules/words/index.ts'
import { overflow } from './axe.ts'
import { able, describe, expect, needs, type Reader, test } from './browser.ts'
import { certify, dayAgo, openClass, teach } from './class.ts'
import { answerRightly, question } from './sitting.ts'

// One course on a phone, as its trainee goes through it: a seat, the pre-test, a lesson of each day, the days' quizzes, the
// post-test, the certificate. What trainers and coordinators do meanwhile goes in as calls. One file for each course runs this.

type Lesson = CourseSource['lessons'][number]

export function wholeCourse(slug: string) {
  const { course, lessons, banks } = readCourse(contentFolder(), slug)
  const items = banks.flatMap((bank) => bank.items)

  describe.skipIf(!able)(`the course ${slug}, from the pre-test to the certificate${needs}`, () => {
    test.for(locales)('on a phone, in %s', async (locale, { server, arrive }) => {
      const own = await openClass(server, slug, locale)
      const trainee = await arrive(server, { locale, width: 360 })
      const title = course.titles[locale]

      // A seat, found by course and language.
      await trainee.signIn(own.login, own.password)
      await trainee.open(`/cohorts?course=${slug}&language=${locale}`)
      await trainee.follow(trainee.page.getByRole('main').getByRole('listitem').filter({ hasText: dateRange(locale, dayAgo(4), dayAgo(0)) }).getByRole('link', { name: title, exact: true }))
      await trainee.press('cohort.join.seat')
      await trainee.sees('cohort.flash.seat')
      await fits(trainee)

      // What is known already, before the course: some questions answered, the others left.
      const begin = async (kind: 'pre-test' | 'quiz' | 'post-test', day?: number) => {
        const one = course.assessments.find((each) => each.kind === kind && (day === undefined || each.day === day))!
        await trainee.open('/learn')
        if (kind === 'pre-test') await trainee.go('learn.test.open')
        else {
          await trainee.follow(trainee.link('learn.outline').first())
          await trainee.follow(trainee.region('course.tests').getByRole('link', { name: one.titles[locale], exact: true }))
        }
        await trainee.heading({ text: one.titles[locale] }).waitFor()
        await trainee.press('test.start')
        return one.items
      }
      const finish = async (unanswered: number) => {
        await trainee.sees('sitting.all-saved')
        await trainee.go('sitting.finish')
        await trainee.sees('submit.unanswered', { n: unanswered })
        await trainee.press('submit.go')
      }
      const answerAll = async (of: number) => {
        let points = 0
        for (let n = 1; n <= of; n++) points += await answerRightly(trainee, n, { of, items })
        await finish(0)
        await trainee.sees('result.passed')
        await trainee.sees('result.score', { score: points, maximum: points })
      }
      const asked = await begin('pre-test')
      await fits(trainee)
      // What is said of an answer that was saved pushes nothing away under the finger.
      const place = () => question(trainee, 4, asked).evaluate((one) => one.getBoundingClientRect().top + scrollY)
      const before = await place()
      for (const n of [1, 2, 3]) await answerRightly(trainee, n, { of: asked, items })
      expect(await place()).toBe(before)
      await finish(asked - 3)
      await trainee.sees('result.pre-test')

      await teach(own)

      // A lesson of each day, another in each language.
      await trainee.open('/learn')
      await trainee.follow(trainee.link('learn.outline').first())
      await trainee.heading({ text: title }).waitFor()
      await fits(trainee)
      const outline = trainee.path
      for (const { day } of course.days) {
        const ofDay = lessons.filter((lesson) => lesson.day === day)
        const lesson = ofDay[(day + locales.indexOf(locale)) % ofDay.length]!
        await trainee.open(`${outline}?day=${day}`)
        await trainee.follow(trainee.page.getByRole('main').getByRole('list').getByRole('link').filter({ hasText: lesson.fronts[locale].title }).last())
        await trainee.heading({ text: lesson.fronts[locale].title }).waitFor()
        await trainee.sees('lesson.objectives')
        await fits(trainee)
        await answerChecks(trainee, lesson)
        const next = lessons[lessons.indexOf(lesson) + 1]
        await (next ? trainee.press('lesson.finish', { next: next.fronts[locale].title }) : trainee.press('lesson.finish-last'))
        await trainee.open(`${outline}?day=${day}`)
        await trainee.sees('learn.lessons-done', { done: 1, all: ofDay.length }, trainee.region('course.days', { hours: course.hours, days: course.days.length }))
      }

      for (const { day } of course.assessments.filter(({ kind }) => kind === 'quiz')) await answerAll(await begin('quiz', day))
      await answerAll(await begin('post-test'))
      await fits(trainee)

      // The certificate, on the trainee's page and on the one that anybody may see.
      const { unmet, issued: [certificate] } = await certify(own)
      expect(unmet).toEqual([])
      await trainee.open('/learn/documents')
      await trainee.sees({ text: certificate!.serial })
      await trainee.heading({ text: title }).waitFor()
      await fits(trainee)
      await trainee.go('documents.check')
      await trainee.sees('certificate.state.valid')
      for (const printed of [certificate!.serial, own.names.family, title, trainee.t('certificate.hours', { hours: course.hours })]) await trainee.sees({ text: printed })
      await fits(trainee)
    })
  })
}

/** Nothing is wider than the phone. */
async function fits(reader: Reader) {
  expect([reader.page.url(), await overflow(reader)]).toEqual([reader.page.url(), 0])
}

const plain = (text: string) => text.replace(/\s+/g, ' ').trim()

/** Answers every check of a lesson, wrongly and then rightly: each option opens what its author says to it and closes the others'. */
async function answerChecks(trainee: Reader, lesson: Lesson) {
  const checks = [...lesson.bodies[trainee.locale].matchAll(/<Check question="([^"]+)">([\s\S]*?)<\/Check>/g)]
  expect([lesson.slug, checks.length > 0]).toEqual([lesson.slug, true])
  for (const [, question, options] of checks) {
    const check = trainee.page.getByRole('region', { name: plain(question!), exact: true })
    const feedback = [...options!.matchAll(/<Option( right)? feedback="([^"]+)">/g)].map(([, right, said], index) => ({ right: right !== undefined, index, said: check.getByText(plain(said!)) }))
    const [right, wrong] = [feedback.find((one) => one.right)!, feedback.find((one) => !one.right)!]
    expect(await right.said.isVisible()).toBe(false)
    for (const one of [wrong, right]) {
      await check.getByRole('group').nth(one.index).locator('summary').click()
      await one.said.waitFor()
      expect(await check.getByText(trainee.t('lesson.check.wrong')).filter({ visible: true }).count()).toBe(one.right ? 0 : 1)
    }
    expect(await wrong.said.isVisible()).toBe(false)
  }
}

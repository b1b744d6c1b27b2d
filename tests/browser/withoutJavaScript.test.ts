import { able, describe, expect, needs, test } from './browser.ts'
import { all, answerRightly, authored, begin, beginQuiz, question, quizLength } from './sitting.ts'

// The whole of Besik is forms and pages: scripts only make them quicker. Here they are switched off.

const phone = { locale: 'kk', width: 360, javaScript: false } as const

describe.skipIf(!able)(`without JavaScript${needs}`, () => {
  test('a wrong password is told, what was typed stays, and the right one leads where one was going', async ({ server, arrive }) => {
    const trainee = await arrive(server, phone)
    await trainee.open('/account')
    await trainee.field('sign-in.login').fill('trainee@demo.kz')
    await trainee.field('sign-in.password').fill('жоқ құпия')
    await trainee.press('session.sign-in')
    await trainee.sees('refusal.session.wrong-credentials')
    expect(await trainee.field('sign-in.login').inputValue()).toBe('trainee@demo.kz')
    expect(await trainee.field('sign-in.password').inputValue()).toBe('')
    await trainee.field('sign-in.password').fill('besik-demo-2026')
    await trainee.press('session.sign-in')
    expect(trainee.path).toBe('/account')
  })

  test('somebody finds a course, signs in on the way, and takes a seat', async ({ server, arrive }) => {
    const trainee = await arrive(server, phone)
    await trainee.open('/cohorts')
    const free = trainee.page.getByRole('main').getByRole('listitem').filter({ hasNotText: trainee.t('cohort.left.none') }).first()
    await trainee.follow(free.getByRole('link'))
    const cohort = trainee.path
    await trainee.go('cohort.join.sign-in')
    await trainee.field('sign-in.login').fill('trainee@demo.kz')
    await trainee.field('sign-in.password').fill('besik-demo-2026')
    await trainee.press('session.sign-in')
    expect(trainee.path).toBe(cohort)
    await trainee.press('cohort.join.seat')
    await trainee.sees('cohort.flash.seat')
    const [seat] = /\d+/.exec(await trainee.region('cohort.mine').innerText())!
    await trainee.sees('cohort.mine.seat', { seat })

    // Leaving asks first, and the way back is open.
    await trainee.page.getByText(trainee.t('cohort.leave'), { exact: true }).click()
    await trainee.press('cohort.leave.go')
    await trainee.sees('cohort.flash.left')
    await trainee.button('cohort.join.seat').waitFor()
  })

  test('a test is answered question by question, an answer changed, handed in and passed', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    await begin(trainee)
    await trainee.sees('sitting.answered', { n: '0', all })
    // A first answer to one question, taken back by the next: the last word counts.
    const choice = trainee.page.getByRole('form').filter({ has: trainee.page.getByRole('radio') }).first()
    await choice.getByRole('radio').last().check()
    await trainee.follow(choice.getByRole('button'))
    await trainee.sees('sitting.answered', { n: '1', all })
    let points = 0
    for (let n = 1; n <= all; n++) {
      points += await answerRightly(trainee, n, { saved: false })
      await trainee.follow(question(trainee, n).getByRole('button'))
      await trainee.sees('sitting.saved.server', {}, question(trainee, n))
    }
    await trainee.sees('sitting.answered', { n: String(all), all })
    await trainee.go('sitting.finish')
    await trainee.sees('submit.unanswered', { n: 0 })
    await trainee.press('submit.go')
    await trainee.sees('result.passed')
    await trainee.sees('result.score', { score: points, maximum: points })
  })

  test('a quiz with a question of every kind; steps without a place of their own are told, and nothing is saved', async ({ server, arrive }) => {
    const trainee = await (await arrive(server, phone)).carrySession('trainee@demo.kz')
    await beginQuiz(trainee)
    const kinds = new Map<string, number>()
    for (let n = 1; n <= quizLength; n++) kinds.set((await authored(trainee, n, quizLength)).kind, n)
    expect([...kinds.keys()]).toEqual(expect.arrayContaining(['multiple', 'ordering', 'matching', 'numeric']))

    const order = question(trainee, kinds.get('ordering')!, quizLength)
    for (const place of [0, 1]) await order.getByRole('combobox').nth(place).selectOption('1')
    await trainee.follow(order.getByRole('button'))
    await trainee.sees('refusal.answer.places', { n: await order.getByRole('combobox').count() })
    expect(await order.getByRole('combobox').nth(1).inputValue()).toBe('1')
    await trainee.sees('sitting.answered', { n: '0', all: quizLength })

    let points = 0
    for (let n = 1; n <= quizLength; n++) {
      points += await answerRightly(trainee, n, { saved: false, of: quizLength })
      await trainee.follow(question(trainee, n, quizLength).getByRole('button'))
      await trainee.sees('sitting.saved.server', {}, question(trainee, n, quizLength))
    }
    await trainee.go('sitting.finish')
    await trainee.press('submit.go')
    await trainee.sees('result.passed')
    await trainee.sees('result.score', { score: points, maximum: points })
    // The quiz tells what was right, with the order and the pairs in words.
    await trainee.sees('review.right-order')
  })

  test('a trainer marks one by one and everybody else at once, and comes back to what was saved', async ({ server, arrive }) => {
    const trainer = await (await arrive(server, phone)).carrySession('trainer@demo.kz')
    await trainer.open('/centre/cohorts?from=&state=running')
    await trainer.follow(trainer.page.getByRole('main').getByRole('listitem').filter({ hasText: trainer.t('cohort.language.kk') }).getByRole('link').first())
    await trainer.go('cohort.nav.classes')
    await trainer.go('attendance.am')
    const people = trainer.page.getByRole('group', { name: trainer.t('attendance.am') })
    const mark = (index: number, name: 'absent' | 'late' | 'present') => people.nth(index).getByRole('radio', { name: trainer.t(`attendance.mark.${name}`), exact: true })
    const many = await people.count()
    expect(many).toBeGreaterThan(10)
    await mark(0, 'absent').check()
    await mark(1, 'late').check()
    await trainer.follow(trainer.button('attendance.save').last())
    await trainer.sees('attendance.flash.saved')
    expect([await mark(0, 'absent').isChecked(), await mark(1, 'late').isChecked(), await mark(2, 'present').isChecked()]).toEqual([true, true, false])
    await trainer.press('attendance.fill.am')
    await trainer.sees('attendance.flash.saved')
    await trainer.page.reload()
    expect([await mark(0, 'absent').isChecked(), await mark(1, 'late').isChecked(), await mark(2, 'present').isChecked()]).toEqual([true, true, true])
    for (let index = 2; index < many; index++) expect(await mark(index, 'present').isChecked()).toBe(true)
  })

  test('an auditor narrows a count to a workplace by part of its name, sees what was chosen, and takes it out', async ({ server, arrive }) => {
    const auditor = await (await arrive(server, phone)).carrySession('ministry@demo.kz')
    const total = async () => Number((await auditor.region('ministry.counts.total').locator('.figure').innerText()).replace(/\D/g, ''))
    await auditor.open('/ministry/counts?by=facility&present-region=KZ-43')
    const whole = await total()
    const type = async (name: string) => {
      const field = auditor.field('ministry.facility.find')
      if (!(await field.isVisible())) await auditor.page.getByText(auditor.t('ministry.filters'), { exact: true }).click()
      await field.fill(name)
      await auditor.press('ministry.show')
    }
    await type('мұндай мекеме жоқ')
    await auditor.sees('ministry.facility.none', { text: 'мұндай мекеме жоқ' })
    expect(await total()).toBe(whole)
    await type('емхана')
    const found = auditor.page.locator('[aria-labelledby=workplaces-found]').getByRole('listitem')
    const name = await found.first().getByRole('link').innerText()
    await auditor.follow(found.first().getByRole('link'))

    // The number, its row and the address are of the one workplace, and of the filters that were there.
    expect(new URL(auditor.page.url()).searchParams.get('present-region')).toBe('KZ-43')
    expect(await total()).toBeLessThan(whole)
    const chips = auditor.page.getByRole('list', { name: auditor.t('ministry.chosen') }).getByRole('link')
    expect(await chips.count()).toBe(2)
    await auditor.follow(chips.filter({ hasText: name }))
    expect(await total()).toBe(whole)
  })
})

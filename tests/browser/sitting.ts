import type { Locator } from 'playwright-core'
import { type BankItem, contentFolder, freezeItem, readCourse } from '#modules/courses/index.ts'
import { maximumOf } from '#modules/assessment/index.ts'
import type { Reader } from './browser.ts'

const course = readCourse(contentFolder(), 'imci')
const banks = course.banks.flatMap((bank) => bank.items)
const post = course.course.assessments.find((one) => one.kind === 'post-test')!
const quiz = course.course.assessments.find((one) => one.kind === 'quiz')!

/** How many questions the post-test has, and the quiz. */
export const all = post.items
export const quizLength = quiz.items

/** The form of the nth question on the page. */
export const question = (trainee: Reader, n: number, of = all): Locator => trainee.page.getByRole('form', { name: trainee.t('sitting.question', { n, all: of }), exact: true })

/**
 * Questions with one right answer of several to which an option of this place would be a new answer: those without an answer
 * first, for a form may have only few of them.
 */
export async function unanswered(trainee: Reader, many: number, index = 0): Promise<number[]> {
  const [empty, otherwise]: [number[], number[]] = [[], []]
  for (let n = 1; n <= all && empty.length < many; n++) {
    const options = question(trainee, n).getByRole('radio')
    if ((await options.count()) <= index) continue
    if ((await question(trainee, n).getByRole('radio', { checked: true }).count()) === 0) empty.push(n)
    else if (!(await options.nth(index).isChecked())) otherwise.push(n)
  }
  return [...empty, ...otherwise].slice(0, many)
}

const plain = (text: string) => text.replace(/\s+/g, ' ')

/** The question that a form shows, as its author wrote it or the protocols worked it out; of IMCI, unless told of another course's. */
export async function authored(trainee: Reader, n: number, of = all, items = banks): Promise<BankItem> {
  const shown = plain(await question(trainee, n, of).innerText())
  return items.find(({ prompt }) => shown.includes(plain(prompt[trainee.locale])))!
}

/** Gives the nth question its right answer, which the bank knows by the question's words; waits until it is saved, unless told not to. Answers the points it earns. */
export async function answerRightly(trainee: Reader, n: number, { saved = true, of = all, items = banks } = {}): Promise<number> {
  const form = question(trainee, n, of)
  const item = await authored(trainee, n, of, items)
  const { locale } = trainee
  switch (item.kind) {
    case 'numeric':
      await form.getByLabel(trainee.t('sitting.number')).fill(String(item.key.value))
      break
    case 'ordering':
      for (const [place, step] of item.steps.entries()) await form.getByLabel(trainee.t('sitting.place', { step: step.text[locale] }), { exact: true }).selectOption(String(place + 1))
      break
    case 'matching':
      for (const left of item.left) await form.getByLabel(left.text[locale], { exact: true }).selectOption({ label: item.options.find((option) => option.id === item.key[left.id])!.text[locale] })
      break
    default:
      for (const { text } of item.options.filter(({ id }) => item.key.includes(id))) await form.getByLabel(text[locale], { exact: true }).check()
  }
  if (saved) await trainee.sees('sitting.saved.server', {}, form)
  return maximumOf(freezeItem('0b1e7c1e-0000-4000-8000-000000000000', 'any', item))
}

/** Starts a test of the course that runs, from the trainee's first page, or goes on with it. */
async function beginTest(trainee: Reader, name: string): Promise<void> {
  await trainee.open('/learn')
  await trainee.follow(trainee.link('learn.outline').first())
  await trainee.follow(trainee.region('course.tests').getByRole('link', { name, exact: true }))
  await trainee.follow(trainee.button('test.start').or(trainee.link('learn.test.resume')))
}

/** The names of the tests, as the list of a course's tests has them. */
export const postTest = (trainee: Reader) => post.titles[trainee.locale]
export const begin = (trainee: Reader) => beginTest(trainee, postTest(trainee))
export const beginQuiz = (trainee: Reader) => beginTest(trainee, quiz.titles[trainee.locale])

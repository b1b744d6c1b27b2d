import { readFileSync } from 'node:fs'
import type { Locator } from 'playwright-core'
import { parse } from 'yaml'
import type { Locale } from '#modules/words/index.ts'
import type { Reader } from './browser.ts'

type Texts = Record<Locale, string>
type Question = { prompt: Texts; options?: { id: string; text: Texts }[]; key: string[] | { value: number } }

const questions = (parse(readFileSync('content/courses/imci/questions/day-1.yaml', 'utf8')) as { items: Question[] }).items

/** How many questions the test has. */
export const all = 15

/** The form of the nth question on the page. */
export const question = (trainee: Reader, n: number): Locator => trainee.page.getByRole('form', { name: trainee.t('sitting.question', { n, all }), exact: true })

/** Questions with one right answer of several that have not been answered yet. */
export async function unanswered(trainee: Reader, many: number): Promise<number[]> {
  const found: number[] = []
  for (let n = 1; n <= all && found.length < many; n++) {
    const options = question(trainee, n).getByRole('radio')
    if ((await options.count()) > 1 && (await options.and(trainee.page.getByRole('radio', { checked: true })).count()) === 0) found.push(n)
  }
  return found
}

/** Gives the nth question its right answer, which the bank knows by the question's words; waits until it is saved, unless told not to. */
export async function answerRightly(trainee: Reader, n: number, { saved = true } = {}): Promise<void> {
  const form = question(trainee, n)
  const shown = await form.innerText()
  const { key, options } = questions.find(({ prompt }) => shown.includes(prompt[trainee.locale]))!
  if (!Array.isArray(key)) await form.getByLabel(trainee.t('sitting.number')).fill(String(key.value))
  else for (const { text } of options!.filter(({ id }) => key.includes(id))) await form.getByLabel(text[trainee.locale], { exact: true }).check()
  if (saved) await trainee.sees('sitting.saved.server', {}, form)
}

/** Starts the test of the course that runs, from the trainee's first page, or goes on with it. */
export async function begin(trainee: Reader): Promise<void> {
  await trainee.open('/learn')
  await trainee.follow(trainee.link('learn.outline').first())
  await trainee.follow(trainee.region('course.tests').getByRole('link'))
  await trainee.follow(trainee.button('test.start').or(trainee.link('learn.test.resume')))
}

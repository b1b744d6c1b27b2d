import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { buildIndex, contentFolder, searchIn } from '#modules/courses/index.ts'
import type { SearchIndex } from '#modules/courses/searchContent.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-search-'))
const write = (path: string, text: string) => {
  mkdirSync(dirname(join(folder, path)), { recursive: true })
  writeFileSync(join(folder, path), text)
}
const lesson = (front: Record<string, unknown>, body: string) => `---\n${JSON.stringify({ objectives: [], keyPoints: [], ...front })}\n---\n\n${body}`
let index: SearchIndex

beforeAll(async () => {
  write('courses/tiny/kk/1-01-fever.mdx', lesson({ title: 'Қызба', keyPoints: ['Дене қызуы 37,5 °C'] }, 'Баланың желкесін тексеріңіз.'))
  write('courses/tiny/ru/1-01-fever.mdx', lesson({ title: 'Лихорадка', facilitator: ['Секретное слово бармаглот'] }, 'Проверьте затылок.\n\n<Facilitator>\n\nТоже бармаглот.\n\n</Facilitator>'))
  write('courses/tiny/en/1-01-fever.mdx', lesson({ title: 'Fever' }, 'Check the **neck**. <Check question="Which zebra?"><Option right feedback="f">stripes</Option></Check>'))
  write('courses/tiny/en/1-02-cough.mdx', lesson({ title: 'Cough', keyPoints: ['With fever too'] }, 'Count breaths.'))
  write('courses/tiny/en/1-03-ear.mdx', lesson({ title: 'Ear' }, 'No cough here, and a hot child with fever. '.repeat(40)))
  write('courses/tiny/guides/en/day-1.mdx', lesson({ title: 'Guide bandersnatch' }, 'Answers: bandersnatch.'))
  write('manuals/ru/visits.mdx', lesson({ title: 'Посещения на дому' }, 'Патронаж.'))
  write('courses/tiny/en/1-04-broken.mdx', 'no front matter')
  index = await buildIndex(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const found = (question: string, locale: 'kk' | 'ru' | 'en' = 'en') => searchIn(index, question, locale).map((one) => [one.place, one.locale, one.where])

test('a title is before key points, and those before the text, however often it stands there', () => {
  expect(found('fever')).toEqual([['tiny/1-01-fever', 'en', 'title'], ['tiny/1-02-cough', 'en', 'key-points'], ['tiny/1-03-ear', 'en', 'text']])
})

test.each(['қызба', 'кызба', 'qyzba', 'kyzba', 'ҚЫЗБ'])('%s is found however it is typed', (typed) => {
  expect(found(typed, 'kk')[0]).toEqual(['tiny/1-01-fever', 'kk', 'title'])
})

test('in the language where the words stand, and each lesson once', () => {
  expect(found('лихорадка', 'kk')).toEqual([['tiny/1-01-fever', 'ru', 'title']])
  expect(found('желке', 'en')).toEqual([['tiny/1-01-fever', 'kk', 'text']])
})

test('a slip in a longer word is forgiven, and a word that nobody wrote finds nothing', () => {
  expect(found('лихорадко', 'ru')[0]).toEqual(['tiny/1-01-fever', 'ru', 'title'])
  expect(found('qqqqqqq')).toEqual([])
  expect(found('  —  ')).toEqual([])
})

test('all words count; without a page that has all, pages with some of them', () => {
  expect(found('count breaths')).toEqual([['tiny/1-02-cough', 'en', 'text']])
  expect(found('breaths zebra').map(([place]) => place).sort()).toEqual(['tiny/1-01-fever', 'tiny/1-02-cough'])
})

test('what is for facilitators is not found: notes, blocks, guides', () => {
  for (const word of ['бармаглот', 'bandersnatch', 'секретное']) for (const locale of ['kk', 'ru', 'en'] as const) expect(found(word, locale)).toEqual([])
})

test('manuals are found, and so is the question of a check', () => {
  expect(found('патронаж', 'ru')).toEqual([['visits', 'ru', 'text']])
  expect(found('zebra')).toEqual([['tiny/1-01-fever', 'en', 'text']])
})

test('a snippet marks the words in the text as it is written', () => {
  const [first] = searchIn(index, 'jelke', 'kk')
  expect(first!.snippet.filter((part) => part.found).map((part) => part.text)).toEqual(['желкесін'])
  expect(first!.snippet.map((part) => part.text).join('')).toBe('Баланың желкесін тексеріңіз.')
  const long = searchIn(index, 'hot', 'en').find((one) => one.place === 'tiny/1-03-ear')!
  expect(long.snippet.map((part) => part.text).join('').length).toBeLessThan(260)
  expect(long.snippet.at(-1)!.text).toBe(' …')
})

test('the whole of content/ is read in slices: nothing waits for it long', async () => {
  let longest = 0
  let last = performance.now()
  let done = false
  const watch = () => {
    const now = performance.now()
    longest = Math.max(longest, now - last)
    last = now
    if (!done) setImmediate(watch)
  }
  setImmediate(watch)
  const { pages } = await buildIndex(contentFolder())
  done = true
  expect([...pages.values()].filter((page) => page.kind === 'lesson').length).toBeGreaterThanOrEqual(21)
  // Measured 15–45 ms on two shared cores; a wall is far above it.
  expect(longest).toBeLessThan(250)
})

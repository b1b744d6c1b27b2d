import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { blocks, contentFolder, readCourse } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'
import { numbersIn, unequal } from './checks.ts'

const course = readCourse(contentFolder(), 'imci')
const folder = join(contentFolder(), 'courses/imci')
const files = readdirSync(folder, { recursive: true, encoding: 'utf8' }).filter((name) => /\.(mdx|yaml|svg)$/.test(name)).sort()
const textOf = (name: string) => readFileSync(join(folder, name), 'utf8')

/** Every text of the course in its three languages, with the place where it stands. */
type Texts = Record<(typeof locales)[number], string>
function everyText(value: unknown, place: string): [string, Texts][] {
  if (typeof value !== 'object' || value === null) return []
  if (locales.every((locale) => typeof (value as Texts)[locale] === 'string')) return [[place, value as Texts]]
  return Object.entries(value).flatMap(([key, inner]) => everyText(inner, `${place}.${(inner as { id?: string } | null)?.id ?? key}`))
}
const texts = [
  ...everyText(course.course, 'course'),
  ...everyText(course.banks, 'questions'),
  ...everyText(course.stations, 'stations'),
  ...course.lessons.flatMap((lesson) => everyText({ fronts: lesson.fronts, bodies: undefined }, lesson.slug)),
  ...course.lessons.map((lesson): [string, Texts] => [`${lesson.slug} title`, { kk: lesson.fronts.kk.title, ru: lesson.fronts.ru.title, en: lesson.fronts.en.title }]),
  ...course.lessons.flatMap((lesson) => (['objectives', 'keyPoints'] as const).flatMap((field) => lesson.fronts.en[field].map((_, index): [string, Texts] =>
    [`${lesson.slug} ${field} ${index}`, { kk: lesson.fronts.kk[field][index]!, ru: lesson.fronts.ru[field][index]!, en: lesson.fronts.en[field][index]! }]))),
]

test('the outline has five days and forty hours, with practice for more than a third of them', () => {
  expect(course.course.days.map((day) => day.hours)).toEqual([8, 8, 8, 8, 8])
  expect(course.course.days.reduce((sum, day) => sum + day.practiceHours, 0)).toBeGreaterThanOrEqual(0.3 * 40)
  for (const day of course.course.days) expect(day.objectives.length).toBeGreaterThan(0)
})

test('day 1 is complete: lessons in order from the first, a bank of at least fifteen questions, a station with critical steps', () => {
  const first = course.lessons.filter((lesson) => lesson.day === 1)
  expect(first.map((lesson) => lesson.order)).toEqual(first.map((_, index) => index + 1))
  expect(first.length).toBeGreaterThanOrEqual(5)
  expect(course.banks.find((bank) => bank.bank === 'day-1')!.items.length).toBeGreaterThanOrEqual(15)
  expect(course.stations.flatMap((station) => station.steps.filter((step) => step.critical)).length).toBeGreaterThanOrEqual(3)
})

test('drafts say that they are drafts: nothing here has been reviewed by a clinician', () => {
  expect(course.course.review).toEqual({ clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'original' } })
  for (const lesson of course.lessons) for (const locale of locales) {
    expect([lesson.slug, locale, lesson.fronts[locale].review]).toEqual([lesson.slug, locale, { clinical: 'draft', translation: locale === 'en' ? 'original' : 'draft' }])
  }
})

describe.each(files)('%s', (name) => {
  test('no word mixes Latin and Cyrillic letters', () => {
    // Abbreviations such as «HbA1c-нің» have a hyphen: each side is a word of its own.
    const words = textOf(name).match(/[\p{Script=Latin}\p{Script=Cyrillic}\p{M}]+/gu) ?? []
    expect(words.filter((word) => /\p{Script=Latin}/u.test(word) && /\p{Script=Cyrillic}/u.test(word))).toEqual([])
  })

  test('letters are composed, and none is invisible', () => {
    const text = textOf(name)
    expect(text).toBe(text.normalize('NFC'))
    expect(text).not.toMatch(/[\u200b-\u200f\u202a-\u202e\u2060\ufeff\ufffd]/)
  })
})

test.each(texts)('the three languages name the same numbers: %s', (_, text) => {
  for (const locale of ['kk', 'ru'] as const) expect([locale, unequal(numbersIn(text[locale], locale), numbersIn(text.en, 'en'))]).toEqual([locale, ''])
})

describe.each(course.lessons.map((lesson) => [lesson.slug, lesson] as const))('lesson %s', (_, lesson) => {
  const count = (locale: (typeof locales)[number], pattern: RegExp) => lesson.bodies[locale].match(pattern)?.length ?? 0

  test.each([['headings', /^##+ /gm], ['charts', /<Chart>/g], ['rows', /<Row /g], ['checks', /<Check /g], ['options', /<Option /g], ['right options', /<Option right /g], ['examples', /<Example /g], ['steps', /<Steps>/g], ['notes', /<Note>/g], ['figures', /<Figure /g]] as const)(
    'the three languages have the same %s', (_, pattern) => {
      expect([count('kk', pattern), count('ru', pattern)]).toEqual([count('en', pattern), count('en', pattern)])
    })

  test.each([['the same figures in the same order', /<Figure name="([^"]+)"/g], ['rows of the same colours', /<Row colour="([^"]+)"/g], ['the right option in the same place', /<Option (right )?/g]] as const)('%s', (_, pattern) => {
    const order = (locale: (typeof locales)[number]) => [...lesson.bodies[locale].matchAll(pattern)].map((match) => match[1])
    expect(order('kk')).toEqual(order('en'))
    expect(order('ru')).toEqual(order('en'))
  })

  test('at least one check, each with three options of which one is right', () => {
    const checks = lesson.bodies.en.match(/<Check [\s\S]*?<\/Check>/g) ?? []
    expect(checks.length).toBeGreaterThan(0)
    for (const check of checks) expect([check.match(/<Option /g)!.length, check.match(/<Option right /g)!.length]).toEqual([3, 1])
  })

  test('there is no heading of the first rank, no import and no unknown component', () => {
    for (const locale of locales) {
      expect(lesson.bodies[locale]).not.toMatch(/^# |^import |^export /m)
      const used = new Set([...lesson.bodies[locale].matchAll(/<([A-Z]\w*)/g)].map((match) => match[1]!))
      expect([...used].filter((name) => !Object.hasOwn(blocks, name))).toEqual([])
    }
  })
})

test('the right option of a question is not given away by its place or its length', () => {
  const single = course.banks.flatMap((bank) => bank.items).flatMap((item) => (item.kind === 'single' ? [item] : []))
  const places = Map.groupBy(single, (item) => item.options.findIndex((option) => option.id === item.key[0]))
  for (const [place, items] of places) expect([place, items.length / single.length < 0.5]).toEqual([place, true])
  for (const locale of locales) {
    const longest = single.filter((item) => item.options.every((option) => option.id === item.key[0] || option.text[locale].length <= item.options.find((one) => one.id === item.key[0])!.text[locale].length - 8))
    expect(longest.length / single.length).toBeLessThan(0.5)
  }
})

test('figures are small, scale, and carry no script', () => {
  for (const name of files.filter((file) => file.endsWith('.svg'))) {
    const svg = textOf(name)
    expect([name, svg.length < 4500, /viewBox=/.test(svg), /<script|\son\w+=|href="(?!#)/.test(svg)]).toEqual([name, true, true, false])
  }
})

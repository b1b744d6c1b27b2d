import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { contentFolder, coursesIn, manualsIn, readCourse } from '#modules/courses/index.ts'
import { locales } from '#modules/words/index.ts'
import { keyPlaces, mixed, numbersIn, protocolNumbers, type Question, questionFaults, readChecks, strays, unequal, unknownNumbers, wordsIn } from './checks.ts'

// Over all courses of content/, or of another folder of the same form: BESIK_CONTENT=… with the same command.

const folder = process.env['BESIK_CONTENT'] ?? contentFolder()
const checks = readChecks()
const known = protocolNumbers()

/** The least that a course needs: questions that count and lessons a day. */
const least: Record<string, { questions: number; lessonsADay: number }> = { imci: { questions: 120, lessonsADay: 4 }, 'home-visiting': { questions: 90, lessonsADay: 4 }, emergency: { questions: 60, lessonsADay: 3 } }

describe.each(coursesIn(folder))('course %s', (name) => {
  const course = readCourse(folder, name)

  test('is complete: lessons and a guide each day, a third of practice, enough questions, six stations with critical steps', () => {
    const { questions, lessonsADay } = least[name] ?? { questions: 60, lessonsADay: 3 }
    for (const { day } of course.course.days) {
      expect([day, course.lessons.filter((lesson) => lesson.fronts.en.day === day).length >= lessonsADay]).toEqual([day, true])
      expect([day, course.guides.filter((guide) => guide.fronts.en.day === day).length]).toEqual([day, 1])
    }
    expect(course.course.days.reduce((sum, { practiceHours }) => sum + practiceHours, 0) / course.course.hours).toBeGreaterThanOrEqual(0.3)
    expect(course.banks.reduce((sum, { items }) => sum + items.length, 0)).toBeGreaterThanOrEqual(questions)
    expect(course.stations.length).toBeGreaterThanOrEqual(6)
    expect(course.stations.filter(({ steps }) => !steps.some(({ critical }) => critical))).toEqual([])
  })

  describe.each(course.lessons.map((lesson) => [lesson.slug, lesson] as const))('lesson %s', (_, lesson) => {
    test('400 to 1,200 words in each language', () => {
      expect(locales.map((locale) => [locale, wordsIn(lesson.bodies[locale])] as const).filter(([, words]) => words < 400 || words > 1200)).toEqual([])
    })

    test('objectives, key points, sources, an example or a case, and a check', () => {
      for (const locale of locales) {
        const front = lesson.fronts[locale]
        expect([front.objectives.length >= 2, front.keyPoints.length >= 3, front.sources.length >= 1]).toEqual([true, true, true])
        expect([locale, lesson.bodies[locale].match(/<Check /g)?.length ?? 0]).not.toEqual([locale, 0])
        expect([locale, /<(Example|Vignette|Dialogue|HomeVisit) /.test(lesson.bodies[locale])]).toEqual([locale, true])
      }
    })

    test('the three languages name the same numbers', () => {
      const said = (locale: (typeof locales)[number]) => numbersIn([lesson.fronts[locale].title, ...lesson.fronts[locale].objectives, ...lesson.fronts[locale].keyPoints, ...(lesson.fronts[locale].facilitator ?? []), lesson.bodies[locale]].join('\n'), locale)
      expect((['kk', 'ru'] as const).map((locale) => [locale, unequal(said(locale), said('en'))])).toEqual([['kk', ''], ['ru', '']])
    })

    test('no word strays from the glossary and none mixes scripts', () => {
      for (const locale of locales) {
        const text = [lesson.fronts[locale].title, ...lesson.fronts[locale].objectives, ...lesson.fronts[locale].keyPoints, ...(lesson.fronts[locale].facilitator ?? []), lesson.bodies[locale]].join('\n')
        expect([locale, strays(text, locale, checks), mixed(text)]).toEqual([locale, [], []])
      }
    })

    test('each clinical number stands in the protocols, or is allowed with a reason', () => {
      expect(unknownNumbers(lesson.id, [...lesson.fronts.en.keyPoints, lesson.bodies.en].join('\n'), known, checks)).toEqual([])
    })
  })

  test.each(course.guides.map((guide) => [guide.slug, guide] as const))('guide %s: numbers and words', (_, guide) => {
    for (const locale of locales) {
      const text = `${guide.fronts[locale].title}\n${guide.bodies[locale]}`
      expect([locale, unequal(numbersIn(text, locale), numbersIn(`${guide.fronts.en.title}\n${guide.bodies.en}`, 'en')), strays(text, locale, checks), mixed(text)]).toEqual([locale, '', [], []])
    }
  })

  describe.each(course.banks.map((bank) => [bank.bank, bank] as const))('bank %s', (_, bank) => {
    const written = bank.items.filter((item) => !('case' in item && item.case)) as Question[]

    test.each(written.map((item) => [item.id, item] as const))('%s asks one clear thing, with options of one kind', (_, item) => {
      expect(questionFaults(item)).toEqual([])
    })

    test('keys are spread over the places', () => {
      const places = keyPlaces(written)
      const all = [...places.values()].reduce((sum, one) => sum + one, 0)
      // Of a handful of questions two may well share a place.
      if (all >= 8) expect([...places].filter(([, count]) => count / all > 0.5)).toEqual([])
      else expect(all).toBeLessThan(8)
    })
  })
})

test.runIf(existsSync(join(folder, 'manuals')))('manuals: numbers and words', () => {
  for (const manual of manualsIn(folder)) for (const locale of locales) {
    const text = `${manual.fronts[locale].title}\n${manual.bodies[locale]}`
    expect([manual.slug, locale, unequal(numbersIn(text, locale), numbersIn(`${manual.fronts.en.title}\n${manual.bodies.en}`, 'en')), strays(text, locale, checks), mixed(text)]).toEqual([manual.slug, locale, '', [], []])
  }
})

test('an allowed number is one that a lesson names and no protocol holds', () => {
  const lessons = new Map(coursesIn(folder).flatMap((name) => readCourse(folder, name).lessons.map((lesson) => [lesson.id, [...lesson.fronts.en.keyPoints, lesson.bodies.en].join('\n')] as const)))
  for (const { where, number } of checks.numbers) {
    const texts = where === '*' ? [...lessons.values()] : lessons.has(where) ? [lessons.get(where)!] : []
    if (texts.length > 0) expect([where, number, texts.some((text) => unknownNumbers(where, text, known, { ...checks, numbers: [] }).includes(number))]).toEqual([where, number, true])
  }
})

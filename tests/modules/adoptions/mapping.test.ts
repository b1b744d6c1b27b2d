import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { lessonHours, likelyLessons, mappingOf, type ProgrammeLine, type Taught } from '#modules/adoptions/index.ts'
import { contentFolder, readCourse } from '#modules/courses/index.ts'
import { texts } from '#tests/factories.ts'

const lesson = (id: string, day: number, minutes: number, kind = 'theory') => ({ id, slug: id, day, minutes, kind, titles: texts(id) })
const day = (number: number, hours: number, practiceHours: number) => ({ day: number, titles: texts(`${number}`), hours, practiceHours, objectives: [texts('outcome')] })
const line = (theoryHours: number, practiceHours: number, lessons: string[] = [], competencies: string[] = []): ProgrammeLine => ({ title: 'Тақырып', theoryHours, practiceHours, lessons, competencies })

const taught: Taught = {
  days: [day(1, 8, 2), day(2, 8, 4)],
  lessons: [lesson('a', 1, 45), lesson('b', 1, 90), lesson('c', 1, 45, 'clinical'), lesson('d', 2, 60), lesson('e', 2, 60, 'practice')],
  competencies: [{ id: 'assess', titles: texts('assess') }, { id: 'treat', titles: texts('treat') }],
}

describe('the hours of a lesson', () => {
  test('are its part of the day’s hours of its kind, by its minutes', () => {
    const hours = lessonHours(taught)
    expect(Object.fromEntries([...hours].map(([id, one]) => [id, [one.theory, one.practice]]))).toEqual({ a: [2, 0], b: [4, 0], c: [0, 2], d: [4, 0], e: [0, 4] })
  })

  test('a kind without a lesson of its own falls to all of the day', () => {
    const hours = lessonHours({ days: [day(1, 8, 3)], lessons: [lesson('a', 1, 30), lesson('b', 1, 90)] })
    expect(hours.get('b')).toEqual({ theory: 3.75, practice: 2.25, all: 6 })
  })

  test.each(['imci', 'home-visiting', 'emergency'])('of the course %s add up to the hours of the course', (course) => {
    const source = readCourse(contentFolder(), course)
    const { days, hours } = source.course
    const lessons = source.lessons.map((one) => ({ id: one.id, slug: one.slug, day: one.day, minutes: one.minutes, kind: one.kind, titles: texts(one.id) }))
    const all = [...lessonHours({ days, lessons }).values()]
    expect(all.reduce((sum, one) => sum + one.all, 0)).toBeCloseTo(hours, 9)
    expect(all.reduce((sum, one) => sum + one.practice, 0)).toBeCloseTo(days.reduce((sum, one) => sum + one.practiceHours, 0), 9)
  })
})

describe('a programme held against an edition', () => {
  const mapping = mappingOf(taught, [line(6, 0, ['a', 'b'], ['assess']), line(2, 1, ['c', 'b']), line(10, 10)])

  test('tells what no line covers, and what several do', () => {
    expect(mapping.gaps.map((one) => one.id)).toEqual(['d', 'e'])
    expect(mapping.missing.map((one) => one.id)).toEqual(['treat'])
    expect(mapping.overlaps).toMatchObject([{ id: 'b', lines: [1, 2] }])
    expect(mapping.own).toEqual([3])
    expect(mapping.lessons).toEqual({ all: 5, covered: 3 })
  })

  test('sums the hours of both, theory and practice apart', () => {
    expect(mapping.ours).toEqual({ theory: 10, practice: 6, all: 16 })
    expect(mapping.given).toEqual({ theory: 18, practice: 11, all: 29 })
    expect(mapping.covered).toEqual({ theory: 6, practice: 2, all: 8 })
  })

  test('a line that gives too few hours says how many are missing; a shared lesson counts in halves', () => {
    expect(mapping.lines.map((one) => [one.ours.all, one.short])).toEqual([[4, 0], [4, 1], [0, 0]])
  })

  test('tells of each day how much of it is covered, and by which lines', () => {
    expect(mapping.days.map(({ day: at, covered, coveredLessons, lessons, lines }) => [at, covered.all, coveredLessons, lessons, lines])).toEqual([[1, 8, 3, 3, [1, 2]], [2, 0, 0, 2, []]])
  })
})

test('whatever the lines, each lesson is either a gap or covered, and hours are neither lost nor doubled', () => {
  const lines = fc.array(fc.record({ theoryHours: fc.nat(40), practiceHours: fc.nat(40), lessons: fc.subarray(['a', 'b', 'c', 'd', 'e', 'gone']), competencies: fc.subarray(['assess', 'treat']), title: fc.constant('x') }), { maxLength: 12 })
  fc.assert(fc.property(lines, (all) => {
    const mapping = mappingOf(taught, all)
    const gaps = mapping.gaps.reduce((sum, one) => sum + one.hours.all, 0)
    expect(mapping.covered.all + gaps).toBeCloseTo(mapping.ours.all, 9)
    expect(mapping.lines.reduce((sum, one) => sum + one.ours.all, 0)).toBeCloseTo(mapping.covered.all, 9)
    expect(mapping.days.reduce((sum, one) => sum + one.covered.all, 0)).toBeCloseTo(mapping.covered.all, 9)
    expect(mapping.gaps.length + mapping.lessons.covered).toBe(taught.lessons.length)
    for (const { id, lines: places } of mapping.overlaps) expect(places).toEqual(all.flatMap((one, at) => (one.lessons.includes(id) ? [at + 1] : [])))
  }))
})

describe('likely lessons', () => {
  const lessons = [
    { ...lesson('cough', 1, 45), titles: { kk: 'Жөтел немесе тыныс алудың қиындауы', ru: 'Кашель или затруднённое дыхание', en: 'Cough or difficult breathing' } },
    { ...lesson('count', 1, 45), titles: { kk: 'Тынысты санау', ru: 'Подсчёт дыхания', en: 'Counting breaths' } },
    { ...lesson('fever', 2, 45), titles: { kk: 'Қызба', ru: 'Лихорадка', en: 'Fever' } },
  ]
  test.each([
    ['Затруднение дыхания и кашля у детей', ['cough', 'count']],
    ['Тыныс алу ағзаларының аурулары: жөтел', ['cough', 'count']],
    ['Лихорадка неясного генеза', ['fever']],
    ['Анатомия', []],
    ['', []],
  ])('«%s» is likely %j', (title, ids) => expect(likelyLessons(title, lessons)).toEqual(ids))
})

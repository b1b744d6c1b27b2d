import { expect, test } from 'vitest'
import { readCourse } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { courseFolder, type Whole } from './courseFolder.ts'

const refusalOf = (change: (course: Whole, files: Record<string, string>) => void): Refusal => {
  using folder = courseFolder(change)
  try {
    readCourse(folder.contentDir, 'tiny')
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('the course was read')
}

test('a course that fits is read in three languages, with the raw text of its lessons', () => {
  using folder = courseFolder()
  const { course, lessons, banks, stations } = readCourse(folder.contentDir, 'tiny')
  expect(course.titles.kk).toBe('Tiny kk')
  expect(lessons.map((lesson) => [lesson.slug, lesson.fronts.ru.title, lesson.bodies.kk.trim()])).toEqual([['1-01-cough', 'Lesson ru', 'Words.']])
  expect(banks[0]!.items).toHaveLength(3)
  expect(stations[0]!.steps).toHaveLength(2)
})

test('a course that is not there is refused, and so is a path', () => {
  using folder = courseFolder()
  for (const course of ['large', '../tiny', 'Tiny', '']) {
    expect(() => readCourse(folder.contentDir, course)).toThrow(expect.objectContaining({ code: 'course.content-unknown' }))
  }
})

const slips: [promise: string, place: string, reason: string, change: (course: Whole, files: Record<string, string>) => void][] = [
  ['a title in one language is missing', 'course.yaml: titles.kk', 'field.invalid_type', ({ course }) => delete course.titles.kk],
  ['an unknown word in the outline', 'course.yaml: rules.atempts', 'field.unrecognized_keys', ({ course }) => (course.rules.atempts = 3)],
  ['hours of the days that are not the course’s', 'course.yaml: hours', 'field.content.sum', ({ course }) => (course.hours = 3)],
  ['sessions that are not the day’s hours', 'course.yaml: days.0.sessions', 'field.content.sum', ({ course }) => (course.days[0].sessions[0].hours = 1)],
  ['more practice than hours', 'course.yaml: days.0.practiceHours', 'field.content.sum', ({ course }) => (course.days[0].practiceHours = 3)],
  ['days out of order', 'course.yaml: days.0.day', 'field.content.order', ({ course }) => (course.days[0].day = 2)],
  ['a guideline that is not listed', 'course.yaml: guideline', 'field.content.unknown', ({ course }) => (course.guideline = 'g-2')],
  ['a test from a bank that is not there', 'course.yaml: assessments.post-test.bank', 'field.content.unknown', ({ course }) => (course.assessments[0].bank = 'day-2')],
  ['a test longer than its bank', 'course.yaml: assessments.post-test.items', 'field.content.too-few', ({ course }) => (course.assessments[0].items = 4)],
  ['a course under another’s name', 'course.yaml: course', 'field.content.misnamed', ({ course }) => (course.course = 'imci')],
  ['YAML that can’t be read', 'course.yaml: line 2', 'field.content.unreadable', (_, files) => (files['course.yaml'] = 'course: [\n')],
  ['a key written twice', 'course.yaml: line 2', 'field.content.unreadable', (_, files) => (files['course.yaml'] = 'course: tiny\ncourse: tiny\n')],
  ['an empty file', 'stations/counting.yaml: file', 'field.invalid_type', (_, files) => (files['stations/counting.yaml'] = '')],
  ['a lesson missing in Kazakh', 'kk/1-01-cough.mdx: file', 'field.content.missing-file', (_, files) => (files['kk/1-01-cough.mdx'] = 'absent')],
  ['a lesson without front matter', 'ru/1-01-cough.mdx: file', 'field.content.unreadable', (_, files) => (files['ru/1-01-cough.mdx'] = 'Words.\n')],
  ['another id in one language', 'kk/1-01-cough.mdx: id', 'field.content.different', ({ fronts }) => (fronts.kk.id = 'tiny-1-02')],
  ['other minutes in one language', 'ru/1-01-cough.mdx: minutes', 'field.content.different', ({ fronts }) => (fronts.ru.minutes = 30)],
  ['an objective too few in one language', 'kk/1-01-cough.mdx: objectives', 'field.content.different', ({ fronts }) => fronts.kk.objectives.pop()],
  ['an order that is not the file name’s', 'en/1-01-cough.mdx: order', 'field.content.misnamed', ({ fronts }) => (fronts.en.order = 2)],
  ['a day that the course does not have', 'en/1-01-cough.mdx: day', 'field.content.unknown', ({ fronts }) => (fronts.en.day = 2)],
  ['a lesson without a source', 'en/1-01-cough.mdx: sources', 'field.too_small', ({ fronts }) => (fronts.en.sources = [])],
  ['a figure that nobody drew', 'en/1-01-cough.mdx: Figure cup', 'field.content.missing-file', (course) => (course.body = 'See <Figure name="cup" alt="x" caption="y" />.\n')],
  ['a key that is no option', 'questions/day-1.yaml: q-one.key', 'field.content.unknown', ({ bank }) => (bank.items[0].key = ['d'])],
  ['two keys for one answer', 'questions/day-1.yaml: items.q-one.key', 'field.too_big', ({ bank }) => (bank.items[0].key = ['a', 'b'])],
  ['nothing but right options', 'questions/day-1.yaml: q-two.key', 'field.content.all-right', ({ bank }) => (bank.items[1].key = ['a', 'b', 'c'])],
  ['an option id used twice', 'questions/day-1.yaml: q-one.options.a', 'field.content.duplicate', ({ bank }) => (bank.items[0].options[2].id = 'a')],
  ['a question id used twice', 'questions/day-1.yaml: q-one.id', 'field.content.duplicate', ({ bank }) => (bank.items[1].id = 'q-one')],
  ['an option without Russian', 'questions/day-1.yaml: items.q-one.options.a.text.ru', 'field.invalid_type', ({ bank }) => delete bank.items[0].options[0].text.ru],
  ['a question about a lesson that is not there', 'questions/day-1.yaml: q-one.lesson', 'field.content.unknown', ({ bank }) => (bank.items[0].lesson = 'tiny-1-09')],
  ['a unit without a word', 'questions/day-1.yaml: items.q-three.key.unit', 'field.invalid_value', ({ bank }) => (bank.items[2].key.unit = 'parsec')],
  ['a bank under another’s name', 'questions/day-1.yaml: bank', 'field.content.misnamed', ({ bank }) => (bank.bank = 'day-9')],
  ['a step used twice', 'stations/counting.yaml: steps.calm', 'field.content.duplicate', ({ station }) => (station.steps[1].id = 'calm')],
  ['a station on a day that is not there', 'stations/counting.yaml: day', 'field.content.unknown', ({ station }) => (station.day = 4)],
]

test.each(slips)('refused with file and field: %s', (_, place, reason, change) => {
  const refusal = refusalOf(change)
  expect(refusal.code).toBe('course.content-invalid')
  expect(refusal.fields).toMatchObject({ [place]: reason })
})

test('every slip is told, not only the first', () => {
  const refusal = refusalOf(({ course, bank }) => {
    course.hours = 7
    bank.items[0].key = ['z']
  })
  expect(refusal.facts).toMatchObject({ count: 2, file: 'course.yaml', field: 'hours' })
  expect(Object.keys(refusal.fields!)).toEqual(['course.yaml: hours', 'questions/day-1.yaml: q-one.key'])
})

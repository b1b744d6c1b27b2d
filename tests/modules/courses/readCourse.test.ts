import { expect, test } from 'vitest'
import { stringify } from 'yaml'
import { readCourse } from '#modules/courses/index.ts'
import { type Change, courseFolder, refusalOf, type Whole } from './courseFolder.ts'

test('a course that fits is read in three languages, with the raw text of its lessons', () => {
  using folder = courseFolder()
  const { course, lessons, banks, stations } = readCourse(folder.contentDir, 'tiny')
  expect(course.titles.kk).toBe('Tiny kk')
  expect(lessons.map((lesson) => [lesson.slug, lesson.fronts.ru.title, lesson.bodies.kk.trim()])).toEqual([['1-01-cough', 'Lesson ru', 'Words.']])
  expect(banks[0]!.items).toHaveLength(5)
  expect(stations[0]!.steps).toHaveLength(2)
})

test('a course that is not there is refused, and so is a path', () => {
  using folder = courseFolder()
  for (const course of ['large', '../tiny', 'Tiny', '']) {
    expect(() => readCourse(folder.contentDir, course)).toThrow(expect.objectContaining({ code: 'course.content-unknown' }))
  }
})

/** A quiz with a bank of its own, of the same questions under other ids. */
function addQuiz(course: Whole['course'], bank: Whole['bank'], files: Record<string, string>, quiz: object) {
  course.assessments.push({ ...course.assessments[0], id: 'quiz', kind: 'quiz', items: 2, bank: 'quiz', ...quiz })
  files['questions/quiz.yaml'] = stringify({ ...bank, bank: 'quiz', items: bank.items.map((item: { id: string }) => ({ ...item, id: `quiz-${item.id}` })) })
}

const slips: [promise: string, place: string, reason: string, change: Change][] = [
  ['a title in one language is missing', 'course.yaml: titles.kk', 'field.invalid_type', ({ course }) => delete course.titles.kk],
  ['an unknown word in the outline', 'course.yaml: rules.atempts', 'field.unrecognized_keys', ({ course }) => (course.rules.atempts = 3)],
  ['hours of the days that are not the course’s', 'course.yaml: hours', 'field.content.sum', ({ course }) => (course.hours = 3)],
  ['sessions that are not the day’s hours', 'course.yaml: days.0.sessions', 'field.content.sum', ({ course }) => (course.days[0].sessions[0].hours = 1)],
  ['more practice than hours', 'course.yaml: days.0.practiceHours', 'field.content.sum', ({ course }) => (course.days[0].practiceHours = 3)],
  ['days out of order', 'course.yaml: days.0.day', 'field.content.order', ({ course }) => (course.days[0].day = 2)],
  ['a guideline that is not listed', 'course.yaml: guideline', 'field.content.unknown', ({ course }) => (course.guideline = 'g-2')],
  ['a test from a bank that is not there', 'course.yaml: assessments.post-test.bank', 'field.content.unknown', ({ course }) => (course.assessments[0].bank = 'day-2')],
  ['a test longer than its bank', 'course.yaml: assessments.post-test.items', 'field.content.too-few', ({ course }) => (course.assessments[0].items = 6)],
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
  ['a question about a topic that is not listed', 'questions/day-1.yaml: q-one.topic', 'field.content.unknown', ({ bank }) => (bank.items[0].topic = 'fever')],
  ['a competency that is not listed', 'questions/day-1.yaml: q-one.competency', 'field.content.unknown', ({ bank }) => (bank.items[0].competency = 'sing')],
  ['a question without an intended difficulty', 'questions/day-1.yaml: items.q-one.difficulty', 'field.invalid_value', ({ bank }) => delete bank.items[0].difficulty],
  ['a step of an order used twice', 'questions/day-1.yaml: q-four.steps.a', 'field.content.duplicate', ({ bank }) => (bank.items[3].steps[1].id = 'a')],
  ['an order of two steps', 'questions/day-1.yaml: items.q-four.steps', 'field.too_small', ({ bank }) => bank.items[3].steps.pop()],
  ['a pair that is missing', 'questions/day-1.yaml: q-five.key.b', 'field.content.missing-pair', ({ bank }) => delete bank.items[4].key.b],
  ['a pair with an option that is not there', 'questions/day-1.yaml: q-five.key.b', 'field.content.unknown', ({ bank }) => (bank.items[4].key.b = 'z')],
  ['a pair for nothing on the left', 'questions/day-1.yaml: q-five.key.z', 'field.content.unknown', ({ bank }) => (bank.items[4].key.z = 'a')],
  ['credit in part for one right answer', 'questions/day-1.yaml: items.q-one.credit', 'field.unrecognized_keys', ({ bank }) => (bank.items[0].credit = 'part')],
  ['a topic listed twice', 'course.yaml: topics.cough', 'field.content.duplicate', ({ course }) => course.topics.push(course.topics[0])],
  ['a blueprint that does not add up', 'course.yaml: assessments.post-test.blueprint', 'field.content.sum', ({ course }) => (course.assessments[0].blueprint = [{ topic: 'cough', items: 2 }])],
  ['a row that the bank can’t fill', 'course.yaml: assessments.post-test.blueprint.0', 'field.content.too-few', ({ course }) => Object.assign(course.assessments[0], { items: 6, blueprint: [{ topic: 'cough', items: 6 }] })],
  ['a row that the bank fills once, for a test that may be sat again', 'course.yaml: assessments.post-test.blueprint.0', 'field.content.too-few-for-retake', ({ course }) => (course.assessments[0].blueprint = [{ topic: 'cough', items: 3 }])],
  ['rows that share a question', 'course.yaml: assessments.post-test.blueprint', 'field.content.overlap', ({ course }) => Object.assign(course.assessments[0], { items: 2, blueprint: [{ topic: 'cough', items: 1 }, { competency: 'assess', items: 1 }] })],
  ['a quiz of a day that is not there', 'course.yaml: assessments.quiz.day', 'field.content.unknown', ({ course, bank }, files) => addQuiz(course, bank, files, { day: 2 })],
  ['a quiz that would show the answers of a test that counts', 'course.yaml: assessments.quiz.bank', 'field.content.shared-bank', ({ course, bank }, files) => addQuiz(course, bank, files, { bank: ['quiz', 'day-1'] })],
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

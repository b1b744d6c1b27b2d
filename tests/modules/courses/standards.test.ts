import { stringify } from 'yaml'
import { describe, expect, test } from 'vitest'
import { angoff, spreadOf } from '#modules/courses/angoff.ts'
import { contentHash, outlineOf } from '#modules/courses/freeze.ts'
import { contentFolder, readCourse } from '#modules/courses/readCourse.ts'
import { courseFolder, type Whole } from './courseFolder.ts'

const example = [[0.9, 0.8, 0.85], [0.7, 0.6, 0.65], [0.6, 0.7, 0.5], [0.8, 0.75, 0.85], [0.5, 0.55, 0.45]]

describe('the cut of a panel', () => {
  test('five questions and three judges, worked out by hand', () => {
    const cut = angoff(example)
    expect(cut).toMatchObject({ judges: 3, items: 5, passPercent: 68 })
    expect(cut.sums.map((sum) => sum.toFixed(2))).toEqual(['3.50', '3.40', '3.30'])
    expect([cut.cut.toFixed(2), cut.percent.toFixed(0), cut.sd!.toFixed(2), cut.se!.toFixed(4)]).toEqual(['3.40', '68', '0.10', '0.0577'])
    expect([cut.interval!.from.toFixed(3), cut.interval!.to.toFixed(3)]).toEqual(['3.287', '3.513'])
    expect(example.map((row) => spreadOf(row).mean.toFixed(2))).toEqual(['0.85', '0.65', '0.60', '0.80', '0.50'])
  })
  test.for([
    { rows: [[0.681, 0.681]], passPercent: 69 }, { rows: [[0.7, 0.7]], passPercent: 70 }, { rows: [[0.1, 0.2], [0.6, 0.5]], passPercent: 35 }, { rows: [[1, 1]], passPercent: 100 }, { rows: [[0, 0]], passPercent: 0 },
  ])('$rows is frozen as $passPercent percent: rounded up, but not by binary dust', ({ rows, passPercent }) => {
    expect(angoff(rows).passPercent).toBe(passPercent)
  })
  test('one judge has no error, and nothing has no cut', () => {
    expect(angoff([[0.5], [0.7]])).toMatchObject({ judges: 1, sd: null, se: null, interval: null })
    expect(() => angoff([])).toThrow('no cut')
  })
  test.for([{ row: [0.9, 0.6], disputed: false }, { row: [0.9, 0.55], disputed: true }, { row: [0.4, 0.7, 0.69], disputed: false }, { row: [0.3, 0.7], disputed: true }])('judges talk about $row: $disputed', ({ row, disputed }) => {
    expect(spreadOf(row).disputed).toBe(disputed)
  })
})

const standard = (change: (standard: any) => void = () => {}) => {
  const it = {
    assessment: 'post-test', course: 'tiny', method: 'angoff', date: '2026-09-01', demonstration: true, judges: [{ profession: 'paediatrician' }, { profession: 'feldsher' }],
    ratings: { 'q-one': [0.8, 0.7], 'q-two': [0.6, 0.6], 'q-three': [0.75, 0.8] },
  }
  change(it)
  return stringify(it)
}

/** What is wrong with the tiny course and this panel, `field: reason`. */
function problemsWith(text: string, change: (course: Whole) => void = () => {}): string[] {
  using folder = courseFolder((course, files) => {
    change(course)
    files['standards/post-test.yaml'] = text
  })
  try {
    readCourse(folder.contentDir, 'tiny')
    return []
  } catch (error) {
    return Object.entries((error as { fields: Record<string, string> }).fields).map(([field, reason]) => `${field}: ${reason}`)
  }
}

describe('a panel in content', () => {
  test('sets the pass mark that the edition freezes, and is frozen with it', () => {
    using without = courseFolder()
    using folder = courseFolder((_, files) => { files['standards/post-test.yaml'] = standard() })
    const [plain, source] = [readCourse(without.contentDir, 'tiny'), readCourse(folder.contentDir, 'tiny')]
    const outline = outlineOf(source)
    // 2.1 and 2.1 of 3 questions: 70.8 percent.
    expect(outline.assessments[0]!.passPercent).toBe(71)
    expect(outline.standards).toMatchObject([{ assessment: 'post-test', judges: [{ profession: 'paediatrician' }, { profession: 'feldsher' }] }])
    expect(outlineOf(plain).assessments[0]!.passPercent).toBeUndefined()
    expect(outlineOf(plain)).not.toHaveProperty('standards')
    expect(contentHash(source, true)).not.toBe(contentHash(plain, true))
  })
  test.for([
    ['a typed mark beside it', standard(), (course: Whole) => { course.course.assessments[0].passPercent = 70 }, 'standards/post-test.yaml: assessment: field.content.two-marks'],
    ['a test that is not there', standard((it) => { it.assessment = 'final' }), undefined, 'standards/post-test.yaml: assessment: field.content.misnamed'],
    ['a pre-test', standard(), (course: Whole) => { course.course.assessments[0].kind = 'pre-test' }, 'standards/post-test.yaml: assessment: field.content.unknown'],
    ['a question that it never asks', standard((it) => { it.ratings['q-nine'] = [0.5, 0.5] }), undefined, 'standards/post-test.yaml: ratings.q-nine: field.content.unknown'],
    ['a rating too few', standard((it) => { it.ratings['q-one'] = [0.5] }), undefined, 'standards/post-test.yaml: ratings.q-one: field.content.judges'],
    ['fewer questions than it asks', standard((it) => { delete it.ratings['q-one'] }), undefined, 'standards/post-test.yaml: ratings: field.content.unrated'],
    ['a probability above one', standard((it) => { it.ratings['q-one'] = [1.2, 0.5] }), undefined, 'standards/post-test.yaml: ratings.q-one.0: field.too_big'],
    ['a judge by name', standard((it) => { it.judges[0].name = 'Айгүл' }), undefined, 'standards/post-test.yaml: judges.0.name: field.unrecognized_keys'],
    ['another course', standard((it) => { it.course = 'other' }), undefined, 'standards/post-test.yaml: course: field.content.misnamed'],
  ] as const)('is refused with %s', ([, text, change, problem]) => {
    expect(problemsWith(text, change)).toContain(problem)
  })
  test('is taken as it should be', () => {
    expect(problemsWith(standard())).toEqual([])
  })
})

test('the panel of the IMCI course says that it was invented, and sets its mark', () => {
  const source = readCourse(contentFolder(), 'imci')
  const [panel] = source.standards
  expect(panel).toMatchObject({ assessment: 'post-test', demonstration: true, judges: { length: 7 } })
  const { passPercent } = angoff(Object.values(panel!.ratings))
  expect(outlineOf(source).assessments.find((one) => one.id === 'post-test')!.passPercent).toBe(passPercent)
})

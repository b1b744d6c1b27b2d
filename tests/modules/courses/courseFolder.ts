import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { stringify } from 'yaml'
import { readCourse } from '#modules/courses/index.ts'
import { Refusal } from '#modules/refusal.ts'

const texts = (text: string) => ({ kk: `${text} kk`, ru: `${text} ru`, en: `${text} en` })

/** A one-day course with one lesson, one bank of five questions (one of each kind) and one station, as its authors would write it. */
export const whole = () => ({
  course: {
    course: 'tiny', guideline: 'g-1', titles: texts('Tiny'), short: texts('T'), summary: texts('A tiny course.'), kind: 'non-formal', hours: 2, academicHourMinutes: 45, validityMonths: null,
    guidelines: [{ id: 'g-1', titles: texts('Guideline'), year: 2014 }],
    topics: [{ id: 'cough', titles: texts('Cough') }], competencies: [{ id: 'assess', titles: texts('Assess') }],
    rules: { attendancePercent: 90, passPercent: 70, attempts: 3, retakeDays: 7, practiceCases: 5 },
    assessments: [{ id: 'post-test', kind: 'post-test', minutes: 30, items: 3, bank: 'day-1', titles: texts('Test') }],
    review: { clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'original' } },
    days: [{ day: 1, titles: texts('Day'), hours: 2, practiceHours: 0.5, objectives: [texts('Can')], sessions: [{ hours: 1.5, kind: 'theory', titles: texts('S') }, { hours: 0.5, kind: 'practice', titles: texts('P') }] }],
  } as any,
  fronts: Object.fromEntries(['kk', 'ru', 'en'].map((locale) => [locale, {
    id: 'tiny-1-01', title: `Lesson ${locale}`, day: 1, order: 1, minutes: 45, kind: 'theory', objectives: ['one', 'two'], keyPoints: ['a'], guideline: 'g-1',
    sources: [{ title: 'Booklet', edition: '2014', part: 'Cough' }], review: { translation: locale === 'en' ? 'original' : 'draft', clinical: 'draft' },
  }])) as Record<string, any>,
  body: 'Words.\n',
  bank: {
    bank: 'day-1', course: 'tiny',
    items: [
      { id: 'q-one', kind: 'single', options: ['a', 'b', 'c'].map((id) => ({ id, text: texts(id) })), key: ['b'] },
      { id: 'q-two', kind: 'multiple', options: ['a', 'b', 'c'].map((id) => ({ id, text: texts(id) })), key: ['a', 'c'] },
      { id: 'q-three', kind: 'numeric', key: { value: 50, tolerance: 0, unit: 'breaths-per-minute' } },
      { id: 'q-four', kind: 'ordering', steps: ['a', 'b', 'c'].map((id) => ({ id, text: texts(id) })) },
      { id: 'q-five', kind: 'matching', credit: 'part', left: ['a', 'b'].map((id) => ({ id, text: texts(`left ${id}`) })), options: ['a', 'b', 'c'].map((id) => ({ id, text: texts(id) })), key: { a: 'c', b: 'a' } },
    ].map((item) => ({ ...item, topic: 'cough', competency: 'assess', difficulty: 'medium', lesson: 'tiny-1-01', source: { guideline: 'g-1', rule: 'R-1' }, prompt: texts('Q'), rationale: texts('Because') })) as any[],
  } as any,
  station: { station: 'counting', course: 'tiny', day: 1, minutes: 10, titles: texts('Counting'), instructions: texts('Do'), passPercent: 80, steps: [{ id: 'calm', critical: true, text: texts('Calm') }, { id: 'thank', critical: false, text: texts('Thank') }] } as any,
})

export type Whole = ReturnType<typeof whole>
export type Change = (course: Whole, files: Record<string, string>) => void

/** Writes the course, after `change` has had its way with it and the files, to a folder that goes away with `using`. */
export function courseFolder(change: Change = () => {}) {
  const contentDir = mkdtempSync(join(tmpdir(), 'besik-content-'))
  const all = whole()
  const extra: Record<string, string> = {}
  change(all, extra)
  const files: Record<string, string> = {
    'course.yaml': stringify(all.course),
    'questions/day-1.yaml': stringify(all.bank),
    'stations/counting.yaml': stringify(all.station),
    ...Object.fromEntries(Object.entries(all.fronts).map(([locale, front]) => [`${locale}/1-01-cough.mdx`, `---\n${stringify(front)}---\n\n${all.body}`])),
    ...extra,
  }
  for (const [name, text] of Object.entries(files)) {
    const file = join(contentDir, 'courses/tiny', name)
    mkdirSync(dirname(file), { recursive: true })
    if (text !== 'absent') writeFileSync(file, text)
  }
  return { contentDir, [Symbol.dispose]: () => rmSync(contentDir, { recursive: true }) }
}

/** The refusal of the course after `change`. Throws when it is read all the same. */
export function refusalOf(change: Change): Refusal {
  using folder = courseFolder(change)
  try {
    readCourse(folder.contentDir, 'tiny')
  } catch (error) {
    if (error instanceof Refusal) return error
    throw error
  }
  throw new Error('the course was read')
}

import { expect, test } from 'vitest'
import { nextStep, type Situation } from '#modules/courses/index.ts'

/** Lessons of day 1; a second list is of day 2. */
const lessons = (...finished: boolean[]) => finished.map((done, index) => ({ id: `l${index + 1}`, slug: `1-0${index + 1}-x`, day: 1, finished: done }))
const second = (finished: boolean) => ({ id: 'm1', slug: '2-01-x', day: 2, finished })
const aTest = (values: Partial<Situation['tests'][number]> = {}) => ({ id: 'post', kind: 'post-test' as const, day: null, open: true, passed: false, sitting: false, attemptsLeft: 3, retakeOn: null, ...values })
const aQuiz = (values: Partial<Situation['tests'][number]> = {}) => aTest({ id: 'quiz', kind: 'quiz', day: 1, ...values })
const running = { state: 'running' as const, startsOn: '2027-03-01' }
const open = { state: 'open' as const, startsOn: '2027-03-01' }

test.each<[promise: string, situation: Situation, kind: object]>([
  ['before the course starts, wait for it', { cohort: open, lessons: lessons(false), tests: [aTest({ open: false })] }, { kind: 'wait', until: '2027-03-01', for: 'cohort' }],
  ['a pre-test comes before the course', { cohort: open, lessons: lessons(false), tests: [aTest({ id: 'pre', kind: 'pre-test' })] }, { kind: 'test', assessmentId: 'pre', resumes: false }],
  ['a pre-test comes before the first lesson', { cohort: running, lessons: lessons(false), tests: [aTest(), aTest({ id: 'pre', kind: 'pre-test' })] }, { kind: 'test', assessmentId: 'pre' }],
  ['the first lesson first', { cohort: running, lessons: lessons(false, false), tests: [aTest()] }, { kind: 'lesson', lessonId: 'l1' }],
  ['then the next one that is not done', { cohort: running, lessons: lessons(true, false, true), tests: [aTest()] }, { kind: 'lesson', lessonId: 'l2', slug: '1-02-x' }],
  ['a test whose clock runs comes before everything', { cohort: running, lessons: lessons(false), tests: [aTest({ sitting: true, attemptsLeft: 0 })] }, { kind: 'test', assessmentId: 'post', resumes: true }],
  ['a day’s quiz waits for the lessons of its day', { cohort: running, lessons: [...lessons(true, false), second(false)], tests: [aQuiz(), aTest()] }, { kind: 'lesson', lessonId: 'l2' }],
  ['and comes before those of the next', { cohort: running, lessons: [...lessons(true, true), second(false)], tests: [aQuiz(), aTest()] }, { kind: 'test', assessmentId: 'quiz', resumes: false }],
  ['a quiz that is passed lets go on', { cohort: running, lessons: [...lessons(true, true), second(false)], tests: [aQuiz({ passed: true }), aTest()] }, { kind: 'lesson', lessonId: 'm1' }],
  ['a quiz whose day has not come lets go on', { cohort: running, lessons: [...lessons(true, true), second(false)], tests: [aQuiz({ open: false }), aTest()] }, { kind: 'lesson', lessonId: 'm1' }],
  ['the test when all lessons are read', { cohort: running, lessons: lessons(true, true), tests: [aTest()] }, { kind: 'test', assessmentId: 'post', resumes: false }],
  ['a failed test waits for its day', { cohort: running, lessons: lessons(true), tests: [aTest({ retakeOn: '2027-03-12', attemptsLeft: 2 })] }, { kind: 'wait', until: '2027-03-12', for: 'retake' }],
  ['no attempt left: ask the trainer', { cohort: running, lessons: lessons(true), tests: [aTest({ attemptsLeft: 0 })] }, { kind: 'ask-trainer' }],
  ['no attempt left: ask, and don’t wait', { cohort: running, lessons: lessons(true), tests: [aTest({ attemptsLeft: 0, retakeOn: '2027-03-12' })] }, { kind: 'ask-trainer' }],
  ['passed: done', { cohort: running, lessons: lessons(true), tests: [aTest({ passed: true })] }, { kind: 'done' }],
  ['a course without tests is done when it is read', { cohort: running, lessons: lessons(true), tests: [] }, { kind: 'done' }],
  ['a cancelled course asks for nothing', { cohort: { ...running, state: 'cancelled' }, lessons: lessons(false), tests: [aTest()] }, { kind: 'done' }],
])('next: %s', (_, situation, step) => {
  expect(nextStep(situation)).toMatchObject(step)
})

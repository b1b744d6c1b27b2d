/** What a trainee has before them in one cohort. */
export type Situation = {
  cohort: { state: 'draft' | 'open' | 'running' | 'closed' | 'cancelled'; startsOn: string }
  /** In the order of the course. */
  lessons: readonly { id: string; slug: string; day: number; finished: boolean }[]
  /** In the order of the outline. `day` is the day of the course it belongs to; `sitting` is a test begun and not handed in; `retakeOn` a day from which another try is possible. */
  tests: readonly { id: string; kind: 'pre-test' | 'quiz' | 'post-test'; day: number | null; open: boolean; passed: boolean; sitting: boolean; attemptsLeft: number; retakeOn: string | null }[]
}

export type Step =
  | { kind: 'lesson'; lessonId: string; slug: string }
  | { kind: 'test'; assessmentId: string; resumes: boolean }
  | { kind: 'wait'; until: string; for: 'cohort' | 'retake' }
  | { kind: 'ask-trainer' }
  | { kind: 'done' }

/**
 * The one thing a trainee should do next. A test that is running comes first, for its clock doesn't stop; then the
 * pre-test, before anything is taught; the lessons in order once the course runs, a day's quiz as soon as its lessons are
 * read; and the other tests when all are read.
 */
export function nextStep({ cohort, lessons, tests }: Situation): Step {
  if (cohort.state === 'cancelled') return { kind: 'done' }
  const running = tests.find((test) => test.sitting)
  if (running) return { kind: 'test', assessmentId: running.id, resumes: true }

  const possible = tests.filter((test) => test.open && !test.passed && test.attemptsLeft > 0 && !test.retakeOn)
  const before = possible.find((test) => test.kind === 'pre-test')
  if (before) return { kind: 'test', assessmentId: before.id, resumes: false }
  if (cohort.state === 'draft' || cohort.state === 'open') return { kind: 'wait', until: cohort.startsOn, for: 'cohort' }

  const lesson = lessons.find((one) => !one.finished)
  const quiz = possible.find((test) => test.kind === 'quiz' && test.day !== null && (!lesson || lesson.day > test.day))
  if (quiz) return { kind: 'test', assessmentId: quiz.id, resumes: false }
  if (lesson) return { kind: 'lesson', lessonId: lesson.id, slug: lesson.slug }
  const after = possible.find((test) => test.kind !== 'pre-test')
  if (after) return { kind: 'test', assessmentId: after.id, resumes: false }

  const failed = tests.filter((test) => test.kind === 'post-test' && !test.passed)
  const retake = failed.find((test) => test.retakeOn && test.attemptsLeft > 0)
  if (retake) return { kind: 'wait', until: retake.retakeOn!, for: 'retake' }
  return failed.length ? { kind: 'ask-trainer' } : { kind: 'done' }
}

/** How far a trainee's count of breaths in one minute may be from the reference count: an allowance for trainees in this course, never for a child. */
export const countTolerance = 3

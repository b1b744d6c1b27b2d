import { type Choice, grade } from '#modules/assessment/index.ts'
import { contentFolder, freezeItem, readCourse } from '#modules/courses/index.ts'
import { choose } from './attempt.ts'
import { row, type Row } from './measure.ts'

/** Attempts graded a second on one core, against only reading the same stored answers from their JSON. */
export function benchGrading(): Row[] {
  const { course, banks } = readCourse(contentFolder(), 'imci')
  const size = course.assessments.find(({ kind }) => kind === 'post-test')!.items
  const items = banks.flatMap((bank) => bank.items.map((item) => freezeItem('bench', bank.bank, item))).slice(0, size)
  const stored = JSON.stringify(items.map((item) => [item.id, choose({ id: item.id, kind: item.kind, options: item.kind === 'numeric' ? [] : item.body.options, left: item.kind === 'matching' ? item.body.left : [] })]))
  const graded = each(() => void grade(items, new Map(JSON.parse(stored) as [string, Choice][])))
  const read = each(() => void new Map(JSON.parse(stored) as [string, Choice][]))
  return [row(`attempts of ${size} questions graded on one core, against reading their answers alone`, '-', graded, read, 'attempts/s', 'for information')]
}

/** How often a second, after warming up. */
function each(work: () => void): number {
  for (let n = 0; n < 2000; n++) work()
  const started = performance.now()
  let done = 0
  while (performance.now() - started < 1000) {
    for (let n = 0; n < 100; n++) work()
    done += 100
  }
  return done / ((performance.now() - started) / 1000)
}

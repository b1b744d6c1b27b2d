import type { Key } from '#modules/words/index.ts'
import { locales } from '#modules/words/index.ts'
import { sharedBlocks } from './blocks.ts'
import { checkBanks, checkTests } from './checkBanks.ts'
import type { CourseSource, LessonSource } from './shapes.ts'
import { checkStandards } from './standards.ts'

/** Something in content/ that doesn't fit: which file (below the course's folder), which field, and why, as a key of the interface. */
export type ContentProblem = { file: string; field: string; reason: Extract<Key, `field.${string}`> }

type Note = (file: string, field: string, reason: ContentProblem['reason']) => void

/**
 * What a course says that can't be true of all its files together: ids used twice, names of nothing, hours that don't add
 * up, languages that differ. Each file is assumed to have its own shape already.
 */
export function checkCourse(source: CourseSource): ContentProblem[] {
  const problems: ContentProblem[] = []
  const note: Note = (file, field, reason) => problems.push({ file, field, reason })
  checkOutline(source, note)
  for (const lesson of source.lessons) checkLesson(source, lesson, note)
  twice(source.lessons.map((lesson) => lesson.id), (id) => note('en', `lesson ${id}`, 'field.content.duplicate'))
  checkBanks(source, note)
  checkStations(source, note)
  return [...problems, ...checkStandards(source)]
}

function checkOutline(source: CourseSource, note: Note) {
  const { course } = source
  const file = 'course.yaml'
  for (const list of ['topics', 'competencies'] as const) twice((course[list] ?? []).map((one) => one.id), (id) => note(file, `${list}.${id}`, 'field.content.duplicate'))
  const guidelines = course.guidelines.map((one) => one.id)
  twice(guidelines, (id) => note(file, `guidelines.${id}`, 'field.content.duplicate'))
  if (!guidelines.includes(course.guideline)) note(file, 'guideline', 'field.content.unknown')
  if (sum(course.days.map((day) => day.hours)) !== course.hours) note(file, 'hours', 'field.content.sum')
  for (const [index, day] of course.days.entries()) {
    const field = `days.${index}`
    if (day.day !== index + 1) note(file, `${field}.day`, 'field.content.order')
    if (day.sessions.length && sum(day.sessions.map((session) => session.hours)) !== day.hours) note(file, `${field}.sessions`, 'field.content.sum')
    if (day.practiceHours > day.hours) note(file, `${field}.practiceHours`, 'field.content.sum')
  }
  checkTests(source, (field, reason) => note(file, field, reason))
}

function checkLesson({ course }: CourseSource, lesson: LessonSource, note: Note) {
  const name = lesson.slug.match(/^(\d+)-(\d+)-/)
  for (const locale of locales) {
    const file = `${locale}/${lesson.slug}.mdx`
    const front = lesson.fronts[locale]
    if (Number(name?.[1]) !== front.day) note(file, 'day', 'field.content.misnamed')
    if (Number(name?.[2]) !== front.order) note(file, 'order', 'field.content.misnamed')
    if (front.id !== `${course.course}-${front.day}-${String(front.order).padStart(2, '0')}`) note(file, 'id', 'field.content.misnamed')
    if (!course.days.some((day) => day.day === front.day)) note(file, 'day', 'field.content.unknown')
    if (!course.guidelines.some((one) => one.id === front.guideline)) note(file, 'guideline', 'field.content.unknown')
    for (const field of ['id', 'minutes', 'kind', 'guideline'] as const) if (front[field] !== lesson.fronts.en[field]) note(file, field, 'field.content.different')
    for (const field of ['objectives', 'keyPoints', 'sources'] as const) {
      if (front[field].length !== lesson.fronts.en[field].length) note(file, field, 'field.content.different')
    }
    if (front.facilitator?.length !== lesson.fronts.en.facilitator?.length) note(file, 'facilitator', 'field.content.different')
    const [own, english] = [sharedBlocks(lesson.bodies[locale]), sharedBlocks(lesson.bodies.en)]
    const other = [...(own.length > english.length ? own : english).keys()].find((index) => own[index] !== english[index])
    if (other !== undefined) note(file, `block ${other + 1}, ${own[other] ?? english[other]}`, 'field.content.different')
  }
}

function checkStations({ course, stations }: CourseSource, note: Note) {
  twice(stations.map((station) => station.station), (id) => note(`stations/${id}.yaml`, 'station', 'field.content.duplicate'))
  for (const station of stations) {
    const file = `stations/${station.station}.yaml`
    if (station.course !== course.course) note(file, 'course', 'field.content.misnamed')
    if (!course.days.some((day) => day.day === station.day)) note(file, 'day', 'field.content.unknown')
    twice(station.steps.map((step) => step.id), (id) => note(file, `steps.${id}`, 'field.content.duplicate'))
  }
}

const sum = (numbers: number[]) => numbers.reduce((total, one) => total + one, 0)
const twice = (ids: string[], tell: (id: string) => void) => new Set(ids.filter((id, index) => ids.indexOf(id) !== index)).forEach(tell)

import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { parse } from 'yaml'
import type { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { checkCourse, type ContentProblem } from './checkCourse.ts'
import { bankShape, courseShape, courseSlug, type CourseSource, type LessonFront, type LessonSource, lessonShape, stationShape } from './shapes.ts'

/** Where content/ is: the application runs in the project's folder, bundled modules move. */
export const contentFolder = () => resolve('content')

/** The courses that content/ holds. */
export const coursesIn = (contentDir = contentFolder()) =>
  list(join(contentDir, 'courses'), '').filter((name) => existsSync(join(contentDir, 'courses', name, 'course.yaml')))

/**
 * A course as its authors wrote it: outline, lessons in three languages (front matter and raw text; Astro renders it),
 * question banks and stations. Throws `course.content-unknown` when there is no such course, and `course.content-invalid`
 * with every file and field that doesn't fit.
 */
export function readCourse(contentDir: string, course: string): CourseSource {
  const folder = join(contentDir, 'courses', course)
  if (!courseSlug.safeParse(course).success || !existsSync(join(folder, 'course.yaml'))) throw new Refusal('course.content-unknown', { course })
  const problems: ContentProblem[] = []

  const outline = readYaml(folder, 'course.yaml', courseShape, problems)
  const lessons = readLessons(folder, problems)
  const banks = list(join(folder, 'questions'), '.yaml').flatMap((name) => readYaml(folder, `questions/${name}`, bankShape, problems, 'bank') ?? [])
  const stations = list(join(folder, 'stations'), '.yaml').flatMap((name) => readYaml(folder, `stations/${name}`, stationShape, problems, 'station') ?? [])
  const figures = readFigures(folder, lessons, problems)
  refuse(problems)

  const source = { course: outline!, lessons, banks, stations, figures }
  if (source.course.course !== course) problems.push({ file: 'course.yaml', field: 'course', reason: 'field.content.misnamed' })
  refuse([...problems, ...checkCourse(source)])
  return source
}

function refuse(problems: ContentProblem[]) {
  const [first] = problems
  if (!first) return
  const fields = Object.fromEntries(problems.map(({ file, field, reason }) => [`${file}: ${field}`, reason]))
  throw new Refusal('course.content-invalid', { file: first.file, field: first.field, count: problems.length }, fields)
}

/** File names in a folder, sorted, that end so. A folder that isn't there is empty. */
function list(folder: string, extension: string) {
  return existsSync(folder) ? readdirSync(folder).filter((name) => name.endsWith(extension) && !name.startsWith('.')).sort() : []
}

/** `named` is the field that must repeat the file's name. */
function readYaml<Shape extends z.ZodType>(folder: string, file: string, shape: Shape, problems: ContentProblem[], named?: string) {
  const value = parseYaml(readFileSync(join(folder, file), 'utf8'), file, problems)
  if (named && (value as Record<string, unknown> | null)?.[named] !== basename(file, '.yaml')) problems.push({ file, field: named, reason: 'field.content.misnamed' })
  return fit(value, shape, file, problems)
}

function parseYaml(text: string, file: string, problems: ContentProblem[]): unknown {
  try {
    return parse(text, { uniqueKeys: true, strict: true })
  } catch (error) {
    const line = (error as { linePos?: { line: number }[] }).linePos?.[0]?.line
    problems.push({ file, field: line ? `line ${line}` : 'file', reason: 'field.content.unreadable' })
    return undefined
  }
}

function fit<Shape extends z.ZodType>(value: unknown, shape: Shape, file: string, problems: ContentProblem[]): z.infer<Shape> | null {
  if (value === undefined) return null
  const parsed = shape.safeParse(value)
  if (parsed.success) return parsed.data
  for (const issue of parsed.error.issues) problems.push({ file, field: fieldOf(value, issue), reason: `field.${issue.code}` })
  return null
}

/** The path to a field, with an item's own id in place of its number. */
function fieldOf(value: unknown, issue: z.core.$ZodIssue): string {
  let at = value
  const path = issue.path.map((step) => {
    at = (at as Record<PropertyKey, unknown> | undefined)?.[step]
    const id = typeof step === 'number' ? (at as { id?: unknown } | null | undefined)?.id : undefined
    return typeof id === 'string' ? id : String(step)
  })
  return [...path, ...(issue.code === 'unrecognized_keys' ? [issue.keys.join(', ')] : [])].join('.') || 'file'
}

const fence = /^---\r?\n([\s\S]*?)\r?\n---\r?\n?/

function readLessons(folder: string, problems: ContentProblem[]): LessonSource[] {
  const slugs = [...new Set(locales.flatMap((locale) => list(join(folder, locale), '.mdx')))].sort().map((name) => basename(name, '.mdx'))
  return slugs.flatMap((slug) => {
    const read = locales.map((locale) => {
      const file = `${locale}/${slug}.mdx`
      if (!existsSync(join(folder, file))) return void problems.push({ file, field: 'file', reason: 'field.content.missing-file' })
      const text = readFileSync(join(folder, file), 'utf8').normalize('NFC')
      const top = text.match(fence)
      if (!top) return void problems.push({ file, field: 'file', reason: 'field.content.unreadable' })
      const front = fit(parseYaml(top[1]!, file, problems), lessonShape, file, problems)
      return front ? { locale, front, body: text.slice(top[0].length), digest: sha256(text) } : undefined
    })
    if (read.some((one) => !one)) return []
    const each = <Value>(pick: (one: { front: LessonFront; body: string; digest: string }) => Value) =>
      Object.fromEntries(read.map((one) => [one!.locale, pick(one!)])) as Record<(typeof locales)[number], Value>
    const { id, day, order, minutes, kind, guideline } = read.find((one) => one!.locale === 'en')!.front
    return { id, slug, day, order, minutes, kind, guideline, fronts: each((one) => one.front), bodies: each((one) => one.body), digests: each((one) => one.digest) }
  })
}

/** Digests of the figures that the lessons name. */
function readFigures(folder: string, lessons: LessonSource[], problems: ContentProblem[]) {
  const figures: Record<string, string> = {}
  for (const lesson of lessons) {
    for (const locale of locales) {
      for (const [, name] of lesson.bodies[locale].matchAll(/<Figure\s[^>]*?\bname="([^"]*)"/g)) {
        const path = join(folder, 'figures', `${name}.svg`)
        if (/^[a-z0-9-]+$/.test(name!) && existsSync(path)) figures[name!] ??= sha256(readFileSync(path, 'utf8'))
        else problems.push({ file: `${locale}/${lesson.slug}.mdx`, field: `Figure ${name}`, reason: 'field.content.missing-file' })
      }
    }
  }
  return figures
}

const sha256 = (text: string) => createHash('sha256').update(text).digest('hex')

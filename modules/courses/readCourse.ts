import { existsSync, readFileSync } from 'node:fs'
import { basename, join, resolve } from 'node:path'
import { boxesOf, dosesOf, protocolEditions } from '#modules/protocols/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { borrowed } from './borrowed.ts'
import { checkBlocks, type Known } from './blocks.ts'
import { checkCourse, type ContentProblem } from './checkCourse.ts'
import { list, readText, readYaml, sha256 } from './contentFiles.ts'
import { type ManualSource, readGuides, readManuals } from './documents.ts'
import { readGlossary, type Term } from './glossary.ts'
import { composeBank } from './composeBank.ts'
import { bankShape } from './itemShapes.ts'
import { courseSlug } from './parts.ts'
import { courseShape, type CourseSource, type LessonFront, type LessonSource, lessonShape, stationShape } from './shapes.ts'
import { standardShape } from './standards.ts'

/** Where content/ is: the application runs in the project's folder, bundled modules move. */
export const contentFolder = () => resolve('content')

/** The courses that content/ holds. */
export const coursesIn = (contentDir = contentFolder()) =>
  list(join(contentDir, 'courses'), '').filter((name) => existsSync(join(contentDir, 'courses', name, 'course.yaml')))

/**
 * A course as its authors wrote it: outline, lessons in three languages (front matter and raw text; Astro renders it),
 * question banks, stations and panels. Throws `course.content-unknown` when there is no such course, and `course.content-invalid`
 * with every file and field that doesn't fit.
 */
export function readCourse(contentDir: string, course: string): CourseSource {
  const folder = join(contentDir, 'courses', course)
  if (!courseSlug.safeParse(course).success || !existsSync(join(folder, 'course.yaml'))) throw new Refusal('course.content-unknown', { course })
  const problems: ContentProblem[] = []

  const outline = readYaml(folder, 'course.yaml', courseShape, problems)
  const glossary = readGlossary(contentDir)
  const lessons = readLessons(folder, glossary, problems)
  const guides = outline ? readGuides(folder, { course, guideline: outline.guideline, days: outline.days.map(({ day }) => day), known: knownIn(glossary) }, problems) : []
  const banks = list(join(folder, 'questions'), '.yaml').flatMap((name) => composeBank(readYaml(folder, `questions/${name}`, bankShape, problems, 'bank'), problems))
  const stations = list(join(folder, 'stations'), '.yaml').flatMap((name) => readYaml(folder, `stations/${name}`, stationShape, problems, 'station') ?? [])
  const standards = list(join(folder, 'standards'), '.yaml').flatMap((name) => readYaml(folder, `standards/${name}`, standardShape, problems, 'assessment') ?? [])
  const figures = readFigures(folder, [...lessons, ...guides], problems)
  refuse(problems)

  const source = { course: outline!, lessons, banks, stations, standards, guides, figures }
  if (source.course.course !== course) problems.push({ file: 'course.yaml', field: 'course', reason: 'field.content.misnamed' })
  refuse([...problems, ...checkCourse(source)])
  return source
}

/**
 * The lessons and guides of a course alone, for whoever asks only what texts say: a quarter of the work of `readCourse`, for
 * no question is read and no case worked out. Those that don't fit are left out.
 */
export function readTexts(contentDir: string, course: string): Pick<CourseSource, 'lessons' | 'guides'> {
  const folder = join(contentDir, 'courses', course)
  const outline = readYaml(folder, 'course.yaml', courseShape, [])
  if (!outline) return { lessons: [], guides: [] }
  const glossary = readGlossary(contentDir)
  const days = outline.days.map(({ day }) => day)
  return { lessons: readLessons(folder, glossary, []), guides: readGuides(folder, { course, guideline: outline.guideline, days, known: knownIn(glossary) }, []) }
}

/** The manuals that content/ holds; they belong to no course, and may use the terms of the glossary. */
export const manualsIn = (contentDir = contentFolder()): ManualSource[] => readManuals(contentDir, knownTo(contentDir))

/** What a text of content/ may name that belongs to no course. */
export const knownTo = (contentDir: string): Known => knownIn(readGlossary(contentDir))

/** Throws `course.content-invalid` with every file and field, when there is a problem. */
export function refuse(problems: readonly ContentProblem[]) {
  const [first] = problems
  if (!first) return
  const fields = Object.fromEntries(problems.map(({ file, field, reason }) => [`${file}: ${field}`, reason]))
  throw new Refusal('course.content-invalid', { file: first.file, field: first.field, count: problems.length }, fields)
}

function readLessons(folder: string, glossary: Map<string, Term>, problems: ContentProblem[]): LessonSource[] {
  const known = knownIn(glossary)
  const slugs = [...new Set(locales.flatMap((locale) => list(join(folder, locale), '.mdx')))].sort().map((name) => basename(name, '.mdx'))
  return slugs.flatMap((slug) => {
    const read = locales.map((locale) => {
      const file = `${locale}/${slug}.mdx`
      const found = readText(folder, file, lessonShape, problems)
      if (!found) return undefined
      const { front, text, body, firstLine } = found
      const slips = checkBlocks(file, body, { firstLine, guideline: front.guideline, known })
      problems.push(...slips)
      return { locale, front, body, digest: sha256(text + (slips.length ? '' : borrowed(body, front.guideline, glossary))) }
    })
    if (read.some((one) => !one)) return []
    const each = <Value>(pick: (one: { front: LessonFront; body: string; digest: string }) => Value) =>
      Object.fromEntries(read.map((one) => [one!.locale, pick(one!)])) as Record<(typeof locales)[number], Value>
    const { id, day, order, minutes, kind, guideline } = read.find((one) => one!.locale === 'en')!.front
    return { id, slug, day, order, minutes, kind, guideline, fronts: each((one) => one.front), bodies: each((one) => one.body), digests: each((one) => one.digest) }
  })
}

/** What lessons may name: terms of the glossary, and editions, boxes and drugs of the protocols. */
const knownIn = (glossary: Map<string, Term>): Known => (kind, name, edition) => {
  if (kind === 'term') return glossary.has(name)
  const found = protocolEditions().find((one) => one.id === (kind === 'edition' ? name : edition))
  if (kind === 'edition' || !found) return Boolean(found)
  return (['child', 'young-infant'] as const).some((group) => (kind === 'box' ? boxesOf(edition, group).some(({ box }) => box === name) : dosesOf(edition, group).includes(name)))
}

/** Digests of the figures that the lessons and guides name. */
function readFigures(folder: string, lessons: readonly Pick<LessonSource, 'slug' | 'bodies'>[], problems: ContentProblem[]) {
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

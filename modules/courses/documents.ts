import { join, basename } from 'node:path'
import { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { locales } from '#modules/words/index.ts'
import { checkBlocks, type Known, sharedBlocks } from './blocks.ts'
import type { ContentProblem } from './checkCourse.ts'
import { list, readText, sha256 } from './contentFiles.ts'
import { count, sentence, slug } from './parts.ts'

// Texts beside the lessons: the facilitator's guide of each day, and manuals and procedures, which belong to no course.

const review = z.strictObject({ translation: z.enum(['draft', 'reviewed', 'original']), clinical: z.enum(['draft', 'reviewed']) })
const sources = z.array(z.strictObject({ title: sentence, edition: sentence, part: sentence.optional() })).min(1)

/** `minutes` are those of the whole day in class. */
export const guideShape = z.strictObject({ id: slug, title: sentence, day: count.max(30), minutes: count.max(1200), review, sources })

export const audiences = ['practitioners', 'managers', 'patronage-nurses'] as const
export const manualShape = z.strictObject({ id: slug, title: sentence, audience: z.enum(audiences), minutes: count.max(600), review, sources })

/** The head of a procedure's text; what is the same in each language stands in its `procedure.yaml` (modules/packages). */
export const procedureTextShape = z.strictObject({ title: sentence, summary: sentence, review, sources })

export type GuideFront = z.infer<typeof guideShape>
export type ManualFront = z.infer<typeof manualShape>
type InEach<Value> = Record<(typeof locales)[number], Value>
export type Document<Front> = { slug: string; fronts: InEach<Front>; bodies: InEach<string>; digests: InEach<string> }

/** The guide of one day in the three languages. */
export type GuideSource = Document<GuideFront> & { day: number }
export type ManualSource = Document<ManualFront>

/** Both kinds name the guideline of a block themselves. */
type Frame = { folder: string; at: (locale: string, slug: string) => string; guideline: string; known: Known; same: readonly string[] }

/**
 * The guides of a course: `guides/<locale>/day-<n>.mdx`. Notes what doesn't fit: a language that is missing or says
 * something else, a day that the course hasn't, an id that isn't `<course>-guide-<day>`.
 */
export function readGuides(folder: string, facts: { course: string; guideline: string; days: readonly number[]; known: Known }, problems: ContentProblem[]): GuideSource[] {
  const frame = { folder, at: (locale: string, name: string) => `guides/${locale}/${name}.mdx`, guideline: facts.guideline, known: facts.known, same: ['id', 'day', 'minutes'] }
  return readDocuments(frame, (locale) => list(join(folder, 'guides', locale), '.mdx'), guideShape, problems).map((guide) => {
    const { id, day } = guide.fronts.en
    const file = frame.at('en', guide.slug)
    if (id !== `${facts.course}-guide-${day}`) problems.push({ file, field: 'id', reason: 'field.content.misnamed' })
    if (guide.slug !== `day-${day}`) problems.push({ file, field: 'day', reason: 'field.content.misnamed' })
    else if (!facts.days.includes(day)) problems.push({ file, field: 'day', reason: 'field.content.unknown' })
    return { ...guide, day }
  })
}

/** The manuals: `content/manuals/<locale>/<slug>.mdx`, with the id `manual-<slug>`. Throws `course.content-invalid` with every file and field that doesn't fit. */
export function readManuals(contentDir: string, known: Known): ManualSource[] {
  const problems: ContentProblem[] = []
  const frame = { folder: contentDir, at: (locale: string, name: string) => `manuals/${locale}/${name}.mdx`, guideline: '', known, same: ['id', 'audience', 'minutes'] }
  const manuals = readDocuments(frame, (locale) => list(join(contentDir, 'manuals', locale), '.mdx'), manualShape, problems)
  for (const manual of manuals) if (manual.fronts.en.id !== `manual-${manual.slug}`) problems.push({ file: frame.at('en', manual.slug), field: 'id', reason: 'field.content.misnamed' })
  const [first] = problems
  if (first) throw new Refusal('course.content-invalid', { file: first.file, field: first.field, count: problems.length }, Object.fromEntries(problems.map(({ file, field, reason }) => [`${file}: ${field}`, reason])))
  return manuals
}

/** Texts in the three languages. Notes those that are missing in one, can't be read, or say something else in it. */
export function readDocuments<Shape extends typeof guideShape | typeof manualShape | typeof procedureTextShape>(frame: Frame, filesOf: (locale: string) => string[], shape: Shape, problems: ContentProblem[]): Document<z.infer<Shape>>[] {
  const slugs = [...new Set(locales.flatMap(filesOf))].map((name) => basename(name, '.mdx')).sort()
  return slugs.flatMap((name) => {
    const read = locales.map((locale) => {
      const file = frame.at(locale, name)
      const found = readText(frame.folder, file, shape, problems)
      if (found) problems.push(...checkBlocks(file, found.body, { firstLine: found.firstLine, guideline: frame.guideline, known: frame.known }))
      return found
    })
    if (read.some((one) => !one)) return []
    const each = <Value>(pick: (one: NonNullable<(typeof read)[number]>) => Value) => Object.fromEntries(locales.map((locale, index) => [locale, pick(read[index]!)])) as InEach<Value>
    const document = { slug: name, fronts: each((one) => one.front), bodies: each((one) => one.body), digests: each((one) => sha256(one.text)) }
    for (const locale of locales) problems.push(...unlike(document, locale, frame))
    return [document as Document<z.infer<Shape>>]
  })
}

/** Where one language says something else than the English text: facts, number of sources and headings, blocks. */
function unlike({ slug: name, fronts, bodies }: Document<unknown>, locale: (typeof locales)[number], frame: Frame): ContentProblem[] {
  const different = (field: string): ContentProblem => ({ file: frame.at(locale, name), field, reason: 'field.content.different' })
  const [own, english] = [fronts[locale], fronts.en] as Record<string, unknown>[]
  const headings = (text: string) => [...text.matchAll(/^(#{2,4}) /gm)].map((match) => match[1]!.length).join()
  const [blocks, others] = [sharedBlocks(bodies[locale]), sharedBlocks(bodies.en)]
  const block = [...(blocks.length > others.length ? blocks : others).keys()].find((index) => blocks[index] !== others[index])
  return [
    ...frame.same.filter((field) => own![field] !== english![field]).map(different),
    ...((own!['sources'] as unknown[]).length === (english!['sources'] as unknown[]).length ? [] : [different('sources')]),
    ...(headings(bodies[locale]) === headings(bodies.en) ? [] : [different('headings')]),
    ...(block === undefined ? [] : [different(`block ${block + 1}, ${blocks[block] ?? others[block]}`)]),
  ]
}

/** What an edition keeps of a guide: its day, and a digest by which a page tells that the text has been changed since. */
export type FrozenGuide = { day: number; hash: string }

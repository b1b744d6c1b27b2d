import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import type { Texts } from '#db/schema/index.ts'
import { keyedHash } from '#modules/keys/index.ts'
import { locales } from '#modules/words/index.ts'
import type { FrozenGuide, GuideSource } from './documents.ts'
import type { BankItem, CaseFacts, Difficulty } from './itemShapes.ts'
import type { CourseSource, LessonSource, Outline, StationBody } from './shapes.ts'
import { withStandards } from './standards.ts'

const digest = (value: unknown) => createHash('sha256').update(canonicalize(value)!.normalize('NFC')).digest('hex')

type Listed = { id: string; text: Texts }
type Credit = { credit?: 'all' | 'part' | undefined }
/** `competency` and `difficulty` are what its author meant; `case` is the child whose key the protocols worked out. */
type ItemText = {
  prompt: Texts
  rationale: Texts
  lesson: string
  source: { guideline: string; rule: string }
  competency?: string
  difficulty?: Difficulty
  case?: CaseFacts
}

/** A question as an edition freezes it: the same as its author wrote, with option ids that say nothing. */
export type Item = { id: string; bank: string; topic: string } & (
  | { kind: 'single'; body: ItemText & { options: Listed[]; key: string[] } }
  | { kind: 'multiple'; body: ItemText & Credit & { options: Listed[]; key: string[] } }
  | { kind: 'numeric'; body: ItemText & { key: { value: number; tolerance: number; unit: string } } }
  /** The key is all options in their right order. */
  | { kind: 'ordering'; body: ItemText & Credit & { options: Listed[]; key: string[] } }
  /** The key is a pair for each thing on the left, in its order. */
  | { kind: 'matching'; body: ItemText & Credit & { left: Listed[]; options: Listed[]; key: [left: string, option: string][] } }
)

/**
 * SHA-256, hex, over all that an edition freezes: outline, lessons in three languages, figures, questions with keys, stations.
 * A demonstration is another edition than the real one, so that neither can stand in for the other.
 */
export function contentHash(source: CourseSource, demonstration: boolean): string {
  const lessons = source.lessons.map((lesson) => ({ id: lesson.id, slug: lesson.slug, digests: lesson.digests }))
  // A course without panels keeps the hash that it had before there were any.
  const standards = source.standards.length ? { standards: source.standards } : {}
  // A guide is what was taught, so it is frozen with the rest; a manual belongs to no course and is not.
  const guides = source.guides.length ? { guides: frozenGuides(source) } : {}
  return digest({ v: 1, demonstration, course: source.course, lessons, banks: source.banks, stations: source.stations, figures: source.figures, ...standards, ...guides })
}

/** The part of a course file that an edition keeps beside its columns. */
export function outlineOf({ course: file, standards, guides }: CourseSource): Outline {
  const { course: _course, guideline: _guideline, titles: _titles, kind: _kind, hours: _hours, validityMonths: _months, ...outline } = file
  return {
    ...(standards.length ? { ...outline, assessments: withStandards(outline.assessments, standards), standards } : outline),
    ...(guides.length ? { guides: frozenGuides({ guides }) } : {}),
  }
}

export const guideHash = (guide: Pick<GuideSource, 'digests'>) => digest(guide.digests)
const frozenGuides = ({ guides }: Pick<CourseSource, 'guides'>): FrozenGuide[] => guides.map((guide) => ({ day: guide.day, hash: guideHash(guide) })).sort((one, other) => one.day - other.day)

export const lessonHash = (lesson: LessonSource) => digest(lesson.digests)

export const titlesOf = (lesson: LessonSource) => Object.fromEntries(locales.map((locale) => [locale, lesson.fronts[locale].title])) as Texts

/**
 * Freezes a question. An option's new id is a keyed hash over edition, item and option: the author's letters are gone, so
 * neither an id nor its place in the alphabet hints at the key, and nobody can work them out from the published bank.
 */
export function freezeItem(editionId: string, bank: string, item: BankItem): Item {
  const opaque = (option: string) => keyedHash('lookup', `option|${editionId}|${item.id}|${option}`).toString('hex').slice(0, 12)
  const hidden = (options: readonly Listed[]) => options.map(({ id, text }) => ({ id: opaque(id), text }))
  const shuffled = (options: readonly Listed[]) => hidden(options).sort((a, b) => (a.id < b.id ? -1 : 1))
  const { id, topic } = item
  const own = { id, bank, topic }
  switch (item.kind) {
    case 'numeric': {
      const { id: _id, topic: _topic, kind, ...body } = item
      return { ...own, kind, body: present(body) }
    }
    case 'ordering': {
      const { id: _id, topic: _topic, kind, steps, ...body } = item
      return { ...own, kind, body: { ...present(body), options: shuffled(steps), key: steps.map((step) => opaque(step.id)) } }
    }
    case 'matching': {
      const { id: _id, topic: _topic, kind, left, options, key, ...body } = item
      // Ids of the two sides may be the same words: each side is hidden under its own name.
      const side = (thing: string) => `left|${thing}`
      return { ...own, kind, body: { ...present(body), left: hidden(left.map((one) => ({ ...one, id: side(one.id) }))), options: shuffled(options), key: left.map((one) => [opaque(side(one.id)), opaque(key[one.id]!)]) } }
    }
    default: {
      const { id: _id, topic: _topic, kind, options, key, ...body } = item
      return { ...own, kind, body: { ...present(body), options: shuffled(options), key: key.map(opaque).sort() } }
    }
  }
}

/** Without fields that are there and undefined, which JSON doesn't know. */
const present = <Body extends object>(body: Body) => Object.fromEntries(Object.entries(body).filter(([, value]) => value !== undefined)) as { [Name in keyof Body]: Exclude<Body[Name], undefined> }

export function freezeStation({ station: _station, course: _course, ...body }: CourseSource['stations'][number]): StationBody {
  return body
}

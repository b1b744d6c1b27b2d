import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import type { Texts } from '#db/schema/index.ts'
import { keyedHash } from '#modules/keys/index.ts'
import { locales } from '#modules/words/index.ts'
import type { BankItem, CourseSource, LessonSource, Outline, StationBody } from './shapes.ts'

const digest = (value: unknown) => createHash('sha256').update(canonicalize(value)!.normalize('NFC')).digest('hex')

/** A question as an edition freezes it: the same as its author wrote, with option ids that say nothing. */
export type Item = { id: string; bank: string; topic: string } & (
  | { kind: 'single' | 'multiple'; body: ItemText & { options: { id: string; text: Texts }[]; key: string[] } }
  | { kind: 'numeric'; body: ItemText & { key: { value: number; tolerance: number; unit: string } } }
)
type ItemText = { prompt: Texts; rationale: Texts; lesson: string; source: { guideline: string; rule: string } }

/**
 * SHA-256, hex, over all that an edition freezes: outline, lessons in three languages, figures, questions with keys, stations.
 * A demonstration is another edition than the real one, so that neither can stand in for the other.
 */
export function contentHash(source: CourseSource, demonstration: boolean): string {
  const lessons = source.lessons.map((lesson) => ({ id: lesson.id, slug: lesson.slug, digests: lesson.digests }))
  return digest({ v: 1, demonstration, course: source.course, lessons, banks: source.banks, stations: source.stations, figures: source.figures })
}

/** The part of a course file that an edition keeps beside its columns. */
export function outlineOf({ course: file }: CourseSource): Outline {
  const { course: _course, guideline: _guideline, titles: _titles, kind: _kind, hours: _hours, validityMonths: _months, ...outline } = file
  return outline
}

export const lessonHash = (lesson: LessonSource) => digest(lesson.digests)

export const titlesOf = (lesson: LessonSource) => Object.fromEntries(locales.map((locale) => [locale, lesson.fronts[locale].title])) as Texts

/**
 * Freezes a question. An option's new id is a keyed hash over edition, item and option: the author's letters are gone, so
 * neither an id nor its place in the alphabet hints at the key, and nobody can work them out from the published bank.
 */
export function freezeItem(editionId: string, bank: string, item: BankItem): Item {
  const { id, topic, kind, ...body } = item
  if (!('options' in body)) return { id, bank, topic, kind: 'numeric', body: body as Extract<Item, { kind: 'numeric' }>['body'] }
  const opaque = (option: string) => keyedHash('lookup', `option|${editionId}|${id}|${option}`).toString('hex').slice(0, 12)
  const options = body.options.map((option) => ({ id: opaque(option.id), text: option.text })).sort((a, b) => (a.id < b.id ? -1 : 1))
  return { id, bank, topic, kind: kind as 'single' | 'multiple', body: { ...body, options, key: body.key.map(opaque).sort() } }
}

export function freezeStation({ station: _station, course: _course, ...body }: CourseSource['stations'][number]): StationBody {
  return body
}

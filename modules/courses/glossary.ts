import { existsSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import { Refusal } from '#modules/refusal.ts'
import { sentence, slug, texts } from './parts.ts'

/** One term: its name and one plain sentence about it, in three languages. */
const term = z.strictObject({ id: slug, kk: sentence, ru: sentence, en: sentence, definition: texts })

const draft = z.enum(['draft', 'reviewed'])
const translation = z.enum(['draft', 'reviewed', 'original'])

export const glossaryShape = z.strictObject({
  review: z.strictObject({ clinical: draft, translation: z.strictObject({ kk: translation, ru: translation, en: translation }) }),
  terms: z.array(term).superRefine((terms, context) => {
    for (const [index, { id }] of terms.entries()) {
      if (index > 0 && terms[index - 1]!.id >= id) context.addIssue({ code: 'custom', path: [id], message: 'field.content.order' })
    }
  }),
})

export type Term = z.infer<typeof term>

/**
 * The terms of content/glossary.yaml by id; none when there is no such file. Throws `course.content-invalid` with the first
 * field that doesn't fit: ids stand in their order, so none stands there twice.
 */
export const readGlossary = (contentDir: string): Map<string, Term> => new Map(readFile(contentDir)?.terms.map((one) => [one.id, one]))

function readFile(contentDir: string): z.infer<typeof glossaryShape> | null {
  const path = join(contentDir, 'glossary.yaml')
  if (!existsSync(path)) return null
  const refuse = (field: string) => new Refusal('course.content-invalid', { file: 'glossary.yaml', field, count: 1 })
  let value: unknown
  try {
    value = parse(readFileSync(path, 'utf8'), { uniqueKeys: true, strict: true })
  } catch (error) {
    throw refuse(`line ${(error as { linePos?: { line: number }[] }).linePos?.[0]?.line ?? 1}`)
  }
  const parsed = glossaryShape.safeParse(value)
  if (!parsed.success) throw refuse(parsed.error.issues[0]!.path.join('.') || 'file')
  return parsed.data
}

let kept: Map<string, Term> | undefined
const glossary = () => (kept ??= readGlossary(resolve('content')))

/** A term by its id, for a page; undefined when nobody wrote it. Read once per process. */
export const termOf = (id: string): Term | undefined => glossary().get(id)

/** All terms in the order of their names in a language: its own alphabet, where Ә follows А and Қ follows К. */
export const termsOf = (locale: 'kk' | 'ru' | 'en'): Term[] => {
  const order = new Intl.Collator(locale)
  return [...glossary().values()].sort((one, other) => order.compare(one[locale], other[locale]))
}

/** How far the glossary has been reviewed; a file that isn't there is a draft. */
export const glossaryReview = (): z.infer<typeof glossaryShape>['review'] =>
  (review ??= readFile(resolve('content'))?.review ?? { clinical: 'draft', translation: { kk: 'draft', ru: 'draft', en: 'draft' } })
let review: z.infer<typeof glossaryShape>['review'] | undefined

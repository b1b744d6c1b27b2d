import { readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { parse } from 'yaml'
import { z } from 'zod'
import type { PracticeKind } from '#modules/assessment/index.ts'

// The forms of this module are content: sentences in three languages, which translators and clinicians edit.

const sentence = z
  .string()
  .trim()
  .min(1)
  .transform((text) => text.normalize('NFC'))
const texts = z.strictObject({ kk: sentence, ru: sentence, en: sentence })
const item = z.strictObject({ id: z.string().regex(/^[a-z][a-z0-9-]*$/), text: texts })
const items = z
  .array(item)
  .min(1)
  .refine((list) => new Set(list.map(({ id }) => id)).size === list.length, { error: 'an id stands twice' })

const evaluationShape = z.strictObject({
  scale: z.array(z.strictObject({ points: z.int().min(1).max(5), text: texts })).length(5),
  items: items.min(8).max(10),
})
const visitShape = z.strictObject({ version: z.int().min(1), performance: items, caregiver: items, support: items })
const supervisionShape = z.strictObject({ checklist: items, burnout: items })

export type FormItem = z.infer<typeof item>
export type EvaluationForm = z.infer<typeof evaluationShape>
export type VisitForm = z.infer<typeof visitShape>
export type SupervisionForm = z.infer<typeof supervisionShape>

const kept = new Map<string, unknown>()

function read<Shape extends z.ZodType>(name: string, shape: Shape): z.infer<Shape> {
  if (!kept.has(name))
    kept.set(name, shape.parse(parse(readFileSync(join(resolve('content/forms'), `${name}.yaml`), 'utf8'), { uniqueKeys: true, strict: true })))
  return kept.get(name) as z.infer<Shape>
}

/** The end-of-course evaluation: five points and eight to ten items. */
export const evaluationForm = (): EvaluationForm => read('evaluation', evaluationShape)
/** What is looked at on a follow-up visit, beside the observed case, by what the course practises. */
export const visitForm = (kind: PracticeKind = 'chart'): VisitForm => read(kind === 'chart' ? 'follow-up' : `follow-up-${kind}`, visitShape)
/** The checklist of supportive supervision and the signs of burnout. */
export const supervisionForm = (): SupervisionForm => read('supervision', supervisionShape)

/** Whether exactly the items of a form are answered: none left out and none that isn't there. */
export const answersAll = (form: readonly FormItem[], answers: Readonly<Record<string, unknown>>) =>
  Object.keys(answers).length === form.length && form.every(({ id }) => Object.hasOwn(answers, id))

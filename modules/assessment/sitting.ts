import type { Item } from '#modules/courses/index.ts'
import type { Locale } from '#modules/words/index.ts'
import type { Form } from './form.ts'
import type { Choice } from './grade.ts'

type Listed = { id: string; text: string }

/**
 * A question as its trainee sees it. This type has no room for a key or a rationale, and `toSitting` builds it field by
 * field: what is added to a question later stays on the server until somebody names it here. `part` tells that right parts
 * count; how many points that makes is not told, for with several right options it would be their number.
 */
export type SittingItem =
  | { id: string; kind: 'single' | 'multiple' | 'ordering'; prompt: string; part: boolean; options: Listed[] }
  | { id: string; kind: 'matching'; prompt: string; part: boolean; left: Listed[]; options: Listed[] }
  | { id: string; kind: 'numeric'; prompt: string; part: boolean; unit: string; options: never[] }

/** A question after release: with what is right, and why. `case`: the protocols worked out the key. */
export type ReviewItem = SittingItem & { right: boolean; points: number; maximum: number; key: Choice; tolerance: number; case: boolean; rationale: string; topic: string; lesson: string; source: { guideline: string; rule: string } }

export function toSitting({ id, kind, body }: Item, order: readonly string[], locale: Locale): SittingItem {
  const prompt = body.prompt[locale]
  if (kind === 'numeric') return { id, kind, prompt, part: false, unit: body.key.unit, options: [] }
  const texts = new Map(body.options.map((option) => [option.id, option.text[locale]]))
  const options = order.map((option) => ({ id: option, text: texts.get(option)! }))
  const part = kind !== 'single' && body.credit === 'part'
  return kind === 'matching' ? { id, kind, prompt, part, left: body.left.map((one) => ({ id: one.id, text: one.text[locale] })), options } : { id, kind, prompt, part, options }
}

/** The questions of a form, in its order. */
export const itemsOfForm = (form: Form, items: ReadonlyMap<string, Item>): Item[] =>
  form.map(({ id }) => {
    const item = items.get(id)
    if (!item) throw new Error(`the edition has no question ${id}`)
    return item
  })

export const sittingItems = (form: Form, items: ReadonlyMap<string, Item>, locale: Locale): SittingItem[] =>
  itemsOfForm(form, items).map((item, index) => toSitting(item, form[index]!.options, locale))

export function toReview(item: Item, order: readonly string[], earned: Pick<ReviewItem, 'right' | 'points' | 'maximum'>, locale: Locale): ReviewItem {
  const { rationale, lesson, source } = item.body
  return {
    ...toSitting(item, order, locale),
    right: earned.right, points: earned.points, maximum: earned.maximum, rationale: rationale[locale], topic: item.topic, lesson, source,
    key: item.kind === 'numeric' ? { value: item.body.key.value, unit: item.body.key.unit } : item.kind === 'matching' ? item.body.key.map(([left, option]): [string, string] => [left, option]) : [...item.body.key],
    tolerance: item.kind === 'numeric' ? item.body.key.tolerance : 0,
    case: item.body.case !== undefined,
  }
}

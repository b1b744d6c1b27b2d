import type { Item } from '#modules/courses/index.ts'
import type { Locale } from '#modules/words/index.ts'
import type { Form } from './form.ts'
import type { Choice } from './grade.ts'

/**
 * A question as its trainee sees it. This type has no room for a key or a rationale, and `toSitting` builds it field by
 * field: what is added to a question later stays on the server until somebody names it here.
 */
export type SittingItem =
  | { id: string; kind: 'single' | 'multiple'; prompt: string; options: { id: string; text: string }[] }
  | { id: string; kind: 'numeric'; prompt: string; unit: string; options: never[] }

/** A question after release: with what is right, and why. */
export type ReviewItem = SittingItem & { right: boolean; key: Choice; tolerance: number; rationale: string; lesson: string; source: { guideline: string; rule: string } }

export function toSitting(item: Item, order: readonly string[], locale: Locale): SittingItem {
  const { id, kind, body } = item
  if (kind === 'numeric') return { id, kind, prompt: body.prompt[locale], unit: body.key.unit, options: [] }
  const texts = new Map(body.options.map((option) => [option.id, option.text[locale]]))
  return { id, kind, prompt: body.prompt[locale], options: order.map((option) => ({ id: option, text: texts.get(option)! })) }
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

export function toReview(item: Item, order: readonly string[], right: boolean, locale: Locale): ReviewItem {
  const { key, rationale, lesson, source } = item.body
  const numeric = !Array.isArray(key)
  return {
    ...toSitting(item, order, locale),
    right, rationale: rationale[locale], lesson, source,
    key: numeric ? { value: key.value, unit: key.unit } : [...key],
    tolerance: numeric ? key.tolerance : 0,
  }
}

import { createHash } from 'node:crypto'
import { banksOf, type Item, type OutlineAssessment } from '#modules/courses/index.ts'
import type { Locale } from '#modules/words/index.ts'
import type { Book } from './book.ts'

/** An answer to choose: `label` is its letter in this package, the same on every machine. */
export type Choice = { label: string; text: string }

/** A question in one language, with its key, as the formats write it. */
export type Question = { id: string; title: string; topic: string; lesson: string; prompt: string; rationale: string; source: string } & (
  | { kind: 'single'; choices: Choice[]; right: string }
  | { kind: 'multiple'; choices: Choice[]; right: string[]; partly: boolean }
  | { kind: 'numeric'; value: number; tolerance: number; unit: string }
  /** `choices` stand in their right order. */
  | { kind: 'ordering'; choices: Choice[]; partly: boolean }
  | { kind: 'matching'; left: { text: string; right: string }[]; choices: Choice[]; partly: boolean }
)

const letter = (index: number) => String.fromCharCode(65 + index)

/**
 * Choices in an order that says nothing of the key and is the same wherever the package is built: by a hash of the question
 * and the English text. The ids that an edition freezes are one database's own.
 */
function lettered(item: string, options: readonly { id: string; text: Record<Locale, string> }[], locale: Locale): (Choice & { id: string })[] {
  return inPlace(item, options).map((option, index) => ({ id: option.id, label: letter(index), text: option.text[locale] }))
}

function inPlace<Thing extends { text: Record<Locale, string> }>(item: string, things: readonly Thing[]): Thing[] {
  const place = (thing: Thing) => createHash('sha256').update(`${item}|${thing.text.en}`).digest('hex')
  return things.toSorted((one, other) => (place(one) < place(other) ? -1 : 1))
}

export function questionOf(item: Item, locale: Locale, topics: Book['edition']['outline']['topics']): Question {
  const { prompt, rationale, lesson, source } = item.body
  const topic = topics?.find((one) => one.id === item.topic)?.titles[locale] ?? item.topic
  const said = { id: item.id, title: `${topic} · ${item.id}`, topic: item.topic, lesson, prompt: prompt[locale], rationale: rationale[locale], source: `${source.guideline}: ${source.rule}` }
  const plain = (choices: (Choice & { id: string })[]): Choice[] => choices.map(({ label, text }) => ({ label, text }))
  switch (item.kind) {
    case 'numeric':
      return { ...said, kind: 'numeric', ...item.body.key }
    case 'single': {
      const choices = lettered(item.id, item.body.options, locale)
      return { ...said, kind: 'single', choices: plain(choices), right: choices.find((one) => item.body.key.includes(one.id))!.label }
    }
    case 'multiple': {
      const choices = lettered(item.id, item.body.options, locale)
      return { ...said, kind: 'multiple', choices: plain(choices), right: choices.filter((one) => item.body.key.includes(one.id)).map((one) => one.label), partly: item.body.credit === 'part' }
    }
    case 'ordering': {
      const choices = lettered(item.id, item.body.options, locale)
      return { ...said, kind: 'ordering', choices: plain(item.body.key.map((id) => choices.find((one) => one.id === id)!)), partly: item.body.credit === 'part' }
    }
    case 'matching': {
      const choices = lettered(item.id, item.body.options, locale)
      const rightOf = new Map(item.body.key)
      const left = inPlace(item.id, item.body.left).map((one) => ({ text: one.text[locale], right: choices.find((choice) => choice.id === rightOf.get(one.id))!.label }))
      return { ...said, kind: 'matching', left, choices: plain(choices), partly: item.body.credit === 'part' }
    }
  }
}

/** Every question of a book by bank, in the order of their ids. */
export function banksIn(book: Book): Map<string, Question[]> {
  const banks = new Map<string, Question[]>()
  for (const item of [...book.items.values()].toSorted((one, other) => (one.id < other.id ? -1 : 1))) {
    banks.set(item.bank, [...(banks.get(item.bank) ?? []), questionOf(item, book.locale, book.edition.outline.topics)])
  }
  return new Map([...banks].toSorted(([one], [other]) => (one < other ? -1 : 1)))
}

/** A test of the course with the questions that it draws from. */
export type Test = { id: string; kind: OutlineAssessment['kind']; day: number | null; title: string; minutes: number; drawn: number; attempts: number | null; passPercent: number | null; questions: Question[] }

/** The tests of a book in their order. An importer can't draw by a blueprint, so each holds all questions of its banks. */
export function testsIn(book: Book): Test[] {
  const banks = banksIn(book)
  const { assessments, rules } = book.edition.outline
  return assessments.map((one) => ({
    id: one.id, kind: one.kind, day: one.day ?? null, title: one.titles[book.locale], minutes: one.minutes, drawn: one.items,
    attempts: one.attempts ?? (one.kind === 'post-test' ? rules.attempts : null), passPercent: one.passPercent ?? (one.kind === 'post-test' ? rules.passPercent : null),
    questions: banksOf(one).flatMap((bank) => banks.get(bank) ?? []),
  }))
}

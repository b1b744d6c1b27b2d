import type en from '#content/interface/en.json'

type Key = keyof typeof en

/** What a refusal may be: a key of the interface under `refusal.`, so that a refusal without a sentence does not compile. */
export type RefusalCode = Key extends infer K ? (K extends `refusal.${infer Code}` ? Code : never) : never

/** Facts that the refusal's sentence names, by placeholder. Never a personal number, password or token. */
export type Facts = Record<string, string | number | Date | null>

/**
 * An expected "no". Thrown by verbs, so that the transaction rolls back and nothing has changed; the sentence with what
 * happened and what to do next is in content/interface. Anything else thrown is our own fault.
 */
export class Refusal extends Error {
  readonly code: RefusalCode
  readonly facts: Facts
  /** Errors by field: path → key under `field.`, for input that doesn't fit. */
  readonly fields: Record<string, string> | undefined

  constructor(code: RefusalCode, facts: Facts = {}, fields?: Record<string, string>) {
    super(code)
    this.name = 'Refusal'
    this.code = code
    this.facts = facts
    this.fields = fields
  }
}

/** The second paragraph of every verb. Throws `permission.denied` unless allowed. */
export function permit(allowed: boolean): asserts allowed {
  if (!allowed) throw new Refusal('permission.denied')
}

/** The row, or `object.not-found`: what isn't there and what isn't yours look alike. */
export function found<Row>(row: Row | null | undefined): Row {
  if (row === null || row === undefined) throw new Refusal('object.not-found')
  return row
}

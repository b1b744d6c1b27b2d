import type { Key } from '#modules/words/index.ts'
import type { Field } from './columns.ts'

/** What can be said about a cell or a row: a key of the interface under `roster.problem.`. */
export type ProblemCode = Key extends infer K ? (K extends `roster.problem.${infer Code}` ? Code : never) : never

/** `wrong` keeps the whole file out, `warning` asks to look twice, `note` tells what was tidied or will happen. */
export type Level = 'wrong' | 'warning' | 'note'

const warnings: readonly ProblemCode[] = [
  'name-lookalikes', 'name-scripts', 'no-identity', 'iin-birth', 'iin-date', 'iin-sex', 'profession-unknown', 'facility-unknown', 'facility-close', 'twin', 'changed', 'kept', 'place-elsewhere',
]
const notes: readonly ProblemCode[] = [
  'name-case', 'spaces', 'iin-restored', 'no-contact', 'profession-read', 'profession-none', 'facility-none', 'facility-chosen', 'facility-like',
  'email-kept', 'phone-kept', 'phone-read', 'birth-unread', 'sex-unread', 'is-enrolled', 'is-queued', 'comes-back', 'becomes-trainee',
]

export const levelOf = (code: ProblemCode): Level => (warnings.includes(code) ? 'warning' : notes.includes(code) ? 'note' : 'wrong')

/** One thing said about a row. `field` names the column, null the row as a whole; facts fill the sentence's placeholders. */
export type Problem = { field: Field | null; code: ProblemCode; level: Level; facts: Record<string, string | number> }

export const problem = (field: Field | null, code: ProblemCode, facts: Problem['facts'] = {}): Problem => ({ field, code, level: levelOf(code), facts })

/** A piece of a cell short enough to be shown, with what can't be seen made visible. */
export const shown = (text: string) => {
  const plain = text.replace(/[\p{Cc}\p{Cf}\p{Cs}\p{Co}\p{Cn}\u2028\u2029]/gu, '\u2423').trim()
  return plain.length > 60 ? `${plain.slice(0, 59)}…` : plain
}

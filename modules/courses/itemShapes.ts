import { z } from 'zod'
import { courseSlug, sentence, slug, texts } from './parts.ts'

// The shapes of a question bank. A key that nobody knows is refused: it is a slip of the pen.

/** Units of a number asked for. Each has its word in the interface, under `unit.`. */
export const units = ['breaths-per-minute', 'ml', 'mg', 'g', 'kg', 'days', 'hours', 'minutes', 'tablets'] as const

/** How hard its author means a question to be for somebody who has just learned it: about nine, seven or five of ten are expected to know. */
export const difficulties = ['easy', 'medium', 'hard'] as const
export type Difficulty = (typeof difficulties)[number]

/**
 * What a question gives that is right in part: `all` a point for a wholly right answer and none otherwise; `part` a point
 * for each right part, by the rule of its kind (see `maximumOf` and `pointsOf` in modules/assessment/grade.ts).
 */
export const credits = ['all', 'part'] as const

/** Questions about a generated or described child. What is asked decides the kind of the question that is frozen. */
export const asks = ['classifications', 'disposition', 'dose', 'fluid'] as const

const question = {
  id: slug,
  topic: slug,
  lesson: slug,
  /** What the question examines; one of the course's `competencies`. */
  competency: slug,
  difficulty: z.enum(difficulties),
  source: z.strictObject({ guideline: slug, rule: z.string().min(1) }),
}
const written = { ...question, prompt: texts, rationale: texts }
const listed = (least: number, most: number) => z.array(z.strictObject({ id: slug, text: texts })).min(least).max(most)
const credit = z.enum(credits).optional()

const single = z.strictObject({ ...written, kind: z.literal('single'), options: listed(2, 6), key: z.array(slug).length(1) })
const multiple = z.strictObject({ ...written, kind: z.literal('multiple'), credit, options: listed(2, 8), key: z.array(slug).min(1) })
const numeric = z.strictObject({ ...written, kind: z.literal('numeric'), key: z.strictObject({ value: z.number(), tolerance: z.number().min(0), unit: z.enum(units) }) })
/** Steps are written in their right order, which is the key. */
const ordering = z.strictObject({ ...written, kind: z.literal('ordering'), credit, steps: listed(3, 8) })
/** Each thing on the left has one option; an option may serve several of them, or none. */
const matching = z.strictObject({ ...written, kind: z.literal('matching'), credit, left: listed(2, 8), options: listed(2, 8), key: z.record(slug, slug) })

/** A child whose classification, dose or fluid the protocols work out when the course is read: nobody types the key. */
const described = z.strictObject({
  ...question,
  kind: z.literal('case'),
  credit,
  /** A child described by what was found, in the words of the edition (`besik classify --schema`), with what it is called … */
  case: z.strictObject({ edition: slug, child: texts, findings: z.record(z.string(), z.union([z.string(), z.number()])) }).optional(),
  /** … or one drawn from a seed, with a story of its own. */
  generate: z.strictObject({ edition: slug, seed: z.string().min(1).max(60), ageGroup: z.enum(['young-infant', 'child']), severity: z.enum(['green', 'yellow', 'pink']) }).optional(),
  ask: z.enum(asks),
  /** The boxes of the chart whose classifications are asked for; all that apply when none is named. */
  boxes: z.array(slug).min(1).optional(),
  /** The dose that is asked for, and of several forms which. */
  dose: slug.optional(),
  form: z.int().min(1).max(9).optional(),
  /** Rules whose names stand among the options beside the right ones; without any, the other rows of the boxes. */
  distractors: z.array(sentence).min(1).max(6).optional(),
}).refine((item) => (item.case === undefined) !== (item.generate === undefined), { path: ['case'] })

export const writtenItem = z.discriminatedUnion('kind', [single, multiple, numeric, ordering, matching, described])
export const bankShape = z.strictObject({ bank: slug, course: courseSlug, items: z.array(writtenItem).min(1) })

/** A bank as its file says it, and one of its questions. */
export type WrittenBank = z.infer<typeof bankShape>
export type CaseItem = z.infer<typeof described>

/** What is kept of a case beside the question it became, so that its key can be worked out again for ever. */
export type CaseFacts = Pick<CaseItem, 'ask'> & Partial<Pick<CaseItem, 'boxes' | 'dose' | 'form' | 'distractors'>> & {
  edition: string
  findings: Record<string, string | number>
  /** The seed it was drawn from; absent when an author described the child. */
  seed?: string
  /** The rules that give the answer. */
  rules: string[]
}

/** A question ready to be frozen: a case has become a question of one of the other kinds, with the child's facts kept. */
export type BankItem = (z.infer<typeof single> | z.infer<typeof multiple> | z.infer<typeof numeric> | z.infer<typeof ordering> | z.infer<typeof matching>) & { case?: CaseFacts }
export type Bank = Omit<WrittenBank, 'items'> & { items: BankItem[] }

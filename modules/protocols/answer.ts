import { z } from 'zod'
import { ageGroups, colours, confidenceShape, dispositions, textsShape, triageColours } from './shapes.ts'

// What the classifier answers, as a shape that also prints as JSON Schema (`besik classify --schema`).

const texts = textsShape
const count = z.number()
const range = z.tuple([count, count])

const sign = z.strictObject({
  kind: z.enum(['finding', 'rule']).describe('A finding, or a classification of another box'),
  id: z.string(),
  name: texts,
  value: z.union([z.string(), z.number()]).optional(),
})
export type Sign = z.infer<typeof sign>

const ordered = z.strictObject({ treatment: z.string(), text: texts, depends: z.array(z.string()).optional().describe('Findings that decide whether it is given; they are unknown') })
export type Ordered = z.infer<typeof ordered>

const dose = z.strictObject({
  dose: z.string(),
  drug: texts,
  by: z.enum(['weight', 'age', 'nothing', 'weight-needed', 'outside-table']),
  amounts: z.array(z.strictObject({ amount: z.union([count, range]), unit: z.string(), unitName: texts, form: texts, total: count.optional() })),
  once: z.literal(true).optional(),
  timesPerDay: count.optional(),
  everyHours: count.optional(),
  days: count.optional(),
  note: texts.optional(),
  confidence: confidenceShape,
})

const fluids = z.strictObject({
  plan: z.enum(['A', 'B', 'C']),
  title: texts,
  by: z.enum(['weight', 'age', 'weight-needed']),
  parts: z.array(z.strictObject({
    part: z.enum(['after-each-loose-stool', 'ors', 'water', 'first', 'then', 'ors-per-hour', 'tube-per-hour']),
    name: texts,
    ml: z.union([count, range]),
    minutes: count.optional(),
    perHour: z.literal(true).optional(),
    confidence: confidenceShape,
  })),
  packets: count.nullable(),
  zinc: dose.nullable(),
  reassessMinutes: count.nullable(),
  rules: z.array(texts),
  confidence: confidenceShape,
})

const followUp = z.strictObject({ rule: z.string(), days: count, kind: z.enum(['definite', 'if-not-improving', 'if-persists']), confidence: confidenceShape, depends: z.array(z.string()).optional() })
export type FollowUp = z.infer<typeof followUp>

const classification = z.strictObject({
  rule: z.string(),
  box: z.string(),
  title: texts,
  name: texts,
  colour: z.enum(colours),
  signs: z.array(sign).describe('What made it so'),
  treatments: z.array(ordered),
  doses: z.array(dose),
  fluids: fluids.nullable(),
  followUp: z.array(followUp),
  notes: texts.optional(),
  edition: z.string(),
  confidence: confidenceShape,
})
export type Classification = z.infer<typeof classification>

const incomplete = z.strictObject({ box: z.string(), title: texts, possible: z.array(z.string()).describe('Rules still possible'), missing: z.array(z.string()) })
export type Incomplete = z.infer<typeof incomplete>

export const answerShape = z.strictObject({
  edition: z.string(),
  ageGroup: z.enum(ageGroups),
  complete: z.boolean(),
  overall: z.strictObject({ colour: z.enum(colours), disposition: z.enum(dispositions), certain: z.boolean().describe('False when an incomplete box could make it worse') }),
  classifications: z.array(classification),
  incomplete: z.array(incomplete),
  missing: z.array(z.string()).describe('Findings that are unknown and could change the outcome'),
  followUp: z.strictObject({ inDays: count.nullable().describe('The earliest definite one'), all: z.array(followUp) }),
  returnImmediately: z.array(z.strictObject({ id: z.string(), text: texts })),
  routine: z.array(ordered),
})
export type Answer = z.infer<typeof answerShape>

const step = z.strictObject({ letter: z.string(), step: z.string(), name: texts, signs: z.array(sign), confidence: confidenceShape })
export const triageAnswerShape = z.strictObject({
  edition: z.string(),
  category: z.enum(['emergency', 'priority', 'queue']),
  name: texts,
  colour: z.enum(triageColours),
  corridor: z.strictObject({ number: count, name: texts }),
  action: texts,
  emergency: z.array(step),
  priority: z.array(step),
  actions: z.array(z.strictObject({ step: z.string(), action: z.string(), text: texts, depends: z.array(z.string()).optional() })),
  oxygen: z.strictObject({ give: z.enum(['yes', 'no', 'unknown']), below: count, stop: texts, confidence: confidenceShape }),
  shock: z.strictObject({ fluid: z.enum(['usual', 'severe-malnutrition', 'severe-anaemia', 'none']), text: texts, ml: range.nullable(), minutes: z.union([count, range]).nullable(), again: texts.nullable(), againMl: count.nullable(), confidence: confidenceShape }).nullable(),
  complete: z.boolean(),
  missing: z.array(z.string()),
  confidence: confidenceShape,
})
export type TriageAnswer = z.infer<typeof triageAnswerShape>
export type TriageStep = z.infer<typeof step>

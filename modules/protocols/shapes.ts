import { z } from 'zod'

// The shapes of content/protocols. A key that nobody knows is refused: it is a slip of the pen.

const id = z.string().regex(/^[a-z0-9]+(-[a-z0-9]+)*$/)
const camel = z.string().regex(/^[a-z][A-Za-z0-9]*$/)
const ruleId = z.string().regex(/^[A-Z]+(-[A-Z0-9]+)+$/)
const sentence = z.string().trim().min(1).transform((text) => text.normalize('NFC'))
const amount = z.number().min(0)
const range = z.tuple([amount, amount])

export const textsShape = z.strictObject({ kk: sentence, ru: sentence, en: sentence })
export type Texts = z.infer<typeof textsShape>

export const ageGroups = ['child', 'young-infant'] as const
export type AgeGroup = (typeof ageGroups)[number]
/** IMCI: pink is urgent referral, yellow treatment at the clinic, green care at home. Not the colours of triage. */
export const colours = ['pink', 'yellow', 'green'] as const
export type Colour = (typeof colours)[number]
/** Triage: red is an emergency, yellow priority, green the queue. Not the colours of IMCI. */
export const triageColours = ['red', 'yellow', 'green'] as const
export type TriageColour = (typeof triageColours)[number]

/**
 * How sure a value is. `sourced`: seen in a named public source. `high`, `medium-high`, `medium`: from a second reading
 * that corrected the first. `recalled`: general knowledge, to be checked against the printed chart.
 */
export const confidenceShape = z.enum(['sourced', 'high', 'medium-high', 'medium', 'recalled'])
export type Confidence = z.infer<typeof confidenceShape>

/** A finding's value against a number, or one of its options. Exactly one of the tests. */
export type Comparison = { is: string; below?: number | undefined; from?: number | undefined; above?: number | undefined; upTo?: number | undefined; oneOf?: string[] | undefined }

/** A condition over findings and facts. Three answers are possible: yes, no, unknown. */
export type Condition =
  | string
  | { all: Condition[] }
  | { any: Condition[] }
  | { atLeast: number; of: Condition[] }
  | { not: Condition }
  | { if: Condition; then: Condition; else: Condition }
  | Comparison
  /** What was not measured counts as not so: “SpO₂ below 90 % (if measured)”. */
  | { measured: Condition }
  /** The finding is known, whatever it says. */
  | { given: string }
  | { switch: string; is: string }
  /** One of these rules is the classification of its box. */
  | { rule: string[] }
  /** One of these boxes has a pink classification. */
  | { severe: string[] }

export const conditionShape: z.ZodType<Condition> = z.lazy(() => {
  const some = z.array(conditionShape).min(1)
  return z.union([
    camel,
    z.strictObject({ all: some }),
    z.strictObject({ any: some }),
    z.strictObject({ atLeast: z.int().min(1), of: some }),
    z.strictObject({ not: conditionShape }),
    // oxlint-disable-next-line unicorn/no-thenable -- a word of the data; nobody awaits a condition
    z.strictObject({ if: conditionShape, then: conditionShape, else: conditionShape }),
    z.strictObject({ is: camel, below: z.number().optional(), from: z.number().optional(), above: z.number().optional(), upTo: z.number().optional(), oneOf: z.array(id).min(1).optional() })
      .refine(({ is: _, ...tests }) => Object.values(tests).filter((one) => one !== undefined).length === 1),
    z.strictObject({ measured: conditionShape }),
    z.strictObject({ given: camel }),
    z.strictObject({ switch: camel, is: z.string() }),
    z.strictObject({ rule: z.array(ruleId).min(1) }),
    z.strictObject({ severe: z.array(id).min(1) }),
  ])
})

const source = z.strictObject({ title: sentence, edition: sentence })

export const switchShape = z.strictObject({ id: camel, values: z.array(z.string()).min(2), default: z.string(), confidence: confidenceShape, titles: textsShape, why: textsShape })
export type Switch = z.infer<typeof switchShape>

export const editionShape = z.strictObject({
  edition: id,
  year: z.int(),
  covers: z.array(z.enum([...ageGroups, 'triage'])).min(1),
  /** What this edition does not say is as in that one. */
  extends: id.optional(),
  titles: textsShape,
  review: z.enum(['draft', 'reviewed']),
  sources: z.array(source).min(1),
  switches: z.array(switchShape).default([]),
})

export const findingShape = z.strictObject({
  id: camel,
  group: id,
  for: z.array(z.enum(ageGroups)).min(1).default([...ageGroups]),
  kind: z.enum(['yes-no', 'number', 'choice']),
  unit: id.optional(),
  /** What a form accepts, both ends included. */
  range: z.tuple([z.number(), z.number()]).optional(),
  step: z.number().positive().optional(),
  options: z.array(z.strictObject({ id: z.string().min(1), name: textsShape })).min(2).optional(),
  /** Asked only when this holds. */
  needs: conditionShape.optional(),
  name: textsShape,
  question: textsShape,
}).refine(({ kind, range: ends, unit, options }) => (kind === 'number') === (ends !== undefined && unit !== undefined) && (kind === 'choice') === (options !== undefined))
export type Finding = z.infer<typeof findingShape>

const group = z.strictObject({ id, titles: textsShape })
const units = z.record(id, textsShape)
export const findingsShape = z.strictObject({ groups: z.array(group), findings: z.array(findingShape), units })

const when = { if: conditionShape.optional() }
export const followUpShape = z.strictObject({ days: z.int().min(1), kind: z.enum(['definite', 'if-not-improving', 'if-persists']), confidence: confidenceShape.optional(), ...when })
const ordered = z.union([id.transform((treatment): { treatment: string; if?: Condition | undefined } => ({ treatment })), z.strictObject({ treatment: id, ...when })])

/** Where the child goes, the most urgent first. `treat-here`: severe dehydration and nothing else severe, plan C at the clinic. */
export const dispositions = ['refer-urgently', 'rehydrate-then-refer', 'treat-here', 'treat-at-clinic', 'home-care'] as const
export type Disposition = (typeof dispositions)[number]

export const ruleShape = z.strictObject({
  rule: ruleId,
  /** Only in an edition that extends another: where a new rule stands. */
  before: ruleId.optional(),
  name: textsShape,
  colour: z.enum(colours),
  confidence: confidenceShape,
  /** Where the child goes, when the colour alone does not say it. */
  disposition: z.enum(dispositions).optional(),
  when: conditionShape.optional(),
  otherwise: z.literal(true).optional(),
  /** The condition as the printed chart says it. */
  signs: textsShape,
  treatments: z.array(ordered),
  followUp: z.array(followUpShape).default([]),
  notes: textsShape.optional(),
}).refine((rule) => (rule.when === undefined) !== (rule.otherwise === undefined))
export type Rule = z.infer<typeof ruleShape>

const box = { box: id, rules: z.array(ruleShape) }
const facts = z.record(camel, conditionShape).default({})
export const boxShape = z.strictObject({ ...box, titles: textsShape, applies: conditionShape.optional() })
export type Box = z.infer<typeof boxShape>
export const chartShape = z.strictObject({ chart: z.enum(ageGroups), facts, boxes: z.array(boxShape), routine: z.array(z.strictObject({ treatment: id, ...when })).default([]) })
export type Chart = z.infer<typeof chartShape>
/** What an extending edition says of a chart. */
export const changesShape = z.strictObject({ chart: z.enum(ageGroups), facts, boxes: z.array(z.strictObject(box)) })
export type Changes = z.infer<typeof changesShape>

export const treatmentShape = z.strictObject({ id, text: textsShape, doses: z.array(id).default([]), plan: z.enum(['A', 'B', 'C']).optional() })
export type Treatment = z.infer<typeof treatmentShape>
export const treatmentsShape = z.strictObject({ treatments: z.array(treatmentShape) })

const band = z.strictObject({ from: amount, below: amount }).refine(({ from, below }) => from < below)
const give = z.strictObject({ amount: z.union([amount, range]), unit: id, form: id, total: amount.optional() })
const doseOf = {
  id,
  drug: textsShape,
  for: z.array(z.enum(ageGroups)).min(1),
  timesPerDay: z.int().min(1).optional(),
  everyHours: z.int().min(1).optional(),
  days: z.int().min(1).optional(),
  once: z.literal(true).optional(),
  confidence: confidenceShape,
  note: textsShape.optional(),
}
export const doseShape = z.discriminatedUnion('by', [
  z.strictObject({ ...doseOf, by: z.literal('weight-band'), bands: z.array(z.strictObject({ weight: band, ageMonths: band.optional(), give: z.array(give).min(1) })).min(1) }),
  z.strictObject({ ...doseOf, by: z.literal('age'), bands: z.array(z.strictObject({ ageMonths: band, give: z.array(give).min(1) })).min(1) }),
  z.strictObject({ ...doseOf, by: z.literal('weight'), mgPerKg: amount.optional(), mgPerKgByAge: z.array(z.strictObject({ ageDays: band, mgPerKg: amount })).optional() }),
  z.strictObject({ ...doseOf, by: z.literal('nothing'), give: z.array(give) }),
])
export type DoseRule = z.infer<typeof doseShape>
export type Give = z.infer<typeof give>
export const dosesShape = z.strictObject({ doses: z.array(doseShape), forms: z.record(id, textsShape) })

const mlPerKg = z.strictObject({ mlPerKg: amount, minutes: amount })
const plan = { titles: textsShape, confidence: confidenceShape, rules: z.array(textsShape) }
export const planShapes = {
  A: z.strictObject({ plan: z.literal('A'), ...plan, afterEachLooseStool: z.array(z.strictObject({ ageMonths: band, ml: range })), packets: z.int(), afterVomitingMinutes: amount, zinc: id }),
  B: z.strictObject({
    plan: z.literal('B'), ...plan, mlPerKg: amount, minutes: amount,
    byAge: z.array(z.strictObject({ ageMonths: band, weight: band, printed: range, older: range })), byAgeConfidence: confidenceShape,
    waterUnder6MonthsNotBreastfed: range, packets: z.int(), afterVomitingMinutes: amount, zinc: id,
  }),
  C: z.strictObject({
    plan: z.literal('C'), ...plan, intravenous: textsShape,
    // oxlint-disable-next-line unicorn/no-thenable -- what is given after the first part; nobody awaits it
    steps: z.array(z.strictObject({ ageMonths: band, first: mlPerKg, then: mlPerKg, reassessMinutes: amount })),
    orsAsSoonAsDrinks: z.strictObject({ mlPerKgPerHour: amount }), nasogastric: z.strictObject({ mlPerKgPerHour: amount, hours: amount, confidence: confidenceShape }),
  }),
}
const fluidParts = ['after-each-loose-stool', 'ors', 'water', 'first', 'then', 'ors-per-hour', 'tube-per-hour'] as const
export type FluidPartId = (typeof fluidParts)[number]
export const fluidsShape = z.strictObject({ plans: z.tuple([planShapes.A, planShapes.B, planShapes.C]), parts: z.record(z.enum(fluidParts), textsShape) })
export type PlanId = 'A' | 'B' | 'C'
export type Plans = { A: z.infer<typeof planShapes.A>; B: z.infer<typeof planShapes.B>; C: z.infer<typeof planShapes.C>; parts: Record<FluidPartId, Texts> }

export const adviceShape = z.strictObject({
  returnImmediately: z.array(z.strictObject({ id, for: z.array(z.enum(ageGroups)).min(1), boxes: z.array(id).optional(), text: textsShape })),
  confidence: confidenceShape,
})
export type Advice = z.infer<typeof adviceShape>

export const unitsShape = units

const action = z.strictObject({ id, text: textsShape, ...when })
const perKg = z.strictObject({ mlPerKg: z.union([amount, range]), minutes: z.union([amount, range]) })
export const triageShape = z.strictObject({
  groups: z.array(group),
  findings: z.array(findingShape),
  units,
  emergency: z.array(z.strictObject({ letter: z.string().regex(/^[A-Z]$/), step: id, name: textsShape, confidence: confidenceShape, when: conditionShape, signs: textsShape, actions: z.array(action) })),
  priority: z.array(z.strictObject({ letter: z.string().regex(/^[A-Z]$/), step: id, name: textsShape, confidence: confidenceShape, when: conditionShape })),
  categories: z.array(z.strictObject({ category: z.enum(['emergency', 'priority', 'queue']), colour: z.enum(triageColours), confidence: confidenceShape, name: textsShape, action: textsShape, corridor: z.strictObject({ number: z.int(), name: textsShape }) })).length(3),
  oxygen: z.strictObject({ confidence: confidenceShape, belowWithRespiratoryDistressAlone: amount, belowWithOtherEmergencySign: amount, belowOtherwise: amount, stop: textsShape }),
  shock: z.strictObject({
    confidence: confidenceShape, usual: perKg, again: perKg, severeMalnutrition: perKg,
    texts: z.strictObject({ usual: textsShape, again: textsShape, severeMalnutrition: textsShape, severeAnaemia: textsShape, someSigns: textsShape }),
  }),
})
export type Triage = z.infer<typeof triageShape>
export type TriageCategory = Triage['categories'][number]['category']

export const growthShape = z.strictObject({
  file: z.string(),
  source: z.strictObject({ title: sentence, publisher: sentence, year: z.int(), note: sentence }),
  indicators: z.array(z.strictObject({ id: z.enum(['weight-for-length', 'weight-for-height', 'weight-for-age']), measure: z.enum(['cm', 'day']), from: z.number(), to: z.number(), step: z.number() })).length(3),
})

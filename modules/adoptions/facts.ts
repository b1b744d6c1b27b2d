import { z } from 'zod'
import type { adoptionStates } from '#db/schema/index.ts'
import { line, someWords } from '#modules/text.ts'

export type AdoptionState = (typeof adoptionStates)[number]

/** At least a few letters, so that a reason is one. */
const several = (most: number, least: number) => someWords(most).refine((text) => text.length >= least, { error: 'field.too_small' })

const note = someWords(600).optional()
const count = (most: number) => z.coerce.number({ error: 'field.invalid_number' }).int({ error: 'field.invalid_number' }).min(1).max(most)
/** A study year by its first calendar year: 2026 is 2026/27, from August to August. */
export const studyYear = z.coerce.number({ error: 'field.invalid_number' }).int({ error: 'field.invalid_number' }).min(2000).max(2100)
export const hours = z.coerce.number({ error: 'field.invalid_number' }).int({ error: 'field.invalid_number' }).min(0).max(2000)

/** What a person tells with a step of each state. What the programme and the editions tell is filled in: see `stepFacts`. */
export const givenFacts = {
  /** The number of the letter with the guidelines. */
  invited: z.strictObject({ letter: line(60).optional(), note }),
  /** The version of the package that came. */
  received: z.strictObject({ version: line(20).optional(), note }),
  /** Which commission or methodical council reads it. */
  review: z.strictObject({ body: line(160), note }),
  mapped: z.strictObject({ note }),
  /** The order that approved the programme; its date is the day of the step. */
  approved: z.strictObject({ order: line(60), body: line(160), note }),
  /** The number in the register of educational programmes. */
  registered: z.strictObject({ number: line(60), note }),
  /** Groups and students of a study year, and the academic hours that each group was taught. */
  taught: z.strictObject({ studyYear, groups: count(200), students: count(20_000), hours: count(2000).optional(), note })
    .refine((facts) => facts.groups <= facts.students, { path: ['groups'], error: 'field.adoption.groups' }),
  /** What is taught in addition, so that students of the older edition learn what the newer one says. */
  reconfirm: z.strictObject({ bridge: several(2000, 10), note }),
  withdrawn: z.strictObject({ reason: several(600, 5), note }),
} satisfies Record<AdoptionState, z.ZodType>

/** The programme as it was when it was mapped, by which a later change is noticed. */
const mapping = {
  specialityCode: z.string(), speciality: z.string(), semester: z.int(),
  theoryHours: z.int(), practiceHours: z.int(), lines: z.int(),
  /** Lessons of the edition, and how many of them a line covers. */
  lessons: z.int(), covered: z.int(),
  /** SHA-256 over the programme and its lines, hex. */
  digest: z.string().regex(/^[0-9a-f]{64}$/),
}

/** The facts of each state as they are kept. */
export const stepFacts = {
  ...givenFacts,
  mapped: givenFacts.mapped.extend(mapping),
  taught: givenFacts.taught.safeExtend({ hours: z.int().min(1) }),
  reconfirm: givenFacts.reconfirm.extend({ editionId: z.uuid(), edition: z.int() }),
} satisfies Record<AdoptionState, z.ZodType>

export type FactsOfStep<State extends AdoptionState = AdoptionState> = { [S in AdoptionState]: z.infer<(typeof stepFacts)[S]> }[State]
export type GivenStep = { [S in AdoptionState]: { state: S; facts: z.infer<(typeof givenFacts)[S]> } }[AdoptionState]
/** A step with its facts, told apart by its state. */
export type ToldStep = { [S in AdoptionState]: { state: S; facts: z.infer<(typeof stepFacts)[S]> } }[AdoptionState]

/** The day something happened. */
export const stepDay = z.iso.date().refine((day) => day >= '2000-01-01' && day <= '2100-12-31', { error: 'field.date-out-of-range' })

const common = {
  on: stepDay,
  /** The last step that the writer has seen: somebody else's step in between refuses this one. */
  after: z.uuid().optional(),
  /** The step of the same state that this one puts right. */
  corrects: z.uuid().optional(),
}
const stepOf = <S extends AdoptionState>(state: S) => z.object({ ...common, state: z.literal(state), facts: givenFacts[state] })

/** A step as a person tells it. */
export const stepShape = z.discriminatedUnion('state', [
  stepOf('invited'), stepOf('received'), stepOf('review'), stepOf('mapped'), stepOf('approved'), stepOf('registered'), stepOf('taught'), stepOf('reconfirm'), stepOf('withdrawn'),
])

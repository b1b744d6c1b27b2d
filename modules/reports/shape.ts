import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { adoptionStates } from '#db/schema/index.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)
const hash = z.string().regex(/^[0-9a-f]{64}$/)
const count = z.int().min(0)
const hours = z.object({ theory: z.number(), practice: z.number(), all: z.number() })

/** States of a certificate as a report counts them, in the order in which they are told. */
export const countedStates = ['valid', 'expiring', 'expired', 'revoked', 'taken-back', 'replaced', 'unconfirmed'] as const
export type CountedState = (typeof countedStates)[number]
const states = z.object(Object.fromEntries(countedStates.map((state) => [state, count])) as Record<CountedState, typeof count>)

/** What is reported, without its number: this is shown before it is signed, and what was shown is what is signed. */
const factsShape = z.object({
  /** By its first calendar year: 2026 is 2026/27. */
  studyYear: z.int(),
  college: z.object({ id: z.uuid(), names: texts, higher: z.boolean(), region: z.object({ code: z.string(), names: texts }) }),
  edition: z.object({
    id: z.uuid(), course: z.string(), number: z.int(), titles: texts, content: z.string(), guideline: z.object({ id: z.string(), titles: texts }),
    academicHourMinutes: z.int().nullable(), approval: z.object({ body: z.string(), number: z.string(), date: z.string() }).nullable(), demonstration: z.boolean(),
  }),
  adoption: z.object({ id: z.uuid(), state: z.enum(adoptionStates), since: day }),
  /** What a newer edition asks of the college; null when none stands. */
  reconfirmation: z.object({ edition: z.int(), due: day, overdue: z.boolean(), answered: z.boolean() }).nullable(),
  /** The history as it stands; notes are the college's own and are not told. */
  steps: z.array(z.object({ state: z.enum(adoptionStates), on: day, facts: z.record(z.string(), z.union([z.string(), z.number()])) })),
  programme: z.object({
    specialityCode: z.string(), speciality: z.string(), qualification: z.string().nullable(), semester: z.int(), digest: hash,
    /** Whether it is still the one that was mapped. */
    asMapped: z.boolean(),
    lines: z.array(z.object({ title: z.string(), theory: z.int(), practice: z.int(), ours: z.number(), lessons: count, competencies: count })),
  }),
  hours: z.object({ college: hours, edition: hours, covered: hours }),
  mapping: z.object({ lessons: count, covered: count, gaps: z.array(z.object({ id: z.string(), titles: texts })), missing: z.array(z.object({ id: z.string(), titles: texts })) }),
  /** Certificates of this course held by those who teach it, in the state that they had when it was signed. No name: the statement's hash commits to it. */
  staff: z.array(z.object({
    /** Certificates with one number are one human's. */
    person: z.int(), certificate: z.uuid(), serial: z.string(), statement: hash, post: z.string(), edition: z.int(),
    issuedOn: day, expiresOn: day.nullable(), state: z.enum(countedStates), revokedOn: day.nullable(), successor: z.string().nullable(), renewedBy: z.string().nullable(),
  })),
  /** Humans who teach, those among them with a certificate in force, and certificates by state. */
  teachers: z.object({ people: count, inForce: count, states }),
  /** By study year, the earliest first. */
  students: z.object({ years: z.array(z.object({ studyYear: z.int(), groups: count, students: count, hours: count })), groups: count, students: count }),
  evidence: z.array(z.object({ state: z.enum(adoptionStates), on: day, name: z.string(), type: z.string(), bytes: count, sha256: hash })),
})
export type ReportFacts = z.infer<typeof factsShape>

/** An adoption report as it was signed. Reports outlive this code: a later version may add facts, never lose or rename one. */
export const reportShape = factsShape.extend({
  v: z.literal(1), type: z.literal('besik-adoption-report'),
  number: z.string().regex(/^AR-\d{4}-\d{5}$/), code: z.string(), issuedOn: day,
  /** Who answers for it at the college. */
  signatory: z.string(),
})
export type Report = z.infer<typeof reportShape>

export const hashOf = (body: string) => createHash('sha256').update(body).digest('hex')

/** Facts as the one text that is hashed: canonical JSON (RFC 8785) in NFC. */
const written = (facts: unknown) => canonicalize(facts)!.normalize('NFC')

/** By which it is known whether what is signed is what was shown. */
export const digestOf = (facts: ReportFacts) => hashOf(written(factsShape.parse(facts)))

/** A report with its exact text and hash. */
export function writeReport(facts: ReportFacts, signed: Pick<Report, 'number' | 'code' | 'issuedOn' | 'signatory'>): { body: string; sha256: string } {
  const body = written(reportShape.parse({ v: 1, type: 'besik-adoption-report', ...facts, ...signed }))
  return { body, sha256: hashOf(body) }
}

/** The facts of a signed text. Throws when it is no report: only texts that this product wrote are stored. */
export const readReport = (body: string): Report => reportShape.parse(JSON.parse(body))

import canonicalize from 'canonicalize'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { signedBy, signWith } from '#modules/keys/index.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

/**
 * What a certificate says: every fact that is printed, and nothing that isn't (no personal number, birth date or score).
 * The salt makes its hash in the ledger useless for guessing once the statement has been erased. Statements outlive this
 * code: a later version may add facts, never lose or rename one.
 */
export const statementShape = z.object({
  v: z.literal(1),
  type: z.literal('besik-certificate'),
  certificate: z.uuid(),
  serial: z.string(),
  code: z.string(),
  kind: z.enum(['non-formal', 'advanced', 'attendance']),
  holder: z.object({ name: z.string(), profession: texts.nullable(), facility: texts.nullable() }),
  course: z.object({
    course: z.string(), titles: texts, edition: z.int(), content: z.string(),
    guideline: z.object({ id: z.string(), titles: texts }), hours: z.int(), academicHourMinutes: z.int().nullable(),
  }),
  approval: z.object({ body: z.string(), number: z.string(), date: z.string() }).nullable(),
  centre: z.object({ id: z.uuid(), names: texts, cities: texts, director: z.string().nullable() }),
  language: z.enum(['kk', 'ru', 'en']),
  startsOn: day,
  endsOn: day,
  issuedOn: day,
  expiresOn: day.nullable(),
  /** Serial of the certificate that this one replaces. */
  predecessor: z.string().nullable(),
  demonstration: z.boolean(),
  kid: z.string(),
  salt: z.string().regex(/^[0-9a-f]{32}$/),
})
export type Statement = z.infer<typeof statementShape>

/** A statement with its exact signed text. */
export type Signed = { body: string; hash: string; kid: string; signature: Buffer }

/** Writes the statement as canonical JSON (RFC 8785) in NFC, signs the text and checks the signature before anybody sees it. */
export function signStatement(facts: Omit<Statement, 'v' | 'type' | 'salt' | 'kid'>, key: { kid: string; spki: string }): Signed {
  const statement: Statement = { v: 1, type: 'besik-certificate', ...facts, kid: key.kid, salt: randomBytes(16).toString('hex') }
  const body = canonicalize(statementShape.parse(statement))!.normalize('NFC')
  const { kid, signature } = signWith('certificate', Buffer.from(body, 'utf8'))
  if (kid !== key.kid || !signedBy(key.spki, Buffer.from(body, 'utf8'), signature)) throw new Error('the statement’s own signature does not hold')
  return { body, hash: hashOf(body), kid, signature }
}

export const hashOf = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')

/** The facts of a signed text. Throws when it is not a statement: only texts that this product signed are stored. */
export const readStatement = (body: string): Statement => statementShape.parse(JSON.parse(body))

import canonicalize from 'canonicalize'
import { createHash, randomBytes } from 'node:crypto'
import { z } from 'zod'
import { signedBy, type SigningKey } from '#modules/keys/index.ts'
import { type Locale, t } from '#modules/words/index.ts'

const texts = z.object({ kk: z.string(), ru: z.string(), en: z.string() })
const day = z.string().regex(/^\d{4}-\d\d-\d\d$/)

/**
 * What a certificate says: every fact that is printed, and nothing that isn't (no personal number, birth date or score).
 * The salt makes its hash in the ledger useless for guessing once the statement has been erased. Statements outlive this
 * code: a later version may add facts, never lose or rename one.
 */
const statementOne = z.object({
  v: z.literal(1),
  type: z.literal('besik-certificate'),
  certificate: z.uuid(),
  serial: z.string(),
  code: z.string(),
  kind: z.string(),
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

const statementTwo = statementOne.extend({
  v: z.literal(2),
  /** The words of its kind on the day of issue, and which drawing it has. */
  document: z.object({ titles: texts, confirms: texts, legalBasis: texts.nullable(), template: z.enum(['certificate', 'attendance']) }),
  /** Credits of continuing education, to two decimals; null for a kind without. */
  credits: z.string().regex(/^\d{1,3}\.\d\d$/).nullable(),
  accreditation: z.object({ body: texts, number: z.string(), validUntil: day.nullable() }).nullable(),
  /** Serial of the certificate of an earlier course that this one renews. */
  renews: z.string().nullable(),
})

export const statementShape = z.discriminatedUnion('v', [statementOne, statementTwo])
/** The facts of a statement of any version, with what the first did not tell. */
export type Statement = Omit<z.infer<typeof statementTwo>, 'v'> & { v: 1 | 2 }

/** A statement with its exact signed text. */
export type Signed = { body: string; hash: string; kid: string; signature: Buffer }

/** Writes the statement as canonical JSON (RFC 8785) in NFC, signs the text and checks the signature before anybody sees it. */
export function signStatement(facts: Omit<Statement, 'v' | 'type' | 'salt' | 'kid'>, key: SigningKey): Signed {
  const statement = { v: 2, type: 'besik-certificate', ...facts, kid: key.kid, salt: randomBytes(16).toString('hex') }
  const body = canonicalize(statementTwo.parse(statement))!.normalize('NFC')
  const signature = key.sign(Buffer.from(body, 'utf8'))
  if (key.purpose !== 'certificate' || !signedBy(key.spki, Buffer.from(body, 'utf8'), signature)) throw new Error('the statement’s own signature does not hold')
  return { body, hash: hashOf(body), kid: key.kid, signature }
}

/** A signed statement as it is written down for others: attached to the PDF, and within the credential. */
export const writtenDown = ({ body, signature, kid }: Signed) => ({ statement: body, signature: signature.toString('base64'), kid, algorithm: 'Ed25519' })

export const hashOf = (body: string | Uint8Array) => createHash('sha256').update(body).digest('hex')

/** The facts of a signed text. Throws when it is not a statement: only texts that this product signed are stored. */
export function readStatement(body: string): Statement {
  const told = statementShape.parse(JSON.parse(body))
  return told.v === 2 ? told : { ...told, document: documentOfOne(told.kind), credits: null, accreditation: null, renews: null }
}

/** The first version told its kind alone: the words were those of the interface. */
function documentOfOne(kind: string): Statement['document'] {
  const known = ['non-formal', 'advanced', 'attendance'].includes(kind) ? (kind as 'non-formal' | 'advanced' | 'attendance') : 'non-formal'
  return {
    titles: inThree((locale) => t(locale, `certificate.kind.${known}`)), confirms: inThree((locale) => t(locale, `certificate.confirms.${known}`)),
    legalBasis: null, template: 'certificate',
  }
}

const inThree = (say: (locale: Locale) => string) => ({ kk: say('kk'), ru: say('ru'), en: say('en') })

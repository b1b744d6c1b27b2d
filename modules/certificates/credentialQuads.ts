import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
import { contextOfBadges, contextOfCredentials } from './credentialContexts.ts'

// The canonical form (RDFC-1.0, W3C Recommendation of 21 May 2024) of the documents that we sign, written straight from their
// JSON. A general JSON-LD processor needs milliseconds to find out what we know beforehand: which term of the contexts means
// what. Whatever is not in the tables below is refused, and the tests hold every line against such a processor.

const rdf = 'http://www.w3.org/1999/02/22-rdf-syntax-ns#'
const badge = 'https://purl.imsglobal.org/spec/vc/ob/vocab.html#'
const credentials = 'https://www.w3.org/2018/credentials#'
const security = 'https://w3id.org/security#'
const status = 'https://www.w3.org/ns/credentials/status#'
const schema = 'https://schema.org/'
const moment = 'http://www.w3.org/2001/XMLSchema#dateTime'
/** The Open Badges context writes its datatypes with https, which they are not; it is its word that is signed. */
const misspelt = 'https://www.w3.org/2001/XMLSchema#'

const types: Record<string, string> = {
  VerifiableCredential: `${credentials}VerifiableCredential`, OpenBadgeCredential: `${badge}OpenBadgeCredential`,
  Profile: `${badge}Profile`, Address: `${badge}Address`, IdentifierEntry: `${badge}IdentifierEntry`,
  AchievementSubject: `${badge}AchievementSubject`, IdentityObject: `${badge}IdentityObject`, Achievement: `${badge}Achievement`, Related: `${badge}Related`, Evidence: `${badge}Evidence`,
  BitstringStatusListEntry: `${status}BitstringStatusListEntry`, BitstringStatusListCredential: `${status}BitstringStatusListCredential`, BitstringStatusList: `${status}BitstringStatusList`,
  DataIntegrityProof: `${security}DataIntegrityProof`,
}

/** What a term means, and what stands there: a text, a text of a datatype, a number, another node, or the name of one. */
type Term = [iri: string, as: 'text' | 'number' | 'node' | 'either' | 'iri' | 'json' | 'purpose' | { of: string }]
const terms: Record<string, Term> = {
  name: [`${schema}name`, 'text'], description: [`${schema}description`, 'text'], url: [`${schema}url`, { of: `${misspelt}anyURI` }], inLanguage: [`${schema}inLanguage`, 'text'],
  issuer: [`${credentials}issuer`, 'node'], validFrom: [`${credentials}validFrom`, { of: moment }], validUntil: [`${credentials}validUntil`, { of: moment }],
  credentialSubject: [`${credentials}credentialSubject`, 'node'], credentialStatus: [`${credentials}credentialStatus`, 'node'], evidence: [`${credentials}evidence`, 'node'],
  official: [`${badge}official`, 'text'], address: [`${badge}address`, 'node'], addressCountryCode: [`${badge}CountryCode`, 'text'], addressLocality: [`${schema}addressLocality`, 'text'],
  // A subject's is a node, an entry's a text.
  identifier: [`${badge}identifier`, 'either'], otherIdentifier: [`${badge}otherIdentifier`, 'node'], identifierType: [`${badge}identifierType`, 'text'],
  identityHash: [`${badge}identityHash`, 'text'], identityType: [`${badge}identityType`, 'text'], hashed: [`${badge}hashed`, { of: `${misspelt}boolean` }],
  role: [`${badge}role`, 'text'], licenseNumber: [`${badge}licenseNumber`, 'text'], creditsEarned: [`${badge}creditsEarned`, 'number'],
  activityStartDate: [`${badge}activityStartDate`, { of: `${misspelt}date` }], activityEndDate: [`${badge}activityEndDate`, { of: `${misspelt}date` }],
  achievement: [`${badge}achievement`, 'node'], achievementType: [`${badge}achievementType`, 'text'], criteria: [`${badge}Criteria`, 'node'], narrative: [`${badge}narrative`, 'text'],
  creditsAvailable: [`${badge}creditsAvailable`, 'number'], humanCode: [`${badge}humanCode`, 'text'], version: [`${badge}version`, 'text'], tag: [`${schema}keywords`, 'text'],
  related: [`${badge}related`, 'node'],
  statusPurpose: [`${status}statusPurpose`, 'text'], statusListIndex: [`${status}statusListIndex`, 'text'], statusListCredential: [`${status}statusListCredential`, 'iri'],
  encodedList: [`${status}encodedList`, { of: `${security}multibase` }], ttl: [`${status}ttl`, { of: 'http://www.w3.org/2001/XMLSchema#integer' }],
  created: ['http://purl.org/dc/terms/created', { of: moment }], cryptosuite: [`${security}cryptosuite`, { of: `${security}cryptosuiteString` }],
  proofPurpose: [`${security}proofPurpose`, 'purpose'], verificationMethod: [`${security}verificationMethod`, 'iri'],
}

/** The tables, for a reader elsewhere that checks proofs by them. */
export const vocabulary = { types, terms, security, misspelt, rdf, contexts: [contextOfCredentials, contextOfBadges] }
export type Vocabulary = typeof vocabulary

export type Node = { [term: string]: unknown }

/** The canonical N-Quads of a node without its context and proof; `own` adds terms of our own context, which hold JSON. Throws on what it does not know. */
export function quadsOf(root: Node, own: Record<string, string> = {}): string {
  const lines: Line[] = []
  let blanks = 0

  const write = (node: Node): string => {
    const subject = node['id'] === undefined ? `_:b${blanks++}` : iri(String(node['id']))
    for (const [term, value] of Object.entries(node)) {
      if (term === 'id' || term === '@context' || term === 'proof') continue
      for (const one of Array.isArray(value) ? value : [value]) lines.push(...told(subject, term, one))
    }
    return subject
  }
  const told = (subject: string, term: string, value: unknown): Line[] => {
    if (term === 'type') return [[subject, `<${rdf}type>`, iri(known(types, String(value)))]]
    if (own[term]) return [[subject, iri(own[term]), `${quoted(canonicalize(value)!)}^^<${rdf}JSON>`]]
    const [predicate, as] = known(terms, term)
    const whole = typeof value === 'object' ? (value as Node) : as === 'node' ? { id: value } : null
    const object = whole && (as === 'node' || as === 'either') ? write(whole) : literal(as, value)
    return [[subject, `<${predicate}>`, object]]
  }

  write(root)
  const label = labels(lines)
  const quads = lines.map(([subject, predicate, object]) => `${label.get(subject) ?? subject} ${predicate} ${label.get(object) ?? object} .\n`)
  return [...new Set(quads)].sort().join('')
}

type Line = [subject: string, predicate: string, object: string]

function known<Value>(table: Record<string, Value>, name: string): Value {
  if (!Object.hasOwn(table, name)) throw new Error(`${name} has no place in a credential`)
  return table[name]!
}

function literal(as: Term[1], value: unknown): string {
  if (as === 'iri') return iri(String(value))
  if (as === 'purpose') return iri(`${security}${String(value)}`)
  if (as === 'number') return `${quoted(float(Number(value)))}^^<${misspelt}float>`
  return typeof as === 'string' ? quoted(String(value)) : `${quoted(String(value))}^^<${as.of}>`
}

/** A number with a fraction in the canonical form of a double, a whole one as it is: as JSON-LD 1.1 (section 8.6) has it. */
const float = (value: number) => (Number.isInteger(value) ? value.toFixed(0) : value.toExponential(15).replace(/(\d)0*e\+?/, '$1E'))

function iri(text: string): string {
  if (!/^[a-z][a-z0-9+.-]*:[\x21-\x7e]+$/i.test(text) || /[<>"{}|^`\\]/.test(text)) throw new Error('a name in a credential is not an address')
  return `<${text}>`
}

const short: Record<string, string> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' }

const quoted = (text: string) =>
  `"${/["\\\u0000-\u001f\u007f]/.test(text) ? text.replace(/["\\\u0000-\u001f\u007f]/g, (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`) : text}"`

/**
 * Canonical names of the nodes without an address: by the hash of the lines that tell of each. Two that nothing tells apart, or
 * one that tells of another, would need more than this; our documents have none, so they are refused.
 */
function labels(lines: readonly Line[]): Map<string, string> {
  const blank = (text: string) => text.startsWith('_:')
  const about = new Map<string, string[]>()
  for (const [subject, predicate, object] of lines) {
    if (blank(subject) && blank(object)) throw new Error('a node without an address tells of another')
    for (const node of [subject, object].filter(blank)) {
      const line = `${blank(subject) ? '_:a' : subject} ${predicate} ${blank(object) ? '_:a' : object} .\n`
      about.set(node, [...(about.get(node) ?? []), line])
    }
  }
  const hashes = [...about].map(([node, told]) => ({ node, hash: createHash('sha256').update(told.sort().join('')).digest('hex') }))
  hashes.sort((one, other) => (one.hash < other.hash ? -1 : 1))
  if (hashes.some(({ hash }, at) => hash === hashes[at + 1]?.hash)) throw new Error('two nodes without an address are the same')
  return new Map(hashes.map(({ node }, at) => [node, `_:c14n${at}`]))
}

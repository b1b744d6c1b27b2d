import type { Key } from './checkFile.ts'

// Whether the proof of a credential holds (W3C Data Integrity, eddsa-rdfc-2022): its canonical lines (RDFC-1.0) are written
// from its JSON by the tables that come with the page, and what they don't know is refused. Small, because a general JSON-LD
// processor would weigh more than the page.

/** What the terms of the contexts mean, as the register itself writes them. */
export type Vocabulary = {
  types: Record<string, string>; terms: Record<string, [iri: string, as: string | { of: string }]>; security: string; misspelt: string; rdf: string; contexts: string[]
}
type Node = Record<string, unknown>
type Proof = { proofValue?: unknown; verificationMethod?: unknown; cryptosuite?: unknown; type?: unknown }

/** The id of the key that a credential names; null when it has no proof of this suite by its own issuer. */
export function keyOfProof(credential: Node): string | null {
  const proof = credential['proof'] as Proof | undefined
  const issuer = credential['issuer'] as { id?: unknown } | undefined
  const [did, kid] = String(proof?.verificationMethod).split('#')
  return proof?.type === 'DataIntegrityProof' && proof.cryptosuite === 'eddsa-rdfc-2022' && did === issuer?.id && kid ? kid : null
}

export async function proofHolds(credential: Node, vocabulary: Vocabulary, { spki }: Key): Promise<boolean> {
  const { proofValue, ...options } = credential['proof'] as Proof & Node
  const { proof: _, ...document } = credential
  try {
    const own = ownTerm(credential['@context'], vocabulary)
    const message = new Uint8Array(64)
    message.set(await sha256(await lines(options, vocabulary)))
    message.set(await sha256(await lines(document, vocabulary, own)), 32)
    const key = await crypto.subtle.importKey('spki', Uint8Array.from(atob(spki), (letter) => letter.charCodeAt(0)), { name: 'Ed25519' }, false, ['verify'])
    return await crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase58(String(proofValue)), message)
  } catch {
    return false
  }
}

/** The meaning of `statement`, the one term of our own; any other context changes what the rest means. */
function ownTerm(context: unknown, { contexts }: Vocabulary): string {
  const [first, second, own, ...more] = context as [string, string, { statement: { '@id': string; '@type': string } }?]
  const only = own && Object.keys(own).join() === 'statement' && Object.keys(own.statement).toSorted().join() === '@id,@type' && own.statement['@type'] === '@json'
  if (first !== contexts[0] || second !== contexts[1] || !only || more.length > 0) throw new Error('another context')
  return own.statement['@id']
}

/** The canonical lines of a node. */
async function lines(root: Node, { types, terms, security, misspelt, rdf }: Vocabulary, own?: string): Promise<string> {
  const told: [subject: string, rest: string, object: string][] = []
  let blanks = 0
  const write = (node: Node): string => {
    const subject = node['id'] === undefined ? `_:b${blanks++}` : address(node['id'])
    for (const [term, value] of Object.entries(node)) {
      if (term !== 'id' && term !== '@context') for (const one of Array.isArray(value) ? value : [value]) told.push([subject, ...object(term, one)])
    }
    return subject
  }
  const object = (term: string, value: unknown): [string, string] => {
    if (term === 'type') return [`<${rdf}type>`, address(known(types, String(value)))]
    if (term === 'statement' && own) return [address(own), `${quoted(JSON.stringify(value, Object.keys(value as object).toSorted()))}^^<${rdf}JSON>`]
    const [iri, as] = known(terms, term)
    const inner = typeof value === 'object' && value !== null ? (value as Node) : as === 'node' ? { id: value } : null
    if (inner && (as === 'node' || as === 'either')) return [`<${iri}>`, write(inner)]
    if (inner) throw new Error('a node where a text should be')
    if (as === 'iri' || as === 'purpose') return [`<${iri}>`, address(as === 'purpose' ? `${security}${String(value)}` : value)]
    if (as === 'number') return [`<${iri}>`, `"${Number.isInteger(value) ? String(value) : Number(value).toExponential(15).replace(/(\d)0*e\+?/, '$1E')}"^^<${misspelt}float>`]
    return [`<${iri}>`, `${quoted(String(value))}${typeof as === 'string' ? '' : `^^<${as.of}>`}`]
  }
  write(root)
  const names = await labels(told)
  return [...new Set(told.map(([subject, predicate, value]) => `${names.get(subject) ?? subject} ${predicate} ${names.get(value) ?? value} .\n`))].toSorted().join('')
}

/** Names of the nodes without an address, by the hash of what is told of each. */
async function labels(told: readonly [string, string, string][]): Promise<Map<string, string>> {
  const blank = (text: string) => text.startsWith('_:')
  const about = new Map<string, string[]>()
  for (const [subject, predicate, value] of told) {
    for (const node of [subject, value].filter(blank)) about.set(node, [...(about.get(node) ?? []), `${blank(subject) ? '_:a' : subject} ${predicate} ${blank(value) ? '_:a' : value} .\n`])
  }
  const hashed = await Promise.all([...about].map(async ([node, some]) => ({ node, hash: hex(await sha256(some.toSorted().join(''))) })))
  return new Map(hashed.toSorted((one, other) => (one.hash < other.hash ? -1 : 1)).map(({ node }, at) => [node, `_:c14n${at}`]))
}

function known<Value>(table: Record<string, Value>, name: string): Value {
  if (!Object.hasOwn(table, name)) throw new Error('an unknown term')
  return table[name]!
}

function address(value: unknown): string {
  if (!/^[a-z][a-z0-9+.-]*:[^\s<>"{}|^`\\]+$/i.test(String(value))) throw new Error('no address')
  return `<${String(value)}>`
}

const short: Record<string, string> = { '\b': '\\b', '\t': '\\t', '\n': '\\n', '\f': '\\f', '\r': '\\r', '"': '\\"', '\\': '\\\\' }
const quoted = (text: string) => `"${text.replace(/["\\\u0000-\u001f\u007f]/g, (one) => short[one] ?? `\\u${one.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}`)}"`

const letters = '123456789ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz'
function fromBase58(text: string): Uint8Array<ArrayBuffer> {
  if (!/^z[1-9A-HJ-NP-Za-km-z]{80,90}$/.test(text)) throw new Error('no signature')
  let number = Array.from(text.slice(1)).reduce((sum, letter) => sum * 58n + BigInt(letters.indexOf(letter)), 0n)
  const bytes = new Uint8Array(64)
  for (let at = 63; at >= 0; at--, number >>= 8n) bytes[at] = Number(number & 255n)
  if (number > 0n) throw new Error('no signature')
  return bytes
}

const sha256 = async (text: string) => new Uint8Array(await crypto.subtle.digest('SHA-256', new TextEncoder().encode(text)))
const hex = (bytes: Uint8Array) => Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

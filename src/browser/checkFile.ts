import { attachmentsOf } from './attachments.ts'
import { markHolds, markOf } from './fileMark.ts'
import { keyOfProof, proofHolds, type Vocabulary } from './credentialProof.ts'

// Whether a chosen file holds a signed statement, found out in this browser: the keys came with the page, and nothing is sent.

/** A public key that came with the page; SPKI in base64. */
export type Key = { kid: string; spki: string; notAfter: string | null; compromisedSince: string | null }
type Texts = { kk: string; ru: string; en: string }

/** What a statement of either version tells, as far as it is shown. */
export type Facts = {
  serial: string; code: string; certificate: string; kid: string; issuedOn: string; expiresOn: string | null; startsOn: string; endsOn: string; demonstration: boolean; predecessor: string | null; renews?: string | null; credits?: string | null
  holder: { name: string; profession: Texts | null; facility: Texts | null }
  course: { titles: Texts; edition: number; hours: number; guideline: { titles: Texts } }
  centre: { names: Texts; director: string | null }
  approval: { body: string; number: string; date: string } | null
  accreditation?: { body: Texts; number: string; validUntil: string | null } | null
  document?: { titles: Texts; confirms: Texts; legalBasis: Texts | null }
}

/**
 * `holds`: the signatures are by keys of this register, and of a PDF every byte is. `resaved`: the statement’s holds, but the file around
 * it is not as it was issued.
 * `changed`: what the file says contradicts what was signed. `unsupported`: this browser can't check such signatures.
 */
export type State = 'holds' | 'resaved' | 'changed' | 'nothing' | 'key-unknown' | 'key-compromised' | 'key-ended' | 'unsupported'
export type Checked = { state: State; facts: Facts | null; sha256: string; pdf: boolean }

type Written = { statement: string; signature: string; kid: string; algorithm: string }

export async function checkFile(bytes: Uint8Array<ArrayBuffer>, keys: readonly Key[], vocabulary: Vocabulary): Promise<Checked> {
  const pdf = new TextDecoder('latin1').decode(bytes.subarray(0, 1024)).includes('%PDF-')
  const { texts, broken } = pdf ? await attachmentsOf(bytes) : { texts: [new TextDecoder().decode(bytes).trim()], broken: false }
  const documents = texts.map(object).filter((one) => one !== null)
  const credentials = documents.filter(isCredential)
  const written = documents.flatMap((one) => asWritten(isCredential(one) ? one['statement'] : one) ?? [])
  const answer = (state: State, facts: Facts | null = null) => ({ state, facts, pdf, sha256: '' })
  const withHash = async (checked: Checked) => ({ ...checked, sha256: await sha256(bytes) })

  const [first] = written
  if (!first) return withHash(answer(broken || credentials.length > 0 ? 'changed' : 'nothing'))
  const facts = object(first.statement) as Facts | null
  if (facts?.kid !== first.kid || written.some((one) => one.statement !== first.statement || one.signature !== first.signature)) return withHash(answer('changed'))
  const key = usable(keys, first.kid, facts.issuedOn)
  if (typeof key === 'string') return withHash(answer(key))
  const genuine = await holds(first, key)
  if (genuine !== true) return withHash(answer(genuine || 'changed'))
  for (const credential of credentials) {
    const prover = usable(keys, keyOfProof(credential) ?? '', facts.issuedOn)
    if (typeof prover === 'string') return withHash(answer(prover))
    // Two genuine halves of different certificates make no whole.
    if (!isOf(credential, facts) || !(await proofHolds(credential, vocabulary, prover))) return withHash(answer('changed'))
  }
  const mark = pdf ? markOf(bytes) : null
  const marker = usable(keys, mark?.kid ?? '', facts.issuedOn)
  const untouched = !pdf || (mark !== null && typeof marker !== 'string' && (await markHolds(mark, marker)))
  return withHash(answer(untouched ? 'holds' : 'resaved', facts))
}

/** Whether the key's holder signed these very letters (Ed25519). */
async function holds({ statement, signature }: Written, { spki }: Key): Promise<boolean | 'unsupported'> {
  let key: CryptoKey
  try {
    key = await crypto.subtle.importKey('spki', fromBase64(spki), { name: 'Ed25519' }, false, ['verify'])
  } catch {
    return 'unsupported'
  }
  return crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64(signature), new TextEncoder().encode(statement))
}

const isOf = (credential: Record<string, unknown>, { certificate }: Facts) => (credential['credentialSubject'] as { id?: unknown } | undefined)?.id === `urn:uuid:${certificate}`

/** The key that may have signed on a day, or why none may. */
function usable(keys: readonly Key[], kid: string, day: string): Key | 'key-unknown' | 'key-compromised' | 'key-ended' {
  const key = keys.find((one) => one.kid === kid)
  if (!key) return 'key-unknown'
  if (key.compromisedSince) return 'key-compromised'
  return key.notAfter && Date.parse(day) - 86_400_000 > Date.parse(key.notAfter) ? 'key-ended' : key
}

function object(text: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(text)
    return typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : null
  } catch {
    return null
  }
}

const isCredential = (one: Record<string, unknown>) => one['@context'] !== undefined

function asWritten(value: unknown): Written | null {
  const one = value as Partial<Written> | null | undefined
  const whole = typeof one === 'object' && one !== null && typeof one.statement === 'string' && typeof one.kid === 'string' && one.algorithm === 'Ed25519' && /^[A-Za-z0-9+/]{86}==$/.test(one.signature ?? '')
  return whole ? (one as Written) : null
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))
const sha256 = async (bytes: Uint8Array<ArrayBuffer>) => [...new Uint8Array(await crypto.subtle.digest('SHA-256', bytes))].map((byte) => byte.toString(16).padStart(2, '0')).join('')

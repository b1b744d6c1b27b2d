import { dayOf } from '#modules/words/index.ts'
import { attachedTo } from './attached.ts'
import { checkCredential, type Credential, readCredential } from './credentialCheck.ts'
import { checkMark } from './fileMark.ts'
import type { Statement } from './statement.ts'
import { type CheckingKey, checkWritten, readWritten, type WrittenCheck } from './writtenCheck.ts'

/**
 * `signed`: everything in the file that can be checked without the register holds, and of a PDF every byte. `resaved`: the
 * statement within the PDF is signed, but the file is not as it was issued, so each line is to be compared with the statement.
 * `changed`: what it says contradicts what was signed. `nothing`: it holds no signed statement.
 */
export type OfflineState = 'signed' | 'expired' | 'resaved' | 'changed' | 'key-unknown' | 'key-compromised' | 'key-ended' | 'nothing'

export type Offline = {
  file: 'pdf' | 'credential' | 'statement' | 'other'
  state: OfflineState
  /** The signed facts; null unless the statement's signature holds. */
  facts: Statement | null
  statement: WrittenCheck | 'absent'
  credential: WrittenCheck | 'absent'
  /** The signature over all bytes of a PDF; null for other files. */
  bytes: WrittenCheck | 'absent' | null
}

/**
 * Checks a certificate's PDF, credential or statement with public keys alone: no database, no network. What became of the
 * certificate since (revoked, replaced) is not in the file, and only the register can tell it.
 */
export async function verifyOffline(bytes: Uint8Array, keys: readonly CheckingKey[], now = new Date()): Promise<Offline> {
  const pdf = Buffer.from(bytes.subarray(0, 1024)).includes('%PDF-')
  const texts = pdf ? attachedTo(bytes) : [Buffer.from(bytes).toString('utf8').trim()]
  const credentials = texts.flatMap((text) => readCredential(text) ?? [])
  const statements = [...texts.map(parsed), ...credentials.map((one) => one['statement'])].flatMap((one) => readWritten(one) ?? [])
  const [first] = statements
  const file = pdf ? 'pdf' : credentials.length > 0 ? 'credential' : first ? 'statement' : 'other'
  const nothing = { file, facts: null, statement: 'absent', credential: 'absent', bytes: null } as const
  if (!first) return { ...nothing, state: credentials.length > 0 ? 'changed' : 'nothing' }
  // Two statements in one file: one of them was put there to be found.
  if (credentials.length > 1 || statements.some(({ signed }) => signed.body !== first.signed.body || !signed.signature.equals(first.signed.signature))) return { ...nothing, state: 'changed' }

  const statement = checkWritten(first, keys)
  const [credential] = credentials
  const proof = credential ? (tellsOf(credential, first.statement) ? await checkCredential(credential, keys) : 'wrong') : 'absent'
  const mark = pdf ? checkMark(bytes, keys, first.statement.issuedOn) : null
  const facts = statement === 'holds' ? first.statement : null
  return { file, state: stateOf({ statement, credential: proof, bytes: mark, expiresOn: first.statement.expiresOn }, now), facts, statement, credential: proof, bytes: mark }
}

function stateOf({ statement, credential, bytes, expiresOn }: Pick<Offline, 'statement' | 'credential' | 'bytes'> & { expiresOn: string | null }, now: Date): OfflineState {
  for (const one of [statement, credential]) if (one === 'wrong') return 'changed'
  for (const one of [statement, credential]) if (one !== 'holds' && one !== 'absent' && one !== 'wrong') return one
  if (bytes !== null && bytes !== 'holds') return 'resaved'
  return expiresOn && dayOf(now, 'Asia/Almaty') > expiresOn ? 'expired' : 'signed'
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return null
  }
}

/** Whether a credential is of this certificate: two genuine halves of different ones make no whole. */
const tellsOf = (credential: Credential, { certificate }: Statement) => (credential['credentialSubject'] as { id?: unknown } | undefined)?.id === `urn:uuid:${certificate}`

import canonicalize from 'canonicalize'
import { hash } from 'node:crypto'
import type { Line } from './entriesFrom.ts'
import { kinds } from './kinds.ts'
import { type Address, GrowingTree, leafHash } from './merkle.ts'

/** What can be wrong, in the order in which it is looked for at one entry. */
export const faults = [
  'malformed', 'repeated', 'missing', 'inserted', 'replaced', 'previous', 'hash', 'body', 'node', 'checkpoint-signature', 'checkpoint-root', 'head', 'cut',
] as const
export type Fault = (typeof faults)[number]

/** The first bad entry. With `until` it is one of a range, since all that is known is a root over it; `checkpoint` names what it disagrees with. */
export type Bad = { seq: number; until?: number; reason: Fault; checkpoint?: string }

/**
 * A signed head that the ledger must agree with at its size; its root is null when its signature counts for nothing.
 * `ifReached`: the entries may end before it, as an older export does. `doubtfulFrom`: from this moment on somebody else may
 * have had the key that signed it, so over an entry as late as that it speaks only against the ledger, never for it.
 */
export type Mark = { size: number; root: Buffer | null; name: string; ifReached?: boolean; doubtfulFrom?: string | null }

/** Looks up a stored node of the tree. */
export type Stored = (address: Address) => Uint8Array | undefined

const isStored = (stored: Stored, address: Address, hash: Buffer) => {
  const kept = stored(address)
  return kept !== undefined && hash.equals(kept)
}

const prefix = 'besik-ledger-v1\0'
const bodyAt = prefix.length + 32 + 8
const zero = '00'.repeat(32)
let text = Buffer.from(prefix.padEnd(4096, '\0'))

/** The hash of an entry: it covers the hash before it, its number and its exact text. One buffer serves for all of them. */
export function entryHash(prev: string, seq: number, body: string): string {
  // No character takes more than three bytes.
  if (text.length < bodyAt + body.length * 3) text = Buffer.from(prefix.padEnd(bodyAt + body.length * 4, '\0'))
  if (text.write(prev, prefix.length, 32, 'hex') !== 32) throw new RangeError('a hash has 32 bytes')
  text.writeUInt32BE(Math.floor(seq / 2 ** 32), prefix.length + 32)
  text.writeUInt32BE(seq % 2 ** 32, prefix.length + 36)
  return hash('sha256', text.subarray(0, bodyAt + text.write(body, bodyAt, 'utf8')), 'hex')
}

/**
 * Walks a ledger entry by entry, in its order, holding O(log n) of it. Each step answers the first fault it finds, and
 * nothing after that is to be believed.
 */
export class Walk {
  readonly tree: GrowingTree
  /** Size of the last signed head that agreed. */
  agreed = 0
  head: string
  /** A signed head has another root, and no entry has been blamed for it yet. The next entry may tell that it was exactly the last one. */
  suspected: Bad | null = null
  #before: string | undefined
  #at = ''
  #marks: Mark[]

  /** From the first entry on, or from what is known to be right: the tree over it and the hash of its last entry. */
  constructor(marks: Mark[], known?: { tree: GrowingTree; head: string }) {
    this.tree = known?.tree ?? new GrowingTree()
    this.head = known?.head ?? zero
    this.#marks = marks.toSorted((one, other) => one.size - other.size)
  }

  /** Before the first entry: signed heads over an empty ledger. */
  begin(): Bad | null {
    return this.#meetMarks()
  }

  /** The next entry, to be compared with the stored nodes of the tree where there are any. */
  step(line: Line, stored?: Stored): Bad | null {
    const seq = this.tree.size + 1
    const chain = this.#checkChain(line, seq, stored)
    if (this.suspected) return chain?.reason === 'replaced' || chain?.reason === 'inserted' ? chain : this.suspected
    if (chain) return chain
    this.#before = this.head
    this.head = line.hash
    if (!isRightBody(line)) return { seq, reason: 'body' }
    const completed = this.tree.append(Buffer.from(line.hash, 'hex'))
    if (stored && completed.some((node) => !isStored(stored, node, node.hash))) return { seq, reason: 'node' }
    this.#at = line.at
    return this.#meetMarks()
  }

  /** What is still wrong when the entries are over: a signed head with another root, or over more entries than there are. */
  end(): Bad | null {
    if (this.suspected) return this.suspected
    const mark = this.#marks.find((one) => !one.ifReached)
    if (!mark) return null
    return { seq: this.tree.size + 1, reason: mark.root ? 'cut' : 'checkpoint-signature', checkpoint: mark.name }
  }

  #checkChain(line: Line, seq: number, stored?: Stored): Bad | null {
    if (line.seq < seq) return { seq: line.seq, reason: 'repeated' }
    if (line.seq > seq) return { seq, reason: 'missing' }
    if (seq > 1 && line.hash === this.head) return { seq, reason: 'repeated' }
    if (line.prev !== this.head) return this.#blame(line, seq, stored)
    return entryHash(line.prev, seq, line.body) === line.hash ? null : { seq, reason: 'hash' }
  }

  /**
   * An entry that doesn't follow the one before it. When it is right in itself and the tree remembers it, then the one
   * before it is the false one: had this one been tampered with, its own hash would show.
   */
  #blame(line: Line, seq: number, stored?: Stored): Bad {
    const remembered = !stored || isStored(stored, { level: 0, index: seq - 1 }, leafHash(Buffer.from(line.hash, 'hex')))
    if (seq > 1 && remembered) {
      if (line.prev === this.#before && entryHash(line.prev, seq - 1, line.body) === line.hash) return { seq: seq - 1, reason: 'inserted' }
      if (entryHash(line.prev, seq, line.body) === line.hash) return { seq: seq - 1, reason: 'replaced' }
    }
    return { seq, reason: 'previous' }
  }

  /** Compares the tree with the signed heads of its size. */
  #meetMarks(): Bad | null {
    while (this.#marks[0]?.size === this.tree.size) {
      const { size, root, name, doubtfulFrom } = this.#marks[0]!
      if (!root) return { seq: Math.max(size, 1), reason: 'checkpoint-signature', checkpoint: name }
      if (!root.equals(this.tree.root())) {
        this.suspected = { seq: Math.min(this.agreed + 1, size), until: size, reason: 'checkpoint-root', checkpoint: name }
        return null
      }
      if (!doubtfulFrom || this.#at < doubtfulFrom) this.agreed = size
      this.#marks.shift()
    }
    return null
  }
}

/** True when the text is canonical, of a known kind with its facts, and says the same as the columns beside it. */
function isRightBody(line: Line): boolean {
  let body: { v?: unknown; kind?: unknown; at?: unknown; by?: unknown; facts?: unknown } | null
  try {
    body = JSON.parse(line.body)
    if (!isCanonical(body, line.body)) return false
  } catch {
    return false
  }
  const shape = Object.hasOwn(kinds, line.kind) ? kinds[line.kind as keyof typeof kinds] : undefined
  return body?.v === 1 && body.kind === line.kind && body.at === line.at && typeof body.by === 'string' && shape?.safeParse(body.facts).success === true
}

/** Canonical JSON (RFC 8785) in NFC. What JavaScript would write the same, with its names in order, is that: the slow way is for the rest. */
function isCanonical(value: unknown, text: string): boolean {
  const same = inOrder(value) && JSON.stringify(value) === text && text.isWellFormed() ? text : canonicalize(value)
  return same?.normalize('NFC') === text
}

function inOrder(value: unknown): boolean {
  if (typeof value !== 'object' || value === null) return true
  if (Array.isArray(value)) return value.every(inOrder)
  let before = ''
  for (const name in value) {
    if (name < before || !inOrder((value as Record<string, unknown>)[name])) return false
    before = name
  }
  return true
}

import canonicalize from 'canonicalize'
import { createHash } from 'node:crypto'
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
 * `ifReached`: the entries may end before it, as an older export does.
 */
export type Mark = { size: number; root: Buffer | null; name: string; ifReached?: boolean }

/** Looks up a stored node of the tree, hex. */
export type Stored = (address: Address) => string | undefined

const prefix = Buffer.from('besik-ledger-v1\0')
const zero = '00'.repeat(32)

/** The hash of an entry: it covers the hash before it, its number and its exact text. */
export function entryHash(prev: string, seq: number, body: string): string {
  const number = Buffer.alloc(8)
  number.writeBigUInt64BE(BigInt(seq))
  return createHash('sha256').update(prefix).update(Buffer.from(prev, 'hex')).update(number).update(body).digest('hex')
}

/**
 * Walks a ledger entry by entry, in its order, holding O(log n) of it. Each step answers the first fault it finds, and
 * nothing after that is to be believed.
 */
export class Walk {
  readonly tree = new GrowingTree()
  /** Size of the last signed head that agreed. */
  agreed = 0
  head = zero
  #before: string | undefined
  #marks: Mark[]

  constructor(marks: Mark[]) {
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
    if (chain) return chain
    this.#before = this.head
    this.head = line.hash
    if (!isRightBody(line)) return { seq, reason: 'body' }
    const completed = this.tree.append(Buffer.from(line.hash, 'hex'))
    if (stored && completed.some((node) => stored(node) !== node.hash.toString('hex'))) return { seq, reason: 'node' }
    return this.#meetMarks()
  }

  /** What is still wrong when the entries are over: a signed head over more entries than there are. */
  end(): Bad | null {
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
    const remembered = !stored || stored({ level: 0, index: seq - 1 }) === leafHash(Buffer.from(line.hash, 'hex')).toString('hex')
    if (seq > 1 && remembered) {
      if (line.prev === this.#before && entryHash(line.prev, seq - 1, line.body) === line.hash) return { seq: seq - 1, reason: 'inserted' }
      if (entryHash(line.prev, seq, line.body) === line.hash) return { seq: seq - 1, reason: 'replaced' }
    }
    return { seq, reason: 'previous' }
  }

  /** Compares the tree with the signed heads of its size. */
  #meetMarks(): Bad | null {
    while (this.#marks[0]?.size === this.tree.size) {
      const { size, root, name } = this.#marks[0]!
      if (!root) return { seq: Math.max(size, 1), reason: 'checkpoint-signature', checkpoint: name }
      if (!root.equals(this.tree.root())) return { seq: Math.min(this.agreed + 1, size), until: size, reason: 'checkpoint-root', checkpoint: name }
      this.agreed = size
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
    if (canonicalize(body)?.normalize('NFC') !== line.body) return false
  } catch {
    return false
  }
  const shape = Object.hasOwn(kinds, line.kind) ? kinds[line.kind as keyof typeof kinds] : undefined
  return body?.v === 1 && body.kind === line.kind && body.at === line.at && typeof body.by === 'string' && shape?.safeParse(body.facts).success === true
}

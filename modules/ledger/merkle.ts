import { hash } from 'node:crypto'

// The Merkle tree of RFC 9162 section 2.1 over the entries' hashes. Pure; positions count from 0. No bit operators and no
// logarithms: both go wrong for numbers that are large but still exact.

const sha256 = (bytes: Uint8Array) => hash('sha256', bytes, 'buffer') as Buffer<ArrayBuffer>
// One buffer for all: a ledger is verified by hundreds of thousands of hashes.
const leafText = Buffer.alloc(33)
const nodeText = Buffer.alloc(65, 1)

export function leafHash(entry: Uint8Array): Buffer<ArrayBuffer> {
  if (entry.length !== 32) return sha256(Buffer.concat([Buffer.from([0]), entry]))
  leafText.set(entry, 1)
  return sha256(leafText)
}

export function nodeHash(left: Uint8Array, right: Uint8Array): Buffer<ArrayBuffer> {
  if (left.length !== 32 || right.length !== 32) return sha256(Buffer.concat([Buffer.from([1]), left, right]))
  nodeText.set(left, 1)
  nodeText.set(right, 33)
  return sha256(nodeText)
}

/** The root of the tree over no entries. */
export const emptyRoot = () => sha256(Buffer.alloc(0))

/** Address of a complete subtree: 2^level leaves from index · 2^level on. */
export type Address = { level: number; index: number }
/** The leaves from `start` to before `end`. */
export type Range = [start: number, end: number]

/** How many leaves there are when the subtree at an address is complete. */
export const lastLeaf = ({ level, index }: Address) => (index + 1) * 2 ** level

/** The complete subtrees that tile a range, left to right, where `start` is aligned to the range's length. */
export function peaks([start, end]: Range): Address[] {
  const found: Address[] = []
  for (let at = start; at < end; ) {
    let level = 0
    while (at % 2 ** (level + 1) === 0 && at + 2 ** (level + 1) <= end) level++
    found.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return found
}

/** Largest power of two below n (n > 1): where the tree of n leaves splits. */
export function split(n: number) {
  let k = 1
  while (k * 2 < n) k *= 2
  return k
}

/** Folds peaks, left to right, into one hash. */
export const foldPeaks = (hashes: Uint8Array[]): Buffer =>
  hashes.length === 0 ? emptyRoot() : hashes.reduceRight<Buffer | undefined>((right, left) => (right ? nodeHash(left, right) : Buffer.from(left)), undefined)!

/** The ranges whose hashes prove that leaf `position` is in a tree of `size` leaves, lowest first (RFC 9162, 2.1.3.1). */
export function inclusionRanges(position: number, size: number, offset = 0): Range[] {
  if (size <= 1) return []
  const k = split(size)
  return position < k
    ? [...inclusionRanges(position, k, offset), [offset + k, offset + size]]
    : [...inclusionRanges(position - k, size - k, offset + k), [offset, offset + k]]
}

/** The ranges whose hashes prove that the tree of `second` leaves continues the tree of `first` leaves (RFC 9162, 2.1.4.1). */
export function consistencyRanges(first: number, second: number): Range[] {
  return first === 0 || first === second ? [] : subproof(first, 0, second, true)
}

function subproof(first: number, start: number, end: number, known: boolean): Range[] {
  const size = end - start
  if (first === size) return known ? [] : [[start, end]]
  const k = split(size)
  return first <= k
    ? [...subproof(first, start, start + k, known), [start + k, end]]
    : [...subproof(first - k, start + k, end, false), [start, start + k]]
}

/** The root that an inclusion path leads to (RFC 9162, 2.1.3.2), or null when the path has the wrong length. */
export function rootOfPath(entry: Uint8Array, position: number, size: number, path: Uint8Array[]): Buffer | null {
  if (position < 0 || position >= size) return null
  let hash = leafHash(entry)
  const end = climb(position, size - 1, path, (sibling, left) => {
    hash = left ? nodeHash(sibling, hash) : nodeHash(hash, sibling)
  })
  return end ? hash : null
}

/** True when a consistency path proves that the second tree continues the first (RFC 9162, 2.1.4.2). */
export function continues(first: { size: number; root: Uint8Array }, second: { size: number; root: Uint8Array }, path: Uint8Array[]): boolean {
  if (first.size > second.size) return false
  if (first.size === 0) return path.length === 0
  if (first.size === second.size) return path.length === 0 && Buffer.compare(first.root, second.root) === 0
  const power = lowestSetBit(first.size) === first.size
  const [start, ...rest] = power ? [first.root, ...path] : path
  if (!start) return false
  const drop = lowestSetBit(first.size)
  let before = Buffer.from(start)
  let after = Buffer.from(start)
  const end = climb(Math.floor((first.size - 1) / drop), Math.floor((second.size - 1) / drop), rest, (sibling, left) => {
    if (left) before = nodeHash(sibling, before)
    after = left ? nodeHash(sibling, after) : nodeHash(after, sibling)
  })
  return end && before.equals(first.root) && after.equals(second.root)
}

const lowestSetBit = (n: number) => {
  let bit = 1
  while (n % (bit * 2) === 0) bit *= 2
  return bit
}

/** Walks from a node up to the root, one sibling of the path at a time. False when the path is too long or too short. */
function climb(position: number, last: number, path: Uint8Array[], meet: (sibling: Uint8Array, left: boolean) => void): boolean {
  let fn = position
  let sn = last
  for (const sibling of path) {
    if (sn === 0) return false
    const left = fn % 2 === 1 || fn === sn
    meet(sibling, left)
    if (left) {
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0
}

/** A tree that grows leaf by leaf and keeps only its peaks: O(log n) memory for any number of entries. */
export class GrowingTree {
  size: number
  #peaks: (Address & { hash: Buffer })[]

  /** A tree over nothing, or one that goes on from the peaks of the first `size` entries. */
  constructor(size = 0, peaks: (Address & { hash: Buffer })[] = []) {
    this.size = size
    this.#peaks = [...peaks]
  }

  /** Adds an entry and answers the subtrees that it completes, lowest first: exactly the rows that `append_entry` writes. */
  append(entry: Uint8Array): (Address & { hash: Buffer })[] {
    let node = { level: 0, index: this.size, hash: leafHash(entry) }
    const completed = [node]
    while (this.#peaks.at(-1)?.level === node.level) {
      const left = this.#peaks.pop()!
      node = { level: left.level + 1, index: left.index / 2, hash: nodeHash(left.hash, node.hash) }
      completed.push(node)
    }
    this.#peaks.push(node)
    this.size++
    return completed
  }

  root(): Buffer {
    return foldPeaks(this.#peaks.map((peak) => peak.hash))
  }
}

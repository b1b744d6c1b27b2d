import { createHash } from 'node:crypto'

// The Merkle tree of RFC 9162 section 2.1 over the entries' hashes. Pure; positions count from 0.

const sha256 = (...parts: Uint8Array[]) => {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return hash.digest()
}
const leafMark = Buffer.from([0])
const nodeMark = Buffer.from([1])

export const leafHash = (entry: Uint8Array) => sha256(leafMark, entry)
export const nodeHash = (left: Uint8Array, right: Uint8Array) => sha256(nodeMark, left, right)
/** The root of the tree over no entries. */
export const emptyRoot = () => sha256()

/** Address of a complete subtree: 2^level leaves from index · 2^level on. */
export type Address = { level: number; index: number }

/** The complete subtrees that tile the leaves from `start` to before `end`, left to right, where `start` is aligned. */
export function peaks(start: number, end: number): Address[] {
  const found: Address[] = []
  let at = start
  while (at < end) {
    let level = Math.floor(Math.log2(end - at))
    while (at % 2 ** level !== 0) level--
    found.push({ level, index: at / 2 ** level })
    at += 2 ** level
  }
  return found
}

/** Largest power of two below n (n > 1): where the tree of n leaves splits. */
export const split = (n: number) => 2 ** Math.ceil(Math.log2(n) - 1)

/** Folds peaks, left to right, into one hash. */
export const foldPeaks = (hashes: Uint8Array[]): Buffer =>
  hashes.length === 0 ? emptyRoot() : hashes.reduceRight<Buffer | undefined>((right, left) => (right ? nodeHash(left, right) : Buffer.from(left)), undefined)!

/** The ranges whose hashes prove that leaf `position` is in a tree of `size` leaves, lowest first (RFC 9162, 2.1.3.1). */
export function pathRanges(position: number, size: number, offset = 0): [start: number, end: number][] {
  if (size <= 1) return []
  const k = split(size)
  return position < k
    ? [...pathRanges(position, k, offset), [offset + k, offset + size]]
    : [...pathRanges(position - k, size - k, offset + k), [offset, offset + k]]
}

/** The root that an inclusion path leads to (RFC 9162, 2.1.3.2), or null when the path has the wrong length. */
export function rootOfPath(entry: Uint8Array, position: number, size: number, path: Uint8Array[]): Buffer | null {
  if (position >= size) return null
  let fn = position
  let sn = size - 1
  let hash = leafHash(entry)
  for (const sibling of path) {
    if (sn === 0) return null
    if (fn % 2 === 1 || fn === sn) {
      hash = nodeHash(sibling, hash)
      while (fn % 2 === 0 && fn !== 0) {
        fn = Math.floor(fn / 2)
        sn = Math.floor(sn / 2)
      }
    } else {
      hash = nodeHash(hash, sibling)
    }
    fn = Math.floor(fn / 2)
    sn = Math.floor(sn / 2)
  }
  return sn === 0 ? hash : null
}

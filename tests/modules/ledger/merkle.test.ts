import * as fc from 'fast-check'
import { createHash } from 'node:crypto'
import { continues, emptyRoot, foldPeaks, GrowingTree, inclusionRanges, consistencyRanges, lastLeaf, leafHash, nodeHash, peaks, type Range, rootOfPath, split } from '#modules/ledger/merkle.ts'
import { describe, expect, test } from '#tests/database.ts'

// RFC 9162, section 2.1, word for word and as slow as it reads.
const sha = (...parts: Uint8Array[]) => createHash('sha256').update(Buffer.concat(parts)).digest()
const k = (n: number) => Math.max(...Array.from({ length: 31 }, (_, i) => 2 ** i).filter((power) => power < n))
const mth = (d: Buffer[]): Buffer =>
  d.length === 0 ? sha() : d.length === 1 ? sha(Buffer.from([0]), d[0]!) : sha(Buffer.from([1]), mth(d.slice(0, k(d.length))), mth(d.slice(k(d.length))))
const path = (m: number, d: Buffer[]): Buffer[] =>
  d.length === 1 ? [] : m < k(d.length) ? [...path(m, d.slice(0, k(d.length))), mth(d.slice(k(d.length)))] : [...path(m - k(d.length), d.slice(k(d.length))), mth(d.slice(0, k(d.length)))]
const proof = (m: number, d: Buffer[], known = true): Buffer[] => {
  if (m === d.length) return known ? [] : [mth(d)]
  const half = k(d.length)
  return m <= half ? [...proof(m, d.slice(0, half), known), mth(d.slice(half))] : [...proof(m - half, d.slice(half), false), mth(d.slice(0, half))]
}

const leaves = (n: number) => Array.from({ length: n }, (_, i) => createHash('sha256').update(`entry ${i}`).digest())
/** The hash of a range from complete subtrees alone, as the database's nodes give it. */
const tiled = (d: Buffer[], range: Range) => foldPeaks(peaks(range).map((one) => mth(d.slice(one.index * 2 ** one.level, lastLeaf(one)))))
const sizes = fc.integer({ min: 1, max: 70 })

test('the hashes of leaf, node and nothing are those of RFC 9162', () => {
  expect(emptyRoot().toString('hex')).toBe('e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855')
  expect(leafHash(Buffer.alloc(0)).toString('hex')).toBe('6e340b9cffb37a989ca544e6bb780a2c78901d3fb33738768511a30617afa01d')
  expect(nodeHash(leafHash(Buffer.alloc(0)), leafHash(Buffer.from([0]))).toString('hex')).toBe('fac54203e7cc696cf0dfcb42c92a1d9dbaf70ad9e621f4bd8d98662f00e3c125')
})

test.each([[2, 1], [3, 2], [4, 2], [5, 4], [8, 4], [9, 8], [2 ** 49, 2 ** 48], [2 ** 49 + 1, 2 ** 49], [2 ** 50 - 1, 2 ** 49]])('a tree of %d splits at %d', (n, at) => {
  expect(split(n)).toBe(at)
})

test('peaks tile any range from an aligned start, large ones too', () => {
  expect(peaks([0, 7])).toEqual([{ level: 2, index: 0 }, { level: 1, index: 2 }, { level: 0, index: 6 }])
  expect(peaks([0, 2 ** 49 - 1])).toHaveLength(49)
  expect(peaks([8, 11])).toEqual([{ level: 1, index: 4 }, { level: 0, index: 10 }])
})

describe('against the recursion of RFC 9162', () => {
  test('roots', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 130 }), (n) => {
      const d = leaves(n)
      const tree = new GrowingTree()
      for (const leaf of d) tree.append(leaf)
      expect(tree.root()).toEqual(mth(d))
      expect(tiled(d, [0, n])).toEqual(mth(d))
    }))
  })

  test('the subtrees completed by a leaf', () => {
    const d = leaves(64)
    const tree = new GrowingTree()
    for (const leaf of d) for (const node of tree.append(leaf)) expect(node.hash).toEqual(mth(d.slice(node.index * 2 ** node.level, lastLeaf(node))))
  })

  test('inclusion paths lead to the root, and nowhere else', () => {
    fc.assert(fc.property(sizes, fc.nat(), fc.nat(), (n, at, other) => {
      const d = leaves(n)
      const m = at % n
      const found = inclusionRanges(m, n).map((range) => tiled(d, range))
      expect(found).toEqual(path(m, d))
      expect(rootOfPath(d[m]!, m, n, found)).toEqual(mth(d))
      if (other % n !== m) expect(rootOfPath(d[other % n]!, m, n, found)).not.toEqual(mth(d))
      expect(rootOfPath(d[m]!, m, n, [...found, found[0] ?? d[0]!])).toBeNull()
      if (found.length > 0) expect(rootOfPath(d[m]!, m, n, found.slice(1))).toBeNull()
      expect(rootOfPath(d[m]!, n, n, found)).toBeNull()
    }), { numRuns: 300 })
  })

  test('consistency paths join two roots, and no others', () => {
    fc.assert(fc.property(sizes, fc.nat(), fc.nat(), (n, before, flip) => {
      const d = leaves(n)
      const m = 1 + (before % n)
      const found = consistencyRanges(m, n).map((range) => tiled(d, range))
      const [first, second] = [{ size: m, root: mth(d.slice(0, m)) }, { size: n, root: mth(d) }]
      expect(found).toEqual(proof(m, d))
      expect(continues(first, second, found)).toBe(true)
      const forged = d.with(flip % m, Buffer.alloc(32))
      expect(continues({ size: m, root: mth(forged.slice(0, m)) }, second, found)).toBe(false)
      expect(continues(first, { size: n, root: mth(forged) }, found)).toBe(false)
      expect(continues(first, second, [...found, d[0]!])).toBe(false)
      if (found.length > 0) expect(continues(first, second, found.slice(1))).toBe(false)
    }), { numRuns: 300 })
  })
})

test('an empty tree is continued by every tree, and a longer one by none', () => {
  expect(continues({ size: 0, root: emptyRoot() }, { size: 3, root: mth(leaves(3)) }, [])).toBe(true)
  expect(continues({ size: 4, root: mth(leaves(4)) }, { size: 3, root: mth(leaves(3)) }, [])).toBe(false)
})

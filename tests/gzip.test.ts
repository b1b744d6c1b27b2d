import fc from 'fast-check'
import { gunzipSync } from 'node:zlib'
import { expect, test } from 'vitest'
import { gzipOf, pack, store, takesGzip } from '#src/gzip.ts'

test('parts packed alone and put together unpack to the whole, whatever they hold and in whatever order', () => {
  const part = fc.tuple(fc.boolean(), fc.oneof(fc.uint8Array({ maxLength: 3000 }), fc.string({ unit: 'grapheme', maxLength: 2000 }).map((text) => new TextEncoder().encode(text.repeat(5)))))
  fc.assert(
    fc.property(fc.array(part, { maxLength: 8 }), (parts) => {
      const plain = parts.map(([, bytes]) => Buffer.from(bytes))
      const packed = gzipOf(plain.map((bytes, index) => (parts[index]![0] ? pack(bytes) : store(bytes))))
      expect(gunzipSync(packed).equals(Buffer.concat(plain))).toBe(true)
    }),
    { numRuns: 300 },
  )
})

test.each([
  ['gzip', true], ['gzip, deflate, br', true], ['br;q=1.0, gzip;q=0.8', true], ['br', false], ['', false], [undefined, false],
  ['gzip;q=0', false], ['gzip; q=0.000, br', false], ['gzip;q=0.5', true], ['x-gzipped', false],
])('Accept-Encoding %j takes gzip: %s', (accepted, taken) => expect(takesGzip(accepted)).toBe(taken))

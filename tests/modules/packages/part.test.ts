import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { begins, partOf } from '#src/api/part.ts'

const etag = '"abc"'
const file = { status: 200, path: '/f', size: 1000, type: 'application/zip', headers: { ETag: etag } }
const ask = (range?: string, more: Record<string, string> = {}, method = 'GET') => partOf(file, { method, headers: new Headers({ ...(range === undefined ? {} : { range }), ...more }) })

describe('a part of a file', () => {
  test.each([
    ['the whole when nothing is asked for', undefined, 200, 0, 999],
    ['from a place to another', 'bytes=10-19', 206, 10, 19],
    ['the rest', 'bytes=990-', 206, 990, 999],
    ['the end', 'bytes=-5', 206, 995, 999],
    ['more than there is of the end is all of it', 'bytes=-5000', 206, 0, 999],
    ['an end behind the end is the end', 'bytes=900-5000', 206, 900, 999],
    ['a range backwards is none', 'bytes=20-10', 200, 0, 999],
    ['several ranges are answered with the whole', 'bytes=0-1,5-6', 200, 0, 999],
    ['another unit is answered with the whole', 'lines=0-1', 200, 0, 999],
    ['an empty range is none', 'bytes=-', 200, 0, 999],
  ] as const)('%s', (_, range, status, start, end) => {
    const reply = ask(range)
    expect([reply.status, reply.part?.start, reply.part?.end]).toEqual([status, start, end])
    expect(reply.headers).toMatchObject({ 'Content-Length': String(end - start + 1), 'Accept-Ranges': 'bytes', ...(status === 206 ? { 'Content-Range': `bytes ${start}-${end}/1000` } : {}) })
  })

  test('what lies behind the end is refused with the size', () => {
    for (const range of ['bytes=1000-', 'bytes=1000-1001', 'bytes=-0']) expect(ask(range)).toMatchObject({ status: 416, body: null, headers: { 'Content-Range': 'bytes */1000' } })
    for (const range of ['bytes=1000-', 'bytes=-0']) expect(ask(range).part).toBeUndefined()
  })

  test('the rest of another version is never put to the beginning of this one', () => {
    expect(ask('bytes=10-', { 'if-range': etag }).status).toBe(206)
    expect(ask('bytes=10-', { 'if-range': '"other"' })).toMatchObject({ status: 200, part: { start: 0, end: 999 } })
    expect(ask('bytes=10-', { 'if-range': 'W/"abc"' }).status).toBe(200)
  })

  test('whatever is written there, the parts of a file put together are the file', () => {
    fc.assert(fc.property(fc.integer({ min: 0, max: 999 }), (cut) => {
      const [one, other] = [ask(`bytes=0-${cut}`), ask(`bytes=${cut + 1}-`)]
      expect(one.part!.end - one.part!.start + 1 + (other.part ? other.part.end - other.part.start + 1 : 0)).toBe(1000)
    }))
    fc.assert(fc.property(fc.string({ maxLength: 20 }).map((text) => `bytes=${text.replace(/[^ -~]/g, '')}`), (range) => {
      const { status, part } = ask(range)
      expect([200, 206, 416]).toContain(status)
      if (part) expect(part.start >= 0 && part.start <= part.end && part.end < 1000).toBe(true)
    }))
  })

  test('who looks at the headers or takes the rest begins no download', () => {
    const of = (method: string, headers: Record<string, string> = {}) => begins({ method, headers: new Headers(headers) }, etag)
    expect([of('GET'), of('GET', { range: 'bytes=0-99' }), of('GET', { range: 'bytes=5-', 'if-range': '"other"' })]).toEqual([true, true, true])
    expect([of('HEAD'), of('GET', { range: 'bytes=5-' }), of('GET', { range: 'bytes=-5' })]).toEqual([false, false, false])
  })
})

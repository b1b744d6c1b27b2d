import type { Answer, Asked } from './call.ts'
import type { Reply } from './respond.ts'

/** Bytes of a file on the disk, from the first to the last one. */
export type Part = { path: string; start: number; end: number }
type OnDisk = Extract<Answer, { path: string }>

/**
 * The whole of a file or the part of it that is asked for (RFC 9110, 14): one range of bytes. What isn't a range, is several, or
 * belongs to another version of the file (`If-Range`) is answered with the whole.
 */
export function partOf({ status, path, size, type, headers }: OnDisk, request: { method: string; headers: Asked }): Reply {
  const told = { ...headers, 'Content-Type': type, 'Accept-Ranges': 'bytes' }
  const range = request.method === 'HEAD' ? null : rangeOf(request.headers, headers.ETag)
  if (range === null) return { status, headers: { ...told, 'Content-Length': String(size) }, body: null, part: { path, start: 0, end: size - 1 } }
  const start = range.start ?? Math.max(0, size - range.end!)
  const end = range.start === null ? size - 1 : Math.min(range.end ?? size - 1, size - 1)
  if (start >= size || (range.start === null && range.end === 0)) return { status: 416, headers: { ...headers, 'Content-Range': `bytes */${size}` }, body: null }
  return { status: 206, headers: { ...told, 'Content-Range': `bytes ${start}-${end}/${size}`, 'Content-Length': String(end - start + 1) }, body: null, part: { path, start, end } }
}

/** Whether somebody begins to take a file, rather than going on with one that broke off or looking at its headers. */
export function begins(request: { method: string; headers: Asked }, etag: string): boolean {
  const range = rangeOf(request.headers, etag)
  return request.method !== 'HEAD' && (range === null || range.start === 0)
}

/** `start` is null for the last bytes of a file, as many as `end` says. */
function rangeOf(headers: Asked, etag: string): { start: number | null; end: number | null } | null {
  const since = headers.get('if-range')
  if (since !== null && since !== etag) return null
  const [, from = '', to = ''] = /^bytes=(\d{0,15})-(\d{0,15})$/.exec(headers.get('range') ?? '') ?? []
  if (from === '' && to === '') return null
  if (from === '') return { start: null, end: Number(to) }
  return to !== '' && Number(to) < Number(from) ? null : { start: Number(from), end: to === '' ? null : Number(to) }
}

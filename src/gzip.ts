import { constants, crc32, deflateRawSync } from 'node:zlib'

// A gzip file put together from parts packed long before (RFC 1951 and 1952): a lesson is the same bytes for everybody but its
// slots, so only those are new in each answer.

/** A part, packed so that it may stand anywhere in a stream: it ends on a byte's border and looks back at nothing. */
export type Packed = { plain: Buffer; deflated: Buffer }

/** Packs a part as well as can be, for it is done once. */
export const pack = (plain: Buffer): Packed => ({ plain, deflated: deflateRawSync(plain, { level: 9, finishFlush: constants.Z_FULL_FLUSH }) })

/** Takes a short part (at most 65,535 bytes) into a stream as it is. */
export function store(plain: Buffer): Packed {
  const head = Buffer.from([0, 0, 0, 0, 0])
  head.writeUInt16LE(plain.length, 1)
  head.writeUInt16LE(plain.length ^ 0xffff, 3)
  return { plain, deflated: Buffer.concat([head, plain]) }
}

const header = Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 0, 255])
const lastBlock = Buffer.from([3, 0])

/** The parts as one gzip file. */
export function gzipOf(parts: readonly Packed[]): Buffer<ArrayBuffer> {
  const trailer = Buffer.alloc(8)
  trailer.writeUInt32LE(parts.reduce((sum, { plain }) => crc32(plain, sum), 0), 0)
  trailer.writeUInt32LE(parts.reduce((length, { plain }) => length + plain.length, 0) % 2 ** 32, 4)
  return Buffer.concat([header, ...parts.map(({ deflated }) => deflated), lastBlock, trailer])
}

/** True when an Accept-Encoding header takes gzip. */
export const takesGzip = (accepted: string | undefined) => /\bgzip\b(?!\s*;\s*q=0(\.0+)?\s*(,|$))/.test(accepted ?? '')

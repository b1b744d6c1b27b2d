// ASN.1 in its distinguished encoding (ITU-T X.690), as much of it as a signature needs.

/** One value with its tag and length. */
export function tagged(tag: number, ...contents: Uint8Array[]): Buffer {
  const content = Buffer.concat(contents)
  if (content.length < 0x80) return Buffer.concat([Buffer.from([tag, content.length]), content])
  const length = Buffer.from(content.length.toString(16).padStart(content.length > 0xffff ? 6 : content.length > 0xff ? 4 : 2, '0'), 'hex')
  return Buffer.concat([Buffer.from([tag, 0x80 | length.length]), length, content])
}

export const sequence = (...contents: Uint8Array[]) => tagged(0x30, ...contents)
/** A set stands in the order of its encoded members. */
export const set = (...members: Uint8Array[]) => tagged(0x31, ...members.toSorted(Buffer.compare))
export const octets = (content: Uint8Array) => tagged(0x04, content)
export const small = (value: number) => tagged(0x02, Buffer.from([value]))

/** An object identifier from its dotted form. */
export function oid(dotted: string): Buffer {
  const [first, second, ...rest] = dotted.split('.').map(Number) as [number, number, ...number[]]
  const bytes = [first * 40 + second]
  for (const arc of rest) {
    const groups = [arc & 0x7f]
    for (let more = Math.floor(arc / 128); more > 0; more = Math.floor(more / 128)) groups.unshift((more & 0x7f) | 0x80)
    bytes.push(...groups)
  }
  return tagged(0x06, Buffer.from(bytes))
}

/** The values inside one that is made of others, each with its tag. Throws when a length leads outside. */
export function inside(value: Buffer): Buffer[] {
  const [start, end] = boundsAt(value, 0)
  const found: Buffer[] = []
  for (let at = start; at < end; ) {
    const [, next] = boundsAt(value, at)
    if (next > end) throw new Error('a value reaches beyond the one it is in')
    found.push(value.subarray(at, next))
    at = next
  }
  return found
}

function boundsAt(value: Buffer, at: number): [start: number, end: number] {
  const first = value[at + 1]
  if (first === undefined) throw new Error('a value is cut off')
  if (first < 0x80) return [at + 2, at + 2 + first]
  const count = first & 0x7f
  const length = value.readUIntBE(at + 2, count)
  return [at + 2 + count, at + 2 + count + length]
}

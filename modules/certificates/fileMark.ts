import { signedBy, type SigningKey } from '#modules/keys/index.ts'
import { hashOf } from './statement.ts'
import { type CheckingKey, usable, type WrittenCheck } from './writtenCheck.ts'

// A PDF bears a signature over all of its own bytes, so that anybody with our public keys sees that not one was changed, without
// asking us. It is a comment (ISO 32000-1, 7.2.4) between the trailer and `startxref`: no offset moves, and readers pass over it.

const line = (kid: string, signature: Buffer) => `%Besik file signature: ${kid} ${signature.toString('base64')}\n`
const shape = /%Besik file signature: ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n(?=startxref\n\d+\n%%EOF\n?$)/
/** The mark, `startxref` and what follows stand in so many last bytes. */
const tail = 400

const message = (pdf: Uint8Array) => Buffer.from(`besik file\n${hashOf(pdf)}\n`)

/** A drawn PDF with its mark: the same bytes for the same drawing and key. */
export function marked(pdf: Uint8Array, key: SigningKey): Buffer {
  const drawn = Buffer.from(pdf)
  const end = drawn.lastIndexOf('startxref\n')
  if (end < 0) throw new Error('what was drawn is no PDF')
  return Buffer.concat([drawn.subarray(0, end), Buffer.from(line(key.kid, key.sign(message(drawn)))), drawn.subarray(end)])
}

/**
 * Whether a PDF's mark holds; `absent` when it bears none. An organisation's seal is put in after the mark, into room that was
 * left for it: the mark is over the file with that room empty, and the seal is for PDF readers to judge.
 */
export function checkMark(pdf: Uint8Array, keys: readonly CheckingKey[], day: string): WrittenCheck | 'absent' {
  const file = unsealed(Buffer.from(pdf))
  const start = Math.max(0, file.length - tail)
  const found = shape.exec(file.subarray(start).toString('latin1'))
  if (!found) return 'absent'
  const key = usable(keys, found[1]!, day)
  if (typeof key === 'string') return key
  const at = start + found.index
  const drawn = Buffer.concat([file.subarray(0, at), file.subarray(at + found[0].length)])
  return signedBy(key.spki, message(drawn), Buffer.from(found[2]!, 'base64')) ? 'holds' : 'wrong'
}

/** What stands where a seal's range will be (`bind`). */
const placeholder = '/ByteRange [0 /********** /********** /**********]'

/** A sealed file as it was before its seal was put in; any other file as it is. */
function unsealed(file: Buffer): Buffer {
  const from = file.indexOf('/SubFilter /ETSI.CAdES.detached /ByteRange [')
  const found = from < 0 ? null : /(\/ByteRange \[[\d ]*\] *)\/Contents <([0-9a-fA-F]+)>/.exec(file.subarray(from, from + 200_000).toString('latin1'))
  if (!found) return file
  const [, range, contents] = found as unknown as [string, string, string]
  const at = from + found.index
  const before = Buffer.concat([file, Buffer.from(file.at(-1) === 10 ? '' : '\n')])
  before.write(placeholder.padEnd(range.length), at, 'latin1')
  return before.fill('0', at + range.length + 11, at + range.length + 11 + contents.length)
}

import { inflateSync } from 'node:zlib'

const [begin, end] = [Buffer.from('stream'), Buffer.from('endstream')]
/** A certificate has a dozen streams, and what is attached to it few thousand letters. */
const [mostStreams, largest] = [2000, 1_000_000]

/**
 * The JSON texts attached to a PDF, each once, in the order of the file. It looks at every stream instead of following the
 * file's own tables: a file that another program saved again, or that is broken, gives up what can be read of it, and nothing
 * in it is believed. Never throws.
 */
export function attachedTo(pdf: Uint8Array): string[] {
  const bytes = Buffer.from(pdf.buffer, pdf.byteOffset, pdf.byteLength)
  const texts = new Set<string>()
  for (let at = 0, seen = 0; seen < mostStreams; seen++) {
    const word = bytes.indexOf(begin, at)
    if (word < 0) break
    const from = word + begin.length + (bytes[word + begin.length] === 13 ? 2 : 1)
    const until = bytes.indexOf(end, from)
    if (until < 0) break
    const text = textOf(bytes.subarray(from, until))
    if (text) texts.add(text)
    at = until + end.length
  }
  return [...texts]
}

/** What a stream holds if it is JSON, packed or not. */
function textOf(stream: Buffer): string | null {
  const plain = stream[0] === 0x7b ? stream : unpacked(stream)
  if (plain?.[0] !== 0x7b) return null
  return plain.toString('utf8').trimEnd()
}

function unpacked(stream: Buffer): Buffer | null {
  try {
    return inflateSync(stream, { maxOutputLength: largest })
  } catch {
    return null
  }
}

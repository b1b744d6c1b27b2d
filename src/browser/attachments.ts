// The JSON texts attached to a PDF, read in the browser. Every stream is looked at, instead of following the file's own tables:
// what another program saved again, or what is broken, gives up what can be read of it. Nothing in it is believed here.

const letters = new TextDecoder('latin1')
const mostStreams = 2000
const largest = 1_000_000

/** `broken`: a packed stream does not unpack, for bytes of it were changed. */
export type Attachments = { texts: string[]; broken: boolean }

export async function attachmentsOf(bytes: Uint8Array<ArrayBuffer>): Promise<Attachments> {
  const file = letters.decode(bytes)
  const texts = new Set<string>()
  let broken = false
  const words = /\bstream\r?\n/g
  for (let seen = 0, word = words.exec(file); word && seen < mostStreams; seen++, word = words.exec(file)) {
    const from = words.lastIndex
    const until = file.indexOf('endstream', from)
    if (until < 0) break
    words.lastIndex = until
    const head = file.slice(Math.max(0, word.index - 600), word.index)
    const content = await contentOf(bytes, { from, until, head: head.slice(head.lastIndexOf(' obj') + 1) })
    if (content === null) broken = true
    else if (content.trimStart().startsWith('{')) texts.add(content.trim())
  }
  return { texts: [...texts], broken }
}

type Stream = { from: number; until: number; head: string }

/** A stream's text; null when it is packed and does not unpack. */
async function contentOf(bytes: Uint8Array<ArrayBuffer>, { from, until, head }: Stream): Promise<string | null> {
  const told = /\/Length (\d+)\b(?! \d+ R)/.exec(head)
  // A length told apart stands before the line break that ends the stream; where it is told elsewhere, the break is taken off.
  const end = told && from + Number(told[1]) <= until ? from + Number(told[1]) : until - (bytes[until - 1] === 10 ? (bytes[until - 2] === 13 ? 2 : 1) : bytes[until - 1] === 13 ? 1 : 0)
  if (!/\/FlateDecode|\/Fl\b/.test(head)) return new TextDecoder().decode(bytes.subarray(from, Math.min(end, from + largest)))
  // What other filters or predictors made of it is no text of ours.
  for (const last of [end, until]) {
    const text = await unpacked(bytes.subarray(from, last))
    if (text !== null) return text
  }
  return null
}

async function unpacked(packed: Uint8Array<ArrayBuffer>): Promise<string | null> {
  try {
    const reader = new Blob([packed]).stream().pipeThrough(new DecompressionStream('deflate')).getReader()
    const parts: Uint8Array<ArrayBuffer>[] = []
    let length = 0
    for (let next = await reader.read(); !next.done; next = await reader.read()) {
      parts.push(next.value)
      length += next.value.length
      if (length > largest) {
        await reader.cancel()
        return ''
      }
    }
    return new TextDecoder().decode(await new Blob(parts).arrayBuffer())
  } catch {
    return null
  }
}

import type { Key } from './checkFile.ts'

// The signature that a PDF bears over all of its own bytes: a comment before `startxref`. An organisation's seal is put in after
// it, into room left for it, which counts as empty here.

const shape = /%Besik file signature: ([0-9a-f]{16}) ([A-Za-z0-9+/]{86}==)\n(?=startxref\n\d+\n%%EOF\n?$)/
const room = '/ByteRange [0 /********** /********** /**********]'

/** The key that the mark names; null when there is no mark. `bytes` are those that it was made over. */
export function markOf(file: Uint8Array<ArrayBuffer>): { kid: string; signature: string; bytes: Uint8Array<ArrayBuffer> } | null {
  // A letter a byte, so that places in the text are places in the file.
  const text = unsealed(Array.from({ length: Math.ceil(file.length / 8192) }, (_, part) => String.fromCharCode(...file.subarray(part * 8192, (part + 1) * 8192))).join(''))
  const start = Math.max(0, text.length - 400)
  const found = shape.exec(text.slice(start))
  if (!found) return null
  const at = start + found.index
  const drawn = text.slice(0, at) + text.slice(at + found[0].length)
  return { kid: found[1]!, signature: found[2]!, bytes: Uint8Array.from(drawn, (letter) => letter.charCodeAt(0)) }
}

function unsealed(text: string): string {
  const from = text.indexOf('/SubFilter /ETSI.CAdES.detached /ByteRange [')
  const found = from < 0 ? null : /(\/ByteRange \[[\d ]*\] *)\/Contents <([0-9a-fA-F]+)>/.exec(text.slice(from, from + 200_000))
  if (!found) return text
  const [whole, range, contents] = found as unknown as [string, string, string]
  const at = from + found.index
  const end = text.endsWith('\n') ? '' : '\n'
  return `${text.slice(0, at)}${room.padEnd(range.length)}/Contents <${'0'.repeat(contents.length)}>${text.slice(at + whole.length)}${end}`
}

/** Whether not one byte was changed since the key's holder marked the file. */
export async function markHolds({ signature, bytes }: NonNullable<ReturnType<typeof markOf>>, { spki }: Key): Promise<boolean> {
  const hash = Array.from(new Uint8Array(await crypto.subtle.digest('SHA-256', bytes)), (byte) => byte.toString(16).padStart(2, '0')).join('')
  const key = await crypto.subtle.importKey('spki', fromBase64(spki), { name: 'Ed25519' }, false, ['verify'])
  return crypto.subtle.verify({ name: 'Ed25519' }, key, fromBase64(signature), new TextEncoder().encode(`besik file\n${hash}\n`))
}

const fromBase64 = (text: string) => Uint8Array.from(atob(text), (letter) => letter.charCodeAt(0))

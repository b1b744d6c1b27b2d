import iconv from 'iconv-lite'
import { Refusal } from '#modules/refusal.ts'
import { looksKazakh, looksTwiceEncoded, readsAsNames } from './letters.ts'

export type Encoding = 'UTF-8' | 'UTF-16LE' | 'UTF-16BE' | 'Windows-1251' | 'KZ-1048'

type Signature = [start: string, refusal: 'roster.is-workbook' | 'roster.is-pdf' | 'roster.is-archive' | 'roster.is-not-text']

// How files begin that are often renamed to .csv, as Latin-1 text.
const signatures: Signature[] = [
  ['%PDF', 'roster.is-pdf'],
  ['\xd0\xcf\x11\xe0', 'roster.is-workbook'],
  ['{\\rtf', 'roster.is-not-text'],
  ['<html', 'roster.is-workbook'],
  ['<table', 'roster.is-workbook'],
  ['<?xml', 'roster.is-workbook'],
  ['<!doctype', 'roster.is-workbook'],
  ['\x1f\x8b', 'roster.is-archive'],
  ['Rar!', 'roster.is-archive'],
  ['7z\xbc\xaf', 'roster.is-archive'],
  ['\x89PNG', 'roster.is-not-text'],
  ['\xff\xd8\xff', 'roster.is-not-text'],
  ['GIF8', 'roster.is-not-text'],
]

/** The refusal for a file that is no text at all, whatever its name says; null for one that may be text. */
function notText(bytes: Buffer): Signature[1] | null {
  const start = bytes.subarray(0, 64).toString('latin1').replace(/^\xef\xbb\xbf/, '').trimStart().toLowerCase()
  // A workbook of Excel 2007 or later, or of LibreOffice, is a ZIP with a part of this name near the front or in its directory.
  if (start.startsWith('pk\x03\x04') || start.startsWith('pk\x05\x06')) {
    return bytes.includes('xl/') || bytes.includes('[Content_Types].xml') || bytes.includes('opendocument.spreadsheet') ? 'roster.is-workbook' : 'roster.is-archive'
  }
  if (start.slice(4, 8) === 'ftyp') return 'roster.is-not-text'
  return signatures.find(([begin]) => start.startsWith(begin.toLowerCase()))?.[1] ?? null
}

const strict = (encoding: string, bytes: Uint8Array): string | null => {
  try {
    return new TextDecoder(encoding, { fatal: true }).decode(bytes)
  } catch {
    return null
  }
}

/**
 * The text of a roster file and the encoding it turned out to be in: by its byte order mark, else UTF-8 when it is valid,
 * else Windows-1251 or KZ-1048 by their letters. Refuses what isn't text (`roster.is-workbook`, `roster.is-pdf`,
 * `roster.is-archive`, `roster.is-not-text`), what can't be told (`roster.encoding-unknown`) and what was spoilt before
 * it came here (`roster.garbled`): names that nobody can read are never saved.
 */
export function decode(bytes: Buffer): { text: string; encoding: Encoding } {
  if (bytes.length === 0) throw new Refusal('roster.empty')
  const refusal = notText(bytes)
  if (refusal) throw new Refusal(refusal)

  const decoded = byMark(bytes) ?? byZeros(bytes) ?? asUtf8(bytes) ?? asOneByte(bytes)
  if (!decoded) throw new Refusal('roster.encoding-unknown')
  const text = decoded.text.replace(/^\ufeff/, '')
  if (text.includes('\0')) throw new Refusal('roster.is-not-text')
  if (spoilt(text) > 0.001 || looksTwiceEncoded(text)) throw new Refusal('roster.garbled')
  return { text, encoding: decoded.encoding }
}

function byMark(bytes: Buffer): { text: string; encoding: Encoding } | null {
  const [first, second] = bytes
  const encoding = first === 0xff && second === 0xfe ? 'UTF-16LE' : first === 0xfe && second === 0xff ? 'UTF-16BE' : null
  if (encoding) return { text: strictOrGarbled(encoding, bytes), encoding }
  if (bytes.subarray(0, 3).toString('latin1') === '\xef\xbb\xbf') return { text: strictOrGarbled('UTF-8', bytes), encoding: 'UTF-8' }
  return null
}

/** A file that says what it is and then isn't was cut or spoilt on its way. */
function strictOrGarbled(encoding: string, bytes: Buffer): string {
  const text = strict(encoding, bytes)
  if (text === null) throw new Refusal('roster.garbled')
  return text
}

/** UTF-16 without its mark: every second byte of its separators, digits and line ends is zero. */
function byZeros(bytes: Buffer): { text: string; encoding: Encoding } | null {
  const probe = bytes.subarray(0, 4096)
  let even = 0
  let odd = 0
  for (const [at, byte] of probe.entries()) {
    if (byte !== 0) continue
    if (at % 2 === 0) even++
    else odd++
  }
  if (even + odd < probe.length * 0.04 || Math.min(even, odd) > 0) return null
  const encoding = odd > 0 ? 'UTF-16LE' : 'UTF-16BE'
  const text = strict(encoding, bytes)
  return text === null ? null : { text, encoding }
}

function asUtf8(bytes: Buffer): { text: string; encoding: Encoding } | null {
  const text = strict('UTF-8', bytes)
  return text === null ? null : { text, encoding: 'UTF-8' }
}

/** Windows-1251 and KZ-1048 differ in sixteen letters: Ukrainian, Belarusian and Serbian ones in the first, Kazakh ones in the second. */
function asOneByte(bytes: Buffer): { text: string; encoding: Encoding } | null {
  const cyrillic = iconv.decode(bytes, 'win1251')
  const kazakh = iconv.decode(bytes, 'rk1048')
  if (!readsAsNames(cyrillic) && !readsAsNames(kazakh)) return null
  if (cyrillic === kazakh) return { text: cyrillic, encoding: 'Windows-1251' }
  const verdict = looksKazakh(kazakh)
  if (verdict === null) return null
  return verdict ? { text: kazakh, encoding: 'KZ-1048' } : { text: cyrillic, encoding: 'Windows-1251' }
}

/** The share of characters that only a wrong decoding leaves behind: U+FFFD and the C1 controls. */
function spoilt(text: string): number {
  const found = text.match(/[\ufffd\u0080-\u009f]/g)?.length ?? 0
  return found / Math.max(1, text.length)
}

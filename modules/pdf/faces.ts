import { createHash } from 'node:crypto'
import { pack, type Paper, type Ref, stream } from './paper.ts'
import { type Face, n } from './pen.ts'
import { subsetOf } from './subset.ts'
import type { Types } from './type.ts'

export type Faces = Record<keyof Types, Face>

/** The two faces of a document, with nothing written in them yet. */
export const newFaces = ({ regular, bold }: Types): Faces => ({
  regular: { type: regular, resource: 'R', used: new Map() },
  bold: { type: bold, resource: 'B', used: new Map() },
})

/**
 * Embeds a face, reduced to the letters that were written, as a composite font whose codes are the numbers of glyphs (ISO
 * 32000-1, 9.7). The way back from glyphs to letters is what was really written, whatever else a glyph may stand for.
 */
export function embedFace(paper: Paper, { type, used }: Face, whole = false): Ref {
  const letters = [...used].toSorted(([, one], [, other]) => one - other)
  const ids = letters.map(([, id]) => id)
  const name = whole ? type.name : `${tagOf(ids)}+${type.name}`
  const file = whole ? type.bytes : subsetOf(type.outlines, ids)
  const { ascent, descent, capHeight, xHeight, italicAngle, bbox } = type.measures
  const program = paper.add(stream(pack(file), `/Length1 ${file.length}`))
  const descriptor = paper.add(
    `<< /Type /FontDescriptor /FontName /${name} /Flags 6 /FontBBox [${bbox.map(n).join(' ')}] /ItalicAngle ${n(italicAngle)} `
    + `/Ascent ${n(ascent)} /Descent ${n(descent)} /CapHeight ${n(capHeight)} /XHeight ${n(xHeight)} /StemV ${type.stem} /FontFile2 ${program} >>`,
  )
  const widths = letters.map(([letter, id]) => `${id} [${n(type.advance(letter))}]`).join(' ')
  const descendant = paper.add(
    `<< /Type /Font /Subtype /CIDFontType2 /BaseFont /${name} /CIDSystemInfo << /Registry (Adobe) /Ordering (Identity) /Supplement 0 >> `
    + `/FontDescriptor ${descriptor} /CIDToGIDMap /Identity /W [${widths}] >>`,
  )
  const back = paper.add(stream(pack(toUnicode(letters))))
  return paper.add(`<< /Type /Font /Subtype /Type0 /BaseFont /${name} /Encoding /Identity-H /DescendantFonts [${descendant}] /ToUnicode ${back} >>`)
}

/** Six capitals that stand for these glyphs: two different subsets in one file must not have one name. */
function tagOf(ids: readonly number[]): string {
  const digest = createHash('sha256').update(ids.join(' ')).digest()
  return [...digest.subarray(0, 6)].map((byte) => String.fromCharCode(65 + (byte % 26))).join('')
}

const hex = (id: number) => id.toString(16).padStart(4, '0')

/** The table from glyphs back to letters, in the form of Adobe technical note 5411: at most a hundred in a block. */
function toUnicode(written: readonly (readonly [letter: string, id: number])[]): string {
  const letters = new Map<number, string>()
  // A no-break space has the glyph of a space, and is copied as one.
  for (const [letter, id] of written) if (!letters.has(id) || letter === ' ') letters.set(id, letter)
  const lines = [...letters].map(([id, letter]) => `<${hex(id)}> <${Buffer.from(letter, 'utf16le').swap16().toString('hex')}>`)
  const blocks: string[] = []
  for (let at = 0; at < lines.length; at += 100) blocks.push(`${Math.min(100, lines.length - at)} beginbfchar`, ...lines.slice(at, at + 100), 'endbfchar')
  return [
    '/CIDInit /ProcSet findresource begin', '12 dict begin', 'begincmap', '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def', '/CMapType 2 def', '1 begincodespacerange', '<0000> <ffff>', 'endcodespacerange', ...blocks,
    'endcmap', 'CMapName currentdict /CMap defineresource pop', 'end', 'end',
  ].join('\n')
}

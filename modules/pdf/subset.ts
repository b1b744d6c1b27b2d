/** The tables of a TrueType font that drawing needs, and where each glyph's outline is. */
export type Outlines = { tables: ReadonlyMap<string, Buffer>; glyph(id: number): Buffer }

/** Reads the table directory of a TrueType font (ISO/IEC 14496-22, 4.5). Throws when it has no `glyf` outlines. */
export function openOutlines(font: Buffer): Outlines {
  const tables = new Map<string, Buffer>()
  for (let index = 0; index < font.readUInt16BE(4); index++) {
    const at = 12 + 16 * index
    const offset = font.readUInt32BE(at + 8)
    tables.set(font.toString('latin1', at, at + 4), font.subarray(offset, offset + font.readUInt32BE(at + 12)))
  }
  const [glyf, loca, head] = [tables.get('glyf'), tables.get('loca'), tables.get('head')]
  if (!glyf || !loca || !head) throw new Error('the font has no TrueType outlines')
  const start = head.readInt16BE(50) === 1 ? (id: number) => loca.readUInt32BE(4 * id) : (id: number) => 2 * loca.readUInt16BE(2 * id)
  return { tables, glyph: (id) => glyf.subarray(start(id), start(id + 1)) }
}

/** Flags of a part of a composite glyph (5.3.3.1 there). */
const [words, scaled, more, scaledTwice, matrix] = [0x01, 0x08, 0x20, 0x40, 0x80]

/** The glyphs that a composite glyph is made of. */
function parts(outline: Buffer): number[] {
  if (outline.length === 0 || outline.readInt16BE(0) >= 0) return []
  const found: number[] = []
  for (let at = 10, flags: number = more; flags & more; ) {
    flags = outline.readUInt16BE(at)
    found.push(outline.readUInt16BE(at + 2))
    at += 4 + (flags & words ? 4 : 2) + (flags & scaled ? 2 : flags & scaledTwice ? 4 : flags & matrix ? 8 : 0)
  }
  return found
}

/**
 * The font with these glyphs alone, and those they are made of. Glyphs keep their numbers, so that nothing inside an outline
 * has to be rewritten and the same letters always give the same bytes; every other glyph is empty. What an embedded font
 * doesn't need in a PDF (names, the way from letters to glyphs, kerning) is left out.
 */
export function subsetOf({ tables, glyph }: Outlines, ids: Iterable<number>): Buffer {
  const kept = new Set([0, ...ids])
  for (const id of kept) for (const part of parts(glyph(id))) kept.add(part)
  const count = tables.get('maxp')!.readUInt16BE(4)

  const loca = Buffer.alloc(4 * (count + 1))
  const outlines: Buffer[] = []
  let length = 0
  for (let id = 0; id < count; id++) {
    loca.writeUInt32BE(length, 4 * id)
    if (!kept.has(id)) continue
    const outline = glyph(id)
    outlines.push(outline, Buffer.alloc(-outline.length & 3))
    length += (outline.length + 3) & ~3
  }
  loca.writeUInt32BE(length, 4 * count)

  const head = Buffer.from(tables.get('head')!)
  head.writeUInt32BE(0, 8)
  head.writeInt16BE(1, 50)
  const same = ['cvt ', 'fpgm', 'hhea', 'maxp', 'prep'].flatMap((tag) => (tables.has(tag) ? [[tag, tables.get(tag)!] as const] : []))
  return assembled([...same, ['glyf', Buffer.concat(outlines)], ['head', head], ['hmtx', widths(tables, kept)], ['loca', loca]])
}

/** The widths of the kept glyphs; those of the others are nought, which packs better. */
function widths(tables: ReadonlyMap<string, Buffer>, kept: ReadonlySet<number>): Buffer {
  const whole = tables.get('hmtx')!
  const pairs = tables.get('hhea')!.readUInt16BE(34)
  const table = Buffer.alloc(whole.length)
  // The last pair also holds for every glyph after it.
  for (const id of [...kept, pairs - 1]) {
    const [at, size] = id < pairs ? [4 * id, 4] : [4 * pairs + 2 * (id - pairs), 2]
    whole.copy(table, at, at, at + size)
  }
  return table
}

/** A font file of these tables, with the checksums that its format asks for. */
function assembled(given: (readonly [tag: string, table: Buffer])[]): Buffer {
  const tables = given.toSorted(([one], [other]) => (one < other ? -1 : 1))
  const power = Math.floor(Math.log2(tables.length))
  const directory = Buffer.alloc(12 + 16 * tables.length)
  directory.writeUInt32BE(0x00010000, 0)
  directory.writeUInt16BE(tables.length, 4)
  directory.writeUInt16BE(16 * 2 ** power, 6)
  directory.writeUInt16BE(power, 8)
  directory.writeUInt16BE(16 * (tables.length - 2 ** power), 10)
  const written: Buffer[] = [directory]
  let offset = directory.length
  let [headAt, total] = [0, 0]
  for (const [index, [tag, table]] of tables.entries()) {
    const padded = table.length & 3 ? Buffer.concat([table, Buffer.alloc(-table.length & 3)]) : table
    const sum = checksum(padded)
    const at = 12 + 16 * index
    directory.write(tag, at, 'latin1')
    directory.writeUInt32BE(sum, at + 4)
    directory.writeUInt32BE(offset, at + 8)
    directory.writeUInt32BE(table.length, at + 12)
    if (tag === 'head') headAt = offset
    written.push(padded)
    offset += padded.length
    total = (total + sum) >>> 0
  }
  const font = Buffer.concat(written)
  font.writeUInt32BE((0xb1b0afba - total - checksum(directory)) >>> 0, headAt + 8)
  return font
}

/** The sum of 32-bit words, modulo 2³². */
function checksum(table: Buffer): number {
  let sum = 0
  for (let at = 0; at < table.length; at += 4) sum = (sum + table.readUInt32BE(at)) | 0
  return sum >>> 0
}

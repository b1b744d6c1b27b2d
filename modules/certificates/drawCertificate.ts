import { AFRelationship, PDFDocument, PDFHexString, PDFName } from 'pdf-lib'
import { compose, type Faces, page } from './compose.ts'
import { frame, ornaments } from './ornament.ts'
import type { Face } from './pen.ts'
import { readStatement, type Signed, type Statement } from './statement.ts'
import { type Type, type Types, types } from './type.ts'

/** For tests: other typefaces, embedded whole, to hold the reduced ones against. */
export type Manner = { types?: Types; whole?: boolean }

/**
 * Draws a signed statement as a one-page PDF: the same bytes for the same statement and origin, on every machine and every
 * day. Everything that depends on time or chance (dates, file id, names of subset fonts) comes from the statement. The
 * statement with its signature is attached, so that the file can be checked without this product. Throws `MissingGlyph`
 * rather than draw a letter wrongly.
 */
export async function drawCertificate(signed: Signed, origin: string, manner: Manner = {}): Promise<Uint8Array> {
  const statement = readStatement(signed.body)
  const document = await PDFDocument.create({ updateMetadata: false })
  const sheet = document.addPage([page.width, page.height])
  const faces = await embed(document, manner)
  for (const { resource, font } of Object.values(faces)) sheet.node.setFontDictionary(PDFName.of(resource), font.ref)
  for (const [name, { content, bounds }] of Object.entries(ornaments())) {
    const form = document.context.flateStream(content, { Type: 'XObject', Subtype: 'Form', BBox: bounds, Resources: {} })
    sheet.node.setXObject(PDFName.of(name), document.context.register(form))
  }
  const content = [frame(page), ...compose(faces, statement, origin)].join('\n')
  sheet.node.set(PDFName.of('Contents'), document.context.register(document.context.flateStream(content)))
  await describe(document, statement, signed)
  return document.save({ addDefaultPage: false, updateFieldAppearances: false, useObjectStreams: true })
}

/** Embeds the two faces, each reduced to the letters that the document uses; `Faces` is what a pen writes with. */
export async function embed(document: PDFDocument, { types: given, whole = false }: Manner = {}): Promise<Faces> {
  const one = async (type: Type, resource: string, tag: string): Promise<Face> => {
    // The parsed typeface is shared by all documents; each makes a subset of its own.
    document.registerFontkit({ create: () => type.kit as never })
    const customName = whole ? type.name : `${tag}+${type.name}`
    const font = await document.embedFont(type.bytes, { subset: !whole, customName, features: { liga: false, clig: false, calt: false } })
    const face: Face = { type, resource, font, codes: new Map() }
    // fontkit forgets which letter a glyph is when it first met it as a part of another (Ь in Ы), and pdf-lib would then write
    // no letter for copying, or another one depending on what was drawn before. We know what we wrote.
    const { embedder } = font as unknown as { embedder: { embedUnicodeCmap(): unknown } }
    embedder.embedUnicodeCmap = () => document.context.register(document.context.flateStream(toUnicode(face.codes)))
    return face
  }
  const { regular, bold } = given ?? types()
  return { regular: await one(regular, 'R', 'BESIKR'), bold: await one(bold, 'B', 'BESIKB') }
}

/** The table from glyph codes back to letters, in the form of Adobe technical note 5411: at most a hundred in a block. */
function toUnicode(codes: ReadonlyMap<string, string>): string {
  const letters = new Map<string, string>()
  for (const [letter, code] of codes) if (!letters.has(code) || letter === ' ') letters.set(code, letter)
  const lines = [...letters].map(([code, letter]) => `<${code}> <${Buffer.from(letter, 'utf16le').swap16().toString('hex')}>`)
  const blocks: string[] = []
  for (let at = 0; at < lines.length; at += 100) blocks.push(`${Math.min(100, lines.length - at)} beginbfchar`, ...lines.slice(at, at + 100), 'endbfchar')
  return [
    '/CIDInit /ProcSet findresource begin', '12 dict begin', 'begincmap', '/CIDSystemInfo << /Registry (Adobe) /Ordering (UCS) /Supplement 0 >> def',
    '/CMapName /Adobe-Identity-UCS def', '/CMapType 2 def', '1 begincodespacerange', '<0000> <ffff>', 'endcodespacerange', ...blocks,
    'endcmap', 'CMapName currentdict /CMap defineresource pop', 'end', 'end',
  ].join('\n')
}

/** Metadata, language, file id, and the signed statement as an associated file: made in the form of PDF/A-3, not validated. */
async function describe(document: PDFDocument, statement: Statement, signed: Signed) {
  const issued = new Date(`${statement.issuedOn}T00:00:00Z`)
  document.setTitle(`${statement.document.titles[statement.language]} ${statement.serial}`, { showInWindowTitleBar: true })
  document.setAuthor(statement.centre.names[statement.language])
  document.setSubject(statement.course.titles[statement.language])
  document.setLanguage(statement.language)
  document.setProducer('Besik')
  document.setCreator('Besik')
  document.setCreationDate(issued)
  document.setModificationDate(issued)
  const id = PDFHexString.of(signed.hash.slice(0, 32).toUpperCase())
  document.context.trailerInfo.ID = document.context.obj([id, id])
  const proof = JSON.stringify({ statement: signed.body, signature: signed.signature.toString('base64'), kid: signed.kid, algorithm: 'Ed25519' })
  await document.attach(Buffer.from(proof), 'statement.json', {
    mimeType: 'application/json', description: 'Signed statement', creationDate: issued, modificationDate: issued, afRelationship: AFRelationship.Data,
  })
  document.convertToPDFA({ conformance: '3B' })
}

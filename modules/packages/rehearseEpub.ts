import { unzipSync } from 'fflate'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Finding } from './format.ts'

type Xml = Record<string, any>
const list = <Value>(value: Value | Value[] | undefined): Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const reader = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', parseTagValue: false, parseAttributeValue: false })

/** The structure that EPUB 3 asks for: a first file that names the form, one package document, everything listed and well-formed, every link leading somewhere. */
export function rehearseEpub(bytes: Uint8Array): Finding[] {
  const findings: Finding[] = []
  const note = (rule: string, path: string, message: string) => findings.push({ rule, path, message })
  // A reader of the form looks at these very bytes: the first entry's name at 30, its content unpacked after it.
  const start = Buffer.from(bytes.subarray(0, 58)).toString('latin1')
  if (start.slice(30, 38) !== 'mimetype' || !start.slice(38).startsWith('application/epub+zip') || bytes[8] !== 0) note('mimetype', 'mimetype', 'is not the first file, unpacked')
  const files = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
  const opf = ((reader.parse(files.get('META-INF/container.xml') ?? '') as Xml)['container']?.['rootfiles']?.['rootfile']?.['@full-path'] ?? '') as string
  const text = files.get(opf)
  if (!text) return [...findings, { rule: 'container', path: 'META-INF/container.xml', message: 'names no package document' }]
  for (const [path, content] of files) {
    if (!/\.(xhtml|opf|xml|svg)$/.test(path)) continue
    const valid = XMLValidator.validate(content)
    if (valid !== true) note('well-formed', path, `${valid.err.msg} in line ${valid.err.line}`)
    if (/<script|\son\w+=|javascript:/i.test(content)) note('script', path, 'holds a script')
    if (/&(?!amp;|lt;|gt;|quot;|apos;|#)/.test(content)) note('entity', path, 'names a sign that XML does not know')
  }
  const document = (reader.parse(text) as Xml)['package'] as Xml
  const metadata = document['metadata'] as Xml
  const metas = list<Xml>(metadata['meta'])
  for (const name of ['dc:identifier', 'dc:title', 'dc:language']) if (list(metadata[name]).length === 0) note('metadata', opf, `${name} is missing`)
  if (document['@version'] !== '3.0') note('version', opf, 'is not 3.0')
  if (!metas.some((one) => one['@property'] === 'dcterms:modified' && /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ$/.test(one['#']))) note('metadata', opf, 'does not tell when it was changed')
  for (const one of ['schema:accessMode', 'schema:accessibilityFeature', 'schema:accessibilityHazard']) if (!metas.some((meta) => meta['@property'] === one)) note('accessibility', opf, `${one} is missing`)
  const folder = opf.slice(0, opf.lastIndexOf('/') + 1)
  const items = list<Xml>(document['manifest']?.['item'])
  const ids = new Set(items.map((one) => one['@id'] as string))
  if (ids.size !== items.length) note('identifier', opf, 'an identifier stands twice')
  const listed = new Set(items.map((one) => folder + one['@href']))
  for (const path of listed) if (!files.has(path)) note('manifest', path, 'is listed and is not there')
  for (const path of files.keys()) if (path !== 'mimetype' && path !== opf && !path.startsWith('META-INF/') && !listed.has(path)) note('manifest', path, 'is there and is not listed')
  if (items.filter((one) => String(one['@properties'] ?? '').split(' ').includes('nav')).length !== 1) note('nav', opf, 'there is not one table of contents')
  const spine = list<Xml>(document['spine']?.['itemref'])
  for (const one of spine) if (!ids.has(one['@idref'])) note('spine', opf, `${one['@idref']} is not listed`)
  if (spine.length === 0) note('spine', opf, 'is empty')
  for (const [path, content] of files) {
    if (!path.endsWith('.xhtml')) continue
    if (!/<html[^>]* lang="(kk|ru|en)"/.test(content)) note('language', path, 'does not tell its language')
    for (const [, name, target] of content.matchAll(/\s(src|href)="([^"]*)"/g)) {
      if (/^https?:/.test(target!)) {
        if (name === 'src') note('remote', path, `shows ${target}, which is elsewhere`)
        continue
      }
      const file = new URL(target!, `file:///${path}`).pathname.slice(1)
      if (!files.has(file)) note('link', path, `leads to ${target}, which is not there`)
    }
    for (const [image] of content.matchAll(/<img\b[^>]*>/g)) if (!/\salt="[^"]+"/.test(image)) note('alt', path, 'a picture has no description')
  }
  return findings
}

import { unzipSync } from 'fflate'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Finding } from './format.ts'

type Xml = Record<string, any>
const list = <Value>(value: Value | Value[] | undefined): Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const reader = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', parseTagValue: false, parseAttributeValue: false })

/** What a system asks of SCORM 1.2: the manifest at the root of each day's archive, prefixes to the letter, one launch, everything listed, nothing from elsewhere. */
export function rehearseScorm(bytes: Uint8Array): Finding[] {
  const days = Object.entries(unzipSync(bytes)).filter(([path]) => path.endsWith('.zip'))
  if (days.length === 0) return [{ rule: 'days', path: '', message: 'holds no day' }]
  const findings = days.flatMap(([path, content]) => rehearseDay(path, content))
  const ids = new Set(days.map(([, content]) => /<manifest identifier="([^"]+)"/.exec(Buffer.from(unzipSync(content)['imsmanifest.xml'] ?? []).toString())?.[1]))
  return ids.size === days.length ? findings : [...findings, { rule: 'identifier', path: '', message: 'two days have one identifier' }]
}

function rehearseDay(day: string, bytes: Uint8Array): Finding[] {
  const findings: Finding[] = []
  const note = (rule: string, path: string, message: string) => findings.push({ rule, path: `${day}/${path}`, message })
  const files = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
  const text = files.get('imsmanifest.xml')
  if (!text) return [{ rule: 'manifest', path: day, message: 'is not at the root' }]
  if (XMLValidator.validate(text) !== true) return [{ rule: 'well-formed', path: `${day}/imsmanifest.xml`, message: 'is not XML' }]
  const manifest = (reader.parse(text) as Xml)['manifest'] as Xml
  if (manifest['metadata']?.['schemaversion'] !== '1.2') note('version', 'imsmanifest.xml', 'is not 1.2')
  const resources = list<Xml>(manifest['resources']?.['resource'])
  // The prefix is read as letters, not as a namespace.
  const launch = resources.filter((one) => one['@adlcp:scormtype'] === 'sco' && files.has(one['@href']))
  if (launch.length !== 1) note('launch', 'imsmanifest.xml', 'there is not one thing to start')
  const listed = new Set(resources.flatMap((one) => list<Xml>(one['file']).map((file) => file['@href'] as string)))
  for (const path of listed) if (!files.has(path)) note('file', path, 'is listed and is not there')
  for (const path of files.keys()) if (path !== 'imsmanifest.xml' && !listed.has(path)) note('file', path, 'is there and is not listed')
  const ids = new Set(resources.map((one) => one['@identifier']))
  const items = list<Xml>(list<Xml>(manifest['organizations']?.['organization'])[0]?.['item'])
  if (items.length === 0 || items.some((one) => !ids.has(one['@identifierref']) || !String(one['title'] ?? '').trim())) note('item', 'imsmanifest.xml', 'an item has no title or leads nowhere')
  const html = files.get('index.html') ?? ''
  for (const [, target] of html.matchAll(/\s(?:src|href)="([^"#][^"]*)"/g)) if (!files.has(target!)) note('link', 'index.html', `needs ${target}, which is not in the package`)
  for (const [, anchor] of html.matchAll(/href="#([^"]+)"/g)) if (!html.includes(`id="${anchor}"`)) note('link', 'index.html', `leads to #${anchor}, which is not there`)
  if (/\bon\w+=|javascript:|<iframe|https?:\/\/[^"]*\.js/i.test(html)) note('script', 'index.html', 'holds a script of its own or from elsewhere')
  if (/\bfetch\(|XMLHttpRequest|localStorage|WebSocket/.test(files.get('player.js') ?? '')) note('offline', 'player.js', 'asks for a network or keeps things on the device')
  return findings
}

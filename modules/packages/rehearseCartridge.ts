import { unzipSync } from 'fflate'
import { XMLParser, XMLValidator } from 'fast-xml-parser'
import type { Finding } from './format.ts'

// What an importer of Common Cartridge asks for, applied to the bytes with an XML reader of its own. Facts of Moodle 5.1 and of
// the profile: the namespace must stand in the first kilobyte, one unknown resource type loses the whole package.

type Xml = Record<string, any>
const list = <Value>(value: Value | Value[] | undefined): Value[] => (value === undefined ? [] : Array.isArray(value) ? value : [value])
const reader = new XMLParser({ ignoreAttributes: false, attributeNamePrefix: '@', textNodeName: '#', parseTagValue: false, parseAttributeValue: false, trimValues: false })

const known = {
  '1.1': { space: 'http://www.imsglobal.org/xsd/imsccv1p1/imscp_v1p1', schema: '1.1.0', types: ['webcontent', 'imsqti_xmlv1p2/imscc_xmlv1p1/assessment', 'imsqti_xmlv1p2/imscc_xmlv1p1/question-bank', 'associatedcontent/imscc_xmlv1p1/learning-application-resource', 'imsdt_xmlv1p1', 'imswl_xmlv1p1', 'imsbasiclti_xmlv1p0'] },
  '1.3': { space: 'http://www.imsglobal.org/xsd/imsccv1p3/imscp_v1p1', schema: '1.3.0', types: ['webcontent', 'imsqti_xmlv1p2/imscc_xmlv1p3/assessment', 'imsqti_xmlv1p2/imscc_xmlv1p3/question-bank', 'associatedcontent/imscc_xmlv1p3/learning-application-resource', 'imsdt_xmlv1p3', 'imswl_xmlv1p3', 'imsbasiclti_xmlv1p3'] },
}
const profiles = ['cc.multiple_choice.v0p1', 'cc.multiple_response.v0p1', 'cc.true_false.v0p1', 'cc.fib.v0p1', 'cc.pattern_match.v0p1', 'cc.essay.v0p1']
const id = /^[A-Za-z_][\w.-]*$/

/** Everything in a cartridge that an importer would refuse, lose or show as broken. Empty when it would be taken over whole. */
export function rehearseCartridge(version: '1.1' | '1.3', bytes: Uint8Array): Finding[] {
  const findings: Finding[] = []
  const note = (rule: string, path: string, message: string) => findings.push({ rule, path, message })
  const files = new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
  const text = files.get('imsmanifest.xml')
  if (!text) return [{ rule: 'manifest', path: 'imsmanifest.xml', message: 'is not at the root' }]
  for (const [path, content] of files) {
    if (path.endsWith('.xml')) {
      const valid = XMLValidator.validate(content)
      if (valid !== true) note('well-formed', path, `${valid.err.msg} in line ${valid.err.line}`)
    }
  }
  if (findings.length > 0) return findings

  const { space, schema, types } = known[version]
  if (!Buffer.from(text).subarray(0, 1024).toString().replace(/[\s"']/g, '').toLowerCase().includes(`xmlns=${space.toLowerCase()}`)) note('namespace', 'imsmanifest.xml', 'is not named as the default within the first 1,024 bytes')
  const manifest = (reader.parse(text) as Xml)['manifest'] as Xml
  if (manifest?.['metadata']?.['schema'] !== 'IMS Common Cartridge' || manifest['metadata']['schemaversion'] !== schema) note('schema', 'imsmanifest.xml', `is not IMS Common Cartridge ${schema}`)
  if (!manifest?.['metadata']?.['lomimscc:lom']?.['lomimscc:general']?.['lomimscc:title']) note('lom', 'imsmanifest.xml', 'has no title in its metadata')
  const organization = list<Xml>(manifest?.['organizations']?.['organization'])
  const roots = list<Xml>(organization[0]?.['item'])
  if (organization.length !== 1 || organization[0]!['@structure'] !== 'rooted-hierarchy' || roots.length !== 1 || roots[0]!['title'] !== undefined) note('organization', 'imsmanifest.xml', 'is not one rooted hierarchy with one root without a title')
  const resources = list<Xml>(manifest?.['resources']?.['resource'])
  const ids = new Set<string>()
  const seen = (value: string | undefined) => {
    if (!value || !id.test(value)) note('identifier', 'imsmanifest.xml', `“${value}” is not an identifier`)
    else if (ids.has(value)) note('identifier', 'imsmanifest.xml', `“${value}” stands twice`)
    else ids.add(value)
  }
  const byId = new Map(resources.map((one) => [one['@identifier'] as string, one]))
  const walk = (item: Xml, depth: number) => {
    seen(item['@identifier'])
    if (depth > 0 && !String(item['title'] ?? '').trim()) note('title', 'imsmanifest.xml', `item ${item['@identifier']} has none`)
    const to = item['@identifierref'] as string | undefined
    if (to && !byId.has(to)) note('item', 'imsmanifest.xml', `item ${item['@identifier']} leads to ${to}, which is not there`)
    for (const child of list<Xml>(item['item'])) walk(child, depth + 1)
  }
  for (const root of roots) walk(root, 0)

  const listed = new Set<string>()
  for (const resource of resources) {
    seen(resource['@identifier'])
    if (!types.includes(resource['@type'])) note('resource-type', 'imsmanifest.xml', `${resource['@type']} is not known: the whole package would be refused`)
    for (const file of list<Xml>(resource['file'])) {
      listed.add(file['@href'])
      if (!files.has(file['@href'])) note('file', file['@href'], 'is named by the manifest and is not in the package')
    }
    for (const one of list<Xml>(resource['dependency'])) if (!byId.has(one['@identifierref'])) note('dependency', 'imsmanifest.xml', `${resource['@identifier']} depends on ${one['@identifierref']}, which is not there`)
    if (String(resource['@type']).endsWith('/assessment')) for (const file of list<Xml>(resource['file'])) questionsOf(files.get(file['@href']) ?? '', file['@href'], note)
  }
  for (const path of files.keys()) if (path !== 'imsmanifest.xml' && !listed.has(path)) note('file', path, 'is in the package and no resource names it: it would be left behind')
  for (const [path, content] of files) if (/\.x?html?$/.test(path)) pageOf(content, path, files, note)
  return findings
}

type Note = (rule: string, path: string, message: string) => void

/** What Moodle's cleaning takes away from a page, and links that lead nowhere once it is taken over. */
function pageOf(html: string, path: string, files: ReadonlyMap<string, unknown>, note: Note) {
  const body = /<body>([\s\S]*)<\/body>/.exec(html)?.[1]
  if (body === undefined) return note('page', path, 'has no body')
  for (const [, tag] of body.matchAll(/<(script|style|iframe|details|summary|math|svg|input|button|form|link|object|embed)\b/gi)) note('stripped', path, `<${tag}> would be taken away`)
  if (/\sstyle=|\son\w+=/i.test(body)) note('stripped', path, 'a style or a script in an attribute would be taken away')
  if (/\{[a-z]+\}|undefined|\[object/.test(body)) note('text', path, 'holds a word of the program')
  for (const [, name, target] of body.matchAll(/\s(src|href)="([^"]*)"/g)) {
    if (/^https?:/.test(target!)) continue
    if (name === 'href') note('link', path, `leads to ${target}: a page of a package can't be linked to`)
    else if (!files.has(new URL(target!, `file:///${path}`).pathname.slice(1))) note('link', path, `shows ${target}, which is not there`)
  }
  for (const [image] of body.matchAll(/<img\b[^>]*>/g)) if (!/\salt="[^"]+"/.test(image)) note('alt', path, 'a picture has no description')
}

function questionsOf(xml: string, path: string, note: Note) {
  const root = (reader.parse(xml) as Xml)['questestinterop'] as Xml | undefined
  if (root?.['@xmlns'] !== 'http://www.imsglobal.org/xsd/ims_qtiasiv1p2') return note('questions', path, 'is not QTI 1.2')
  const sections = list<Xml>(root['assessment']?.['section'])
  if (sections.length !== 1 || sections[0]!['section']) note('questions', path, 'is not one section: only one level is read')
  const idents = new Set<string>()
  const items = list<Xml>(sections[0]?.['item'])
  if (items.length === 0) note('questions', path, 'holds no question')
  for (const item of items) {
    const at = `${path}#${item['@ident']}`
    if (!item['@ident'] || idents.has(item['@ident'])) note('identifier', at, 'is missing or stands twice')
    idents.add(item['@ident'])
    const metadata = new Map(list<Xml>(item['itemmetadata']?.['qtimetadata']?.['qtimetadatafield']).map((one) => [one['fieldlabel'] as string, String(one['fieldentry'])]))
    const profile = metadata.get('cc_profile') ?? ''
    if (!profiles.includes(profile)) note('profile', at, `${profile || 'none'}: the question would be dropped`)
    if (!/^\d{1,2}$/.test(metadata.get('cc_weighting') ?? '')) note('weight', at, 'is not a whole number from 0 to 99')
    if (!String(item['presentation']?.['material']?.['mattext']?.['#'] ?? '').trim()) note('prompt', at, 'is empty')
    keyOf(item, profile, at, note)
  }
}

function keyOf(item: Xml, profile: string, at: string, note: Note) {
  const labels = list<Xml>(item['presentation']?.['response_lid']?.['render_choice']?.['response_label']).map((one) => one['@ident'] as string)
  const scoring = list<Xml>(item['resprocessing']?.['respcondition']).filter((one) => one['setvar'])
  const equals = (value: Xml | undefined): string[] => list<Xml | string>(value?.['varequal']).map((one) => (typeof one === 'string' ? one : String(one['#'])))
  if (profile === 'cc.essay.v0p1') return
  if (scoring.length === 0) return note('key', at, 'no answer is right')
  for (const one of scoring) if (one['setvar']['@varname'] !== 'SCORE' || one['setvar']['#'] !== '100') note('key', at, 'a right answer does not give exactly 100')
  if (profile === 'cc.multiple_choice.v0p1' && (scoring.length !== 1 || equals(scoring[0]!['conditionvar']).some((value) => !labels.includes(value)) || labels.length < 2)) note('key', at, 'is not one of the answers')
  if (profile === 'cc.multiple_response.v0p1') {
    const all = scoring[0]!['conditionvar']?.['and'] as Xml | undefined
    const right = equals(all)
    const wrong = list<Xml>(all?.['not']).flatMap(equals)
    if (right.length === 0 || [...right, ...wrong].toSorted().join() !== labels.toSorted().join()) note('key', at, 'does not say of each answer whether it is right')
    if (list<Xml>(all?.['varequal']).some((one) => one['@case'] !== 'Yes')) note('key', at, 'a right answer is not told with case="Yes"')
  }
  if (profile === 'cc.fib.v0p1' && equals(scoring[0]!['conditionvar']).length === 0) note('key', at, 'takes no value')
}

import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { cartridge } from '#modules/packages/commonCartridge.ts'
import { epub } from '#modules/packages/epub.ts'
import type { Format } from '#modules/packages/format.ts'
import { moodleXml } from '#modules/packages/moodleXml.ts'
import { scorm } from '#modules/packages/scorm.ts'
import { zip } from '#modules/packages/zip.ts'
import { xmlFaults } from '#tests/web/packages/libxml.ts'
import { about, aBook } from './aBook.ts'

// The schemas themselves: what is whole passes, and each kind of damage is found by libxml where it stands.

const bytesOf = async (format: Format) => (await format.write([aBook('kk'), aBook('ru'), aBook('en')], { ...about, report: 'Passed' })).bytes

/** A package with one of its files changed; of SCORM the first day's. */
function damaged(format: Format, bytes: Uint8Array, path: string, change: (text: string) => string): Uint8Array {
  if (format.extension === 'xml') return Buffer.from(change(Buffer.from(bytes).toString('utf8')))
  const files = unzipSync(bytes)
  if (format.format === 'scorm-1.2') {
    const day = Object.keys(files).find((one) => one.endsWith('.zip'))!
    return zip(new Map([...Object.entries(files), [day, damaged(epub, files[day]!, path, change)]]))
  }
  const before = Buffer.from(files[path]!).toString('utf8')
  expect(change(before)).not.toBe(before)
  return zip(new Map<string, Uint8Array | string>([...Object.entries(files), [path, change(before)]]))
}

test.each([cartridge('1.1'), cartridge('1.3'), scorm, epub, moodleXml].map((format) => [format.format, format] as const))('%s is valid', { timeout: 60_000 }, async (name, format) => {
  expect(await xmlFaults(name, await bytesOf(format))).toEqual([])
})

const manifest = 'imsmanifest.xml'
describe.each([
  [cartridge('1.1'), manifest, [
    ['a resource of an unknown type', (text: string) => text.replace('type="webcontent"', 'type="page"'), /type/],
    ['an item without a title', (text: string) => text.replace(/(<item identifier="I_kk_about"[^>]*>)<title>[^<]*<\/title>/, '$1'), /title/],
    ['a root with a title', (text: string) => text.replace('<item identifier="I_root">', '<item identifier="I_root"><title>Root</title>'), /title/],
    ['an item that leads nowhere', (text: string) => text.replace('identifierref="R_kk_about"', 'identifierref="R_none"'), /shown/],
    ['an identifier that begins with a digit', (text: string) => text.replace('identifier="I_kk_about"', 'identifier="1_kk"'), /xs:ID/],
    ['two items of one name', (text: string) => text.replace('identifier="I_kk_report"', 'identifier="I_kk_about"'), /unique|xs:ID/],
    ['a dependency before its file', (text: string) => text.replace(/(<file [^>]*>)(<dependency [^>]*>)/, '$2$1'), /dependency/],
    ['another version', (text: string) => text.replace('1.1.0', '1.2.0'), /schemaversion/],
    ['no description of itself', (text: string) => text.replace(/<lomimscc:lom>[\s\S]*<\/lomimscc:lom>/, ''), /lom/],
    ['a role that nobody knows', (text: string) => text.replace('<lom:value>Instructor', '<lom:value>Teacher'), /Teacher/],
  ]],
  [cartridge('1.3'), manifest, [['the names of the other version', (text: string) => text.replace('imsqti_xmlv1p2/imscc_xmlv1p3', 'imsqti_xmlv1p2/imscc_xmlv1p1'), /type/]]],
  [cartridge('1.1'), 'tests/kk_post_test.xml', [
    ['a mark that is not the whole', (text: string) => text.replace('action="Set">100', 'action="Set">50'), /setvar/],
    ['a profile that is none', (text: string) => text.replace('cc.fib.v0p1', 'cc.number.v0p1'), /fieldentry/],
    ['a question without answers to choose', (text: string) => text.replace(/<render_choice>.*?<\/render_choice>/, '<render_choice></render_choice>'), /render_choice/],
    ['two questions of one name', (text: string) => text.replace(/(<item ident=")([^"]+)("[\s\S]*?<item ident=")[^"]+/, '$1$2$3$2'), /items/],
    ['feedback before the key', (text: string) => text.replace(/(<resprocessing>.*?<\/resprocessing>)(<itemfeedback.*?<\/itemfeedback>)/, '$2$1'), /itemfeedback/],
    ['an end that is missing', (text: string) => text.replace('</assessment>', ''), /mismatch|tag/i],
  ]],
  [cartridge('1.1'), 'pages/kk_about.html', [['a page that is no XML', (text: string) => text.replace('</p>', ''), /mismatch|tag/i]]],
  [scorm, manifest, [
    ['another version', (text: string) => text.replace('<schemaversion>1.2', '<schemaversion>2004 4th Edition'), /schemaversion/],
    ['nothing to start', (text: string) => text.replace('adlcp:scormtype="sco"', ''), /scormtype/],
    ['a file twice', (text: string) => text.replace('<file href="player.js"/>', '<file href="player.js"/><file href="player.js"/>'), /files/],
    ['an item that leads nowhere', (text: string) => text.replace('identifierref="page"', 'identifierref="none"'), /started/],
  ]],
  [epub, 'EPUB/package.opf', [
    ['a chapter twice in the order of reading', (text: string) => text.replace(/(<itemref [^>]*>)/, '$1$1'), /once/],
    ['a chapter that is not listed', (text: string) => text.replace('idref="c-', 'idref="x-'), /read/],
    ['a language that is none of ours', (text: string) => text.replace('<dc:language>kk', '<dc:language>de'), /language/],
    ['a name that is no UUID', (text: string) => text.replace('urn:uuid:', 'besik:'), /identifier/],
    ['metadata of unknown meaning', (text: string) => text.replace('schema:accessMode"', 'schema:mode"'), /property/],
  ]],
  [moodleXml, 'questions.xml', [
    ['a kind that Moodle does not know', (text: string) => text.replace('type="ordering"', 'type="sorting"'), /sorting/],
    ['a fraction that is no number', (text: string) => text.replace('fraction="100"', 'fraction="all"'), /fraction/],
    ['a number twice', (text: string) => text.replace('<idnumber>tiny-kk-q-one<', '<idnumber>tiny-kk-q-two<'), /numbers/],
    ['tags before the answers', (text: string) => text.replace(/(<tags>.*?<\/tags>)(<\/question>)/, '$1<single>true</single>$2'), /single/],
  ]],
] as const)('$0.format: $1', (format, path, kinds) => {
  test.each(kinds.map(([what, change, found]) => [what, change, found] as const))('%s is found', async (_, change, found) => {
    const faults = await xmlFaults(format.format, damaged(format, await bytesOf(format), path, change))
    expect(faults.join('\n')).toMatch(found)
  })
})

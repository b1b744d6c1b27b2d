import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import { cartridge } from '#modules/packages/commonCartridge.ts'
import { epub } from '#modules/packages/epub.ts'
import type { Format } from '#modules/packages/format.ts'
import { scorm } from '#modules/packages/scorm.ts'
import { zip } from '#modules/packages/zip.ts'
import { about, aBook } from './aBook.ts'

const archives = [cartridge('1.1'), cartridge('1.3'), epub, scorm]
const books = () => [aBook('kk'), aBook('ru'), aBook('en')]
const filesOf = (bytes: Uint8Array) => new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
const rules = async (format: Format, bytes: Uint8Array) => (await format.rehearse(bytes, [])).map((one) => one.rule)
/** The same archive with one of its files changed. */
const spoilt = (bytes: Uint8Array, path: string, change: (text: string) => string, stored: string[] = []) => {
  const files = filesOf(bytes)
  const before = files.get(path)!
  const after = change(before)
  expect(after).not.toBe(before)
  return zip(new Map([...files, [path, after]]), stored)
}

describe.each(archives.map((format) => [format.format, format] as const))('%s', (_, format) => {
  test('passes its own rehearsal in one language and in three', async () => {
    for (const some of [[aBook('kk')], books()]) expect(await format.rehearse((await format.write(some, about)).bytes, some)).toEqual([])
  })

  test('is the same bytes each time', async () => {
    const once = (await format.write(books(), about)).bytes
    expect(Buffer.compare(once, (await format.write(books(), about)).bytes)).toBe(0)
  })

  test('tells what is in it, and every file it names is there', async () => {
    const { bytes, contents } = await format.write(books(), about)
    const paths = new Set(Object.keys(unzipSync(bytes)))
    const named = contents.flatMap(function all(one): string[] { return [...(one.path ? [one.path] : []), ...(one.children ?? []).flatMap(all)] })
    expect(named.length).toBeGreaterThan(2)
    expect(named.filter((path) => !paths.has(path))).toEqual([])
  })
})

describe('a cartridge', () => {
  const format = cartridge('1.1')
  const bytes = async () => (await format.write(books(), about)).bytes

  test('marks guides, notes, stations and tests that count for instructors, and nothing else', async () => {
    const manifest = filesOf(await bytes()).get('imsmanifest.xml')!
    const hidden = [...manifest.matchAll(/<resource identifier="R_(kk_\w+)"[^>]*><metadata>/g)].map(([, id]) => id)
    expect(hidden).toEqual(['kk_guide_1', 'kk_notes_1', 'kk_station_counting', 'kk_post_test'])
  })

  test('keeps the notes of those who teach out of the pages of students', async () => {
    const files = filesOf(await bytes())
    expect(files.get('pages/kk_notes_1.html')).toContain('Bring a watch')
    expect([...files].filter(([path, text]) => !path.includes('notes') && text.includes('Bring a watch')).map(([path]) => path)).toEqual([])
  })

  test.each([
    ['namespace', 'imsmanifest.xml', (text: string) => text.replace('imsccv1p1/imscp_v1p1', 'imsccv1p2/imscp_v1p1')],
    ['resource-type', 'imsmanifest.xml', (text: string) => text.replace('type="webcontent"', 'type="page"')],
    ['title', 'imsmanifest.xml', (text: string) => text.replace(/(<item identifier="I_kk_tiny_1_01"[^>]*><title>)[^<]*/, '$1')],
    ['item', 'imsmanifest.xml', (text: string) => text.replace('identifierref="R_kk_about"', 'identifierref="R_nowhere"')],
    ['identifier', 'imsmanifest.xml', (text: string) => text.replace('identifier="I_kk_about"', 'identifier="1 kk"')],
    ['file', 'imsmanifest.xml', (text: string) => text.replace('<file href="pages/kk_about.html"/>', '<file href="pages/none.html"/>')],
    ['stripped', 'pages/kk_about.html', (text: string) => text.replace('<body>', '<body><details>x</details>')],
    ['link', 'pages/kk_tiny_1_01.html', (text: string) => text.replace('../figures/', '../drawings/')],
    ['alt', 'pages/kk_tiny_1_01.html', (text: string) => text.replace(/ alt="[^"]*"/, '')],
    ['profile', 'tests/kk_post_test.xml', (text: string) => text.replace('cc.fib.v0p1', 'cc.number.v0p1')],
    ['key', 'tests/kk_post_test.xml', (text: string) => text.replace('action="Set">100', 'action="Set">1')],
    ['well-formed', 'tests/kk_post_test.xml', (text: string) => text.replace('</assessment>', '')],
  ])('a broken %s is found', async (rule, path, change) => expect(await rules(format, spoilt(await bytes(), path, change))).toContain(rule))
})

describe('a book', () => {
  const bytes = async () => (await epub.write([aBook('kk')], about)).bytes
  test.each([
    ['manifest', 'EPUB/package.opf', (text: string) => text.replace('href="book.css"', 'href="none.css"')],
    ['metadata', 'EPUB/package.opf', (text: string) => text.replace('<dc:language>kk</dc:language>', '')],
    ['spine', 'EPUB/package.opf', (text: string) => text.replace('idref="c-', 'idref="x-')],
    ['link', 'EPUB/nav.xhtml', (text: string) => text.replace('kk/1-01-cough.xhtml', 'kk/none.xhtml')],
    ['well-formed', 'EPUB/kk/title.xhtml', (text: string) => text.replace('</section>', '')],
    ['script', 'EPUB/kk/title.xhtml', (text: string) => text.replace('<section', '<script>1</script><section')],
  ])('a broken %s is found', async (rule, path, change) => expect(await rules(epub, spoilt(await bytes(), path, change, ['mimetype']))).toContain(rule))

  test('whose first file is packed is found', async () => expect(await rules(epub, zip(new Map(filesOf(await bytes()))))).toContain('mimetype'))
  test('holds no key and nothing for facilitators', async () => {
    const all = [...filesOf(await bytes()).values()].join('')
    expect(all).not.toMatch(/Bring a watch|Begin at nine|Because/)
  })
})

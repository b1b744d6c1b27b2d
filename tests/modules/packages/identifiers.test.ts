import { unzipSync } from 'fflate'
import { describe, expect, test } from 'vitest'
import type { Book } from '#modules/packages/book.ts'
import { cartridge } from '#modules/packages/commonCartridge.ts'
import { epub } from '#modules/packages/epub.ts'
import type { Format } from '#modules/packages/format.ts'
import { gift } from '#modules/packages/gift.ts'
import { moodleXml } from '#modules/packages/moodleXml.ts'
import { scorm } from '#modules/packages/scorm.ts'
import { about, aBook } from './aBook.ts'

// A college that takes the next edition over must find its own things again: what stays the same keeps its name.

const text = (bytes: Uint8Array) => Buffer.from(bytes).toString('utf8')
const every = (content: string, pattern: RegExp) => [...content.matchAll(pattern)].map(([, id]) => id!)
const file = (bytes: Uint8Array, path: string) => text(unzipSync(bytes)[path]!)

/** The names by which an importer knows the parts of a package. */
const namesIn: Record<string, (bytes: Uint8Array) => string[]> = {
  'cc-1.1': (bytes) => [...every(file(bytes, 'imsmanifest.xml'), /<(?:item|resource) identifier="([^"]+)"/g), ...Object.keys(unzipSync(bytes)).filter((path) => path.startsWith('tests/')).flatMap((path) => every(file(bytes, path), /<(?:item|assessment) ident="([^"]+)"/g))],
  'cc-1.3': (bytes) => namesIn['cc-1.1']!(bytes),
  'moodle-xml': (bytes) => every(text(bytes), /<idnumber>([^<]+)<\/idnumber>/g),
  'gift': (bytes) => every(text(bytes), /\[id:([^\]]+)\]/g),
  'scorm-1.2': (bytes) => Object.values(unzipSync(bytes)).flatMap((day) => every(file(day, 'imsmanifest.xml'), /identifier="([^"]+)"/g)),
  'epub-3': (bytes) => every(file(bytes, 'EPUB/package.opf'), /(?:<dc:identifier id="name">|<item id=")([^"<]+)/g),
}

/** The next edition of the same course, frozen by another database: other ids, another number, and every text changed. */
function next(change: (book: Book) => void = () => {}): Book {
  const book = aBook('kk', { id: '7a0c6f3e-9999-4222-8333-444455556666', number: 2, contentHash: 'b'.repeat(64), publishedAt: new Date('2027-09-01T00:00:00Z') })
  for (const lesson of book.days.flatMap((day) => day.lessons)) {
    lesson.title += ' (жаңа)'
    lesson.page = { ...lesson.page, nodes: [...lesson.page.nodes, { tag: 'p', attributes: {}, children: ['Жаңа абзац'] }] }
  }
  for (const item of book.items.values()) {
    item.body.prompt.kk += ' (жаңа)'
    if ('options' in item.body) item.body.options.reverse()
  }
  change(book)
  return book
}
const laterAbout = { ...about, version: '2.1.0', changes: ['Changed lesson: one'] }
const written = async (format: Format, book: Book, facts = about) => namesIn[format.format]!((await format.write([book], facts)).bytes)

describe.each([cartridge('1.1'), cartridge('1.3'), moodleXml, gift, scorm, epub].map((format) => [format.format, format] as const))('%s', (_, format) => {
  test('keeps the name of every part when all texts change', async () => {
    const before = await written(format, aBook('kk'))
    expect(before.length).toBeGreaterThan(2)
    expect(new Set(before).size).toBe(before.length)
    expect(await written(format, next(), laterAbout)).toEqual(before)
  })

  test('gives a new question or lesson a name of its own, and leaves the others theirs', async () => {
    const before = await written(format, aBook('kk'))
    const after = await written(format, next((book) => {
      const [day] = book.days
      day!.lessons.unshift({ ...day!.lessons[0]!, id: 'tiny-1-00', slug: '1-00-before', title: 'Алдымен' })
      const one = structuredClone(book.items.get('q-one')!)
      book.items.set('q-another', { ...one, id: 'q-another' })
    }), laterAbout)
    expect(before.filter((id) => !after.includes(id))).toEqual([])
    expect(new Set(after).size).toBe(after.length)
  })
})

test('the same question has another name in each language, for a system may hold all three', async () => {
  for (const format of [moodleXml, gift]) {
    const ids = (await Promise.all((['kk', 'ru', 'en'] as const).map((locale) => written(format, aBook(locale))))).flat()
    expect(new Set(ids).size).toBe(ids.length)
  }
})

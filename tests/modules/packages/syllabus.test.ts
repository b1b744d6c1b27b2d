import { execFileSync, spawnSync } from 'node:child_process'
import { existsSync, mkdtempSync, readFileSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { unzipSync } from 'fflate'
import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Book } from '#modules/packages/book.ts'
import { sharesOf } from '#modules/packages/printsTree.ts'
import { rehearseSyllabus } from '#modules/packages/rehearseSyllabus.ts'
import { syllabus } from '#modules/packages/syllabus.ts'
import { zip } from '#modules/packages/zip.ts'
import { t } from '#modules/words/index.ts'
import { about, aBook } from './aBook.ts'

/** The small book with the hours of its edition. */
const whole = (locale: Book['locale'] = 'kk') => aBook(locale, { hours: 2 })
const three = () => [whole('kk'), whole('ru'), whole('en')]
const filesOf = (bytes: Uint8Array) => new Map(Object.entries(unzipSync(bytes)).map(([path, content]) => [path, Buffer.from(content).toString('utf8')]))
const write = async (books: Book[]) => (await syllabus.write(books, about)).bytes

/** Tables as somebody would who knows nothing of the library: rows of the texts of their cells. */
const tablesOf = (xml: string) => [...xml.matchAll(/<w:tbl>[\s\S]*?<\/w:tbl>/g)].map(([table]) => [...table.matchAll(/<w:tr[ >][\s\S]*?<\/w:tr>/g)].map(([row]) => [...row.matchAll(/<w:tc>[\s\S]*?<\/w:tc>/g)].map(([cell]) => [...cell.matchAll(/<w:t[^>]*>([^<]*)/g)].map(([, text]) => text).join(''))))

describe('a syllabus', () => {
  test('passes its own rehearsal in one language and in three', async () => {
    for (const books of [[whole('kk')], three()]) expect(rehearseSyllabus(await write(books), books)).toEqual([])
  })

  test('is the same bytes each time', async () => {
    expect(Buffer.compare(await write(three()), await write(three()))).toBe(0)
  })

  test('has real headings, and tables that repeat their heads', async () => {
    const xml = filesOf(await write([whole('kk')])).get('word/document.xml')!
    const headings = [...xml.matchAll(/<w:pStyle w:val="Heading1"\/>[\s\S]*?<w:t[^>]*>([^<]*)/g)].map(([, text]) => text)
    expect(headings).toEqual((['purpose', 'outcomes', 'plan', 'themes', 'assessment', 'resources', 'mapping', 'approval'] as const).map((one) => t('kk', `syllabus.${one}`)))
    expect(xml.match(/<w:tblHeader\/>/g)!.length).toBeGreaterThan(4)
  })

  test('gives one line for each session to compare with, and leaves the college’s own columns empty', async () => {
    const book = whole('ru')
    const table = tablesOf(filesOf(await write([book])).get('word/document.xml')!).find(([head]) => head?.includes(t('ru', 'syllabus.own.gap')))!
    expect(table.slice(1, -1).map((row) => [row[0], row[1]])).toEqual(book.days.flatMap((day) => day.sessions.map((one) => [String(day.day), one.title])))
    for (const row of table.slice(1)) expect(row.slice(4)).toEqual(['', '', '', ''])
  })

  test('counts the questions of each topic, and tells none of them', async () => {
    const book = whole('en')
    const xml = filesOf(await write([book])).get('word/document.xml')!
    const table = tablesOf(xml).find(([head]) => head?.[0] === t('en', 'syllabus.topic'))
    expect(table?.at(-1)?.at(-1)).toBe(String(book.items.size))
    for (const item of book.items.values()) expect(xml).not.toContain(item.body.prompt.en)
  })

  test.skipIf(spawnSync('soffice', ['--version']).error !== undefined)('is opened by LibreOffice (soffice)', { timeout: 120_000 }, async () => {
    const folder = mkdtempSync(join(tmpdir(), 'besik-syllabus-'))
    writeFileSync(join(folder, 'syllabus.docx'), await write(three()))
    execFileSync('soffice', ['--headless', `-env:UserInstallation=file://${folder}/profile`, '--convert-to', 'txt:Text', '--outdir', folder, join(folder, 'syllabus.docx')], { timeout: 110_000 })
    expect(existsSync(join(folder, 'syllabus.txt'))).toBe(true)
    expect(readFileSync(join(folder, 'syllabus.txt'), 'utf8')).toContain(t('kk', 'syllabus.mapping'))
  })
})

describe('what a text editor would stumble on is found', () => {
  const spoilt = async (path: string, change: (text: string) => string) => {
    const files = filesOf(await write([whole('kk')]))
    const before = files.get(path)!
    const after = change(before)
    expect(after).not.toBe(before)
    return zip(new Map([...files, [path, after]]))
  }
  const main = 'word/document.xml'
  test.each<[string, string, (text: string) => string]>([
    ['well-formed', main, (text) => text.replace('</w:body>', '')],
    ['type', '[Content_Types].xml', (text) => text.replace('/word/styles.xml', '/word/none.xml')],
    ['link', 'word/_rels/document.xml.rels', (text) => text.replace('"styles.xml"', '"none.xml"')],
    ['outside', 'word/_rels/document.xml.rels', (text) => text.replace('</Relationships>', '<Relationship Id="x" Type="image" Target="https://example.org/x.png" TargetMode="External"/></Relationships>')],
    ['style', main, (text) => text.replace('<w:pStyle w:val="Mark"/>', '<w:pStyle w:val="Unknown"/>')],
    ['heading', main, (text) => text.replace('<w:pStyle w:val="Heading1"/>', '<w:pStyle w:val="Heading2"/>')],
    ['language', main, (text) => text.replaceAll('kk-KZ', 'de-DE')],
    ['table', main, (text) => text.replace(/<w:tc>(?:(?!<w:tc>)[\s\S])*?<\/w:tc>(<\/w:tr>)/, '$1')],
    ['text', main, (text) => text.replaceAll('Lesson kk', 'Lesson')],
    ['hours', main, (text) => text.replace(/(<w:t[^>]*>)1,5(<)/, '$13$2')],
    ['secret', main, (text) => text.replace(/(<w:t[^>]*>)Lesson kk/, `$1${[...whole('kk').items.values()][0]!.body.prompt.kk} Lesson kk`)],
  ])('a broken %s', async (rule, path, change) => expect(rehearseSyllabus(await spoilt(path, change), [whole('kk')]).map((one) => one.rule)).toContain(rule))

  test('bytes that are no document', () => expect(rehearseSyllabus(Buffer.from('none'), [whole('kk')]).map((one) => one.rule)).toEqual(['zip']))
})

test('columns of a printed table share the whole width and no more, whatever stands in them', () => {
  const cell = fc.string({ maxLength: 300 })
  fc.assert(fc.property(fc.integer({ min: 1, max: 9 }).chain((columns) => fc.tuple(fc.constant(columns), fc.array(fc.array(cell, { minLength: columns, maxLength: columns }), { minLength: 1, maxLength: 8 }))), ([columns, rows]) => {
    const shares = sharesOf(rows, columns)
    expect(shares).toHaveLength(columns)
    for (const share of shares) expect(share).toBeGreaterThan(0)
    const sum = shares.reduce((one, other) => one + other, 0)
    expect(sum).toBeLessThanOrEqual(100.001)
    expect(sum).toBeGreaterThan(99.8)
  }))
})

import { createHash } from 'node:crypto'
import { crc32, inflateRawSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { csv, dayCell, readCsv, type Table, tableFile, xlsx } from '#modules/table.ts'

/** The files of a zip archive by name, read from its central directory (PKWARE's APPNOTE, 4.3), each with its checksum held against its bytes. */
function unzip(bytes: Uint8Array): Map<string, string> {
  const zip = Buffer.from(bytes)
  const end = zip.lastIndexOf('PK\u0005\u0006', undefined, 'latin1')
  const found = new Map<string, string>()
  for (let at = zip.readUInt32LE(end + 16), left = zip.readUInt16LE(end + 10); left > 0; left--) {
    const [method, crc, size, nameLength] = [zip.readUInt16LE(at + 10), zip.readUInt32LE(at + 16), zip.readUInt32LE(at + 20), zip.readUInt16LE(at + 28)]
    const local = zip.readUInt32LE(at + 42)
    const start = local + 30 + zip.readUInt16LE(local + 26) + zip.readUInt16LE(local + 28)
    const packed = zip.subarray(start, start + size)
    const content = method === 0 ? packed : inflateRawSync(packed)
    expect(crc32(content)).toBe(crc)
    found.set(zip.toString('utf8', at + 46, at + 46 + nameLength), content.toString('utf8'))
    at += 46 + nameLength + zip.readUInt16LE(at + 30) + zip.readUInt16LE(at + 32)
  }
  return found
}

const plain = (xml: string) => xml.replaceAll('&lt;', '<').replaceAll('&gt;', '>').replaceAll('&quot;', '"').replaceAll('&apos;', "'").replaceAll('&amp;', '&')
/** What a spreadsheet shows for a stored string. */
const said = (stored: string) => plain(stored).replace(/_x([0-9A-Fa-f]{4})_/g, (_, hex: string) => String.fromCodePoint(parseInt(hex, 16)))

/** The cells of a sheet: texts by way of the shared strings, numbers as numbers. */
function sheetOf(files: Map<string, string>, number = 1): (string | number)[][] {
  const strings = [...files.get('xl/sharedStrings.xml')!.matchAll(/<si><t[^>]*>([\s\S]*?)<\/t><\/si>/g)].map(([, text]) => said(text!))
  return [...files.get(`xl/worksheets/sheet${number}.xml`)!.matchAll(/<row [^>]*>([\s\S]*?)<\/row>/g)].map(([, row]) =>
    [...row!.matchAll(/<c ([^>]*)>([\s\S]*?)<\/c>/g)].map(([, attributes, inside]) => {
      const value = /<v>([\s\S]*?)<\/v>/.exec(inside!)![1]!
      return attributes!.includes('t="s"') ? strings[Number(value)]! : Number(value)
    }))
}
const cells = async (rows: Table['rows']) => sheetOf(unzip(await xlsx([{ name: 'x', rows }])))

const formulas = ['=1+1', '+7 701', '-2', '@SUM(A1)', '=HYPERLINK("http://x";"y")', "=cmd|' /C calc'!A0"]

describe('a workbook', () => {
  test('has every text as it was typed, in the letters of three languages', async () => {
    const rows = [['Тегі', 'Аты'], ['Қыдырәлі', 'Әсем Ғаниқызы'], ['Smith & <Sons>', '"тырнақша"'], [' 007 ', 'a\nb']]
    expect(await cells(rows)).toEqual(rows)
  })

  test.for(formulas)('keeps a text that looks like a formula a text: %s', async (cell) => {
    const files = unzip(await xlsx([{ name: 'x', rows: [['title'], [cell]] }]))
    expect(sheetOf(files)[1]).toEqual([cell])
    expect(files.get('xl/worksheets/sheet1.xml')).not.toContain('<f>')
    // The second row's cell wears the number format "@", which is text: editing it makes no formula either.
    const style = Number(/<row [^>]*r="2"[^>]*><c [^>]*s="(\d+)"/.exec(files.get('xl/worksheets/sheet1.xml')!)![1])
    const styles = files.get('xl/styles.xml')!
    const worn = styles.match(/<cellXfs[\s\S]*<\/cellXfs>/)![0].match(/<xf [^>]*>/g)![style]!
    expect(styles).toContain(`<numFmt numFmtId="${/numFmtId="(\d+)"/.exec(worn)![1]}" formatCode="@"/>`)
  })

  test.for(['constructor', 'toString', '__proto__', 'hasOwnProperty', '_x0041_', 'a_x000D_b', '_x005F_x0041_'])('is not confused by the word %s', async (word) => {
    expect(await cells([[word], [word, 'x']])).toEqual([[word], [word, 'x']])
  })

  test('leaves out what no XML can hold, and keeps the rest of the text', async () => {
    expect(await cells([['a\u0000b\u0008c\uD800d']])).toEqual([['abcd']])
  })

  test('has numbers as numbers and days as days', async () => {
    expect(await cells([['n', 'day'], [25, dayCell('2027-03-01')], [-1.5, dayCell('1970-01-01')]])).toEqual([['n', 'day'], [25, 46_447], [-1.5, 25_569]])
  })

  test('has nothing where nothing is known', async () => {
    expect(await cells([['a', 'b', 'c'], [null, Number.NaN, 1], ['', null, 2]])).toEqual([['a', 'b', 'c'], [1], [2]])
  })

  test('cuts a text at what Excel can keep in a cell', async () => {
    expect((await cells([['x'.repeat(40_000)]]))[0]![0]).toHaveLength(32_767)
  })

  test('has a sheet for each table, under names that Excel takes', async () => {
    const files = unzip(await xlsx([{ name: 'IMCI: 1/2', rows: [['a']] }, { name: 'imci  1 2', rows: [['b']] }, { name: "'…'".repeat(20), rows: [['c']] }, { name: '[]', rows: [['d']] }]))
    const names = [...files.get('xl/workbook.xml')!.matchAll(/<sheet [^>]*name="([^"]*)"/g)].map(([, name]) => plain(name!))
    expect(names).toHaveLength(4)
    expect(new Set(names.map((one) => one.toLowerCase())).size).toBe(4)
    for (const name of names) expect(name).toMatch(/^[^[\]/\\:*?]{1,31}$/)
    expect([1, 2, 3, 4].map((one) => sheetOf(files, one)[0]![0])).toEqual(['a', 'b', 'c', 'd'])
  })
})

describe('a table as a file', () => {
  const table: Table = { name: 'Кесте', head: 2, rows: [['Кесте'], ['Күні', 'Топ'], [dayCell('2027-03-01'), '=x'], [dayCell('2027-03-08'), 'y']] }

  test('in CSV has days as they are written everywhere, and formulas told as text', async () => {
    const { name, bytes, rows } = await tableFile('csv', 'besik-schedule', table)
    expect(name).toBe('besik-schedule.csv')
    expect(rows).toBe(2)
    const text = Buffer.from(bytes).toString('utf8')
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(readCsv(text.slice(1))).toEqual([['Кесте'], ['Күні', 'Топ'], ['2027-03-01', "'=x"], ['2027-03-08', 'y']])
  })

  test('in either kind says the digest of its bytes', async () => {
    for (const format of ['csv', 'xlsx'] as const) {
      const { bytes, digest } = await tableFile(format, 'x', table)
      expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'))
    }
  })
})

test('a negative number is a number in CSV too', () => {
  expect(csv([[-2]])).toBe('-2\r\n')
})

import fc from 'fast-check'
import iconv from 'iconv-lite'
import { gzipSync } from 'node:zlib'
import { describe, expect, test } from 'vitest'
import { Refusal } from '#modules/refusal.ts'
import { read, type PersonRow } from '#modules/rosters/read.ts'
import { clean, dirty, roster, text, utf16be, utf16le } from './files.ts'

const facility = { id: '0b7e2b52-30b5-4b0e-8a0c-0d3c7b1d0001', names: { kk: 'Қызылорда қалалық №3 емханасы', ru: 'Кызылординская городская поликлиника №3', en: 'Kyzylorda City Polyclinic No. 3' } }
const options = { facilities: [facility], today: '2026-11-23', consents: new Map() }
const reading = (bytes: Buffer) => read(bytes, options)
const peopleOf = (bytes: Buffer) => reading(bytes).rows.filter((row) => row.kind === 'person')

/** `line:field:code` of everything that is wrong or doubtful, facilities and missing details apart. */
const told = (rows: readonly PersonRow[]) =>
  rows.flatMap(({ line, problems }) => problems.filter(({ code }) => !/^(facility|profession|no)-/.test(code)).map(({ field, code }) => `${line}:${field ?? '*'}:${code}`))

const names = (bytes: Buffer) => peopleOf(bytes).map(({ person }) => [person.familyName, person.givenName, person.patronymic].filter(Boolean).join(' '))

describe('encodings', () => {
  const expected = reading(clean).rows
  const encoded: [string, Buffer, string][] = [
    ['UTF-8 with its mark', clean, 'UTF-8'],
    ['UTF-8 without', Buffer.from(text), 'UTF-8'],
    ['UTF-16LE', utf16le(text), 'UTF-16LE'],
    ['UTF-16BE', utf16be(text), 'UTF-16BE'],
    ['UTF-16LE without its mark', Buffer.from(text, 'utf16le'), 'UTF-16LE'],
    ['UTF-16BE without its mark', iconv.encode(text, 'utf-16be'), 'UTF-16BE'],
    ['KZ-1048', iconv.encode(text, 'rk1048'), 'KZ-1048'],
  ]
  test.each(encoded)('the same roster in %s gives the same rows', (_, bytes, encoding) => {
    const { head, rows } = reading(bytes)
    expect(head.encoding).toBe(encoding)
    expect(rows).toEqual(expected)
  })

  test('Russian names in Windows-1251 are read, Ukrainian ones too', () => {
    const bytes = iconv.encode('Фамилия;Имя;Отчество\r\nИванова;Оксана;Петровна\r\nЮщенко;Євгенія;Матвіївна\r\nКоваленко;Їжак;Андріївна\r\n', 'win1251')
    expect(reading(bytes).head.encoding).toBe('Windows-1251')
    expect(names(bytes)).toEqual(['Иванова Оксана Петровна', 'Ющенко Євгенія Матвіївна', 'Коваленко Їжак Андріївна'])
  })

  test('a few Kazakh letters are enough to tell KZ-1048', () => {
    const bytes = iconv.encode('Фамилия;Имя\r\nИванова;Әсел\r\nКим;Ұлжан\r\nҒалиева;Меңсұлу\r\nБаһадүр;Өмірбек\r\n', 'rk1048')
    expect(names(bytes)).toEqual(['Иванова Әсел', 'Ким Ұлжан', 'Ғалиева Меңсұлу', 'Баһадүр Өмірбек'])
  })
})

describe('files that are refused as a whole', () => {
  const zip = Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), Buffer.from('roster.csv')])
  const refused: [string, Buffer, string, object?][] = [
    ['nothing', Buffer.alloc(0), 'roster.empty'],
    ['an XLSX renamed to .csv', Buffer.concat([Buffer.from('PK\x03\x04', 'latin1'), Buffer.alloc(26), Buffer.from('[Content_Types].xml'), Buffer.alloc(200), Buffer.from('xl/workbook.xml')]), 'roster.is-workbook'],
    ['an old XLS', Buffer.concat([Buffer.from('d0cf11e0a1b11ae1', 'hex'), Buffer.alloc(512)]), 'roster.is-workbook'],
    ['a web page that Excel saved', Buffer.from('<html><table><tr><td>Тегі</td></tr></table></html>'), 'roster.is-workbook'],
    ['a PDF', Buffer.from('%PDF-1.7\n%âãÏÓ\n1 0 obj'), 'roster.is-pdf'],
    ['a ZIP', zip, 'roster.is-archive'],
    ['a bomb: a gigabyte of nothing, packed', gzipSync(Buffer.alloc(10_000_000)), 'roster.is-archive'],
    ['a PNG', Buffer.from('89504e470d0a1a0a0000000d49484452', 'hex'), 'roster.is-not-text'],
    ['an AVIF', Buffer.from('\x00\x00\x00\x1cftypavif', 'latin1'), 'roster.is-not-text'],
    ['zeros inside', Buffer.from('Тегі;Аты\r\nКим;Ок\0сана\r\n'), 'roster.is-not-text'],
    ['Kazakh names saved in Windows-1251, letters lost', iconv.encode(text, 'win1251'), 'roster.letters-lost', { rows: 30 }],
    ['the same saved again as UTF-8', Buffer.from(iconv.decode(iconv.encode(text, 'win1251'), 'win1251')), 'roster.letters-lost', { rows: 30 }],
    ['CP866, of MS-DOS', iconv.encode(text, 'cp866'), 'roster.encoding-unknown'],
    ['KOI8-R', iconv.encode(text, 'koi8-r'), 'roster.encoding-unknown'],
    ['ISO 8859-5', iconv.encode(text, 'iso-8859-5'), 'roster.encoding-unknown'],
    ['Mac Cyrillic', iconv.encode(text, 'maccyrillic'), 'roster.encoding-unknown'],
    ['UTF-8 read as Windows-1251 and saved again', Buffer.from(iconv.decode(Buffer.from(text), 'win1251')), 'roster.garbled'],
    ['UTF-8 read as Latin-1 and saved again', Buffer.from(Buffer.from(text).toString('latin1')), 'roster.garbled'],
    ['UTF-8 with U+FFFD in every name', Buffer.from(text.replaceAll('қ', '\ufffd')), 'roster.garbled'],
    ['UTF-16 cut in the middle of a letter', utf16le(text).subarray(0, 1001), 'roster.garbled'],
    ['UTF-8 with its mark, cut in the middle of a letter', clean.subarray(0, 10), 'roster.garbled'],
    ['titles and nobody', Buffer.from('Тегі;Аты;ЖСН\r\n'), 'roster.no-rows'],
    ['titles, empty lines and a total', Buffer.from('Тегі;Аты;ЖСН\r\n;;\r\nИтого;;0\r\n'), 'roster.no-rows'],
    ['no titles', Buffer.from('1;Ким;Оксана\r\n2;Иванова;Айгүл\r\n'), 'roster.columns-missing'],
    ['no given names', Buffer.from('Тегі;ЖСН\r\nКим;671123449900\r\n'), 'roster.columns-missing', { columns: '«Аты / Имя»' }],
    ['two columns of surnames', Buffer.from('Тегі;Аты;Фамилия\r\nКим;Оксана;Ким\r\n'), 'roster.column-doubled', { title: 'Фамилия', first: 'A', second: 'C' }],
    ['a quotation mark that is never closed', Buffer.from('Тегі;Аты\r\nКим;Оксана\r\n"Иванова;Айгүл\r\nКим;Оксана\r\n'), 'roster.quote-open', { line: 3 }],
    ['201 columns', Buffer.from(`Тегі;Аты${';x'.repeat(199)}\r\nКим;Оксана\r\n`), 'roster.too-many-columns', { limit: 200 }],
    ['100,001 people', Buffer.from(`Тегі;Аты\n${'Ким;Оксана\n'.repeat(100_001)}`), 'roster.too-many-rows', { limit: 100_000 }],
    ['one line of 5 MB', Buffer.from('x'.repeat(5_000_000)), 'roster.columns-missing'],
  ]
  test.each(refused)('%s', (_, bytes, code, facts) => {
    expect(() => reading(bytes)).toThrow(expect.objectContaining({ code, ...(facts && { facts }) }))
  })
})

describe('shapes of a table', () => {
  const two = [['Ким', 'Оксана'], ['Иванова', 'Айгүл']]
  const shapes: [string, string][] = [
    ['semicolons', 'Тегі;Аты\nКим;Оксана\nИванова;Айгүл\n'],
    ['commas', 'Тегі,Аты\nКим,Оксана\nИванова,Айгүл\n'],
    ['tabs', 'Тегі\tАты\nКим\tОксана\nИванова\tАйгүл\n'],
    ['a sep= line', 'sep=,\r\nТегі,Аты\r\nКим,Оксана\r\nИванова,Айгүл\r\n'],
    ['CRLF', 'Тегі;Аты\r\nКим;Оксана\r\nИванова;Айгүл\r\n'],
    ['CR alone', 'Тегі;Аты\rКим;Оксана\rИванова;Айгүл\r'],
    ['no line end at the end', 'Тегі;Аты\nКим;Оксана\nИванова;Айгүл'],
    ['quotation marks', '"Тегі";"Аты"\n"Ким";"Оксана"\n"Иванова";"Айгүл"\n'],
    ['Russian titles in another order', 'Имя;Фамилия\nОксана;Ким\nАйгүл;Иванова\n'],
    ['English titles', 'First name,Last name\nОксана,Ким\nАйгүл,Иванова\n'],
    ['titles in two languages, upper case', 'ТЕГІ / ФАМИЛИЯ;АТЫ / ИМЯ\nКим;Оксана\nИванова;Айгүл\n'],
    ['titles in two lines of one cell', '"Тегі\nФамилия";"Аты\nИмя"\nКим;Оксана\nИванова;Айгүл\n'],
    ['a heading above the titles', 'Тыңдаушылар тізімі;\n;\nТегі;Аты\nКим;Оксана\nИванова;Айгүл\n'],
    ['unknown columns', '№;Тегі;Ескертпе;Аты\n1;Ким;жаңа;Оксана\n2;Иванова;;Айгүл\n'],
    ['names in one column', 'Т.А.Ә. / Ф.И.О.\nКим Оксана\nИванова Айгүл\n'],
  ]
  test.each(shapes)('%s', (_, source) => {
    expect(peopleOf(Buffer.from(source)).map(({ person }) => [person.familyName, person.givenName])).toEqual(two)
  })

  test('lines are counted as an editor counts them, through line breaks in cells and a sep= line', () => {
    const { rows } = reading(Buffer.from('sep=;\r\n"Тегі\r\nФамилия";Аты\r\n"Ким";"Ок\r\nсана"\r\nИванова;1\r\n'))
    expect(rows.map(({ line }) => line)).toEqual([4, 6])
  })

  test('columns that are not known are named, and so is a missing IIN', () => {
    const { head } = reading(Buffer.from('Тегі;Ескертпе;Аты\nКим;жаңа;Оксана\n'))
    expect(head).toMatchObject({ hasIin: false, unknown: [{ letter: 'B', title: 'Ескертпе' }] })
  })

  test('empty lines, totals and headings are skipped and told, neighbours together', () => {
    const { rows } = reading(Buffer.from('Тізім;\nТегі;Аты\nКим;Оксана\n;\n\n ; \nБарлығы / Итого;1\nВсего: 1;\n'))
    expect(rows.filter(({ kind }) => kind === 'skipped')).toEqual([
      { kind: 'skipped', line: 1, until: 1, why: 'above' }, { kind: 'skipped', line: 4, until: 6, why: 'empty' }, { kind: 'skipped', line: 7, until: 8, why: 'total' },
    ])
  })

  test('filled cells beyond the titles are wrong: columns may have moved', () => {
    expect(told(peopleOf(Buffer.from('Тегі;Аты\nКим;Оксана;;\nИванова;Ай;гүл\n')))).toEqual(['3:*:cells-surplus'])
  })
})

test('what really arrives: every line of the dirty roster is judged as it should be', () => {
  expect(told(peopleOf(dirty))).toEqual([
    '3:iin:iin-check', '4:iin:iin-scientific', '5:iin:iin-zero', '5:iin:iin-twice', '7:iin:iin-twice',
    '11:familyName:name-lost', '11:givenName:name-lost', '14:givenName:formula',
    '15:familyName:spaces', '15:familyName:name-case', '15:givenName:name-case', '16:phone:phone-read', '17:iin:spaces',
  ])
  expect(reading(dirty).rows.filter(({ kind }) => kind === 'skipped')).toMatchObject([{ line: 18, why: 'empty' }, { line: 19, why: 'total' }])
})

test('dangerous and odd cells of a roster are named by line and column', () => {
  const cells = ['=1+1', '＝1', '@cmd', '-2+3', '<script>', 'Ким\u202eанаскО', 'Ок\u200bсана', '😀', 'é'.padEnd(400, '\u0301'), 'x'.repeat(10_000), '__proto__', 'Қ\ud800', "O'Neil", 'constructor', 'null', 'Әлі-Мұрат']
  const rows = peopleOf(roster(...cells.map((cell, index) => `Ким${'а'.repeat(index)};${cell};;;;;a${index}@example.kz;`)))
  expect(rows.map(({ problems }) => problems.find(({ level }) => level === 'wrong')?.code ?? null)).toEqual([
    'formula', 'formula', 'formula', 'formula', 'name-sign', 'hidden', 'hidden', 'name-sign', 'long', 'long', 'name-sign', 'name-lost', null, null, null, null,
  ])
})

test('whatever the bytes, the answer is a refusal or rows', () => {
  const pieces = fc.array(fc.oneof(
    fc.uint8Array({ maxLength: 40 }).map((bytes) => Buffer.from(bytes)),
    fc.constantFrom('Тегі;Аты;ЖСН\n', 'Ким;Оксана;671123449900\n', '"', ';', ',', '\t', '\r', '\n', '\ufeff', 'sep=;\n', '\0', 'Итого;', '6,7E+11').map((part) => Buffer.from(part)),
    fc.constantFrom('Қымбат;Ғалиева\n', 'Имя;Фамилия\n').map((part) => iconv.encode(part, 'rk1048')),
    fc.string({ unit: 'binary', maxLength: 40 }).map((part) => Buffer.from(part)),
  ), { maxLength: 25 }).map((parts) => Buffer.concat(parts))
  fc.assert(fc.property(pieces, (bytes) => {
    try {
      expect(reading(bytes).rows.length).toBeGreaterThan(0)
    } catch (error) {
      if (!(error instanceof Refusal)) throw error
    }
  }), { numRuns: 3000 })
})

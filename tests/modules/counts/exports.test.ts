import { desc } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import { strFromU8, unzipSync } from 'fflate'
import Papa from 'papaparse'
import { centres, entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { exportCertificates, exportCounts, listCertificates } from '#modules/counts/index.ts'
import { csv, readCsv } from '#modules/table.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAuditor, texts } from '#tests/factories.ts'
import { aCertificate, replaced, revoked } from './register.ts'

const textOf = ({ bytes }: { bytes: Uint8Array }) => Buffer.from(bytes).toString()
/** The texts and numbers of a workbook's only sheet, in its order: shared strings by their numbers. */
function readSheet(bytes: Uint8Array): string[][] {
  const parts = unzipSync(bytes)
  const [strings, sheet] = ['xl/sharedStrings.xml', 'xl/worksheets/sheet1.xml'].map((path) => strFromU8(parts[path]!)) as [string, string]
  const shared = [...strings.matchAll(/<si>.*?<\/si>/gs)].map(([one]) => [...one.matchAll(/<t[^>]*>(.*?)<\/t>/gs)].map(([, text]) => text).join(''))
  return [...sheet.matchAll(/<row .*?<\/row>/gs)].map(([row]) => [...row.matchAll(/<c ([^>]*)>\s*<v>(.*?)<\/v>/gs)].map(([, facts, value]) => (facts!.includes('t="s"') ? shared[Number(value)]! : value!)))
}
const read = (text: string) => Papa.parse<string[]>(text.slice(1), { delimiter: ';', skipEmptyLines: true }).data

test.for(['=1+1', '+7 701', '-2', '@SUM(A1)', '\t=1', '\r=1', '=HYPERLINK("http://x";"y")'])('a cell that a spreadsheet would run is told as text: %j', (cell) => {
  const [line] = csv([[cell, 'x']]).split('\r\n')
  expect(readCsv(csv([[cell, 'x']]))[0]![0]).toBe(`'${cell}`)
  expect(line!.replace(/^"/, '').startsWith("'")).toBe(true)
})

describe('a table of counts as a file', () => {
  test('says what it counts, which part and as of when, in the reader’s language', async ({ db }) => {
    const centre = await aCentre(db, { names: { kk: 'Тараз орталығы', ru: 'Центр Тараза', en: 'Taraz centre' } })
    const cohort = await aCohort(db, { centreId: centre.id })
    await aCertificate(db, { cohortId: cohort.id })
    await aCertificate(db, { cohortId: cohort.id, sex: null })
    const file = await exportCounts(db, system('test'), { locale: 'ru', by: ['centre', 'sex'], from: '2027-01-01', asOf: '2027-12-31', where: { centre: centre.id } })
    const text = textOf(file)
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(read(text)).toEqual([
      [expect.stringContaining('Сертификаты, выданные за период')], ['По состоянию на', '31.12.2027, 23:59'], ['С', '2027-01-01'], ['По', '…'], ['Центр', 'Центр Тараза'],
      ['Центр', 'Пол', 'Сертификаты', 'Доля, %'], ['Центр Тараза', 'женский', '1', '50'], ['Центр Тараза', 'не указано', '1', '50'], ['Всего', '', '2', '100'],
    ])
    expect(file.rows).toBe(2)
  })

  test('is a workbook of the same lines, in the order of the page, recorded with the hash of its bytes', async ({ db }) => {
    const auditor = await anAuditor(db)
    for (const profession of ['midwife', 'paediatrician', 'paediatrician', null]) await aCertificate(db, { profession })
    const asked: Parameters<typeof exportCounts>[2] = { locale: 'en', by: ['profession'], asOf: '2027-12-31' }
    for (const sort of ['count', 'name'] as const) {
      const [text, book] = [await exportCounts(db, auditor, { ...asked, sort }), await exportCounts(db, auditor, { ...asked, sort, format: 'xlsx' })]
      const lines = read(textOf(text)).slice(4)
      expect(lines.slice(1, -1).map((line) => line[0])).toEqual(sort === 'count' ? ['paediatrician', 'midwife', 'not stated'] : ['midwife', 'not stated', 'paediatrician'])
      expect(readSheet(book.bytes).filter((row) => row.length > 0).slice(4)).toEqual(lines)
      expect([book.name, book.rows]).toEqual(['besik-counts-2027-12-31.xlsx', 3])
      const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
      expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: 'counts:profession', rows: 3, digest: createHash('sha256').update(book.bytes).digest('hex') } })
    }
  })

  test('is recorded with its rows and the hash of its text', async ({ db }) => {
    const auditor = await anAuditor(db)
    const { bytes, digest } = await exportCounts(db, auditor, { locale: 'kk', by: ['region'] })
    expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'))
    const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
    expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: 'counts:region', rows: 0, digest } })
  })

  test('neutralises names of places that look like formulas', async ({ db }) => {
    const centre = await aCentre(db, { names: texts('=cmd|calc') })
    await aCertificate(db, { cohortId: (await aCohort(db, { centreId: centre.id })).id })
    expect(textOf(await exportCounts(db, system('test'), { locale: 'en', by: ['centre'], asOf: '2027-12-31' }))).toContain("'=cmd|calc")
    expect(await db.$count(centres)).toBe(1)
  })
})

describe('a list of certificates as a file', () => {
  test('has each counted certificate once, by serial, with neither name nor code', async ({ db }) => {
    const [one, two, three] = [await aCertificate(db), await aCertificate(db, { issuedOn: '2027-03-06' }), await aCertificate(db)]
    await revoked(db, three, new Date('2027-04-01T00:00:00Z'))
    const file = await exportCertificates(db, system('test'), { locale: 'en', asOf: '2027-12-31' })
    const [text, rows] = [textOf(file), file.rows]
    const body = read(text).slice(5)
    expect(body.map((row) => row.slice(0, 3))).toEqual([[two.serial, 'valid', '2027-03-06'], [one.serial, 'valid', '2027-03-05']])
    expect(rows).toBe(2)
    for (const hidden of ['Рақымбаева', one.code, two.code]) expect(text).not.toContain(hidden)
  })

  test('is the list that the page shows: everything, or those in one state, and the same in a workbook', async ({ db }) => {
    const [one, two] = [await aCertificate(db), await aCertificate(db, { issuedOn: '2027-03-06' })]
    await revoked(db, one, new Date('2027-04-01T00:00:00Z'))
    const after = await replaced(db, two, { issuedOn: '2027-06-01' })
    for (const asked of [{ which: 'all' as const }, { state: 'revoked' as const }, { state: 'ended' as const }, {}]) {
      const { items } = await listCertificates(db, system('test'), { ...asked, asOf: '2027-12-31' })
      const serials = items.map(({ serial }) => serial)
      const file = await exportCertificates(db, system('test'), { ...asked, locale: 'ru', asOf: '2027-12-31' })
      const lines = read(textOf(file)).filter(([serial]) => serial!.startsWith('KZ-2027-'))
      expect([lines.map(([serial]) => serial), file.rows]).toEqual([serials, serials.length])
      const book = await exportCertificates(db, system('test'), { ...asked, locale: 'ru', asOf: '2027-12-31', format: 'xlsx' })
      expect([readSheet(book.bytes).map(([serial]) => serial).filter((serial) => serial?.startsWith('KZ-2027-')), book.rows]).toEqual([serials, serials.length])
    }
    await expect(exportCertificates(db, system('test'), { which: 'all', locale: 'ru', asOf: '2027-12-31', format: 'xlsx' }, 2)).rejects.toMatchObject({ code: 'list.too-long', facts: { most: 2 } })
    expect((await exportCertificates(db, system('test'), { which: 'all', locale: 'ru', asOf: '2027-12-31' }, 2)).rows).toBe(3)
    const [line] = read(textOf(await exportCertificates(db, system('test'), { state: 'replaced', locale: 'en', asOf: '2027-12-31' }))).filter(([serial]) => serial === two.serial)
    expect(line).toContain(after.serial)
  })

  test('is for auditors, and for a coordinator of the one centre asked for', async ({ db }) => {
    const [own, foreign] = [await aCentre(db), await aCentre(db)]
    const coordinator = await aCoordinator(db, own.id)
    expect((await exportCertificates(db, coordinator, { locale: 'en', where: { centre: own.id } })).rows).toBe(0)
    for (const where of [{}, { centre: foreign.id }]) {
      await expect(exportCertificates(db, coordinator, { locale: 'en', where })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(exportCounts(db, coordinator, { locale: 'en', where })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    expect(await db.$count(entries)).toBe(1)
  })
})

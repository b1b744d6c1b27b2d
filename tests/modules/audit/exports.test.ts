import { desc } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import Papa from 'papaparse'
import { centres, entries } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { exportCertificates, exportCounts } from '#modules/audit/index.ts'
import { csv, readCsv } from '#modules/table.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAuditor, texts } from '#tests/factories.ts'
import { aCertificate, revoked } from './register.ts'

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
    const { text, rows } = await exportCounts(db, system('test'), { locale: 'ru', by: ['centre', 'sex'], from: '2027-01-01', asOf: '2027-12-31', where: { centre: centre.id } })
    expect(text.startsWith('\uFEFF')).toBe(true)
    expect(read(text)).toEqual([
      [expect.stringContaining('Сертификаты, выданные за период')], ['По состоянию на', '31.12.2027, 23:59'], ['С', '2027-01-01'], ['По', '…'], ['Центр', 'Центр Тараза'],
      ['Центр', 'Пол', 'Сертификаты'], ['Центр Тараза', 'женский', '1'], ['Центр Тараза', 'не указано', '1'], ['Всего', '', '2'],
    ])
    expect(rows).toBe(2)
  })

  test('is recorded with its rows and the hash of its text', async ({ db }) => {
    const auditor = await anAuditor(db)
    const { text, digest } = await exportCounts(db, auditor, { locale: 'kk', by: ['region'] })
    expect(digest).toBe(createHash('sha256').update(text).digest('hex'))
    const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
    expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: 'counts:region', rows: 0, digest } })
  })

  test('neutralises names of places that look like formulas', async ({ db }) => {
    const centre = await aCentre(db, { names: texts('=cmd|calc') })
    await aCertificate(db, { cohortId: (await aCohort(db, { centreId: centre.id })).id })
    expect((await exportCounts(db, system('test'), { locale: 'en', by: ['centre'], asOf: '2027-12-31' })).text).toContain("'=cmd|calc")
    expect(await db.$count(centres)).toBe(1)
  })
})

describe('a list of certificates as a file', () => {
  test('has each counted certificate once, by serial and code, without a name', async ({ db }) => {
    const [one, two, three] = [await aCertificate(db), await aCertificate(db, { issuedOn: '2027-03-06' }), await aCertificate(db)]
    await revoked(db, three, new Date('2027-04-01T00:00:00Z'))
    const { text, rows } = await exportCertificates(db, system('test'), { locale: 'en', asOf: '2027-12-31' })
    const body = read(text).slice(5)
    expect(body.map((row) => row.slice(0, 4))).toEqual([[two.serial, two.code, 'valid', '2027-03-06'], [one.serial, one.code, 'valid', '2027-03-05']])
    expect(rows).toBe(2)
    expect(text).not.toContain('Рақымбаева')
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

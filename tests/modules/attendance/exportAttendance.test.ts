import { createHash } from 'node:crypto'
import { desc } from 'drizzle-orm'
import Papa from 'papaparse'
import type { Db } from '#db/client.ts'
import { entries } from '#db/schema/index.ts'
import { attendanceSheet, exportAttendance, markAttendance } from '#modules/attendance/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aPerson, aTrainee, aTrainer, seated } from '#tests/factories.ts'

async function aSheet(db: Db) {
  const cohort = await aCohort(db, { state: 'running', startsOn: '2027-03-01', endsOn: '2027-03-02' })
  const people = [await aPerson(db, { familyName: '=Қасымова', givenName: 'Әлия', patronymic: null }), await aPerson(db, { familyName: 'Ғабитов', givenName: 'Өмір', patronymic: null })]
  await seated(db, cohort, ...people.map((one) => one.id))
  const trainer = await aTrainer(db, cohort.centreId)
  const mark = (index: number, date: string, half: 'am' | 'pm', word: 'present' | 'late' | 'excused' | 'absent') => ({ personId: people[index]!.id, date, half, mark: word })
  await markAttendance(db, trainer, { cohortId: cohort.id, marks: [mark(0, '2027-03-01', 'am', 'present'), mark(0, '2027-03-01', 'pm', 'late'), mark(0, '2027-03-02', 'am', 'excused'), mark(1, '2027-03-01', 'am', 'absent')] })
  return { cohort, trainer, cohortId: cohort.id }
}
const read = (bytes: Uint8Array) => Papa.parse<string[]>(Buffer.from(bytes).toString('utf8').slice(1), { delimiter: ';', skipEmptyLines: true }).data

test('the sheet as a spreadsheet: a column for each half-day, the percent by the one definition, which stands above', async ({ db }) => {
  const { cohortId, trainer } = await aSheet(db)
  const { bytes, name, type, rows } = await exportAttendance(db, trainer, { cohortId, locale: 'ru', format: 'csv' })
  const [asOf, definition, header, ...body] = read(bytes)
  expect([name, type, rows]).toEqual(['besik-attendance-2027-03-01.csv', 'text/csv; charset=utf-8', 2])
  expect([asOf![0], definition![0]!.includes('из 3')]).toEqual(['По состоянию на', true])
  expect(header).toEqual(['Место', 'Человек', '01.03.2027, Утро', '01.03.2027, После обеда', '02.03.2027, Утро', '02.03.2027, После обеда', 'Половин дня присутствия', 'Половин дня в зачёте', 'Посещаемость, %'])
  expect(body).toEqual([['1', "'=Қасымова Әлия", 'есть', 'опоздание', 'уваж. причина', '', '2', '3', '66'], ['2', 'Ғабитов Өмір', 'нет', '', '', '', '0', '3', '0']])
  const { people } = await attendanceSheet(db, trainer, { cohortId })
  expect(body.map((line) => Number(line[6]))).toEqual(people.map((one) => one.present))
})

test.for(['csv', 'xlsx'] as const)('a file in %s is recorded with its rows and the hash of its bytes', async (format, { db }) => {
  const { cohortId, trainer } = await aSheet(db)
  const { bytes, digest } = await exportAttendance(db, trainer, { cohortId, locale: 'kk', format })
  expect(digest).toBe(createHash('sha256').update(bytes).digest('hex'))
  expect(Buffer.from(bytes).subarray(0, 2).toString('latin1') === 'PK').toBe(format === 'xlsx')
  const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
  expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: `attendance:${cohortId}`, rows: 2, digest } })
})

test('it is for the centre’s own people, and what is refused is not recorded', async ({ db }) => {
  const { cohortId } = await aSheet(db)
  for (const actor of [await aTrainee(db, { email: 'somebody@example.kz' }), await aCoordinator(db, (await aCentre(db)).id)]) {
    await expect(exportAttendance(db, actor, { cohortId, locale: 'en', format: 'csv' })).rejects.toMatchObject({ code: 'object.not-found' })
  }
  expect(await db.$count(entries)).toBe(0)
})

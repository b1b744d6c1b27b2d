import { desc } from 'drizzle-orm'
import { createHash } from 'node:crypto'
import type { Db } from '#db/client.ts'
import { entries } from '#db/schema/index.ts'
import { exportLogbook, logCase } from '#modules/assessment/index.ts'
import { exportMyData } from '#modules/exchange/index.ts'
import { readCsv } from '#modules/table.ts'
import { dayOf } from '#modules/words/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, aTrainee, aTrainer, seated } from '#tests/factories.ts'

const today = dayOf(new Date(), 'Asia/Qyzylorda')

async function aLogbook(db: Db) {
  const cohort = await aCohort(db, { state: 'running', startsOn: today, endsOn: today })
  const trainee = await aTrainee(db, { familyName: 'Сағындық', givenName: 'Гүлжан', patronymic: null })
  await seated(db, cohort, trainee.personId!)
  const trainer = await aTrainer(db, cohort.centreId)
  const seen = { cohortId: cohort.id, date: today, ageGroup: 'child' as const, setting: 'outpatient' as const, signs: ['diarrhoea'], classifications: ['DEH-3'] }
  await logCase(db, trainee, seen)
  await logCase(db, trainer, { ...seen, personId: trainee.personId!, ageGroup: 'young-infant', setting: 'simulation', signs: [], classifications: ['JAU-2'] })
  return { cohort, trainee, trainer }
}

test('a line for each case, in words, with who confirmed it; the ledger tells rows and hash', async ({ db }) => {
  const { cohort } = await aLogbook(db)
  const { text, rows, digest } = await exportLogbook(db, await aCoordinator(db, cohort.centreId), { cohortId: cohort.id, locale: 'ru' })
  const lines = readCsv(text.slice(1)).slice(1).filter((line) => line.length > 1)
  expect(rows).toBe(2)
  expect(lines.slice(1).map((line) => line.slice(0, 8)).toSorted((a, b) => (a[2]! < b[2]! ? -1 : 1))).toEqual([
    ['Сағындық Гүлжан', today, 'до 2 месяцев', 'Симулятор', '', '', expect.stringContaining('ЖЕЛТУХА'), 'who-imci-2014'],
    ['Сағындық Гүлжан', today, 'от 2 месяцев до 5 лет', 'Амбулатория', '', 'диарея', expect.stringContaining('НЕТ ОБЕЗВОЖИВАНИЯ'), 'who-imci-2014'],
  ])
  expect(lines.slice(1).filter((line) => line[10] !== '')).toHaveLength(1)
  expect(digest).toBe(createHash('sha256').update(text).digest('hex'))
  const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
  expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: `logbook:${cohort.id}`, rows: 2, digest } })
})

test('for those who work at the centre, and nothing is told of an export that was refused', async ({ db }) => {
  const { cohort, trainee } = await aLogbook(db)
  const before = await db.$count(entries)
  await expect(exportLogbook(db, trainee, { cohortId: cohort.id, locale: 'kk' })).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(exportLogbook(db, await aTrainer(db, (await aCentre(db)).id), { cohortId: cohort.id, locale: 'kk' })).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(entries)).toBe(before)
})

test('a person’s own data hold their whole logbook', async ({ db }) => {
  const { trainee } = await aLogbook(db)
  const { practice } = await exportMyData(db, trainee, {})
  expect(practice).toMatchObject([{ ageGroup: 'child', signs: ['diarrhoea'], classifications: ['DEH-3'], confirmedAt: null }, { ageGroup: 'young-infant', setting: 'simulation', confirmedAt: expect.any(Date) }])
})

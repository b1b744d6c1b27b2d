import Papa from 'papaparse'
import { emptyRoster, listProblems, previewRoster, sayProblem } from '#modules/rosters/index.ts'
import { read } from '#modules/rosters/read.ts'
import { locales, t } from '#modules/words/index.ts'
import en from '#content/interface/en.json' with { type: 'json' }
import { expect, test } from '#tests/database.ts'
import { dirty, kyzylorda, roster } from './files.ts'

test('the list of remarks names line, column and what to do, and holds no personal number', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const text = listProblems('ru', await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: dirty }))
  const rows = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), { delimiter: ';', skipEmptyLines: true }).data
  expect(rows[1]!.slice(0, 5)).toEqual(['3', 'E', 'ЖСН / ИИН', 'Сағындық Гүлжан Маратқызы', t('ru', 'roster.level.wrong')])
  expect(text).not.toMatch(/\d{12}/)
})

test('nothing in the list of remarks runs in a spreadsheet', async ({ db }) => {
  const { cohort, coordinator } = await kyzylorda(db)
  const cells = ['=1+1', '+1', '-1', '@x', '＝1', '\t=1']
  const text = listProblems('en', await previewRoster(db, coordinator, { cohortId: cohort.id, bytes: roster(...cells.map((cell) => `"${cell}";Оксана;;;;;;`)) }))
  const names = Papa.parse<string[]>(text.replace(/^\ufeff/, ''), { delimiter: ';', skipEmptyLines: true }).data.slice(1).map((row) => row[3]!)
  expect(names.length).toBeGreaterThanOrEqual(cells.length)
  for (const name of names) expect(name).toMatch(/^'/)
})

test('an empty table has every title that is read', () => {
  const bytes = Buffer.from(`${emptyRoster()}1;Ким;Оксана;;671123449900;акушерка;;kim@example.kz;\r\n`)
  const { head } = read(bytes, { facilities: [], today: '2026-11-23', consents: new Map() })
  expect(head.unknown).toEqual([])
  expect(head.columns.map(({ field }) => field)).toEqual(['number', 'familyName', 'givenName', 'patronymic', 'iin', 'profession', 'facility', 'email', 'phone'])
})

test('every problem has a sentence in three languages that needs only facts it is given', () => {
  const facts = { text: 'x', sign: 'x', code: 'x', max: 1, count: 1, from: 'x', to: 'x', letters: 'x', digits: 11, zeros: 1, line: 2, name: 'x', profession: 'midwife', day: '2027-03-01' }
  const codes = Object.keys(en).flatMap((key) => (key.startsWith('roster.problem.') ? [key.slice('roster.problem.'.length)] : []))
  for (const code of codes) for (const locale of locales) expect(sayProblem(locale, { field: null, code: code as never, level: 'note', facts })).not.toMatch(/[{}]/)
})

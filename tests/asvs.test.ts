import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

// tests/asvs.md answers a list of requirements; here it is held to that list and to tests that exist.

const text = readFileSync('tests/asvs.md', 'utf8')
const rows = text.split('\n').filter((line) => /^\| \d/.test(line)).map((line) => {
  const [number = '', level = '', asks = '', answer = '', how = '', shown = ''] = line.split('|').slice(1, -1).map((cell) => cell.trim())
  return { number, level, asks, answer, how, shown, files: [...shown.matchAll(/`([^`]+)`/g)].map(([, file]) => file!) }
})
const answers = ['met', 'in part', 'deviation', 'not met', 'n/a']

/** How many requirements of levels 1 and 2 each chapter of ASVS 5.0.0 has; without OAuth (10) and WebRTC (17), which are left out. */
const chapters = { 1: 27, 2: 11, 3: 19, 4: 10, 5: 9, 6: 35, 7: 18, 8: 7, 9: 7, 11: 14, 12: 9, 13: 13, 14: 9, 15: 13, 16: 16 }

test('each requirement of levels 1 and 2 has one row', () => {
  expect(new Set(rows.map((row) => row.number)).size).toBe(rows.length)
  const counted = Object.groupBy(rows, (row) => row.number.split('.')[0]!)
  expect(Object.fromEntries(Object.entries(counted).map(([chapter, some]) => [chapter, some!.length]))).toEqual(chapters)
  expect(rows.filter((row) => !['1', '2'].includes(row.level))).toEqual([])
})

test('every row has an answer, and one that is not a plain yes says why', () => {
  expect(rows.filter((row) => !answers.includes(row.answer) || row.asks === '' || row.how === '').map((row) => row.number)).toEqual([])
})

test('every test that is named exists; a row that applies names one or says that it is by reading', () => {
  expect(rows.flatMap((row) => row.files.filter((file) => !existsSync(file)).map((file) => `${row.number}: ${file}`))).toEqual([])
  expect(rows.flatMap((row) => row.files.filter((file) => !/^tests\/.+\.test\.ts$/.test(file)))).toEqual([])
  expect(rows.filter((row) => row.files.length === 0 && row.shown !== (row.answer === 'n/a' ? '–' : 'by reading')).map((row) => row.number)).toEqual([])
})

test('the figures at its head are those of its rows', () => {
  const of = (answer: string) => rows.filter((row) => row.answer === answer).length
  const applying = rows.filter((row) => row.answer !== 'n/a')
  const shown = applying.filter((row) => row.files.length > 0)
  expect(text).toContain(`${of('met')} met, ${of('in part')} in part, ${of('deviation')} deviations, ${of('not met')} not met, ${of('n/a')} n/a. Of the ${applying.length} that apply, ${shown.length} are shown by a test.`)
  expect(shown.length / applying.length).toBeGreaterThanOrEqual(0.7)
})

import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Db } from '#db/client.ts'
import { adoptions, colleges } from '#db/schema/index.ts'
import { collegeImport } from '#scripts/collegeImport.ts'
import { WrongUsage } from '#scripts/command.ts'
import { expect, test } from '#tests/database.ts'
import { anEdition, aRegion } from '#tests/factories.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-list-'))
function file(...lines: string[]) {
  const path = join(folder, `${crypto.randomUUID()}.csv`)
  writeFileSync(path, ['Область;Название на казахском;Название на русском;Дата получения', ...lines].join('\n'))
  return path
}
const right = 'Қызылорда облысы;Арал медициналық колледжі;Аральский медицинский колледж;15.09.2024'

async function run(db: Db, ...args: string[]) {
  await aRegion(db)
  await anEdition(db)
  const lines: string[] = []
  const code = await collegeImport.run({ db, args, print: (line: string) => lines.push(line) } as never)
  return { code, text: lines.join('\n') }
}

test('without --commit a list is only checked', async ({ db }) => {
  const { code, text } = await run(db, file(right), '--course', 'imci')
  expect(code).toBe(0)
  expect(text).toBe('1 lines: 1 new colleges, 0 with new steps, 0 with nothing new, 0 wrong; 1 steps.\nNothing was taken in: add --commit to take it in.')
  expect(await db.$count(colleges)).toBe(0)
})

test('with --commit it is taken in, and --json tells it in one document', async ({ db }) => {
  const { code, text } = await run(db, file(right), '--course', 'imci', '--commit', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(text)).toMatchObject({ committed: true, ready: true, taken: { colleges: 1, adoptions: 1, steps: 1 }, lines: [{ line: 2, kind: 'new', problems: [] }] })
  expect([await db.$count(colleges), await db.$count(adoptions)]).toEqual([1, 1])
})

test('a list with errors ends with 1, names each by its line in words, and nothing is taken in', async ({ db }) => {
  const { code, text } = await run(db, file(right, 'Атлантида;А;Б;осенью'), '--course', 'imci', '--commit')
  expect(code).toBe(1)
  expect(text).toContain('line 3  wrong: There is no region with this name or code.\nline 3  wrong: Day of receipt: this is no day.')
  expect(text).toMatch(/Nothing was taken in\.$/)
  expect(await db.$count(colleges)).toBe(0)
})

test('a file that is no list is refused in one JSON document, with 1', async ({ db }) => {
  const { code, text } = await run(db, 'package.json', '--json')
  expect(code).toBe(1)
  expect(JSON.parse(text)).toMatchObject({ committed: false, refused: 'colleges.no-titles' })
})

test('wrong words are told as such', async ({ db }) => {
  for (const args of [[], ['nowhere.csv'], [file(right), 'two.csv'], [file(right), '--course', 'Ә']]) await expect(run(db, ...args)).rejects.toBeInstanceOf(WrongUsage)
})

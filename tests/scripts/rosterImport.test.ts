import { fileURLToPath } from 'node:url'
import type { Db } from '#db/client.ts'
import { enrolments } from '#db/schema/index.ts'
import { WrongUsage } from '#scripts/command.ts'
import { rosterImport } from '#scripts/rosterImport.ts'
import { expect, test } from '#tests/database.ts'
import { kyzylorda } from '#tests/modules/rosters/files.ts'

const file = (name: string) => fileURLToPath(new URL(`../corpus/rosters/${name}`, import.meta.url))

async function run(db: Db, ...args: string[]) {
  const lines: string[] = []
  const code = await rosterImport.run({ db, args, print: (line: string) => lines.push(line) } as never)
  return { code, text: lines.join('\n') }
}

test('without --commit a roster is only checked', async ({ db }) => {
  const { cohort } = await kyzylorda(db)
  const { code, text } = await run(db, file('roster-kyzylorda.csv'), '--cohort', cohort.id)
  expect(code).toBe(0)
  expect(text).toContain('Would enrol 30: 25 seats, 5 places in the queue.')
  expect(await db.$count(enrolments)).toBe(0)
})

test('with --commit it is imported, and --json tells it in one document', async ({ db }) => {
  const { cohort } = await kyzylorda(db)
  const { code, text } = await run(db, file('roster-kyzylorda.csv'), '--cohort', cohort.id, '--commit', '--json')
  expect(code).toBe(0)
  expect(JSON.parse(text)).toMatchObject({ committed: true, ready: true, imported: { created: 30, enrolled: 25, queued: 5 } })
  expect(await db.$count(enrolments)).toBe(30)
})

test('a roster with errors ends with 1, names each by line and column, and imports nobody', async ({ db }) => {
  const { cohort } = await kyzylorda(db)
  const { code, text } = await run(db, file('roster-dirty.csv'), '--cohort', cohort.id, '--commit')
  expect(code).toBe(1)
  expect(text).toMatch(/line 3, column E «ЖСН \/ ИИН» {2}wrong:/)
  expect(text).not.toMatch(/\d{12}|aidana/)
  expect(await db.$count(enrolments)).toBe(0)
})

test('a file that is no roster is refused in one JSON document, with 1', async ({ db }) => {
  const { cohort } = await kyzylorda(db)
  const { code, text } = await run(db, file('../../../package.json'), '--cohort', cohort.id, '--json')
  expect(code).toBe(1)
  expect(JSON.parse(text)).toMatchObject({ committed: false, refused: 'roster.columns-missing' })
})

test('wrong words are told as such', async ({ db }) => {
  for (const args of [[], ['nowhere.csv', '--cohort', crypto.randomUUID()], [file('roster-dirty.csv')], [file('roster-dirty.csv'), '--cohort', 'x'], [file('roster-dirty.csv'), '--cohort', crypto.randomUUID(), '--confirm', 'x']]) {
    await expect(run(db, ...args)).rejects.toBeInstanceOf(WrongUsage)
  }
})

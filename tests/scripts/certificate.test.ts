import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates } from '#db/schema/index.ts'
import { fileOf, replaceCertificate } from '#modules/certificates/index.ts'
import { certificateIssue } from '#scripts/certificateIssue.ts'
import { certificateVerify } from '#scripts/certificateVerify.ts'
import { type Command, WrongUsage } from '#scripts/command.ts'
import { expect, test } from '#tests/database.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-command-'))
process.env['DATA_DIR'] = folder

async function run(command: Command, db: Db, ...args: string[]) {
  const lines: string[] = []
  const code = await command.run({ db, database: null as unknown as Database, environment: environment(), args, print: (line) => void lines.push(line) })
  return { code, text: lines.join('\n') }
}

test('issuing at the command line shows first, and issues only with --commit', async ({ db }) => {
  const { cohort, people } = await aFinishedCohort(db, { people: 2 })
  const shown = await run(certificateIssue, db, '--cohort', cohort.id)
  expect(shown).toMatchObject({ code: 0, text: expect.stringContaining('2 eligible, 0 not eligible. Nothing was issued') })
  expect(await db.$count(certificates)).toBe(0)
  const issued = await run(certificateIssue, db, '--cohort', cohort.id, '--commit', '--json')
  expect(issued.code).toBe(0)
  expect(JSON.parse(issued.text)).toMatchObject({ committed: true, issued: [{}, {}], refused: [] })
  expect(issued.text).not.toContain(people[0]!.familyName)
  await expect(run(certificateIssue, db, '--cohort', 'imci')).rejects.toThrow(WrongUsage)
})

test('a file is verified by its bytes and by what its certificate is worth today', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  await run(certificateIssue, db, '--cohort', cohort.id, '--commit')
  const [row] = await db.select().from(certificates)
  const { pdf } = await fileOf(db, row!.code)
  const [genuine, forged] = [join(folder, 'genuine.pdf'), join(folder, 'forged.pdf')]
  writeFileSync(genuine, pdf)
  writeFileSync(forged, Buffer.concat([pdf, Buffer.from(' ')]))
  expect(await run(certificateVerify, db, genuine)).toMatchObject({ code: 0, text: expect.stringContaining('Status: valid') })
  expect(await run(certificateVerify, db, forged, '--json')).toEqual({ code: 1, text: JSON.stringify({ issued: false }, null, 2) })
  const { serial } = await replaceCertificate(db, coordinator, { serial: row!.serial })
  expect(await run(certificateVerify, db, genuine)).toMatchObject({ code: 1, text: expect.stringContaining(`replaced by ${serial}`) })
  await expect(run(certificateVerify, db, join(folder, 'nothing.pdf'))).rejects.toThrow(WrongUsage)
})

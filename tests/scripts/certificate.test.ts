import { mkdtempSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Database, Db } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { certificates } from '#db/schema/index.ts'
import { badgeOf, certificateKeys, fileOf, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
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
  expect(await run(certificateVerify, db, genuine)).toMatchObject({ code: 0, text: expect.stringContaining('State: valid.') })
  const changed = await run(certificateVerify, db, forged, '--json')
  expect({ ...changed, text: JSON.parse(changed.text) }).toMatchObject({ code: 1, text: { state: 'changed', issued: false, serial: row!.serial } })
  const { serial } = await replaceCertificate(db, coordinator, { serial: row!.serial })
  expect(await run(certificateVerify, db, genuine)).toMatchObject({ code: 1, text: expect.stringMatching(new RegExp(`State: replaced\\. .* See ${serial}`)) })
  await expect(run(certificateVerify, db, join(folder, 'nothing.pdf'))).rejects.toThrow(WrongUsage)
})

/** No database: whoever touches it has asked what the file alone must tell. */
const noDatabase = new Proxy({}, { get: () => { throw new Error('the database was asked') } }) as Db
const put = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}

test('with the published keys a PDF, a credential and a statement are checked without a database', async ({ db }) => {
  const { cohort } = await aFinishedCohort(db)
  await run(certificateIssue, db, '--cohort', cohort.id, '--commit')
  const [row] = await db.select().from(certificates)
  const [{ pdf }, { badge }] = [await fileOf(db, row!.code), await badgeOf(db, row!.code)]
  const published = { ledger: 'besik/ledger', keys: (await certificateKeys(db)).map((key) => ({ ...key, purpose: 'certificate', algorithm: 'Ed25519' })) }
  const keys = put('besik-keys.json', JSON.stringify(published))
  const offline = async (file: string, ...more: string[]) => {
    const { code, text } = await run(certificateVerify, noDatabase, file, '--keys', keys, '--json', ...more)
    return { exit: code, ...JSON.parse(text) }
  }
  const serial = row!.serial
  expect(await offline(put('own.pdf', pdf))).toMatchObject({ exit: 0, state: 'signed', file: 'pdf', bytes: 'holds', statement: 'holds', credential: 'holds', serial })
  expect(await offline(put('badge.json', badge))).toMatchObject({ exit: 0, state: 'signed', file: 'credential', serial, facts: { code: row!.code } })
  expect(await offline(put('statement.json', JSON.stringify(JSON.parse(badge).statement)))).toMatchObject({ exit: 0, state: 'signed', file: 'statement', credential: 'absent', serial })
  expect(await offline(put('more.pdf', Buffer.concat([pdf, Buffer.from('%')])))).toMatchObject({ exit: 1, state: 'resaved', bytes: 'absent', serial })
  expect(await offline(put('wrong.json', badge.replace('"hours":40'.replaceAll('"', '\\"'), '"hours":60'.replaceAll('"', '\\"'))))).toMatchObject({ exit: 1, state: 'changed', serial: null })
  expect(await offline(put('none.txt', 'Сертификат'))).toMatchObject({ exit: 1, state: 'nothing', file: 'other' })
  const compromised = put('compromised.json', JSON.stringify({ keys: published.keys.map((key) => ({ ...key, compromisedSince: '2026-01-01T00:00:00.000Z' })) }))
  expect(JSON.parse((await run(certificateVerify, noDatabase, put('own.pdf', pdf), '--json', '--keys', compromised)).text)).toMatchObject({ state: 'key-compromised', serial: null })
  await expect(run(certificateVerify, noDatabase, keys, '--keys', put('no-keys.json', '[]'))).rejects.toThrow(WrongUsage)
  await expect(run(certificateVerify, noDatabase, join(folder, 'nothing.pdf'), '--keys', keys)).rejects.toThrow(WrongUsage)
})

test('the command opens no database when keys are given, and asks the register otherwise', async ({ db }) => {
  const alone = certificateVerify.alone as (args: string[]) => boolean
  expect([alone(['file.pdf', '--keys', 'keys.json']), alone(['--keys=keys.json', 'file.pdf']), alone(['file.pdf', '--json'])]).toEqual([true, true, false])
  const { cohort, coordinator } = await aFinishedCohort(db)
  await run(certificateIssue, db, '--cohort', cohort.id, '--commit')
  const [row] = await db.select().from(certificates)
  const { badge } = await badgeOf(db, row!.code)
  const file = put('kept.json', badge)
  expect(await run(certificateVerify, db, file)).toMatchObject({ code: 0, text: expect.stringContaining('State: valid.') })
  await revokeCertificate(db, coordinator, { serial: row!.serial, reason: 'Берілуі қате болды' })
  expect(await run(certificateVerify, db, file)).toMatchObject({ code: 1, text: expect.stringMatching(/State: revoked\. .*Берілуі қате болды/) })
})

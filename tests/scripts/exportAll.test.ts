import { PGlite } from '@electric-sql/pglite'
import { asc } from 'drizzle-orm'
import { execFileSync } from 'node:child_process'
import { mkdtempSync, openAsBlob, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, inject } from 'vitest'
import { type Db, wrapEmbedded } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { system } from '#modules/actor.ts'
import { countCertificates } from '#modules/counts/index.ts'
import { createToken } from '#modules/people/index.ts'
import { record, verifyLedger } from '#modules/ledger/index.ts'
import { merges, needs, persons } from '#db/schema/index.ts'
import { readHolidays, removeHoliday, seedHolidays, seedRegions, setHoliday } from '#modules/places/index.ts'
import { removeNeed, seedNeeds, setNeed } from '#modules/planning/index.ts'
import { describeDump } from '#scripts/describeDump.ts'
import { linesOf } from '#scripts/dump.ts'
import { fill, fillEmpty } from '#scripts/restore.ts'
import { describe, expect, test } from '#tests/database.ts'
import { anAdministrator, aPerson, texts } from '#tests/factories.ts'
import { aCertificate, replaced, revoked } from '#tests/modules/counts/register.ts'

const folder = mkdtempSync(join(tmpdir(), 'besik-export-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

const hasPython = (() => {
  try {
    return execFileSync('python3', ['--version']).length > 0
  } catch {
    return false
  }
})()

async function exported(db: Db): Promise<string[]> {
  const lines: string[] = []
  for await (const line of linesOf(db, { export: true })) lines.push(line)
  return lines
}

async function aRegister(db: Db) {
  const one = await aCertificate(db, { issuedOn: '2027-03-05' })
  await aCertificate(db, { issuedOn: '2027-04-05', kind: 'attendance' })
  await revoked(db, await aCertificate(db, { issuedOn: '2027-03-06' }), new Date('2027-04-10T10:00:00Z'))
  await replaced(db, await aCertificate(db, { issuedOn: '2027-03-07' }), { issuedOn: '2027-05-20' })
  const somebody = await aPerson(db, { familyName: '=Құдайбергенова\n"Ә"' })
  await db.update(persons).set({ passwordHash: 'canary-of-a-password' })
  await createToken(db, system('test'), { personId: somebody.id, label: 'canary-of-a-token' })
  // What a merge would give back holds how somebody signed in.
  await db.insert(merges).values({ personId: (await aPerson(db)).id, intoId: somebody.id, mergedAt: new Date(), moved: Buffer.from('canary-of-a-merge') })
  return one
}

const packed = (name: string, lines: string[]) => {
  const file = join(folder, name)
  writeFileSync(file, gzipSync(lines.join('')))
  return file
}

describe('an export', () => {
  test.skipIf(!hasPython)('is read by a stranger with its description alone, who counts the same (needs python3)', async ({ db }) => {
    await aRegister(db)
    const file = packed('one', await exported(db))
    const told = JSON.parse(execFileSync('python3', ['tests/archive_reader.py', file], { encoding: 'utf8' })) as { rows: Record<string, number>; certificates: Record<string, number> }
    const counted = await countCertificates(db, system('test'), { by: ['region', 'course', 'month'], asOf: '2027-12-31' })
    expect(Object.keys(told.certificates).length).toBeGreaterThan(0)
    expect(told.certificates).toEqual(Object.fromEntries(counted.rows.map((row) => [`${row.region} ${row.course} ${row.month}`, row.count])))
    expect(told.rows['certificates']).toBe(5)
  })

  test.skipIf(!hasPython)('is refused by the stranger when a row is lost or is not as described (needs python3)', async ({ db }) => {
    await aRegister(db)
    const lines = await exported(db)
    const reads = (name: string, changed: string[]) => () => execFileSync('python3', ['tests/archive_reader.py', packed(name, changed)], { stdio: 'pipe' })
    expect(reads('whole', lines)).not.toThrow()
    expect(reads('lost', lines.filter((line) => !line.startsWith('{"table":"revocations"')))).toThrow()
    expect(reads('other', lines.map((line) => (line.startsWith('{"table":"certificates"') ? line.replace('"certifies":true', '"certifies":"yes"') : line)))).toThrow()
  })

  test('holds nothing that opens a door, and says what it leaves out', async ({ db }) => {
    await aRegister(db)
    const text = (await exported(db)).join('')
    for (const canary of ['canary-of-a-password', 'canary-of-a-token', Buffer.from('canary-of-a-merge').toString('base64')]) expect(text).not.toContain(canary)
    expect(describeDump()).toMatchObject({ 'x-withheld': { tables: expect.arrayContaining(['tokens', 'recoveryCodes']) } })
    const secret = /hash|cipher|secret|token/i
    const fields = Object.entries(describeDump()['$defs'] as Record<string, { properties: Record<string, { type?: string }> }>)
      .flatMap(([name, { properties }]) => Object.entries(properties).flatMap(([field, shape]) => (secret.test(field) && shape.type !== 'null' ? [`${name}.${field}`] : [])))
    expect(fields).toMatchInlineSnapshot(`
      [
        "persons.iinCipher",
        "persons.passportCipher",
        "entries.hash",
        "nodes.hash",
        "editions.contentHash",
        "lessons.hash",
        "certificates.statementHash",
        "packages.sourceHash",
        "packageBuilds.sourceHash",
        "heads.hash",
      ]
    `)
  })

  test('fills an empty database, which then exports the same and keeps its ledger', async ({ db }) => {
    await aRegister(db)
    const lines = await exported(db)
    const file = packed('again', lines)
    const other = wrapEmbedded(await PGlite.create({ loadDataDir: await openAsBlob(inject('snapshot')) }))
    try {
      await other.db.transaction(async (tx) => void (await fill(tx as unknown as Db, file)))
      expect((await exported(other.db)).slice(1)).toEqual(lines.slice(1))
      const count = async (at: Db) => (await countCertificates(at, system('test'), { by: ['region', 'course', 'month'] })).rows
      expect(await count(other.db)).toEqual(await count(db))
      const [there, here] = [await verifyLedger(other.db), await verifyLedger(db)]
      expect(there).toEqual(here)
      expect([there.ok, there.entries > 0]).toEqual([true, true])
    } finally {
      await other.close()
    }
  })
})

/** What every start of the program puts into a database where it is missing. */
async function begun(db: Db) {
  await seedRegions(db)
  await seedHolidays(db)
  await seedNeeds(db)
}

describe.for([['an export', true], ['a backup', false]] as const)('%s of a database whose needs and holidays are not the seeds', ([, handedOn]) => {
  test.for([['a new database', false], ['one on which the program has run', true]] as const)('gives exactly those back in %s, also after its next start', async ([, ran], { db }) => {
    const linesAt = async (at: Db) => {
      const lines: string[] = []
      for await (const line of linesOf(at, { export: handedOn })) lines.push(line)
      return lines
    }
    await begun(db)
    const admin = await anAdministrator(db)
    const [first, ...others] = await db.select().from(needs).orderBy(asc(needs.id))
    await setNeed(db, admin, { regionCode: 'KZ-43', profession: 'midwife', year: 2027, needed: 321, source: 'the test', invented: true })
    await setNeed(db, admin, { profession: first!.profession, year: first!.year, needed: first!.needed + 7, source: 'the test again', invented: false })
    for (const { id } of others) await removeNeed(db, admin, { needId: id })
    const [holiday] = readHolidays()
    await removeHoliday(db, admin, { date: holiday!.date })
    await setHoliday(db, admin, { date: '2031-05-05', kind: 'day-off', names: texts('Тексеру күні') })
    const lines = await linesAt(db)

    const other = wrapEmbedded(await PGlite.create({ loadDataDir: await openAsBlob(inject('snapshot')) }))
    try {
      if (ran) await begun(other.db)
      await other.db.transaction(async (tx) => void (await fill(tx as unknown as Db, packed(`${handedOn} ${ran}`, lines))))
      expect((await linesAt(other.db)).slice(1)).toEqual(lines.slice(1))
      await begun(other.db)
      expect((await linesAt(other.db)).slice(1)).toEqual(lines.slice(1))
    } finally {
      await other.close()
    }
  })
})

test('a database that holds anything of its own is not filled, or it would stay beside what is restored', async ({ db }) => {
  const said: string[] = []
  const run = (at: Db) => fillEmpty({ db: at, database: { migrate: async () => {} }, environment: environment(), args: [packed('used', [])], print: (line: string) => void said.push(line) } as never)
  // Nothing is in the file: whoever reads it says so, and whoever finds the database used does not come so far.
  expect([await run(db), said.at(-1)]).toEqual([1, expect.stringContaining('Nothing was restored')])
  await begun(db)
  expect([await run(db), said.at(-1)]).toEqual([1, expect.stringContaining('Nothing was restored')])
  await record(db, system('test'), 'list.exported', { list: 'counts', rows: 0, digest: '0'.repeat(64) })
  expect([await run(db), said.at(-1)]).toEqual([1, expect.stringContaining('not empty')])
})

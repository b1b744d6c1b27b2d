import { randomUUID } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eq, sql } from 'drizzle-orm'
import { inject } from 'vitest'
import { type Database, openDatabase } from '#db/client.ts'
import { environment } from '#db/environment.ts'
import { rows } from '#db/rows.ts'
import { certificateFiles, certificates, entries, persons, settings } from '#db/schema/index.ts'
import { seedDemo } from '#db/seed/demo.ts'
import { system } from '#modules/actor.ts'
import { fileOf, isDemonstration, verifyCode } from '#modules/certificates/index.ts'
import { countCertificates, countFigures, listCertificates } from '#modules/counts/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { compareAsOf, reconcile } from '#modules/reconciliation/index.ts'
import type { Context } from '#scripts/command.ts'
import { seedScaleCommand } from '#scripts/seedScale.ts'
import { newDatabase } from '#tests/startPostgres.ts'
import { expect, test } from './server.ts'

const wanted = 20_000
const auditor = system('test')

/** `seed scale` as an operator calls it; each register keeps its checkpoints in a folder of its own. */
async function command(database: Database) {
  const lines: string[] = []
  const code = await seedScaleCommand.run({ db: database.db, database, environment: environment(), args: [`--certificates=${wanted}`, '--json'], print: (line: string) => void lines.push(line) } as unknown as Context)
  return { code, said: lines.join('\n') }
}

const marks = async ({ db }: Database) => (await db.select().from(settings).orderBy(settings.name)).map(({ name, value }) => [name, value])

/** What is the same whoever makes it: no key has a part in it. */
const fingerprint = ({ db }: Database) => rows(db, sql`
  select count(*)::int as certificates, md5(string_agg(concat_ws(' ', c.id, c.serial, c.code, c.person_id, c.cohort_id, c.entry_seq, c.issued_at, c.expires_on, c.profession, c.facility_id), '|' order by c.serial)) as register,
         (select md5(string_agg(concat_ws(' ', p.id, p.folded), '|' order by p.id)) from persons p) as people,
         (select count(*)::int from entries) as entries
    from certificates c`)

test('twenty thousand certificates: the ledger verifies, everything reconciles now and as of a past day, made again it is the same, and nothing is mixed into it', async ({ url }) => {
  const own = environment().dataDir
  const folders = [0, 1].map(() => mkdtempSync(join(tmpdir(), 'besik-scale-')))
  const opened: Database[] = []
  try {
    const made: { database: Database; told: { certificates: number; revoked: number; replaced: number; entries: number } }[] = []
    for (const [at, address] of [url, await newDatabase(inject('postgres')!, `race_${randomUUID().replaceAll('-', '')}`)].entries()) {
      environment().dataDir = folders[at]!
      const database = await openDatabase({ databaseUrl: address, dataDir: '' })
      opened.push(database)
      const { code, said } = await command(database)
      expect(code).toBe(0)
      made.push({ database, told: JSON.parse(said) })
    }
    environment().dataDir = folders[0]!
    const [{ database, told }, again] = made as [(typeof made)[0], (typeof made)[0]]
    const { db } = database

    expect(told.certificates).toBe(wanted)
    expect(await verifyLedger(db)).toMatchObject({ ok: true, entries: told.entries, covered: told.entries })
    const standing = wanted - told.revoked
    expect(await reconcile(db, auditor, {})).toMatchObject({ ok: true, differences: [], more: 0, figures: { query: standing, register: standing, ledger: standing, list: standing } })
    expect((await compareAsOf(db, auditor, { asOf: '2025-06-30', from: '2024-01-01', to: '2024-12-31' })).differences).toEqual([])
    const figures = await countFigures(db, auditor, ['certificates', 'people', 'valid', 'expiring'], { where: {} })
    expect(figures.certificates.count).toBe(standing)
    for (const [one, other] of [['expiring', 'valid'], ['valid', 'certificates'], ['people', 'certificates']] as const) expect([one, other, figures[one].count > 0 && figures[one].count < figures[other].count]).toEqual([one, other, true])
    const regions = await countCertificates(db, auditor, { by: ['region'], where: {} })
    expect([regions.rows.length, regions.total, regions.leftOut]).toEqual([20, standing, 0])

    expect(await fingerprint(again.database)).toEqual(await fingerprint(database))
    expect(again.told).toMatchObject({ revoked: told.revoked, replaced: told.replaced, entries: told.entries })

    // A PDF is drawn when somebody asks for it, once.
    expect(await db.$count(certificateFiles)).toBe(0)
    const { items: [listed] } = await listCertificates(db, auditor, { limit: 1, where: {} })
    const [{ code }] = (await db.select({ code: certificates.code }).from(certificates).where(eq(certificates.serial, listed!.serial))) as [{ code: string }]
    const drawn = await fileOf(db, code)
    expect(drawn.pdf.subarray(0, 5).toString()).toBe('%PDF-')
    expect((await fileOf(db, code)).sha256).toBe(drawn.sha256)
    expect([await db.$count(certificateFiles), await db.$count(entries, eq(entries.kind, 'certificate.drawn'))]).toEqual([1, 1])
    expect(await verifyCode(db, code)).toMatchObject({ demonstration: true, signature: { state: 'holds' } })

    // It stays what it is: neither another register nor a demonstration's people come into it, and its mark stays.
    const held = await db.$count(persons)
    expect(await command(database)).toMatchObject({ code: 1, said: expect.stringContaining('not empty') })
    const printed: string[] = []
    await seedDemo(db, (line) => void printed.push(line))
    expect([await db.$count(persons), await db.$count(certificates)]).toEqual([held, wanted + told.replaced])
    expect(printed.join()).toContain('synthetic')
    expect(await marks(database)).toEqual([['demonstration', true], ['synthetic', true]])
    expect(await rows(db, sql`select ${isDemonstration} as demonstration`)).toEqual([{ demonstration: true }])
  } finally {
    environment().dataDir = own
    for (const one of opened) await one.close()
    for (const folder of folders) rmSync(folder, { recursive: true, force: true })
  }
})

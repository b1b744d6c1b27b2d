import { eq, gt, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { certificates, revocations, tallies } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { type Difference, reconcile } from '#modules/reconciliation/index.ts'
import { record } from '#modules/ledger/index.ts'
import { describe, expect, test as base } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, anEdition } from '#tests/factories.ts'
import { asIntruder, rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, aDemonstration, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'

const actor = system('test')

/** Twelve certificates, one of them revoked and one replaced, over two years. */
const test = base.extend<{ issued: Certificate[] }>({
  issued: async ({ db }, use) => {
    const cohort = await aCohort(db, { capacity: 30 })
    const issued: Certificate[] = []
    for (let n = 0; n < 10; n++) issued.push(await aCertificate(db, { cohortId: cohort.id }))
    issued.push(await replaced(db, issued[3]!))
    await revoked(db, issued[5]!)
    issued.push(await aCertificate(db, { cohortId: cohort.id, issuedOn: '2028-01-10' }, 2028))
    await use(issued)
  },
})

const found = async (db: Db) => (await reconcile(db, actor, {})).differences

test('the query, the register, the ledger and the exported list agree', async ({ db, issued }) => {
  expect(issued).toHaveLength(12)
  expect(await reconcile(db, await anAuditor(db), {})).toMatchObject({ ok: true, figures: { query: 10, register: 10, ledger: 10, list: 10 }, differences: [], more: 0 })
})

test('statements of attendance are compared as closely, but none of the four counts them', async ({ db, issued }) => {
  const statement = await aCertificate(db, { cohortId: issued[0]!.cohortId, kind: 'attendance', issuedOn: '2028-01-11' }, 2028)
  expect(await reconcile(db, actor, {})).toMatchObject({ ok: true, figures: { query: 10, register: 10, ledger: 10, list: 10 } })
  await asIntruder(db)
  await db.update(certificates).set({ certifies: true }).where(eq(certificates.id, statement.id))
  expect(await found(db)).toEqual(expect.arrayContaining([
    { serial: statement.serial, source: 'register', problem: 'differs', field: 'certifies' }, { serial: statement.serial, source: 'list', problem: 'extra' },
    { serial: null, source: 'query', problem: 'differs', field: expect.stringContaining('attendance') },
  ]))
})

test('a certificate that renews another says the same in register and ledger', async ({ db, issued }) => {
  const [first, other, unrelated] = [issued[0]!, issued[1]!, issued[2]!]
  await aCertificate(db, { personId: first.personId, renewsId: first.id, issuedOn: '2028-01-12' }, 2028)
  expect((await reconcile(db, actor, {})).ok).toBe(true)
  await asIntruder(db)
  await db.update(certificates).set({ renewsId: unrelated.id }).where(eq(certificates.id, other.id))
  expect(await found(db)).toEqual([{ serial: other.serial, source: 'register', problem: 'differs', field: 'renews' }])
})

test('with nothing issued there is nothing to differ', async ({ db }) => {
  expect(await reconcile(db, actor, {})).toMatchObject({ ok: true, figures: { query: 0, register: 0, ledger: 0, list: 0 } })
})

test('only demonstration certificates are counted in a demonstration, and all are compared', async ({ db, issued }) => {
  const demo = await anEdition(db, { demonstration: true })
  await aCertificate(db, { cohortId: (await aCohort(db, { editionId: demo.id })).id, issuedOn: '2028-02-01' }, 2028)
  await aDemonstration(db)
  expect(await reconcile(db, actor, {})).toMatchObject({ ok: true, figures: { query: 1, register: 1, ledger: 1, list: 1 } })
  await asIntruder(db)
  await db.update(certificates).set({ sex: 'male' }).where(eq(certificates.id, issued[0]!.id))
  const differences = await found(db)
  expect(differences.filter(({ serial }) => serial !== null)).toEqual([{ serial: issued[0]!.serial, source: 'register', problem: 'differs', field: 'sex' }])
  // The tallies still say what was issued: one cell has one too many, and one lacks it.
  expect(differences.filter(({ serial }) => serial === null)).toEqual([{ serial: null, source: 'query', problem: 'differs', field: expect.stringContaining('female') }, { serial: null, source: 'query', problem: 'differs', field: expect.stringContaining('male') }])
})

describe('a planted difference is named by its serial', () => {
  type Plant = { name: string; plant(db: Db, one: Certificate, issued: Certificate[]): Promise<unknown>; expected(one: Certificate): Partial<Difference>[] }
  const plants: Plant[] = [
    ...([
      ['region', { regionCode: 'KZ-31' }], ['profession', { profession: 'feldsher' }], ['sex', { sex: 'male' }], ['language', { language: 'en' }], ['kind', { kind: 'attendance' }], ['certifies', { certifies: false }], ['course', { course: 'other' }],
      ['guideline', { guideline: 'other' }], ['rural', { rural: true }], ['date', { issuedOn: '2027-03-06' }], ['counted', { countedOn: '2026-01-01' }], ['statement', { statementHash: 'f'.repeat(64) }], ['kid', { kid: 'other' }], ['seq', { entrySeq: 9999 }],
    ] as const).map(([field, set]): Plant => ({
      name: `${field} of a certificate is edited`,
      plant: async (db, one) => {
        await db.execute(sql`insert into regions (code, kato, names, valid_from) values ('KZ-31', '310000000', '{"kk":"","ru":"","en":""}', '1936-01-01') on conflict do nothing`)
        await db.update(certificates).set(set).where(eq(certificates.id, one.id))
      },
      expected: (one) => [{ serial: one.serial, source: 'register', problem: 'differs', field }],
    })),
    { name: 'a certificate is deleted', plant: (db, one) => db.delete(certificates).where(eq(certificates.id, one.id)), expected: (one) => [{ serial: one.serial, source: 'register', problem: 'missing' }, { serial: one.serial, source: 'register', problem: 'gap' }, { serial: one.serial, source: 'list', problem: 'missing' }] },
    {
      name: 'a certificate is put into the register alone', expected: () => [{ serial: 'KZ-2029-000001', source: 'register', problem: 'extra' }, { serial: 'KZ-2029-000001', source: 'list', problem: 'extra' }],
      plant: (db, one) => db.insert(certificates).values({ ...one, id: crypto.randomUUID(), personId: crypto.randomUUID(), serial: 'KZ-2029-000001', code: one.code.replace(/.$/, one.code.endsWith('0') ? '1' : '0') }),
    },
    { name: 'a certificate is revoked past the ledger', plant: (db, one) => db.insert(revocations).values({ certificateId: one.id, reason: 'жоқ', revokedAt: new Date(), entrySeq: 1 }), expected: (one) => [{ serial: one.serial, source: 'register', problem: 'differs', field: 'revoked' }, { serial: one.serial, source: 'list', problem: 'missing' }] },
    {
      name: 'a revocation is recorded alone', expected: (one) => [{ serial: one.serial, source: 'register', problem: 'differs', field: 'revoked' }, { serial: one.serial, source: 'list', problem: 'extra' }],
      plant: (db, one) => record(db, actor, 'certificate.revoked', { certificate: one.id, serial: one.serial, subject: '0'.repeat(32), reason: '0'.repeat(64) }),
    },
    {
      name: 'an entry about it is no longer readable', expected: (one) => [{ source: 'ledger', problem: 'unreadable', field: String(one.entrySeq) }, { serial: one.serial, source: 'register', problem: 'extra' }, { serial: one.serial, source: 'list', problem: 'extra' }],
      plant: (db, one) => db.execute(sql`update entries set body = '{}' where seq = ${one.entrySeq}`),
    },
    { name: 'its entry is deleted', plant: (db, one) => db.execute(sql`delete from entries where seq = ${one.entrySeq}`), expected: (one) => [{ serial: one.serial, source: 'register', problem: 'extra' }, { serial: one.serial, source: 'list', problem: 'extra' }] },
  ]

  test.for(plants)('$name', async ({ plant, expected }, { db, issued }) => {
    await asIntruder(db)
    // Neither the revoked one nor those of the replacement: planting those is told by other words.
    const plain = issued.filter((_, index) => ![3, 5, 10].includes(index))
    await fc.assert(fc.asyncProperty(fc.constantFrom(...plain), async (one) => {
      await rolledBack(db, async (tx) => {
        await plant(tx, one, issued)
        const named = await found(tx)
        for (const difference of expected(one)) expect(named).toContainEqual(expect.objectContaining(difference))
        expect(named.filter((difference) => difference.serial !== null).map((difference) => difference.serial).every((serial) => expected(one).some((difference) => difference.serial === serial))).toBe(true)
      })
    }), { numRuns: 4 })
  })

  test('a tally is edited: it is named by its facts, and the number of the pages by its total', async ({ db, issued }) => {
    expect(issued).toHaveLength(12)
    const [cell] = await db.select().from(tallies).where(gt(tallies.n, 0)).limit(1)
    await db.update(tallies).set({ n: cell!.n + 1 }).where(eq(tallies.cell, cell!.cell))
    expect(await found(db)).toEqual([{ serial: null, source: 'query', problem: 'differs', field: expect.stringMatching(new RegExp(`^${cell!.happenedOn}.*${cell!.centreId}.*${cell!.profession ?? '-'}`)) }, { serial: null, source: 'query', problem: 'total' }])
  })

  test('a serial was given and not used', async ({ db, issued }) => {
    expect(issued).toHaveLength(12)
    await db.execute(sql`update serials set last = last + 1 where year = 2027`)
    expect(await found(db)).toEqual([{ serial: 'KZ-2027-000012', source: 'register', problem: 'gap' }])
  })
})

test('a flood of differences is counted, and the first two hundred named', async ({ db, issued }) => {
  expect(issued).toHaveLength(12)
  await asIntruder(db)
  await db.execute(sql`update serials set last = 500 where year = 2027`)
  const { differences, more, ok } = await reconcile(db, actor, {})
  expect(ok).toBe(false)
  expect(differences).toHaveLength(200)
  expect(more).toBe(500 - 11 - 200)
})

test('auditors and the system reconcile, nobody else', async ({ db }) => {
  for (const other of [await anAdministrator(db), await aCoordinator(db, (await aCentre(db)).id)]) await expect(reconcile(db, other, {})).rejects.toMatchObject({ code: 'permission.denied' })
})

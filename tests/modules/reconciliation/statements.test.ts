import { eq, sql } from 'drizzle-orm'
import * as fc from 'fast-check'
import type { Db } from '#db/client.ts'
import { entries, holdings, merges, monthlyStatements, persons, reconciliations, revocations } from '#db/schema/index.ts'
import { rows } from '#db/rows.ts'
import { system } from '#modules/actor.ts'
import { settle } from '#modules/counts/cut.ts'
import { certificatesCounted, peopleCertified } from '#modules/counts/definitions.ts'
import { compareAsOf, compareStatement, drawStatement, lastStatement, listStatements, nightly, reconcile, signStatement, statementOf, unfinishedComparison } from '#modules/reconciliation/index.ts'
import { isDue } from '#modules/reconciliation/nightly.ts'
import { setSetting, setting } from '#modules/jobs/index.ts'
import { subjectOf } from '#modules/keys/index.ts'
import { record } from '#modules/ledger/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, anAuditor, anEdition, aPerson, aRegion } from '#tests/factories.ts'
import { asIntruder, rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, type Certificate, replaced, revoked } from '#tests/modules/counts/register.ts'

const clock = system('test')

/** Joins two records as the register and the ledger tell it. */
async function joined(db: Db, personId: string, intoId: string, at: Date) {
  await db.insert(merges).values({ personId, intoId, mergedAt: at })
  await db.update(persons).set({ mergedInto: intoId, mergedAt: at }).where(eq(persons.id, personId))
  await record(db, clock, 'person.merged', { subject: subjectOf(personId), into: subjectOf(intoId), moment: at.toISOString() })
}

async function parted(db: Db, personId: string, fromId: string, at: Date) {
  await db.update(merges).set({ undoneAt: at, undoneBecause: 'екі адам' }).where(eq(merges.personId, personId))
  await db.update(persons).set({ mergedInto: null, mergedAt: null }).where(eq(persons.id, personId))
  await record(db, clock, 'person.unmerged', { subject: subjectOf(personId), from: subjectOf(fromId), moment: at.toISOString() })
}

describe('as of a moment', () => {
  test('the ledger alone says what the queries say, for any history, moment and period; and what was said then', async ({ db }) => {
    await aRegion(db, 'KZ-43')
    await aRegion(db, 'KZ-31')
    const people: string[] = []
    for (let n = 0; n < 8; n++) people.push((await aPerson(db)).id)
    const groups: { id: string }[] = []
    for (const [course, kind] of [['imci', 'non-formal'], ['home-visiting', 'advanced'], ['lectures', 'attendance']] as const) groups.push(await aCohort(db, { editionId: (await anEdition(db, { course, kind })).id }))
    const day = fc.integer({ min: 0, max: 150 }).map((n) => new Date(Date.UTC(2026, 0, 1 + n)).toISOString().slice(0, 10))
    const event = fc.record({
      person: fc.nat(7), group: fc.nat(2), day, region: fc.constantFrom('KZ-43', 'KZ-31'), profession: fc.constantFrom('midwife', 'feldsher', null), expires: fc.option(fc.integer({ min: 1, max: 90 })),
      fate: fc.constantFrom('kept', 'kept', 'revoked', 'replaced', 'replaced-then-revoked'), later: fc.integer({ min: 1, max: 60 }),
    })
    // Pairs of their own, so that no kept record is itself joined to another.
    const join = fc.record({ pair: fc.nat(3), day, parted: fc.option(fc.integer({ min: 1, max: 50 })) })
    const asked = fc.record({ asOf: day, from: fc.option(day, { nil: undefined }), to: fc.option(day, { nil: undefined }) })
    await fc.assert(fc.asyncProperty(fc.array(event, { maxLength: 14 }), fc.uniqueArray(join, { maxLength: 3, selector: (one) => one.pair }), fc.array(asked, { minLength: 3, maxLength: 3 }), async (events, joins, moments) => {
      await rolledBack(db, async (tx) => {
        const taken = new Set<string>()
        for (const one of events) {
          const who = `${one.person} ${one.group}`
          if (taken.has(who)) continue
          taken.add(who)
          const plus = (days: number) => new Date(Date.parse(`${one.day}T06:00:00Z`) + days * 86_400_000)
          let last: Certificate = await aCertificate(tx, { personId: people[one.person]!, cohortId: groups[one.group]!.id, issuedOn: one.day, regionCode: one.region, profession: one.profession, expiresOn: one.expires === null ? null : plus(one.expires).toISOString().slice(0, 10) }, 2026)
          if (one.fate.startsWith('replaced')) last = await replaced(tx, last, { issuedAt: plus(one.later), issuedOn: plus(one.later).toISOString().slice(0, 10), expiresOn: last.expiresOn })
          if (one.fate.endsWith('revoked')) await revoked(tx, last, plus(one.later + 1))
        }
        for (const { pair, day: on, parted: apart } of joins) {
          const at = new Date(`${on}T07:00:00Z`)
          await joined(tx, people[pair * 2]!, people[pair * 2 + 1]!, at)
          if (apart !== null) await parted(tx, people[pair * 2]!, people[pair * 2 + 1]!, new Date(at.getTime() + apart * 86_400_000))
        }
        for (const input of moments) expect((await compareAsOf(tx, clock, input)).differences).toEqual([])
        // Now, from the tallies and the holdings, and a moment later from the ledger as of then.
        const { told } = await compareAsOf(tx, clock, {})
        const [now] = await rows<{ count: number }>(tx, certificatesCounted({ where: {}, asOf: new Date(), live: true }, []))
        expect(told.total.standing).toBe(now!.count)
        const found = await reconcile(tx, clock, {})
        expect(found).toMatchObject({ ok: true, figures: { query: now!.count, register: now!.count, ledger: now!.count, list: now!.count } })
      })
    }), { numRuns: 12 })
  }, 120_000)
})

test('a record that was kept and later given up itself is followed: as of each moment the ledger and the query know the same people', async ({ db }) => {
  const [first, second, third] = [await aCertificate(db), await aCertificate(db), await aCertificate(db)].map((one) => one.personId) as [string, string, string]
  await joined(db, first, second, new Date('2027-04-01T07:00:00Z'))
  // As a merge does it: a pointer never leads to a record that points on.
  await db.update(persons).set({ mergedInto: third }).where(eq(persons.id, first))
  await joined(db, second, third, new Date('2027-05-01T07:00:00Z'))
  const people = async (asOf: string) => (await rows<{ count: number }>(db, peopleCertified(settle({ where: {}, asOf }))))[0]!.count
  expect([await people('2027-03-31'), await people('2027-04-15'), await people('2027-06-01')]).toEqual([3, 2, 1])
  for (const asOf of ['2027-03-31', '2027-04-15', '2027-06-01']) expect((await compareAsOf(db, clock, { asOf })).differences).toEqual([])
})

describe('a monthly statement', () => {
  const past = new Date('2026-11-05T10:00:00Z')
  async function aMonth(db: Db) {
    const cohort = await aCohort(db)
    const first = await aCertificate(db, { cohortId: cohort.id, issuedOn: '2026-09-10' }, 2026)
    const second = await aCertificate(db, { cohortId: cohort.id, issuedOn: '2026-10-12' }, 2026)
    const third = await aCertificate(db, { cohortId: cohort.id, issuedOn: '2026-10-13', expiresOn: '2026-10-20' }, 2026)
    await revoked(db, first, new Date('2026-10-31T20:00:00Z'))
    return { first, second, third }
  }

  test('says the end of the month in Kazakhstan, is signed once, and agrees with its signature, entry and checkpoint', async ({ db }) => {
    await aMonth(db)
    const auditor = await anAuditor(db)
    const { digest, signed } = await signStatement(db, auditor, { month: '2026-10' }, past)
    expect(signed).toBe(true)
    const kept = await statementOf(db, auditor, { month: '2026-10' })
    // The revocation at one in the morning of 1 November there is not of this month.
    expect(kept).toMatchObject({ confirmed: true, digest, statement: { asOf: '2026-10-31T18:59:59.999Z', total: { certificates: 2, people: 2, standing: 3, holders: 3, valid: 2, revoked: 0 } } })
    expect(await signStatement(db, auditor, { month: '2026-10' }, past)).toEqual({ month: '2026-10', digest, signed: false })
    const earlier = await signStatement(db, clock, { month: '2026-09' }, past)
    expect(earlier.signed).toBe(true)
    expect((await statementOf(db, auditor, { month: '2026-10' })).before).toMatchObject({ month: '2026-09', total: { certificates: 1, standing: 1 } })
    expect((await listStatements(db, auditor)).map((one) => one.month)).toEqual(['2026-10', '2026-09'])
    expect(await lastStatement(db, auditor)).toMatchObject({ month: '2026-10', total: { certificates: 2 } })
  })

  test('what comes later changes today’s figures and never what was said', async ({ db }) => {
    const { second } = await aMonth(db)
    await signStatement(db, clock, { month: '2026-10' }, past)
    await revoked(db, second, new Date('2026-11-10T00:00:00Z'))
    await aCertificate(db, { issuedOn: '2026-10-15' }, 2026)
    const compared = await compareStatement(db, clock, { month: '2026-10' })
    expect(compared.find((one) => one.figure === 'certificates')).toEqual({ figure: 'certificates', said: 2, again: 2, late: 3, today: 2 })
  })

  test('can’t be changed or deleted, and one that somebody changed all the same is unconfirmed', async ({ db }) => {
    await aMonth(db)
    await signStatement(db, clock, { month: '2026-10' }, past)
    for (const change of [(tx: Db) => tx.update(monthlyStatements).set({ digest: '0'.repeat(64) }), (tx: Db) => tx.delete(monthlyStatements)]) await expect(db.transaction((tx) => change(tx as unknown as Db))).rejects.toThrow()
    const { body } = await statementOf(db, clock, { month: '2026-10' })
    await asIntruder(db)
    await db.update(monthlyStatements).set({ body: body.replace('"certificates":2', '"certificates":3') })
    expect((await statementOf(db, clock, { month: '2026-10' })).confirmed).toBe(false)
  })

  test('is refused before the month is over, before the ledger began, while two ways of counting disagree, and to others', async ({ db }) => {
    await expect(signStatement(db, clock, { month: '2026-10' }, past)).rejects.toMatchObject({ code: 'statement.nothing-yet' })
    const { second } = await aMonth(db)
    await expect(signStatement(db, clock, { month: '2026-11' }, past)).rejects.toMatchObject({ code: 'statement.month-not-over' })
    await expect(signStatement(db, clock, { month: '2026-08' }, past)).rejects.toMatchObject({ code: 'statement.nothing-yet' })
    await expect(signStatement(db, await aCoordinator(db, second.centreId), { month: '2026-10' }, past)).rejects.toMatchObject({ code: 'permission.denied' })
    await rolledBack(db, async (tx) => {
      await asIntruder(tx)
      await tx.insert(revocations).values({ certificateId: second.id, reason: 'жоқ', revokedAt: new Date('2026-10-20T00:00:00Z'), entrySeq: 1 })
      await expect(signStatement(tx, clock, { month: '2026-10' }, past)).rejects.toMatchObject({ code: 'statement.differs' })
      expect(await tx.$count(monthlyStatements)).toBe(0)
    })
  })

  test('is the same paper every time', async ({ db }) => {
    await aMonth(db)
    await signStatement(db, clock, { month: '2026-10' }, past)
    const kept = await statementOf(db, clock, { month: '2026-10' })
    const one = Buffer.from(drawStatement(kept, 'https://besik.example'))
    expect(one.subarray(0, 5).toString()).toBe('%PDF-')
    expect(one.equals(Buffer.from(drawStatement(kept, 'https://besik.example')))).toBe(true)
    expect(one.equals(Buffer.from(drawStatement({ ...kept, digest: '0'.repeat(64) }, 'https://besik.example')))).toBe(false)
  })
})

describe('who is one human', () => {
  test('a join that the register lost, or that only it knows, is named by the certificates of the record; one that is undone is no difference', async ({ db }) => {
    const [first, second] = [await aCertificate(db), await aCertificate(db)]
    await joined(db, first.personId, second.personId, new Date('2027-04-01T07:00:00Z'))
    expect((await reconcile(db, clock, {})).differences).toEqual([])
    await rolledBack(db, async (tx) => {
      // Past the ledger, with the triggers: what each holds follows the register, and query and register agree with one another.
      await tx.update(merges).set({ undoneAt: new Date(), undoneBecause: 'жоқ' })
      await tx.update(persons).set({ mergedInto: null, mergedAt: null }).where(eq(persons.id, first.personId))
      expect((await reconcile(tx, clock, {})).differences).toEqual([{ serial: first.serial, source: 'register', problem: 'differs', field: 'holder' }])
    })
    await rolledBack(db, async (tx) => {
      await asIntruder(tx)
      await tx.update(persons).set({ mergedInto: null, mergedAt: null }).where(eq(persons.id, first.personId))
      await tx.delete(merges)
      expect((await reconcile(tx, clock, {})).differences).toContainEqual({ serial: null, source: 'register', problem: 'differs', field: `holder ${subjectOf(first.personId)}` })
    })
    await parted(db, first.personId, second.personId, new Date('2027-05-01T07:00:00Z'))
    expect((await reconcile(db, clock, {})).differences).toEqual([])
  })
})

describe('what differs as of a past moment is named by certificate', () => {
  const plants: [string, (db: Db, one: Certificate) => Promise<unknown>, (one: Certificate) => object][] = [
    ['another profession', (db, one) => db.execute(sql`update certificates set profession = 'feldsher' where id = ${one.id}::uuid`), () => ({ field: 'profession', query: 'feldsher', ledger: 'midwife' })],
    ['an earlier last day', (db, one) => db.execute(sql`update certificates set expires_on = '2027-03-06' where id = ${one.id}::uuid`), () => ({ field: 'expires', query: '2027-03-06', ledger: null })],
    ['an earlier revocation', (db, one) => db.execute(sql`insert into revocations (certificate_id, reason, revoked_at, entry_seq) values (${one.id}::uuid, 'жоқ', '2027-03-07T20:00:00Z', 1)`), () => ({ field: 'revoked', query: '2027-03-08', ledger: null })],
    ['a row that is gone', (db, one) => db.execute(sql`delete from certificates where id = ${one.id}::uuid`), (one) => ({ field: 'issued', query: null, ledger: one.countedOn })],
    ['an entry that is gone', (db, one) => db.execute(sql`delete from entries where seq = ${one.entrySeq}`), (one) => ({ field: 'issued', query: one.countedOn, ledger: null })],
    ['a holder who was joined to nobody', (db, one) => db.execute(sql`insert into merges (person_id, into_id, merged_at) values (${one.personId}::uuid, (select person_id from certificates where id <> ${one.id}::uuid), '2027-03-06T00:00:00Z')`), (one) => ({ field: 'holder', ledger: subjectOf(one.personId) })],
  ]
  test.for(plants)('%s', async ([, plant, expected], { db }) => {
    await aCertificate(db)
    const one = await aCertificate(db)
    expect(await compareAsOf(db, clock, { asOf: '2027-04-01' })).toMatchObject({ differences: [], named: [], more: 0 })
    await asIntruder(db)
    await plant(db, one)
    const { differences, named } = await compareAsOf(db, clock, { asOf: '2027-04-01' })
    expect(differences.length).toBeGreaterThan(0)
    expect(named).toEqual([expect.objectContaining({ serial: one.serial, ...expected(one) })])
  })

  test('a revocation shortly after midnight in the country is of the new day for query and ledger, whatever clock a centre has', async ({ db }) => {
    const cohort = await aCohort(db)
    const one = await aCertificate(db, { cohortId: cohort.id })
    await db.execute(sql`update centres set time_zone = 'UTC' where id = ${cohort.centreId}::uuid`)
    await revoked(db, one, new Date('2027-04-01T19:30:00Z'))
    for (const [to, n] of [['2027-04-01', 0], ['2027-04-02', 1]] as const) {
      const { told, query, differences } = await compareAsOf(db, clock, { asOf: '2027-04-02', from: '2027-04-01', to })
      expect([told.total.revoked, query.total.revoked, query.parts.region[0]?.revoked ?? 0, differences]).toEqual([n, n, n, []])
    }
  })
})

describe('every night', () => {
  test.for([
    ['2026-11-04T19:59:00Z', null, false], ['2026-11-04T20:00:00Z', null, true], ['2026-11-04T23:59:00Z', null, true], ['2026-11-05T00:00:00Z', null, false],
    ['2026-11-04T22:00:00Z', '2026-11-04T20:05:00Z', false], ['2026-11-05T20:01:00Z', '2026-11-04T20:05:00Z', true], ['2026-11-06T08:04:00Z', '2026-11-04T20:05:00Z', false], ['2026-11-06T09:00:00Z', '2026-11-04T20:05:00Z', true],
  ] as const)('at %s, the last one %s: %s', ([now, last, due]) => expect(isDue(new Date(now), last && new Date(last))).toBe(due))

  test('the sources are compared once, the last month is signed, and old comparisons without a difference go', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2026-10-12' }, 2026)
    const old = { startedAt: new Date('2025-01-01T00:00:00Z'), endedAt: new Date('2025-01-01T00:00:00Z'), asOf: new Date('2025-01-01T00:00:00Z'), entries: 1, figures: {}, differences: [], more: 0 }
    await db.insert(reconciliations).values([{ ...old, ok: true }, { ...old, ok: false }])
    const night = new Date('2026-11-01T21:00:00Z')
    expect(await nightly(db, night)).toMatchObject({ found: { ok: true }, signed: '2026-10' })
    expect(await nightly(db, new Date(night.getTime() + 60_000))).toBeNull()
    expect((await db.select().from(reconciliations)).map((one) => one.ok).toSorted()).toEqual([false, true])
  })
})

describe('a night that fails', () => {
  const night = new Date('2026-11-04T20:10:00Z')
  const later = (hours: number) => new Date(night.getTime() + hours * 3_600_000)

  test('is shown, is not taken for done, and is tried again an hour later', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2026-10-12' }, 2026)
    await rolledBack(db, async (tx) => {
      await tx.execute(sql`alter view held_now rename to held_before`)
      await expect(nightly(tx, night)).rejects.toThrow()
      expect(await setting(tx, 'compared-at')).toBeUndefined()
      expect(await unfinishedComparison(tx, clock, later(0.2))).toMatchObject({ since: night, state: 'failed', fault: '42P01' })
      expect(await nightly(tx, later(0.5))).toBeNull()
      await tx.execute(sql`alter view held_before rename to held_now`)
      expect(await nightly(tx, later(1.2))).toMatchObject({ found: { ok: true }, signed: '2026-10' })
      expect(await unfinishedComparison(tx, clock, later(1.3))).toBeNull()
      expect(await nightly(tx, later(2.4))).toBeNull()
    })
  })

  test('is tried again after three hours when its process was cut off, and is under way until then', async ({ db }) => {
    await setSetting(db, 'comparison', { since: night.toISOString() })
    expect(await unfinishedComparison(db, clock, later(2.9))).toMatchObject({ state: 'under-way' })
    expect(await nightly(db, later(2.9))).toBeNull()
    expect(await unfinishedComparison(db, clock, later(3))).toMatchObject({ state: 'failed', fault: 'cut-off' })
    expect(await nightly(db, later(3))).toMatchObject({ found: { ok: true } })
  })
})

describe('one row that somebody changed is found and named', () => {
  const plants: [string, (db: Db, one: Certificate) => Promise<unknown>, (one: Certificate) => object][] = [
    ['of the query: who holds it', (db, one) => db.update(holdings).set({ previousOn: '2020-01-01' }).where(eq(holdings.certificateId, one.id)), (one) => ({ serial: one.serial, source: 'query', problem: 'differs', field: 'holder' })],
    ['of the query: a line of the holdings is gone', (db, one) => db.delete(holdings).where(eq(holdings.certificateId, one.id)), (one) => ({ serial: one.serial, source: 'query', problem: 'differs', field: 'holder' })],
    ['of the query: whose it is', (db, one) => db.update(holdings).set({ holderId: sql`(select id from persons where id <> ${one.personId}::uuid order by id limit 1)` }).where(eq(holdings.certificateId, one.id)), (one) => ({ serial: one.serial, source: 'query', problem: 'differs', field: 'holder' })],
    ['of the query: where its holder works', (db, one) => db.update(holdings).set({ facilityId: sql`gen_random_uuid()` }).where(eq(holdings.certificateId, one.id)), (one) => ({ serial: one.serial, source: 'query', problem: 'differs', field: 'holder' })],
    ['of the query: its tally', (db, one) => db.execute(sql`update tallies set n = n + 1 where cell = (select tally_cell(country_day(c.issued_at), z.region_code, c) from certificates c join centres z on z.id = c.centre_id where c.id = ${one.id}::uuid)`), () => ({ serial: null, source: 'query', problem: 'total' })],
    ['of the register: its holder is given up for another', (db, one) => db.execute(sql`update persons set merged_into = (select id from persons where id <> ${one.personId}::uuid order by id limit 1), merged_at = now() where id = ${one.personId}::uuid`), (one) => ({ serial: one.serial, source: 'register', problem: 'differs', field: 'holder' })],
    ['of the ledger: its holder is another', (db, one) => db.update(entries).set({ body: sql`replace(body, ${subjectOf(one.personId)}, ${'0'.repeat(32)})` }).where(eq(entries.seq, one.entrySeq)), (one) => ({ serial: one.serial, source: 'register', problem: 'differs', field: 'subject' })],
    ['of the ledger: its number', (db, one) => db.update(entries).set({ body: sql`replace(body, ${one.serial}, 'KZ-2027-000999')` }).where(eq(entries.seq, one.entrySeq)), (one) => ({ serial: one.serial, source: 'register', problem: 'extra' })],
    ['of the list: a line is gone', (db, one) => db.execute(sql`insert into revocations (certificate_id, reason, revoked_at, entry_seq) values (${one.id}::uuid, 'жоқ', now(), 1)`), (one) => ({ serial: one.serial, source: 'list', problem: 'missing' })],
    ['of the register: the last day', (db, one) => db.execute(sql`update certificates set expires_on = '2030-01-01' where id = ${one.id}`), (one) => ({ serial: one.serial, source: 'register', problem: 'differs', field: 'expires' })],
    ['of the register: the moment of issue', (db, one) => db.execute(sql`update certificates set issued_at = '2020-01-01' where id = ${one.id}`), (one) => ({ serial: one.serial, source: 'register', problem: 'differs', field: 'moment' })],
    ['of the ledger: a fact of its entry', (db, one) => db.update(entries).set({ body: sql`replace(body, '"profession":"midwife"', '"profession":"feldsher"')` }).where(eq(entries.seq, one.entrySeq)), (one) => ({ serial: one.serial, source: 'register', problem: 'differs', field: 'profession' })],
    ['of the list: a line stands twice', async (db, one) => {
      await db.execute(sql`alter table statements drop constraint statements_pkey`)
      await db.execute(sql`insert into statements select * from statements where certificate_id = ${one.id}`)
    }, (one) => ({ serial: one.serial, source: 'list', problem: 'twice' })],
  ]
  test.for(plants)('%s', async ([, plant, expected], { db }) => {
    await aCertificate(db)
    const one = await aCertificate(db)
    expect((await reconcile(db, clock, {})).ok).toBe(true)
    await asIntruder(db)
    await plant(db, one)
    expect((await reconcile(db, clock, {})).differences).toContainEqual(expected(one))
  })
})

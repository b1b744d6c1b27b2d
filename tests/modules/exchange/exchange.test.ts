import { createHash } from 'node:crypto'
import { existsSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach } from 'vitest'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import * as fc from 'fast-check'
import { forgetEnvironment } from '#db/environment.ts'
import { dhis2Mappings, entries, regions } from '#db/schema/index.ts'
import { system, visitor } from '#modules/actor.ts'
import { countCertificates, countFigure, professions } from '#modules/counts/index.ts'
import { aggregateOf, aggregates, dataValueSet, exportDataValueSet, importMappings, keepAggregates, makeAggregate, mappings, setMapping } from '#modules/exchange/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, anEdition, aRegion } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, aDemonstration, revoked } from '#tests/modules/counts/register.ts'

const auditor = system('test')
const before = process.env['DATA_DIR']
beforeEach(() => {
  process.env['DATA_DIR'] = mkdtempSync(join(tmpdir(), 'besik-exchange-'))
  forgetEnvironment()
})
afterEach(() => {
  process.env['DATA_DIR'] = before
  forgetEnvironment()
})
const uidOf = (text: string) => `u${createHash('sha256').update(text).digest('hex').slice(0, 10)}`

describe('an aggregate', () => {
  test('holds every cell as of the end of its day, no person, and is what the ledger and its digest say', async ({ db }) => {
    const one = await aCertificate(db, { issuedOn: '2027-03-05', profession: 'feldsher' })
    await aCertificate(db, { issuedOn: '2027-03-06', profession: null })
    await aCertificate(db, { issuedOn: '2027-05-06' })
    await revoked(db, one, new Date('2027-04-10T10:00:00Z'))
    const made = await makeAggregate(db, auditor, { day: '2027-04-09' })
    const { file } = await aggregateOf(db, auditor, { day: '2027-04-09' })
    const told = JSON.parse(Buffer.from(file).toString('utf8'))
    expect(createHash('sha256').update(file).digest('hex')).toBe(made.sha256)
    expect(told).toMatchObject({ besik: 'aggregate', version: 1, day: '2027-04-09', asOf: '2027-04-09T18:59:59.999Z', totals: { certificates: 2, people: 2, valid: 2 } })
    expect(told.cells.map((cell: { profession: string; month: string; count: number }) => [cell.profession, cell.month, cell.count]).toSorted()).toEqual([['feldsher', '2027-03', 1], [null, '2027-03', 1]].toSorted())
    expect(told.cells.reduce((sum: number, cell: { count: number }) => sum + cell.count, 0)).toBe((await countCertificates(db, auditor, { asOf: '2027-04-09' })).total)
    expect(Buffer.from(file).toString('utf8')).not.toContain(one.personId)
    const [entry] = await db.select().from(entries).where(eq(entries.kind, 'list.exported'))
    expect(JSON.parse(entry!.body).facts).toEqual({ list: 'aggregate:2027-04-09', rows: 2, digest: made.sha256 })
    expect(JSON.parse(Buffer.from((await makeAggregate(db, auditor, { day: '2027-04-10' }), (await aggregateOf(db, auditor, { day: '2027-04-10' })).file)).toString('utf8')).totals.certificates).toBe(1)
  })

  test('is never written anew, and a second run of the night does nothing', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2027-03-05' })
    expect(await keepAggregates(db, new Date('2027-04-10T19:30:00Z'))).toEqual(['2027-04-10'])
    const first = await aggregateOf(db, auditor, { day: '2027-04-10' })
    await aCertificate(db, { issuedOn: '2027-03-05' })
    expect(await keepAggregates(db, new Date('2027-04-11T03:00:00Z'))).toEqual([])
    expect(await makeAggregate(db, auditor, { day: '2027-04-10' })).toMatchObject({ sha256: first.sha256 })
    expect(Buffer.from((await aggregateOf(db, auditor, { day: '2027-04-10' })).file).equals(Buffer.from(first.file))).toBe(true)
  })

  test('is made up for when nobody was awake, a week at most, and goes after 400 days', async ({ db }) => {
    expect(await keepAggregates(db, new Date('2027-04-10T12:00:00Z'))).toEqual(['2027-04-09'])
    expect(await keepAggregates(db, new Date('2027-04-13T12:00:00Z'))).toEqual(['2027-04-10', '2027-04-11', '2027-04-12'])
    expect((await keepAggregates(db, new Date('2027-06-13T12:00:00Z'))).length).toBe(7)
    const page = await aggregates(db, auditor, { limit: 3 })
    expect([page.items.map(({ day }) => day), page.cursor]).toEqual([['2027-06-12', '2027-06-11', '2027-06-10'], '2027-06-10'])
    expect((await aggregates(db, auditor, { before: '2027-04-11' })).items.map(({ day }) => day)).toEqual(['2027-04-10', '2027-04-09'])
    await keepAggregates(db, new Date('2028-06-13T12:00:00Z'))
    expect((await aggregates(db, auditor, { limit: 200 })).items.map(({ day }) => day).at(-1)).toBe('2027-06-06')
    expect(existsSync(join(process.env['DATA_DIR']!, 'aggregates/2027-04-09.json'))).toBe(false)
    expect(readFileSync(join(process.env['DATA_DIR']!, 'aggregates/2027-06-12.json.sha256'), 'utf8')).toMatch(/^[0-9a-f]{64} {2}2027-06-12\.json\n$/)
  })

  const crashed = new Error('the process died')
  const folder = () => join(process.env['DATA_DIR']!, 'aggregates')
  const toldOf = async (db: Db) => (await db.select().from(entries).where(eq(entries.kind, 'list.exported'))).map((one) => JSON.parse(one.body).facts as { list: string; rows: number; digest: string })

  test('whose writer died before its line in the ledger gets that line from the next run, with the digest of the file that is there', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2027-03-05' })
    const night = new Date('2027-04-10T19:30:00Z')
    await expect(db.transaction(async (tx) => {
      await keepAggregates(tx as unknown as Db, night)
      throw crashed
    })).rejects.toBe(crashed)
    const file = readFileSync(join(folder(), '2027-04-10.json'))
    expect(await toldOf(db)).toEqual([])
    // What has happened since would make another file.
    await aCertificate(db, { issuedOn: '2027-03-05', issuedAt: new Date('2027-03-05T06:00:00Z') })
    expect(await keepAggregates(db, new Date('2027-04-11T03:00:00Z'))).toEqual(['2027-04-10'])
    expect(readFileSync(join(folder(), '2027-04-10.json')).equals(file)).toBe(true)
    expect(await toldOf(db)).toEqual([{ list: 'aggregate:2027-04-10', rows: 1, digest: createHash('sha256').update(file).digest('hex') }])
    // Once, however often it is looked at; and a day that is asked for by itself is no different.
    expect(await keepAggregates(db, new Date('2027-04-11T04:00:00Z'))).toEqual([])
    await makeAggregate(db, auditor, { day: '2027-04-10' })
    expect(await toldOf(db)).toHaveLength(1)
  })

  test('that is not whole, or not what its digest says, and of which nobody was told, is made anew', async ({ db }) => {
    await aCertificate(db, { issuedOn: '2027-03-05' })
    const breakIt = [() => rmSync(join(folder(), '2027-04-10.json.sha256')), () => writeFileSync(join(folder(), '2027-04-10.json'), '{"besik":')]
    for (const damage of breakIt) {
      await expect(db.transaction(async (tx) => {
        await makeAggregate(tx as unknown as Db, auditor, { day: '2027-04-10' })
        throw crashed
      })).rejects.toBe(crashed)
      damage()
      await rolledBack(db, async (tx) => {
        const made = await makeAggregate(tx, auditor, { day: '2027-04-10' })
        const { file } = await aggregateOf(tx, auditor, { day: '2027-04-10' })
        expect(JSON.parse(Buffer.from(file).toString('utf8')).totals.certificates).toBe(1)
        expect(await toldOf(tx)).toEqual([{ list: 'aggregate:2027-04-10', rows: 1, digest: createHash('sha256').update(file).digest('hex') }])
        expect(made.sha256).toBe((await toldOf(tx))[0]!.digest)
      })
    }
  })

  test('is for auditors, and a day without one is not there', async ({ db }) => {
    for (const actor of [visitor, await anAdministrator(db), await aCoordinator(db, (await aCentre(db)).id)]) {
      await expect(makeAggregate(db, actor, { day: '2027-04-09' })).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(aggregates(db, actor, {})).rejects.toMatchObject({ code: 'permission.denied' })
      await expect(aggregateOf(db, actor, { day: '2027-04-09' })).rejects.toMatchObject({ code: 'permission.denied' })
    }
    for (const day of ['2027-04-09', '../keys/pepper', '2027-02-30']) await expect(aggregateOf(db, await anAuditor(db), { day })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

describe('a data value set', () => {
  const asked = { period: '202703' }
  const later = new Date('2027-09-01T00:00:00Z')

  test('names what has no identifier, and refuses to be incomplete when asked to be whole', async ({ db }) => {
    const region = await aRegion(db)
    await aCertificate(db, { issuedOn: '2027-03-05' })
    const none = await dataValueSet(db, auditor, asked, later)
    expect(none.set).toEqual({ completeDate: '2027-03-31', period: '202703', dataValues: [] })
    expect(none.unmapped).toEqual(expect.arrayContaining(['certificates', 'people', 'valid', 'certificates-by-profession', region.code]))
    expect(none.unmapped).not.toContain('feldsher')
    await expect(dataValueSet(db, auditor, { ...asked, complete: true }, later)).rejects.toMatchObject({ code: 'exchange.unmapped', facts: { names: none.unmapped.join(', ') } })
    await setMapping(db, await anAdministrator(db), { kind: 'data-element', ours: 'certificates-by-profession', uid: uidOf('x') })
    expect((await dataValueSet(db, auditor, asked, later)).unmapped).toEqual(expect.arrayContaining(['feldsher', 'none']))
  })

  test('says for every mapped region and month what the counts say, whatever was issued: property', async ({ db }) => {
    const admin = await anAdministrator(db)
    const places = await Promise.all([0, 1].map(async () => aCentre(db)))
    const editions = await Promise.all(['imci', 'emergency'].map((course) => anEdition(db, { course })))
    const all = (await mappings(db, admin)).map(({ kind, ours }) => `${kind};${ours};${uidOf(ours)}`)
    await importMappings(db, admin, { text: ['kind;ours;uid', ...all].join('\r\n') })
    const issued = fc.record({ day: fc.constantFrom('2027-02-28', '2027-03-01', '2027-03-31', '2027-04-01'), place: fc.nat(1), course: fc.nat(1), profession: fc.constantFrom(null, ...professions.slice(0, 3)), revoked: fc.boolean() })
    await fc.assert(
      fc.asyncProperty(fc.array(issued, { maxLength: 6 }), async (history) => {
        await rolledBack(db, async (tx) => {
          for (const one of history) {
            const cohort = await aCohort(tx, { centreId: places[one.place]!.id, editionId: editions[one.course]!.id })
            const certificate = await aCertificate(tx, { cohortId: cohort.id, issuedOn: one.day, profession: one.profession })
            if (one.revoked) await revoked(tx, certificate, new Date('2027-03-20T10:00:00Z'))
          }
          const { set, unmapped } = await dataValueSet(tx, auditor, { ...asked, complete: true }, later)
          expect(unmapped).toEqual([])
          const cut = { from: '2027-03-01', to: '2027-03-31', asOf: '2027-03-31' }
          const value = (element: string, region: string, combo?: string) =>
            set.dataValues.filter((one) => one.dataElement === uidOf(element) && one.orgUnit === uidOf(region) && one.categoryOptionCombo === (combo && uidOf(combo))).map((one) => one.value)
          for (const region of new Set(places.map((place) => place.regionCode))) {
            const where = { region }
            expect(value('certificates', region)).toEqual([String((await countCertificates(tx, auditor, { ...cut, where })).total)])
            expect(value('people', region)).toEqual([String((await countFigure(tx, auditor, { figure: 'people', ...cut, where })).count)])
            expect(value('valid', region)).toEqual([String((await countFigure(tx, auditor, { figure: 'valid', asOf: cut.asOf, where })).count)])
            for (const course of ['imci', 'emergency']) expect(value(`certificates:${course}`, region)).toEqual([String((await countCertificates(tx, auditor, { ...cut, where: { ...where, course } })).total)])
            for (const profession of [...professions.slice(0, 3), 'none'] as const) {
              expect(value('certificates-by-profession', region, profession)).toEqual([String((await countCertificates(tx, auditor, { ...cut, where: { ...where, profession } })).total)])
            }
          }
        })
      }),
      { numRuns: 8 },
    )
  })

  test('is asked for in as many queries for twenty regions as for one, whatever is mapped', async ({ db }) => {
    const admin = await anAdministrator(db)
    /** The statements that a data value set sends, by the doors through which all of them go. */
    const asking = async () => {
      let sent = 0
      const counted = new Proxy(db as object, { get: (target, name) => {
        const own = Reflect.get(target, name) as unknown
        if (typeof own !== 'function') return own
        if (name === 'execute' || name === 'select' || name === 'selectDistinct' || name === '$count') sent++
        return (own as (...facts: unknown[]) => unknown).bind(target)
      } }) as Db
      const { set } = await dataValueSet(counted, auditor, asked, later)
      return { sent, regions: new Set(set.dataValues.map(({ orgUnit }) => orgUnit)).size }
    }
    const map = async () => importMappings(db, admin, { text: (await mappings(db, admin)).map(({ kind, ours }) => `${kind};${ours};${uidOf(ours)}`).join('\n') })
    const codes = Array.from({ length: 20 }, (_, at) => `KZ-${at + 71}`)
    await aRegion(db, codes[0])
    await aCertificate(db, { issuedOn: '2027-03-05', regionCode: codes[0]! })
    await map()
    const few = await asking()
    for (const code of codes.slice(1)) {
      await aRegion(db, code)
      await aCertificate(db, { issuedOn: '2027-03-05', regionCode: code })
    }
    await map()
    const many = await asking()
    expect(many.regions - few.regions).toBe(19)
    expect([many.sent, many.sent > 0]).toEqual([few.sent, true])
  })

  test('is as of the end of its month, whenever it is asked for, and of now while the month runs', async ({ db }) => {
    const admin = await anAdministrator(db)
    const one = await aCertificate(db, { issuedOn: '2027-03-05' })
    const [row] = await db.select().from(regions).where(eq(regions.code, one.regionCode))
    await setMapping(db, admin, { kind: 'data-element', ours: 'certificates', uid: uidOf('c') })
    await setMapping(db, admin, { kind: 'organisation-unit', ours: row!.code, uid: uidOf('r') })
    await setMapping(db, admin, { kind: 'data-set', ours: 'monthly', uid: uidOf('s') })
    await revoked(db, one, new Date('2027-04-10T10:00:00Z'))
    const { set } = await dataValueSet(db, auditor, asked, later)
    expect(set).toEqual({ dataSet: uidOf('s'), completeDate: '2027-03-31', period: '202703', dataValues: [{ dataElement: uidOf('c'), period: '202703', orgUnit: uidOf('r'), value: '1' }] })
    expect((await dataValueSet(db, auditor, asked, new Date('2027-03-31T12:00:00Z'))).set).not.toHaveProperty('completeDate')
    expect((await dataValueSet(db, auditor, { period: '202702' }, later)).set.dataValues).toEqual([{ dataElement: uidOf('c'), period: '202702', orgUnit: uidOf('r'), value: '0' }])
    await expect(dataValueSet(db, auditor, asked, new Date('2027-02-28T18:59:59Z'))).rejects.toMatchObject({ code: 'exchange.period-ahead' })
    await aDemonstration(db)
    expect((await dataValueSet(db, auditor, asked, later)).set.dataValues.every((value) => value.comment === 'demonstration')).toBe(true)
  })

  test('is recorded when it is taken as a file', async ({ db }) => {
    const file = await exportDataValueSet(db, await anAuditor(db), asked, later)
    const [entry] = await db.select().from(entries).where(eq(entries.kind, 'list.exported'))
    expect(JSON.parse(entry!.body).facts).toEqual({ list: 'dhis2:202703', rows: 0, digest: createHash('sha256').update(file.text).digest('hex') })
    await expect(exportDataValueSet(db, await anAdministrator(db), asked, later)).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('identifiers', () => {
  test('are kept by administrators, changed and taken back, and only of what there is', async ({ db }) => {
    const admin = await anAdministrator(db)
    const of = async (ours: string) => (await mappings(db, admin)).find((one) => one.ours === ours)?.uid
    await setMapping(db, admin, { kind: 'data-element', ours: 'people', uid: uidOf('a') })
    await setMapping(db, admin, { kind: 'data-element', ours: 'people', uid: uidOf('b') })
    expect(await of('people')).toBe(uidOf('b'))
    await setMapping(db, admin, { kind: 'data-element', ours: 'people' })
    expect([await of('people'), await db.$count(dhis2Mappings)]).toEqual([null, 0])
    await expect(setMapping(db, admin, { kind: 'data-element', ours: 'KZ-10', uid: uidOf('a') })).rejects.toMatchObject({ code: 'exchange.unknown' })
    await expect(setMapping(db, await anAuditor(db), { kind: 'data-element', ours: 'people', uid: uidOf('a') })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(mappings(db, await aCoordinator(db, (await aCentre(db)).id))).rejects.toMatchObject({ code: 'permission.denied' })
  })

  test('come as a list, all of it or nothing, and the first wrong line is named', async ({ db }) => {
    const admin = await anAdministrator(db)
    const right = [`data-element,people,${uidOf('p')}`, `data-element,valid,${uidOf('v')}`]
    expect(await importMappings(db, admin, { text: `\uFEFFkind,ours,uid\n${right.join('\n')}\n\n` })).toEqual({ lines: 2 })
    for (const wrong of ['data-element,people,1bad', 'data-element,nobody,aBcDeFgHiJk', 'unit,people,aBcDeFgHiJk', 'data-element,valid,aBcDeFgHiJk\ndata-element,valid,aBcDeFgHiJk', '=cmd()']) {
      const line = wrong.includes('\n') ? 3 : 2
      await expect(importMappings(db, admin, { text: `data-element,certificates,${uidOf('c')}\n${wrong}` })).rejects.toMatchObject({ code: 'exchange.wrong-lines', facts: { line } })
    }
    await expect(importMappings(db, await anAuditor(db), { text: right[0]! })).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

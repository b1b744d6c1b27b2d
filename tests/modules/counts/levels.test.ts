import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { system } from '#modules/actor.ts'
import { countCertificates, type Dimension, dimensions } from '#modules/counts/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aFacility, aRegion } from '#tests/factories.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, type Certificate, replaced, revoked } from './register.ts'

// A random register is counted in JavaScript, certificate by certificate, and by every level and grouping of the product.

const asOf = '2027-12-31'
const auditor = system('test')
const codes = ['KZ-43', 'KZ-31', 'KZ-10'] as const

const event = fc.record({
  cohort: fc.nat({ max: 3 }), region: fc.constantFrom(...codes), facility: fc.constantFrom(null, 0, 1), rural: fc.constantFrom(null, true, false),
  profession: fc.constantFrom(null, 'midwife', 'paediatrician'), sex: fc.constantFrom(null, 'female' as const, 'male' as const),
  day: fc.constantFrom('2026-12-31', '2027-01-01', '2027-03-31', '2027-04-01'), expiresOn: fc.constantFrom(null, '2027-06-30', '2028-06-30'),
  fate: fc.constantFrom('stands', 'stands', 'stands', 'revoked', 'replaced'),
})

/** What a standing certificate says, said without SQL. */
const says: Record<Exclude<Dimension, 'present-region'>, (one: Certificate) => string | null> = {
  region: (one) => one.regionCode, centre: (one) => one.centreId, facility: (one) => one.facilityId, rural: (one) => (one.rural === null ? null : one.rural ? 'rural' : 'urban'),
  course: (one) => one.course, edition: (one) => one.editionId, guideline: (one) => one.guideline, profession: (one) => one.profession, sex: (one) => one.sex, language: (one) => one.language, kind: (one) => one.kind,
  state: (one) => (one.expiresOn !== null && one.expiresOn < asOf ? 'expired' : 'valid'),
  year: (one) => one.countedOn.slice(0, 4), quarter: (one) => `${one.countedOn.slice(0, 4)}-Q${Math.ceil(Number(one.countedOn.slice(5, 7)) / 3)}`, month: (one) => one.countedOn.slice(0, 7),
}
const counted = Object.keys(says) as (keyof typeof says)[]

test('every grouping and every three filters count what a walk through the register counts, with what is not said in a row of its own', async ({ db }) => {
  const seed = randomInt(2 ** 31)
  console.log(`levels: seed ${seed}`)
  const three = fc.uniqueArray(fc.constantFrom(...counted), { minLength: 3, maxLength: 3 })
  await fc.assert(fc.asyncProperty(fc.array(event, { minLength: 1, maxLength: 10 }), three, three, fc.nat(), (events, by, filters, pick) => rolledBack(db, async (tx) => {
    for (const code of codes) await aRegion(tx, code)
    const facilities = [await aFacility(tx), await aFacility(tx, { regionCode: 'KZ-31', rural: true })]
    const centres = [await aCentre(tx), await aCentre(tx, { regionCode: 'KZ-31' })]
    const cohorts = [0, 1, 0, 1].map((index) => centres[index]!.id)
    const made: Awaited<ReturnType<typeof aCohort>>[] = []
    for (const centreId of cohorts) made.push(await aCohort(tx, { centreId }))
    const standing: Certificate[] = []
    for (const { cohort, region, facility, day, fate, ...facts } of events) {
      const one = await aCertificate(tx, { ...facts, cohortId: made[cohort]!.id, regionCode: region, facilityId: facility === null ? null : facilities[facility]!.id, issuedOn: day })
      if (fate === 'revoked') await revoked(tx, one, new Date('2027-05-02T06:00:00Z'))
      standing.push(...(fate === 'stands' ? [one] : fate === 'replaced' ? [await replaced(tx, one, { issuedOn: '2027-06-01' })] : []))
    }
    const total = (some: readonly Certificate[]) => some.length

    // One by one: each grouping adds up to the number, `null` among its rows where something isn't said.
    for (const name of counted) {
      const { rows, total: whole } = await countCertificates(tx, auditor, { asOf, by: [name] })
      expect(whole).toBe(total(standing))
      const expected = new Map<string | null, number>()
      for (const one of standing) expected.set(says[name](one), (expected.get(says[name](one)) ?? 0) + 1)
      expect(new Map(rows.map((row) => [row[name] ?? null, row.count])), name).toEqual(expected)
    }
    expect((await countCertificates(tx, auditor, { asOf, by: ['present-region'] })).total).toBe(total(standing))

    // Three at once, as groups and as filters: those of one certificate, so that they find something.
    const rows = (await countCertificates(tx, auditor, { asOf, by })).rows
    for (const row of rows) expect(row.count).toBe(total(standing.filter((one) => by.every((name) => says[name](one) === (row[name] ?? null)))))
    expect(rows.reduce((sum, row) => sum + row.count, 0)).toBe(total(standing))
    const example = standing[pick % Math.max(standing.length, 1)]
    if (!example) return
    const where = Object.fromEntries(filters.map((name) => [name, says[name](example) ?? 'none']))
    expect((await countCertificates(tx, auditor, { asOf, where })).total).toBe(total(standing.filter((one) => filters.every((name) => says[name](one) === says[name](example)))))
  })), { seed, numRuns: 20 })
})

test('what is counted here is every dimension but the region of today, which places tell', () => {
  expect([...counted, 'present-region'].toSorted()).toEqual([...dimensions].toSorted())
})

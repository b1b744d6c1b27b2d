import { randomInt } from 'node:crypto'
import * as fc from 'fast-check'
import { system, visitor } from '#modules/actor.ts'
import { certificateBehind, certificatesIn, cohortsIn, countCertificates } from '#modules/counts/index.ts'
import { issueCertificates, replaceCertificate } from '#modules/certificates/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCohort, aCoordinator, anAdministrator, anAuditor, aRegion, aTrainee } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { rolledBack } from '#tests/modules/ledger/ledgers.ts'
import { aCertificate, replaced, revoked } from './register.ts'

const auditor = system('test')

test('country, region, centre, cohort and certificate add up, in every random history and cut', async ({ db }) => {
  const seed = randomInt(2 ** 31)
  console.log(`drill: seed ${seed}`)
  const history = fc.array(fc.record({
    cohort: fc.nat({ max: 3 }), region: fc.constantFrom('KZ-43', 'KZ-31'), day: fc.constantFrom('2027-02-10', '2027-03-05', '2027-04-20'), fate: fc.constantFrom('stands', 'stands', 'revoked', 'replaced'), profession: fc.constantFrom('midwife', 'paediatrician'),
  }), { minLength: 1, maxLength: 8 })
  const cuts = fc.record({ from: fc.constantFrom(undefined, '2027-03-01'), asOf: fc.constantFrom('2027-03-31', '2027-12-31'), where: fc.constantFrom({}, { profession: 'paediatrician' as const }) })
  await fc.assert(fc.asyncProperty(history, cuts, (events, cut) => rolledBack(db, async (tx) => {
    // A centre that moved: it certified in two regions.
    await aRegion(tx, 'KZ-31')
    const [east, west] = [await aCentre(tx), await aCentre(tx)]
    const cohorts = [await aCohort(tx, { centreId: east.id }), await aCohort(tx, { centreId: east.id }), await aCohort(tx, { centreId: west.id }), await aCohort(tx, { centreId: west.id })]
    for (const { cohort, region, day, fate, profession } of events) {
      const one = await aCertificate(tx, { cohortId: cohorts[cohort]!.id, issuedOn: day, regionCode: region, profession })
      if (fate === 'revoked') await revoked(tx, one, new Date('2027-05-02T06:00:00Z'))
      if (fate === 'replaced') await replaced(tx, one, { issuedOn: '2027-06-01' })
    }
    const whole = await countCertificates(tx, auditor, { ...cut, by: ['region'] })
    let total = 0
    for (const { region } of whole.rows) {
      const centres = await countCertificates(tx, auditor, { ...cut, where: { ...cut.where, region: region! }, by: ['centre'] })
      for (const { centre, count } of centres.rows) {
        const within = { ...cut, where: { ...cut.where, region: region!, centre: centre! } }
        let [inCentre, after] = [0, undefined as { startsOn: string; id: string } | undefined]
        do {
          const page = await cohortsIn(tx, auditor, { ...within, limit: 1, after })
          for (const one of page.items) {
            const { items } = await certificatesIn(tx, auditor, { ...within, cohort: one.id })
            expect(items.filter((item) => item.counted)).toHaveLength(one.count)
            inCentre += one.count
          }
          after = page.after ?? undefined
        } while (after)
        expect(inCentre).toBe(count)
        total += count
      }
    }
    expect(total).toBe(whole.total)
  })), { seed, numRuns: 25 })
})

test('a certificate is told with the evidence that the rule saw, its entries and its proof', async ({ db }) => {
  await aCertificate(db)
  const { coordinator, cohort } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const { serial } = issued[0]!
  const reader = await anAuditor(db)
  const one = await certificateBehind(db, reader, { serial })
  expect(one).toMatchObject({ serial, status: 'valid', cohort: cohort.id, centre: cohort.centreId, certifies: true, signature: { state: 'holds' }, evidence: { eligible: true, unmet: [], seen: { present: 2, halves: 2, cases: 20, rules: { practiceCases: 20 } } } })
  expect(one.entries[0]).toBe(one.ledger.entry.seq)
  expect(one.ledger.proof?.path.length).toBeGreaterThan(0)
  const successor = await replaceCertificate(db, coordinator, { serial })
  expect(await certificateBehind(db, reader, { serial })).toMatchObject({ status: 'replaced', successor: successor.serial })
  expect(await certificateBehind(db, reader, { serial: successor.serial })).toMatchObject({ status: 'valid', predecessor: serial })
})

test('it is for auditors: others are refused, and what is not there is not found', async ({ db }) => {
  const { serial, cohortId, centreId } = await aCertificate(db)
  const coordinator = await aCoordinator(db, centreId)
  for (const other of [visitor, await aTrainee(db), await anAdministrator(db), coordinator]) {
    await expect(certificateBehind(db, other, { serial })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(certificatesIn(db, other, { cohort: cohortId })).rejects.toMatchObject({ code: 'permission.denied' })
    if (other !== coordinator) await expect(cohortsIn(db, other, { where: { centre: centreId } })).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect((await cohortsIn(db, coordinator, { asOf: '2027-12-31', where: { centre: centreId } })).items).toHaveLength(1)
  await expect(cohortsIn(db, coordinator, {})).rejects.toMatchObject({ code: 'permission.denied' })
  await expect(certificateBehind(db, await anAuditor(db), { serial: 'KZ-2099-000001' })).rejects.toMatchObject({ code: 'object.not-found' })
})

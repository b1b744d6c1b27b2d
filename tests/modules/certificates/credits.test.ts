import fc from 'fast-check'
import { eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { persons } from '#db/schema/index.ts'
import { creditLedger, issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { calendarPeriod, type CreditLine, hundredths, slidingPeriod, totalsOf } from '#modules/certificates/credits.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, actorFor, anAdministrator, aTrainee, seated, texts } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'

test.for([
  ['2026-11-23', '2021-11-24'], ['2028-02-29', '2023-03-01'], ['2029-02-28', '2024-02-29'], ['2027-01-01', '2022-01-02'], ['2026-12-31', '2022-01-01'],
] as const)('the five years until %s begin on %s', ([today, from]) => {
  expect(slidingPeriod(today)).toEqual({ from, to: today })
})

test('five calendar years are whole ones', () => {
  expect(calendarPeriod(2026)).toEqual({ from: '2022-01-01', to: '2026-12-31' })
})

const line = (values: Partial<CreditLine>): CreditLine => ({
  serial: 'KZ-2026-000001', code: '', kind: 'non-formal', document: texts('Сертификат'), certifies: true, course: 'imci', titles: texts('IMCI'), centreId: '', centre: texts('…'),
  startsOn: '2026-11-02', endsOn: '2026-11-06', countedOn: '2026-11-06', expiresOn: null, hours: 40, credits: '1.33', renews: null, demonstration: false, ...values,
})

test('three of 1.33 are 3.99 and not 3.9899999999999998, and attendance adds nothing', () => {
  const lines = [line({}), line({}), line({}), line({ kind: 'attendance', certifies: false, credits: null, hours: 8 })]
  expect(totalsOf(lines)).toMatchObject({ hours: 120, credits: '3.99', kinds: [{ kind: 'non-formal', documents: 3, hours: 120, credits: '3.99' }] })
  expect(totalsOf([])).toEqual({ hours: 0, credits: '0.00', kinds: [] })
})

test('the total is exactly the sum of the lines, and of the kinds, whatever they are and however they are ordered', () => {
  const some = fc.array(fc.record({ cents: fc.integer({ min: 0, max: 99_999 }), hours: fc.integer({ min: 1, max: 3000 }), kind: fc.constantFrom('non-formal', 'advanced', 'attendance', 'master-class') }), { maxLength: 60 })
  fc.assert(fc.property(some, (raw) => {
    const lines = raw.map(({ cents, hours, kind }) => line({ hours, kind, credits: kind === 'attendance' ? null : (BigInt(cents) / 100n).toString() + '.' + (BigInt(cents) % 100n).toString().padStart(2, '0') }))
    const counted = raw.filter((one) => one.kind !== 'attendance')
    const sum = counted.reduce((whole, one) => whole + BigInt(one.cents), 0n)
    const totals = totalsOf(lines)
    expect(totals.credits.replace('.', '').replace(/^0+(?=\d{3})/, '')).toBe(sum.toString().padStart(3, '0'))
    expect(totals.hours).toBe(counted.reduce((whole, one) => whole + one.hours, 0))
    expect(totals.kinds.reduce((whole, one) => whole + hundredths(one.credits), 0)).toBe(hundredths(totals.credits))
    expect(totals.kinds.reduce((whole, one) => whole + one.documents, 0)).toBe(counted.length)
    expect(totalsOf(lines.toReversed())).toEqual({ ...totals, kinds: expect.arrayContaining(totals.kinds) })
  }))
})

test.for(['1', '1.3', '1.333', '-1.00', '1,33', ''])('“%s” is no amount of credits', (wrong) => {
  expect(() => hundredths(wrong)).toThrow('not an amount')
})

/** The person finishes another cohort and is issued its certificate on a day. */
async function learns(db: Db, personId: string, day: string, values?: Parameters<typeof aFinishedCohort>[1]) {
  const cast = await aFinishedCohort(db, { people: 0, ...values })
  await seated(db, cast.cohort, personId)
  await cast.finish(personId)
  const { issued } = await issueCertificates(db, cast.coordinator, { cohortId: cast.cohort.id, personIds: [personId] }, () => new Date(`${day}T06:00:00Z`))
  return { ...cast, certificate: issued[0]! }
}

const now = new Date('2026-11-23T06:00:00Z')
const holder = (db: Db, personId: string) => actorFor(db, personId, { role: 'trainee' })

test('five years of documents: what was revoked, replaced or counted earlier is not there, and what expired is', async ({ db }) => {
  const personId = (await aTrainee(db)).personId!
  const tooEarly = await learns(db, personId, '2021-11-23')
  const first = await learns(db, personId, '2021-11-24', { edition: { validityMonths: 12 } })
  const revoked = await learns(db, personId, '2023-03-01', { edition: { course: 'emergency' } })
  const renamed = await learns(db, personId, '2024-05-05', { edition: { course: 'home-visiting', hours: 60 } })
  await revokeCertificate(db, revoked.coordinator, { serial: revoked.certificate.serial, reason: 'Қате адамға берілген' })
  const successor = await replaceCertificate(db, renamed.coordinator, { serial: renamed.certificate.serial })

  const own = await holder(db, personId)
  const sliding = await creditLedger(db, own, { personId }, now)
  expect(sliding.lines.map((one) => [one.serial, one.countedOn, one.hours, one.credits])).toEqual([[successor.serial, '2024-05-05', 60, '2.00'], [first.certificate.serial, '2021-11-24', 40, '1.33']])
  expect(sliding).toMatchObject({ hours: 100, credits: '3.33', whole: true, period: { from: '2021-11-24', to: '2026-11-23' }, attended: [] })

  const calendar = await creditLedger(db, own, { personId, year: 2025 }, now)
  expect(calendar.period).toEqual({ from: '2021-01-01', to: '2025-12-31' })
  expect(calendar.lines.map((one) => one.serial)).toEqual([successor.serial, first.certificate.serial, tooEarly.certificate.serial])
})

test('records that were joined are one person’s, and a renewal counts beside what it renews', async ({ db }) => {
  const [personId, duplicate] = [(await aTrainee(db)).personId!, (await aTrainee(db)).personId!]
  const one = await learns(db, duplicate, '2022-03-06', { edition: { validityMonths: 48 } })
  await db.update(persons).set({ mergedInto: personId, mergedAt: now }).where(eq(persons.id, duplicate))
  const two = await learns(db, personId, '2026-01-10', { edition: { validityMonths: 48 } })
  const { lines, credits } = await creditLedger(db, await holder(db, personId), { personId }, now)
  expect(lines.map((each) => [each.serial, each.renews])).toEqual([[two.certificate.serial, one.certificate.serial], [one.certificate.serial, null]])
  expect(credits).toBe('2.66')
})

test('a coordinator sees what the own centre issued; of strangers nothing, and another person nothing at all', async ({ db }) => {
  const personId = (await aTrainee(db)).personId!
  const here = await learns(db, personId, '2025-01-10')
  const there = await learns(db, personId, '2026-01-10', { edition: { course: 'emergency' } })
  const seen = await creditLedger(db, here.coordinator, { personId }, now)
  expect(seen).toMatchObject({ whole: false, credits: '1.33' })
  expect(seen.lines.map((one) => one.serial)).toEqual([here.certificate.serial])
  expect((await creditLedger(db, await anAdministrator(db), { personId }, now)).lines.map((one) => one.serial)).toEqual([there.certificate.serial, here.certificate.serial])
  const far = await aCoordinator(db, (await aCentre(db, { regionCode: 'KZ-75' })).id)
  for (const actor of [far, await aTrainee(db)]) await expect(creditLedger(db, actor, { personId }, now)).rejects.toMatchObject({ code: 'object.not-found' })
})

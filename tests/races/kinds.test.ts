import { asc, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { type certificateKinds, certificates, entries } from '#db/schema/index.ts'
import { changeKind, issueCertificates, kindsOf } from '#modules/certificates/index.ts'
import { recordAccreditation, withdrawAccreditation } from '#modules/places/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { anAdministrator, texts } from '#tests/factories.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { expect, outcome, test } from './server.ts'

const today = dayOf(new Date(), 'Asia/Qyzylorda')
/** Waits until the class is being certified. */
async function begun(db: Db, cohortId: string) {
  while ((await db.$count(certificates, eq(certificates.cohortId, cohortId))) < 3) await new Promise((resolve) => setTimeout(resolve, 5))
}

test('an accreditation withdrawn while a class is being certified: whoever comes after gets what stands instead, and nobody fails', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 25, edition: { kind: 'advanced' } })
  const admin = await anAdministrator(db)
  const { id } = await recordAccreditation(db, admin, { centreId: cohort.centreId, body: texts('ECAQA'), number: 'AA-1', validFrom: '2026-01-01', validUntil: null })
  const [one, other] = await Promise.all([
    issueCertificates(db, coordinator, { cohortId: cohort.id }), issueCertificates(db, coordinator, { cohortId: cohort.id, personIds: people.map((each) => each.id).toReversed() }),
    begun(db, cohort.id).then(() => withdrawAccreditation(db, admin, { accreditationId: id, on: today })),
  ])
  expect([...one.refused, ...other.refused]).toEqual([])
  const rows = await db.select({ kind: certificates.kind, entrySeq: certificates.entrySeq }).from(certificates).where(eq(certificates.cohortId, cohort.id)).orderBy(asc(certificates.entrySeq))
  expect(rows).toHaveLength(25)
  // The ledger tells when it was withdrawn: before that everybody was issued the one kind, after it the other.
  const told = (await db.select().from(entries).where(eq(entries.kind, 'centre.accredited'))).find((entry) => JSON.parse(entry.body).facts.change === 'withdrawn')!
  expect(new Set(rows.map((row) => row.kind)).size).toBe(2)
  for (const row of rows) expect(row.kind, `entry ${row.entrySeq} of ${told.seq}`).toBe(row.entrySeq < told.seq ? 'advanced' : 'non-formal')
})

test('a kind that gets stricter while a class is being certified refuses whoever comes after, by name', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 25, edition: { approval: null, outline: outlineWithoutApproval } })
  const [{ changedAt: _, template: __, certifies: ___, ...before }] = (await kindsOf(db)).filter((each) => each.kind === 'non-formal') as [typeof certificateKinds.$inferSelect]
  const [{ issued, refused }] = await Promise.all([
    issueCertificates(db, coordinator, { cohortId: cohort.id }), begun(db, cohort.id).then(async () => changeKind(db, await anAdministrator(db), { ...before, approvalRequired: true })),
  ])
  expect(issued.length + refused.length).toBe(people.length)
  expect(refused.length).toBeGreaterThan(0)
  for (const one of refused) expect(one.codes).toEqual(['edition-not-approved'])
  const [told] = await db.select().from(entries).where(eq(entries.kind, 'certificate-kind.changed'))
  for (const row of await db.select().from(certificates).where(eq(certificates.cohortId, cohort.id))) expect(row.entrySeq).toBeLessThan(told!.seq)
})

test('two kinds changed at once never point at one another', async ({ db }) => {
  const admin = await anAdministrator(db)
  const [advanced, nonFormal] = ['advanced', 'non-formal'].map((kind) => async (otherwise: string | null) => {
    const { changedAt: _, template: __, certifies: ___, ...words } = (await kindsOf(db)).find((each) => each.kind === kind)!
    return changeKind(db, admin, { ...words, otherwise })
  }) as [(otherwise: string | null) => Promise<void>, (otherwise: string | null) => Promise<void>]
  for (let round = 0; round < 8; round++) {
    await advanced(null)
    await nonFormal(null)
    const told = await Promise.all([outcome(advanced('non-formal')), outcome(nonFormal('advanced'))])
    expect(told.toSorted()).toEqual(['certificate-kind.otherwise', 'done'])
  }
})

const outlineWithoutApproval = {
  rules: { attendancePercent: 90, passPercent: 70, attempts: 3, retakeDays: 7, practiceCases: 20, approvalRequired: false },
  assessments: [{ id: 'post-test', kind: 'post-test', minutes: 30, items: 3, bank: 'day-1', titles: texts('Қорытынды тестілеу') }],
  days: [], guidelines: [{ id: 'who-imci-2014', titles: texts('WHO IMCI 2014'), year: 2014 }], academicHourMinutes: 45, short: texts('IMCI'), summary: texts('…'),
}

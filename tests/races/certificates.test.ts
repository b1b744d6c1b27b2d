import { asc, count, eq, max } from 'drizzle-orm'
import { certificateFiles, certificates, entries, serials } from '#db/schema/index.ts'
import { system } from '#modules/actor.ts'
import { fileOf, issueCertificates, replaceCertificate, revokeCertificate } from '#modules/certificates/index.ts'
import { verifyLedger } from '#modules/ledger/index.ts'
import { dayOf } from '#modules/words/index.ts'
import { aFinishedCohort } from '#tests/modules/certificates/cast.ts'
import { expect, outcome, test } from './server.ts'

const year = Number(dayOf(new Date(), 'Asia/Qyzylorda').slice(0, 4))
const times = <Result>(n: number, work: (index: number) => Promise<Result>) => Promise.all(Array.from({ length: n }, (_, index) => work(index)))
const serial = (number: number) => `KZ-${year}-${String(number).padStart(6, '0')}`

test('20 clicks on “issue” at once: one certificate a person, everybody is answered the same, serials without a gap', async ({ db }) => {
  const { cohort, coordinator, people } = await aFinishedCohort(db, { people: 25 })
  const answers = await times(20, () => issueCertificates(db, coordinator, { cohortId: cohort.id }))

  const rows = await db.select().from(certificates).orderBy(asc(certificates.serial))
  expect(rows.map((row) => row.serial)).toEqual(people.map((_, index) => serial(index + 1)))
  expect(new Set(rows.map((row) => row.personId))).toEqual(new Set(people.map((one) => one.id)))
  for (const { issued, refused } of answers) {
    expect(refused).toEqual([])
    expect(issued).toEqual(answers[0]!.issued)
  }
  expect(await db.$count(entries, eq(entries.kind, 'certificate.issued'))).toBe(25)
  expect(await db.select().from(serials)).toEqual([{ year, last: 25 }])
})

test('several centres issuing at once share one row of serials: still no gap, and the ledger holds', async ({ db }) => {
  const [{ last } = { last: 0 }] = await db.select().from(serials)
  const groups = []
  for (let n = 0; n < 6; n++) groups.push(await aFinishedCohort(db, { people: 10 }))
  await Promise.all(groups.flatMap(({ cohort, coordinator }) => [0, 1].map(() => issueCertificates(db, coordinator, { cohortId: cohort.id }))))
  const [told] = await db.select({ n: count(), last: max(certificates.serial) }).from(certificates)
  expect(told).toEqual({ n: last + 60, last: serial(last + 60) })
  expect(await verifyLedger(db)).toMatchObject({ ok: true })
})

test('control: the next number read without its lock is given twice', async ({ db }) => {
  const next = async () => ((await db.select({ last: serials.last }).from(serials))[0]!.last) + 1
  expect(new Set(await times(20, next)).size).toBeLessThan(20)
})

test('revoked and replaced at once: one of the two happens, and the other is told so', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 12 })
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  for (const one of issued) {
    const told = await Promise.all([
      outcome(revokeCertificate(db, coordinator, { serial: one.serial, reason: 'Қате адамға берілген' })),
      outcome(replaceCertificate(db, coordinator, { serial: one.serial })),
      outcome(revokeCertificate(db, coordinator, { serial: one.serial, reason: 'Қате адамға берілген' })),
    ])
    expect(told.filter((word) => word === 'done')).toHaveLength(1)
    expect(told.filter((word) => word.startsWith('certificate.already-'))).toHaveLength(2)
  }
})

test('a PDF that ten readers ask for at once is drawn and kept once', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db)
  const { issued } = await issueCertificates(db, coordinator, { cohortId: cohort.id })
  const files = await times(10, () => fileOf(db, issued[0]!.code))
  expect(new Set(files.map((file) => file.sha256)).size).toBe(1)
  expect(await db.$count(certificateFiles, eq(certificateFiles.certificateId, issued[0]!.certificateId))).toBe(1)
  const drawn = (await db.select({ body: entries.body }).from(entries).where(eq(entries.kind, 'certificate.drawn'))).filter((entry) => entry.body.includes(issued[0]!.serial))
  expect(drawn).toHaveLength(1)
})

test('the system issues for a cohort while its coordinator does: still one each', async ({ db }) => {
  const { cohort, coordinator } = await aFinishedCohort(db, { people: 5 })
  await Promise.all([issueCertificates(db, coordinator, { cohortId: cohort.id }), issueCertificates(db, system('command-line'), { cohortId: cohort.id })])
  expect(await db.$count(certificates, eq(certificates.cohortId, cohort.id))).toBe(5)
})

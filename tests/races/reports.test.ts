import { asc, eq } from 'drizzle-orm'
import { adoptionReports, reportNumbers, staffClaims } from '#db/schema/index.ts'
import { claimCertificate } from '#modules/adoptions/index.ts'
import type { Db } from '#db/client.ts'
import type { Actor } from '#modules/actor.ts'
import { draftReport, issueReport } from '#modules/reports/index.ts'
import { aReportable } from '#tests/modules/reports/reportable.ts'
import { aCollege, teachers } from '#tests/modules/adoptions/staff.ts'
import { expect, outcome, test } from './server.ts'

async function signing(db: Db, { worker, adoptionId }: { worker: Actor; adoptionId: string }, signatory = 'Ермекова Салтанат') {
  const { digest } = await draftReport(db, worker, { adoptionId, studyYear: 2026 })
  return () => issueReport(db, worker, { adoptionId, studyYear: 2026, signatory, digest: digest!, acknowledged: false })
}

test('reports that many colleges sign at once get numbers without gap, each its own, also when some fail on the way', async ({ db }) => {
  const colleges: Awaited<ReturnType<typeof aReportable>>[] = []
  for (let n = 0; n < 6; n++) colleges.push(await aReportable(db, { people: 1 }))
  const sign: (() => Promise<{ number: string }>)[] = []
  for (const one of colleges) sign.push(await signing(db, one))
  class Failure extends Error {}
  // A report that is undone after it had its number gives it back.
  const failing = colleges.map((one) => () => db.transaction(async (tx) => {
    await (await signing(tx as unknown as Db, one))()
    throw new Failure()
  }).catch((error: unknown) => {
    if (!(error instanceof Failure)) throw error
  }))
  await Promise.all(sign.flatMap((one, at) => [one(), failing[at]!()]))
  const numbers = (await db.select({ number: adoptionReports.number }).from(adoptionReports).orderBy(asc(adoptionReports.number))).map((one) => Number(one.number.slice(-5)))
  expect(numbers).toEqual([1, 2, 3, 4, 5, 6])
  expect((await db.select().from(reportNumbers))[0]!.last).toBe(6)
})

test('a report sent twice at once is one report', async ({ db }) => {
  const one = await aReportable(db, { people: 1 })
  const sign = await signing(db, one)
  const signed = await Promise.all([sign(), sign(), sign(), sign()])
  expect(new Set(signed.map(({ number }) => number)).size).toBe(1)
  expect(await db.$count(adoptionReports, eq(adoptionReports.adoptionId, one.adoptionId))).toBe(1)
})

test('a certificate claimed twice at once is claimed once, and the other is told', async ({ db }) => {
  const { collegeId, worker } = await aCollege(db)
  const { teachers: [teacher] } = await teachers(db)
  const claim = () => outcome(claimCertificate(db, worker, { collegeId, code: teacher!.code, post: 'Оқытушы' }))
  expect((await Promise.all([claim(), claim(), claim()])).toSorted()).toEqual(['asked', 'staff.already-claimed', 'staff.already-claimed'])
  expect(await db.$count(staffClaims, eq(staffClaims.collegeId, collegeId))).toBe(1)
})

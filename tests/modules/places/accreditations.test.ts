import { eq } from 'drizzle-orm'
import { accreditations, entries } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { accreditationsOf, centre, changeCentre, changeCentreInput, recordAccreditation, recordAccreditationInput, withdrawAccreditation } from '#modules/places/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, aTrainer, texts } from '#tests/factories.ts'

const given = { body: texts('ECAQA'), number: 'AA-0147', validFrom: '2027-03-01', validUntil: '2032-02-29' }

test('an accreditation is recorded and withdrawn, each told to the ledger by ids alone', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const admin = await anAdministrator(db)
  const { id } = await recordAccreditation(db, admin, { centreId, ...given })
  expect(await accreditationsOf(db, centreId)).toMatchObject([{ id, ...given, withdrawnOn: null, recordedBy: admin.personId }])
  await withdrawAccreditation(db, admin, { accreditationId: id, on: '2028-01-15' })
  expect(await accreditationsOf(db, centreId)).toMatchObject([{ id, ...given, withdrawnOn: '2028-01-15' }])
  expect((await db.select().from(entries).orderBy(entries.seq)).map((one) => JSON.parse(one.body))).toMatchObject([
    { kind: 'centre.accredited', facts: { centre: centreId, accreditation: id, change: 'recorded' } }, { kind: 'centre.accredited', facts: { centre: centreId, accreditation: id, change: 'withdrawn' } },
  ])
})

test('nobody but an administrator records or withdraws, and only after stepping up', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const admin = await anAdministrator(db)
  const { id } = await recordAccreditation(db, admin, { centreId, ...given })
  const others = [visitor, await aTrainer(db, centreId), await aCoordinator(db, centreId), await anAuditor(db)].map((actor) => [actor, 'permission.denied'] as const)
  for (const [actor, code] of [...others, [{ ...admin, steppedUp: false }, 'permission.step-up-needed'] as const]) {
    await expect(recordAccreditation(db, actor, { centreId, ...given, number: 'AA-2' })).rejects.toMatchObject({ code })
    await expect(withdrawAccreditation(db, actor, { accreditationId: id, on: '2028-01-15' })).rejects.toMatchObject({ code })
  }
  expect(await accreditationsOf(db, centreId)).toMatchObject([{ id, withdrawnOn: null }])
  expect(await db.$count(entries)).toBe(1)
})

test('what does not fit is refused, and nothing changes', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const admin = await anAdministrator(db)
  const { id } = await recordAccreditation(db, admin, { centreId, ...given })
  const unknown = '6f6d0d4b-3c9e-4f0e-8f0a-0a4b8a3c5d11'
  await expect(recordAccreditation(db, admin, { centreId, ...given, validFrom: '2028-01-01' })).rejects.toMatchObject({ code: 'accreditation.known', facts: { number: 'AA-0147' } })
  await expect(recordAccreditation(db, admin, { centreId: unknown, ...given })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(withdrawAccreditation(db, admin, { accreditationId: unknown, on: '2028-01-15' })).rejects.toMatchObject({ code: 'object.not-found' })
  for (const on of ['2027-02-28', '2032-03-01']) await expect(withdrawAccreditation(db, admin, { accreditationId: id, on })).rejects.toMatchObject({ code: 'accreditation.not-valid-then' })
  await withdrawAccreditation(db, admin, { accreditationId: id, on: '2028-01-15' })
  await expect(withdrawAccreditation(db, admin, { accreditationId: id, on: '2028-01-16' })).rejects.toMatchObject({ code: 'accreditation.withdrawn' })
  expect(await accreditationsOf(db, centreId)).toMatchObject([{ withdrawnOn: '2028-01-15' }])
  expect(recordAccreditationInput.safeParse({ centreId, ...given, validUntil: '2027-02-28' }).error!.issues).toMatchObject([{ path: ['validUntil'], message: 'field.ends-before-start' }])
  expect(recordAccreditationInput.parse({ centreId, ...given, validUntil: undefined }).validUntil).toBe(null)
})

test('the database keeps what was recorded: it is withdrawn once, and neither rewritten nor deleted', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  const { id } = await recordAccreditation(db, await anAdministrator(db), { centreId, ...given })
  const refused = { cause: { code: '23001' } }
  const tries = (change: Partial<typeof accreditations.$inferInsert>) => expect(db.transaction((tx) => tx.update(accreditations).set(change).where(eq(accreditations.id, id)))).rejects.toMatchObject(refused)
  await tries({ number: 'AA-9' })
  await tries({ validUntil: '2040-01-01' })
  await tries({ withdrawnOn: '2027-02-01' })
  await expect(db.transaction((tx) => tx.delete(accreditations))).rejects.toMatchObject(refused)
  await db.update(accreditations).set({ withdrawnOn: '2027-05-01' }).where(eq(accreditations.id, id))
  await tries({ withdrawnOn: null })
})

test('how long an issue can be taken back is the centre’s own, up to a day', async ({ db }) => {
  const { id: centreId } = await aCentre(db)
  expect((await centre(db, centreId))!.handOverMinutes).toBe(15)
  await changeCentre(db, await anAdministrator(db), changeCentreInput.parse({ centreId, handOverMinutes: '0' }))
  expect(await centre(db, centreId)).toMatchObject({ handOverMinutes: 0, closedAt: null, onePlacePerCourse: false })
  for (const handOverMinutes of ['1441', '-1', '1.5']) expect(changeCentreInput.safeParse({ centreId, handOverMinutes }).success).toBe(false)
})

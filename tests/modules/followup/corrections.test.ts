import { and, eq } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { entries, followupCorrections, followups } from '#db/schema/index.ts'
import { correctFollowup, followupOf, myFollowups, recordFollowup } from '#modules/followup/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainer } from '#tests/factories.ts'
import { aFinishedClass, aVisit, daysAgo, told } from './cast.ts'

const reason = 'Баланың жасы қате белгіленді'

/** A recorded visit, and the same form with another classification, as a correction. */
async function recorded(db: Db) {
  const made = await aFinishedClass(db, 1)
  const form = aVisit({ cohortId: made.cohortId, personId: made.personId })
  await recordFollowup(db, made.trainer, form)
  const { clientId: _, ...facts } = form
  return { ...made, form, correction: { ...facts, trainee: ['RESP-3'], reason, corrections: 0 } }
}
const stored = async (db: Db, { cohortId, personId }: { cohortId: string; personId: string }) =>
  (await db.select().from(followups).where(and(eq(followups.cohortId, cohortId), eq(followups.personId, personId))))[0]!

test('whoever recorded a visit puts it right with a reason; what stood before stays beside it, and who recorded it stays', async ({ db }) => {
  const { trainer, correction, people, form } = await recorded(db)
  const before = await stored(db, form)
  expect(await correctFollowup(db, trainer, correction)).toEqual({ agreed: false })
  expect(await stored(db, form)).toMatchObject({ agreed: false, observed: { trainee: ['RESP-3'], supervisor: ['RESP-2'] }, recordedBy: trainer.personId, recordedAt: before.recordedAt, clientId: form.clientId })
  const { corrections, mayCorrect } = await followupOf(db, trainer, form)
  expect(mayCorrect).toBe(true)
  expect(corrections).toMatchObject([{ reason, before: { visitedOn: form.visitedOn, agreed: true, observed: { trainee: ['RESP-2'] }, actions: form.actions } }])
  expect(await myFollowups(db, people[0]!)).toMatchObject([{ agreed: false, observed: { trainee: ['RESP-3'] } }])
})

test('the ledger tells of a correction without its words', async ({ db }) => {
  const { coordinator, correction, cohortId } = await recorded(db)
  await correctFollowup(db, coordinator, correction)
  expect(await told(db)).toEqual(['followup.recorded', 'followup.corrected'])
  const [, entry] = await db.select().from(entries).orderBy(entries.seq)
  expect(JSON.parse(entry!.body)).toMatchObject({ facts: { cohort: cohortId, reason: expect.stringMatching(/^[0-9a-f]{64}$/) } })
  expect(entry!.body).not.toContain('Баланың')
})

test('another trainer of the centre may not; another centre and the trainee find nothing', async ({ db }) => {
  const { correction, centreId, people, form } = await recorded(db)
  const elsewhere = (await aCentre(db)).id
  const colleague = await aTrainer(db, centreId)
  await expect(correctFollowup(db, colleague, correction)).rejects.toMatchObject({ code: 'permission.denied' })
  expect((await followupOf(db, colleague, form)).mayCorrect).toBe(false)
  for (const stranger of [people[0]!, await aTrainer(db, elsewhere), await aCoordinator(db, elsewhere)])
    await expect(correctFollowup(db, stranger, correction)).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(followupCorrections)).toBe(0)
})

test('the same correction sent twice is one; another one made of a page that is out of date is refused', async ({ db }) => {
  const { trainer, coordinator, correction, form } = await recorded(db)
  await correctFollowup(db, trainer, correction)
  expect(await correctFollowup(db, trainer, correction)).toEqual({ agreed: false })
  await expect(correctFollowup(db, coordinator, { ...correction, supervisor: ['RESP-3'] })).rejects.toMatchObject({ code: 'followup.corrected-meanwhile' })
  await expect(correctFollowup(db, coordinator, { ...correction, corrections: 1, reason: 'басқа себеп' })).rejects.toMatchObject({ code: 'followup.unchanged' })
  await correctFollowup(db, coordinator, { ...correction, supervisor: ['RESP-3'], corrections: 1 })
  expect(await stored(db, form)).toMatchObject({ agreed: true })
  expect(await db.$count(followupCorrections)).toBe(2)
})

test.for([
  ['a day that has not come', { visitedOn: daysAgo(-3) }, 'followup.future'],
  ['a classification of no chart', { trainee: ['FLU-1'] }, 'followup.classification'],
  ['a line left out', { support: {} }, 'followup.items'],
  ['a kind of visit, where no home is visited', { visit: 'routine' }, 'followup.visit'],
] as const)('a correction is held to what a record is held to: %s', async ([, values, code], { db }) => {
  const { trainer, correction, form } = await recorded(db)
  await expect(correctFollowup(db, trainer, { ...correction, ...values } as never)).rejects.toMatchObject({ code })
  expect(await stored(db, form)).toMatchObject({ agreed: true, visitedOn: form.visitedOn })
})

test('a visit that was not made has nothing to correct', async ({ db }) => {
  const { cohortId, personId, coordinator } = await aFinishedClass(db, 1)
  const { clientId: _, ...facts } = aVisit({ cohortId, personId })
  await expect(correctFollowup(db, coordinator, { ...facts, reason, corrections: 0 })).rejects.toMatchObject({ code: 'followup.not-recorded' })
})

test('a correction is never changed or deleted', async ({ db }) => {
  const { trainer, correction } = await recorded(db)
  await correctFollowup(db, trainer, correction)
  await expect(db.transaction((tx) => tx.update(followupCorrections).set({ reason: 'тағы бір себеп' }))).rejects.toThrow()
  await expect(db.transaction((tx) => tx.delete(followupCorrections))).rejects.toThrow()
  expect(await db.select().from(followupCorrections)).toMatchObject([{ reason }])
})

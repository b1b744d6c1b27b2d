import { supervisions, workplaces } from '#db/schema/index.ts'
import { exportFollowups, exportSupervisions, listSupervised, recordSupervision, supervisionOf } from '#modules/followup/index.ts'
import { readCsv } from '#modules/table.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aFacility, aPerson, aTrainee, aTrainer } from '#tests/factories.ts'
import { aFinishedClass, aSupervision, daysAgo } from './cast.ts'

describe('a supervision visit', () => {
  test('is kept in the facility’s log with what was seen and agreed', async ({ db }) => {
    const centreId = (await aCentre(db)).id
    const trainer = await aTrainer(db, centreId)
    const facility = await aFacility(db)
    await recordSupervision(
      db,
      trainer,
      aSupervision(centreId, facility.id, {
        visitedOn: daysAgo(20),
        burnout: ['exhausted', 'absent', 'exhausted'],
        otherDuties: 2,
        cases: 'Қиын жағдай',
        nextOn: daysAgo(3),
      }),
    )
    await recordSupervision(db, trainer, aSupervision(centreId, facility.id, { visitedOn: daysAgo(2) }))
    const { visits, nextOn } = await supervisionOf(db, trainer, { facilityId: facility.id })
    expect(visits).toMatchObject([
      { visitedOn: daysAgo(2), burnout: [], otherDuties: 0 },
      { visitedOn: daysAgo(20), burnout: ['absent', 'exhausted'], otherDuties: 2, cases: 'Қиын жағдай', supervisorId: trainer.personId },
    ])
    // Nothing was agreed at the last visit: in a quarter.
    expect(nextOn! > daysAgo(-80)).toBe(true)
  })

  const refusals: [string, object, string][] = [
    ['a day that has not come', { visitedOn: daysAgo(-3) }, 'supervision.future'],
    ['a next visit that is not later', { nextOn: daysAgo(2) }, 'supervision.next'],
    ['a line left out', { checklist: {} }, 'supervision.items'],
    ['a sign that the form does not have', { burnout: ['lazy'] }, 'supervision.items'],
  ]
  test.for(refusals)('%s is refused', async ([, values, code], { db }) => {
    const centreId = (await aCentre(db)).id
    await expect(recordSupervision(db, await aTrainer(db, centreId), aSupervision(centreId, (await aFacility(db)).id, values))).rejects.toMatchObject(
      { code },
    )
    expect(await db.$count(supervisions)).toBe(0)
  })

  test('is for the centre’s people alone, and so is its log', async ({ db }) => {
    const centreId = (await aCentre(db)).id
    const facility = await aFacility(db)
    const elsewhere = (await aCentre(db)).id
    const stranger = await aTrainer(db, elsewhere)
    await expect(recordSupervision(db, stranger, aSupervision(centreId, facility.id))).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(recordSupervision(db, await aTrainee(db), aSupervision(centreId, facility.id))).rejects.toMatchObject({ code: 'object.not-found' })
    const coordinator = await aCoordinator(db, centreId)
    await expect(recordSupervision(db, coordinator, aSupervision(centreId, facility.id, { supervisorId: stranger.personId }))).rejects.toMatchObject({
      code: 'supervision.supervisor',
    })
    await recordSupervision(db, coordinator, aSupervision(centreId, facility.id))
    expect((await supervisionOf(db, stranger, { facilityId: facility.id })).visits).toEqual([])
    await expect(supervisionOf(db, await aTrainee(db), { facilityId: facility.id })).rejects.toMatchObject({ code: 'object.not-found' })
    await expect(supervisionOf(db, coordinator, { facilityId: centreId })).rejects.toMatchObject({ code: 'object.not-found' })
  })
})

test('the list puts what is overdue first and says where nobody has been', async ({ db }) => {
  const centreId = (await aCentre(db)).id
  const trainer = await aTrainer(db, centreId)
  const [late, fresh, never] = [await aFacility(db), await aFacility(db), await aFacility(db)]
  await recordSupervision(db, trainer, aSupervision(centreId, late.id, { visitedOn: daysAgo(150) }))
  await recordSupervision(db, trainer, aSupervision(centreId, fresh.id, { visitedOn: daysAgo(200) }))
  await recordSupervision(db, trainer, aSupervision(centreId, fresh.id, { visitedOn: daysAgo(10), burnout: ['absent'], otherDuties: 3 }))
  const { items } = await listSupervised(db, trainer, {})
  expect(items.map((one) => [one.facilityId, one.overdue, one.visits])).toEqual([
    [late.id, true, 1],
    [fresh.id, false, 2],
    [never.id, false, 0],
  ])
  expect(items[1]).toMatchObject({ lastOn: daysAgo(10), met: 10, items: 10, burnout: 1, otherDuties: 3 })
  expect(items[2]).toMatchObject({ lastOn: null, nextOn: null, met: null })
  expect((await listSupervised(db, trainer, { state: 'overdue' })).items.map((one) => one.facilityId)).toEqual([late.id])
  expect((await listSupervised(db, trainer, { state: 'never' })).items.map((one) => one.facilityId)).toEqual([never.id])
})

test('why people left a facility is counted, and nobody named', async ({ db }) => {
  const centreId = (await aCentre(db)).id
  const facility = await aFacility(db)
  for (const [until, leftBecause] of [
    ['2026-02-01', 'жүктеме'],
    ['2026-05-01', 'жүктеме'],
    ['2026-03-01', null],
    [null, null],
  ] as const) {
    await db.insert(workplaces).values({ personId: (await aPerson(db)).id, facilityId: facility.id, since: '2025-01-01', until, leftBecause })
  }
  const { left } = await supervisionOf(db, await aTrainer(db, centreId), { facilityId: facility.id })
  expect(left).toEqual([
    { reason: 'жүктеме', people: 2, lastOn: '2026-05-01' },
    { reason: '', people: 1, lastOn: '2026-03-01' },
  ])
})

test('visits and the log are exported as they are on the page', async ({ db }) => {
  const { cohortId, centreId, trainer } = await aFinishedClass(db, 3)
  await recordSupervision(db, trainer, aSupervision(centreId, (await aFacility(db)).id, { cases: '+7 701' }))
  const visits = await exportFollowups(db, trainer, { locale: 'kk', format: 'csv', cohort: cohortId })
  expect(visits.rows).toBe(3)
  const log = await exportSupervisions(db, trainer, { locale: 'ru', format: 'csv' })
  expect(readCsv(Buffer.from(log.bytes).toString())[1]![5]).toBe("'+7 701")
  const stranger = await aCoordinator(db, (await aCentre(db)).id)
  expect((await exportFollowups(db, stranger, { locale: 'kk', format: 'csv' })).rows).toBe(0)
  await expect(exportFollowups(db, await aTrainee(db), { locale: 'kk', format: 'csv' })).rejects.toMatchObject({ code: 'permission.denied' })
})

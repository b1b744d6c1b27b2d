import { meetingPoints, meetings, suggestions } from '#db/schema/index.ts'
import { addSuggestion, holdMeeting, listMeetings, nextMeetings } from '#modules/followup/index.ts'
import { expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, aTrainee, aTrainer } from '#tests/factories.ts'
import { daysAgo } from './cast.ts'

test('minutes link what was talked about, and new points become suggestions from that meeting', async ({ db }) => {
  const centreId = (await aCentre(db)).id
  const coordinator = await aCoordinator(db, centreId)
  const { id: old } = await addSuggestion(db, coordinator, { centreId, source: 'complaint', text: 'Бөлме суық' })
  const { unusual } = await holdMeeting(db, coordinator, {
    centreId,
    kind: 'focus-group',
    heldOn: daysAgo(3),
    people: 8,
    notes: 'Сөйлестік',
    suggestionIds: [old, old],
    newPoints: ['Түскі үзілісті ұзарту'],
  })
  expect(unusual).toBe(false)
  const { items } = await listMeetings(db, await aTrainer(db, centreId), {})
  expect(items).toMatchObject([{ kind: 'focus-group', people: 8, notes: 'Сөйлестік', unusual: false }])
  expect(items[0]!.points.map((point) => point.text).sort()).toEqual(['Бөлме суық', 'Түскі үзілісті ұзарту'])
  expect((await db.select().from(suggestions)).map((one) => one.source).sort()).toEqual(['complaint', 'focus-group'])
})

test.for([
  ['focus-group', 4],
  ['focus-group', 11],
  ['round-table', 8],
] as const)('a %s of %i is kept and called unusual', async ([kind, people], { db }) => {
  const centreId = (await aCentre(db)).id
  expect((await holdMeeting(db, await aCoordinator(db, centreId), { centreId, kind, heldOn: daysAgo(2), people })).unusual).toBe(true)
  expect(await db.$count(meetings)).toBe(1)
})

test('a day that has not come, another centre’s point, a trainer and a stranger: nothing is kept', async ({ db }) => {
  const centreId = (await aCentre(db)).id
  const coordinator = await aCoordinator(db, centreId)
  const elsewhere = (await aCentre(db)).id
  const stranger = await aCoordinator(db, elsewhere)
  const { id: foreign } = await addSuggestion(db, stranger, { centreId: elsewhere, source: 'complaint', text: 'Шу' })
  const minutes = { centreId, kind: 'round-table' as const, heldOn: daysAgo(2), people: 9 }
  await expect(holdMeeting(db, coordinator, { ...minutes, heldOn: daysAgo(-3) })).rejects.toMatchObject({ code: 'meeting.future' })
  await expect(holdMeeting(db, coordinator, { ...minutes, suggestionIds: [foreign] })).rejects.toMatchObject({ code: 'object.not-found' })
  await expect(holdMeeting(db, await aTrainer(db, centreId), minutes)).rejects.toMatchObject({ code: 'permission.denied' })
  for (const one of [stranger, await aTrainee(db)]) await expect(holdMeeting(db, one, minutes)).rejects.toMatchObject({ code: 'object.not-found' })
  expect(await db.$count(meetings)).toBe(0)
  expect(await db.$count(meetingPoints)).toBe(0)
  expect((await listMeetings(db, stranger, {})).items).toEqual([])
})

test('says by when the next of each kind is due', async ({ db }) => {
  const centreId = (await aCentre(db)).id
  const coordinator = await aCoordinator(db, centreId)
  await holdMeeting(db, coordinator, { centreId, kind: 'focus-group', heldOn: '2026-01-31', people: 7 })
  await holdMeeting(db, coordinator, { centreId, kind: 'focus-group', heldOn: '2025-12-31', people: 7 })
  expect(await nextMeetings(db, coordinator, new Date('2026-02-28T12:00:00Z'))).toEqual([
    { centreId, kind: 'focus-group', last: '2026-01-31', next: '2026-02-28', overdue: false, held: 2 },
    { centreId, kind: 'round-table', last: null, next: null, overdue: false, held: 0 },
  ])
  expect((await nextMeetings(db, coordinator, new Date('2026-03-01T12:00:00Z')))[0]).toMatchObject({ overdue: true })
})

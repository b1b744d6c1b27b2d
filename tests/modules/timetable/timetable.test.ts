import { desc } from 'drizzle-orm'
import type { Db } from '#db/client.ts'
import { absences, cohortTrainers, entries, overrides, trainers } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { readCsv } from '#modules/table.ts'
import { exportSchedule, type LaneCell, laneRows, timetableOf } from '#modules/timetable/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCohort, aCoordinator, aRoom, aTrainee, aTrainer } from '#tests/factories.ts'

/** A row as a picture: a dot for a free day, the item's name once for each of its days, `<` and `>` where it goes on. */
const picture = (row: LaneCell<{ name: string; from: string; to: string }>[]) =>
  row.map((cell) => (cell.item ? `${cell.before ? '<' : ''}${cell.item.name.repeat(cell.days)}${cell.after ? '>' : ''}` : '.')).join('')
const span = (name: string, from: number, to: number, month = '03') => ({ name, from: `2027-${month}-${String(from).padStart(2, '0')}`, to: `2027-${month}-${String(to).padStart(2, '0')}` })

describe('a lane', () => {
  test.for<[string, ReturnType<typeof span>[], string[]]>([
    ['with nothing', [], ['.......']],
    ['with one course', [span('a', 2, 4)], ['.aaa...']],
    ['with two after one another', [span('b', 5, 7), span('a', 1, 4)], ['aaaabbb']],
    ['with two that overlap', [span('a', 1, 4), span('b', 4, 6)], ['aaaa...', '...bbb.']],
    ['with three, of which the third fits behind the first', [span('a', 1, 2), span('b', 2, 4), span('c', 3, 4)], ['aacc...', '.bbb...']],
    ['with what began before and goes on', [span('a', 25, 28, '02'), { ...span('b', 1, 3), from: '2027-02-26' }, { ...span('c', 6, 6), to: '2027-04-10' }], ['<bbb..cc>']],
    ['with what is outside', [span('a', 8, 9), span('b', 1, 28, '02')], ['.......']],
  ])('%s', ([, items, expected]) => {
    expect(laneRows('2027-03-01', '2027-03-07', items).map(picture)).toEqual(expected)
  })

  test('fills its days exactly, however things overlap', () => {
    const items = Array.from({ length: 40 }, (_, n) => ({ name: 'x', from: `2027-03-${String(((n * 7) % 28) + 1).padStart(2, '0')}`, to: `2027-03-${String(Math.min(31, ((n * 7) % 28) + 1 + (n % 9))).padStart(2, '0')}` }))
    const rows = laneRows('2027-03-01', '2027-03-31', items)
    for (const row of rows) expect(row.reduce((sum, cell) => sum + cell.days, 0)).toBe(31)
    expect(rows.flat().filter((cell) => cell.item)).toHaveLength(40)
  })
})

async function aWeek(db: Db) {
  const room = await aRoom(db, { name: '1-аудитория' })
  const coordinator = await aCoordinator(db, room.centreId)
  const trainer = await aTrainer(db, room.centreId)
  const cohort = await aCohort(db, { centreId: room.centreId, roomId: room.id, roomCapacity: room.capacity })
  await db.insert(cohortTrainers).values({ cohortId: cohort.id, personId: trainer.personId! })
  const other = await aRoom(db, { centreId: room.centreId })
  const cancelled = await aCohort(db, { centreId: room.centreId, roomId: other.id, roomCapacity: other.capacity, state: 'cancelled', editionId: cohort.editionId })
  const draft = await aCohort(db, { centreId: room.centreId, roomId: other.id, roomCapacity: other.capacity, state: 'draft', startsOn: '2027-03-05', endsOn: '2027-03-09', editionId: cohort.editionId })
  await aCohort(db)
  return { room, other, coordinator, trainer, cohort, cancelled, draft, march: { from: '2027-03-01', to: '2027-03-31' } }
}

describe('the timetable', () => {
  test('has the cohorts of one’s own centres with rooms, trainers, absences and accepted conflicts; cancelled ones are gone', async ({ db }) => {
    const { coordinator, trainer, cohort, draft, room, other, march } = await aWeek(db)
    await db.insert(trainers).values({ personId: trainer.personId!, level: 'regional', languages: ['kk'], courses: ['imci'] })
    await db.insert(absences).values([{ personId: trainer.personId!, startsOn: '2027-02-20', endsOn: '2027-03-01' }, { personId: trainer.personId!, startsOn: '2027-05-01', endsOn: '2027-05-02' }])
    await db.insert(overrides).values({ cohortId: cohort.id, conflict: 'few-trainers', facts: { have: 1, needed: 7 }, reason: 'Тренерлер жолда' })
    const table = await timetableOf(db, coordinator, march)
    expect(table.cohorts.map((one) => [one.id, one.trainers, one.overridden])).toEqual([[cohort.id, [trainer.personId], 1], [draft.id, [], 0]])
    expect(new Set(table.rooms.map((one) => one.id))).toEqual(new Set([room.id, other.id]))
    expect(table.trainers).toEqual([{ personId: trainer.personId, name: expect.any(String), absences: [{ from: '2027-02-20', to: '2027-03-01' }] }])
  })

  test('is narrowed by days, room and trainer', async ({ db }) => {
    const { coordinator, trainer, cohort, draft, other, march } = await aWeek(db)
    const ids = async (filter: object) => (await timetableOf(db, coordinator, { ...march, ...filter })).cohorts.map((one) => one.id)
    expect(await ids({ room: other.id })).toEqual([draft.id])
    expect(await ids({ trainer: trainer.personId! })).toEqual([cohort.id])
    expect(await ids({ from: '2027-03-06' })).toEqual([draft.id])
    expect(await ids({ to: '2027-03-04' })).toEqual([cohort.id])
    expect(await ids({ centre: crypto.randomUUID() })).toEqual([])
  })

  test('of another centre is not seen, and who works at none has no timetable', async ({ db }) => {
    const { march, room } = await aWeek(db)
    const foreign = await aCoordinator(db, (await aRoom(db)).centreId)
    expect((await timetableOf(db, foreign, { ...march, centre: room.centreId })).cohorts).toEqual([])
    for (const actor of [visitor, await aTrainee(db)]) await expect(timetableOf(db, actor, march)).rejects.toMatchObject({ code: 'permission.denied' })
  })
})

describe('the schedule as a file', () => {
  test('has a line for each cohort in the reader’s language, and the ledger tells its digest', async ({ db }) => {
    const { coordinator, march } = await aWeek(db)
    const file = await exportSchedule(db, coordinator, { ...march, locale: 'ru', format: 'csv' })
    const lines = readCsv(Buffer.from(file.bytes).toString('utf8').slice(1))
    expect(lines[2]!.slice(0, 3)).toEqual(['Начало', 'Конец', 'Курс'])
    expect(lines.slice(3).map((one) => [one[0], one[1], one[2], one[7], one[9]])).toEqual([['2027-03-01', '2027-03-05', 'ИВБДВ', 'идёт набор', '25'], ['2027-03-05', '2027-03-09', 'ИВБДВ', 'черновик', '25']].map((line) => [line[0], line[1], line[2], expect.any(String), line[4]]))
    const [last] = await db.select().from(entries).orderBy(desc(entries.seq)).limit(1)
    expect(JSON.parse(last!.body)).toMatchObject({ kind: 'list.exported', facts: { list: 'schedule', rows: 2, digest: file.digest } })
  })

  test('is a workbook too', async ({ db }) => {
    const { coordinator, march } = await aWeek(db)
    const file = await exportSchedule(db, coordinator, { ...march, locale: 'kk', format: 'xlsx' })
    expect([file.name, Buffer.from(file.bytes).toString('latin1', 0, 2), file.rows]).toEqual(['besik-schedule-2027-03-01.xlsx', 'PK', 2])
  })
})

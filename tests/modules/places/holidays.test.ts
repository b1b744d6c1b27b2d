import { eq } from 'drizzle-orm'
import { holidays } from '#db/schema/index.ts'
import { visitor } from '#modules/actor.ts'
import { holidaysOf, isRestDay, readHolidays, removeHoliday, seedHolidays, setHoliday, setHolidayInput } from '#modules/places/index.ts'
import { describe, expect, test } from '#tests/database.ts'
import { aCentre, aCoordinator, anAdministrator, anAuditor, texts } from '#tests/factories.ts'

const aitOf2027 = { date: '2027-05-16', kind: 'holiday' as const, names: { kk: 'Құрбан айт', ru: 'Курбан айт', en: 'Kurban Ait' } }

test('an administrator says what a day is, says it anew, and takes it out', async ({ db }) => {
  const admin = await anAdministrator(db)
  await setHoliday(db, admin, aitOf2027)
  await setHoliday(db, admin, { ...aitOf2027, kind: 'day-off', names: texts('Демалыс') })
  expect(await holidaysOf(db, { from: '2027-05-16', to: '2027-05-16' })).toEqual([{ date: '2027-05-16', kind: 'day-off', names: texts('Демалыс') }])
  const [row] = await db.select().from(holidays).where(eq(holidays.date, '2027-05-16'))
  expect(row!.changedBy).toBe(admin.personId)
  await removeHoliday(db, admin, { date: '2027-05-16' })
  expect(await db.$count(holidays)).toBe(0)
  await expect(removeHoliday(db, admin, { date: '2027-05-16' })).rejects.toMatchObject({ code: 'object.not-found' })
})

test('nobody but an administrator changes the country’s calendar', async ({ db }) => {
  await setHoliday(db, await anAdministrator(db), aitOf2027)
  for (const actor of [visitor, await anAuditor(db), await aCoordinator(db, (await aCentre(db)).id)]) {
    await expect(setHoliday(db, actor, { ...aitOf2027, date: '2027-05-17' })).rejects.toMatchObject({ code: 'permission.denied' })
    await expect(removeHoliday(db, actor, { date: '2027-05-16' })).rejects.toMatchObject({ code: 'permission.denied' })
  }
  expect(await holidaysOf(db, { from: '2027-01-01', to: '2027-12-31' })).toHaveLength(1)
})

test.for([['1999-12-31'], ['2101-01-01'], ['2027-02-30'], ['16.05.2027']])('%s is no day of the calendar', ([date]) => {
  expect(setHolidayInput.safeParse({ ...aitOf2027, date }).success).toBe(false)
})

describe('the calendar that a database begins with', () => {
  test('has the fixed holidays of both years in three languages, and of moving ones only those with a date', () => {
    const all = readHolidays()
    const fixed = ['01-01', '01-02', '01-07', '03-08', '03-21', '03-22', '03-23', '05-01', '05-07', '05-09', '07-06', '08-30', '10-25', '12-16']
    const dates = (kind: string, year: string) => all.filter((one) => one.kind === kind && one.date.startsWith(year)).map((one) => one.date.slice(5)).sort()
    expect(dates('holiday', '2026')).toEqual([...fixed, '05-27'].sort())
    expect(dates('holiday', '2027')).toEqual(fixed)
    expect(dates('day-off', '2026')).toEqual(['03-09', '03-24', '05-11', '08-31'])
    expect(dates('day-off', '2027')).toEqual([])
    expect(new Set(all.map((one) => one.date)).size).toBe(all.length)
    for (const { names } of all) expect(Object.values(names).every((name) => name.length > 3)).toBe(true)
  })

  test('is put in once: what an administrator took out stays out, and a year of theirs is left alone', async ({ db }) => {
    const admin = await anAdministrator(db)
    await setHoliday(db, admin, aitOf2027)
    await seedHolidays(db)
    expect(await holidaysOf(db, { from: '2027-01-01', to: '2027-12-31' })).toHaveLength(1)
    const before = await holidaysOf(db, { from: '2026-01-01', to: '2026-12-31' })
    expect(before).toHaveLength(19)
    await removeHoliday(db, admin, { date: '2026-05-27' })
    await seedHolidays(db)
    expect(await holidaysOf(db, { from: '2026-01-01', to: '2026-12-31' })).toHaveLength(18)
  })
})

test.for([
  ['a Friday', '2027-03-05', undefined, false],
  ['a Saturday', '2027-03-06', undefined, true],
  ['a Sunday', '2027-03-07', undefined, true],
  ['a holiday on a Monday', '2027-03-08', 'holiday', true],
  ['a moved day off', '2027-03-09', 'day-off', true],
  ['a Saturday that is worked', '2027-03-13', 'working-day', false],
] as const)('%s', ([, date, kind, rests]) => {
  expect(isRestDay(date, kind && { kind })).toBe(rests)
})

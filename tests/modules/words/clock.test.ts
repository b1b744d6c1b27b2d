import { describe, expect, test } from 'vitest'
import { addDays, dayOf, dayOfWeek, instantOf, mondayOf, moment, shortWeekday, weekday } from '#modules/words/index.ts'

// Kazakhstan's clocks by the IANA database: the Kyzylorda region went from UTC+6 to UTC+5 on 21 December 2018, and on 1 March 2024 the
// rest of the country followed. No offset stands in the program; these lines say what the data of this Node must know.

/** What the clocks of a zone show at a moment. */
const shown = (at: Date, timeZone: string) => moment('ru', at, timeZone)

describe('the clocks of Kazakhstan', () => {
  test('are those of time zone data that know 2018 and 2024', () => {
    // Releases 2018h (Qyzylorda, Qostanay) and 2024a (the whole country on UTC+5).
    expect((process.versions.tz ?? '') >= '2024a', `Node carries tz ${process.versions.tz}`).toBe(true)
  })

  test.for([
    // zone, day, UTC of nine in the morning
    ['Asia/Qyzylorda', '2018-12-20', '2018-12-20T03:00:00.000Z'],
    ['Asia/Qyzylorda', '2018-12-21', '2018-12-21T04:00:00.000Z'],
    ['Asia/Qyzylorda', '2024-02-29', '2024-02-29T04:00:00.000Z'],
    ['Asia/Qyzylorda', '2024-03-01', '2024-03-01T04:00:00.000Z'],
    ['Asia/Almaty', '2018-12-20', '2018-12-20T03:00:00.000Z'],
    ['Asia/Almaty', '2018-12-21', '2018-12-21T03:00:00.000Z'],
    ['Asia/Almaty', '2024-02-29', '2024-02-29T03:00:00.000Z'],
    ['Asia/Almaty', '2024-03-01', '2024-03-01T04:00:00.000Z'],
    ['Asia/Qostanay', '2024-02-29', '2024-02-29T03:00:00.000Z'],
    ['Asia/Qostanay', '2024-03-01', '2024-03-01T04:00:00.000Z'],
    ['Asia/Aqtau', '2018-12-21', '2018-12-21T04:00:00.000Z'],
    ['Asia/Aqtau', '2024-02-29', '2024-02-29T04:00:00.000Z'],
    ['Asia/Aqtau', '2024-03-01', '2024-03-01T04:00:00.000Z'],
    ['Asia/Oral', '2027-03-01', '2027-03-01T04:00:00.000Z'],
  ] as const)('%s on %s: nine o’clock is %s, and reads as nine again', ([timeZone, date, utc]) => {
    const at = instantOf(date, '09:00', timeZone)
    expect(at.toISOString()).toBe(utc)
    expect(shown(at, timeZone)).toBe(`${date.split('-').toReversed().join('.')}, 09:00`)
    expect(dayOf(at, timeZone)).toBe(date)
  })

  test('an hour that the clocks showed twice is the first of the two', () => {
    expect(instantOf('2024-02-29', '23:30', 'Asia/Almaty').toISOString()).toBe('2024-02-29T17:30:00.000Z')
    expect(instantOf('2018-12-20', '23:30', 'Asia/Qyzylorda').toISOString()).toBe('2018-12-20T17:30:00.000Z')
    expect(instantOf('2024-03-01', '00:00', 'Asia/Almaty').toISOString()).toBe('2024-02-29T19:00:00.000Z')
  })

  test('an hour that no clock showed is told as long after the change', () => {
    // Daylight saving, last begun in Kazakhstan on 28 March 2004 at two in the morning.
    expect(shown(instantOf('2004-03-28', '02:30', 'Asia/Almaty'), 'Asia/Almaty')).toBe('28.03.2004, 03:30')
  })

  test('every hour of the days around both changes comes back as it was asked for', () => {
    for (const timeZone of ['Asia/Qyzylorda', 'Asia/Almaty', 'Asia/Qostanay', 'Asia/Aqtau', 'Asia/Oral', 'Asia/Atyrau', 'Asia/Aqtobe'])
      for (const first of ['2018-12-18', '2024-02-27'])
        for (let hour = 0; hour < 120; hour++) {
          const [date, time] = [addDays(first, Math.floor(hour / 24)), `${String(hour % 24).padStart(2, '0')}:30`]
          expect(shown(instantOf(date, time, timeZone), timeZone)).toBe(`${date.split('-').toReversed().join('.')}, ${time}`)
        }
  })
})

describe('weeks begin on Monday', () => {
  test.for([
    ['2027-03-01', 0, '2027-03-01'], ['2027-03-07', 6, '2027-03-01'], ['2027-03-08', 0, '2027-03-08'], ['2024-02-29', 3, '2024-02-26'], ['2027-01-01', 4, '2026-12-28'],
  ] as const)('%s', ([date, number, monday]) => {
    expect(dayOfWeek(date)).toBe(number)
    expect(mondayOf(date)).toBe(monday)
  })

  test('and are named in three languages', () => {
    expect([weekday('kk', '2027-03-04'), weekday('ru', '2027-03-04'), weekday('en', '2027-03-04')]).toEqual(['бейсенбі', 'четверг', 'Thursday'])
    expect([shortWeekday('kk', '2027-03-07'), shortWeekday('ru', '2027-03-07'), shortWeekday('en', '2027-03-07')]).toEqual(['Жс', 'Вс', 'Sun'])
  })
})

import { createHash } from 'node:crypto'
import type { marks } from '#db/schema/index.ts'
import { type Half, sessions } from '#modules/timetable/index.ts'

export type Mark = (typeof marks)[number]

/**
 * How many half-days attendance is measured against: two for each day of the course (never more than the calendar has),
 * or as many as were held, whichever is more. So a sheet left empty counts against nobody's weekend, and skips no taught day.
 */
export const halfDays = (courseDays: number, calendarDays: number, held: number) => Math.max(2 * Math.min(courseDays || calendarDays, calendarDays), held)

/** Late is there; excused and absent are not, for the hours were missed. */
export const wasThere = (mark: Mark) => mark === 'present' || mark === 'late'

/**
 * SHA-256, hex, over the attendance sheet as text: one line `subject date half mark` per mark, sorted, each ended by a line feed.
 * A subject is the ledger's keyed hash of a person.
 */
export function attendanceDigest(sheet: readonly { subject: string; date: string; half: Half; mark: Mark }[]): string {
  const lines = sheet.map((one) => `${one.subject} ${one.date} ${one.half} ${one.mark}\n`).sort()
  return createHash('sha256').update(lines.join('')).digest('hex')
}

/**
 * Percent of the half-days at which somebody was there: present or late, of the half-days that count (`halfDays`),
 * rounded down. 9 of 10 is 90, whatever a division would round to; nothing held is 0.
 */
export const presencePercent = ({ halves, present }: { halves: number; present: number }) => (halves === 0 ? 0 : Math.floor((present * 100) / halves))

export type Source = 'sheet' | 'self'

/** A mark as it stands: null when it was taken back. `at` is its moment, in milliseconds. */
export type Standing = { mark: Mark | null; source: Source; at: number }

/** What becomes of a mark that arrives: it is written; it only confirms the one that stands; or the one that stands is stronger. */
export type Verdict = 'written' | 'confirmed' | 'weaker'

/**
 * Which of two marks of one half-day stands, so that the order in which devices send them changes nothing: what is marked on
 * the sheet stands above what people marked themselves; of two marks on the sheet the later one counts, of one moment the one
 * that arrives later; and of one's own marks the first.
 */
export function judgeMark(standing: Standing | undefined, given: Standing): Verdict {
  if (!standing) return 'written'
  if (given.source === 'self') return standing.mark === null ? 'written' : 'weaker'
  if (standing.source === 'self') return 'written'
  if (given.at < standing.at) return 'weaker'
  return given.mark === standing.mark ? 'confirmed' : 'written'
}

/**
 * The moment of a mark that a device tells, in milliseconds: never later than the server's clock, or a wrong clock would hold
 * a half-day against everybody; nor earlier than anything here.
 */
export const momentOf = (told: string | undefined, now: number) => (told === undefined ? now : Math.min(Math.max(Date.parse(told), Date.UTC(2000, 0, 1)), now))

/** People may check in so many minutes before a half-day starts, until it ends; and from so many minutes after its start they are late. */
export const checkIn = { opensBefore: 60, lateAfter: 15 } as const

/** The minute of the day on the clock of a time zone. */
function minuteOf(now: Date, timeZone: string): number {
  const [hour, minute] = new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', minute: '2-digit', hourCycle: 'h23' }).format(now).split(':').map(Number) as [number, number]
  return hour * 60 + minute
}

/** The half of the day that a clock shows, for a page that opens on it: the morning until it ends. */
export const halfNow = (now: Date, timeZone: string): Half => (minuteOf(now, timeZone) < sessions.am.ends ? 'am' : 'pm')

/** The half-day at which people can check in now, and the mark that they get: present up to and with the fifteenth minute, then late. Null between half-days. */
export function checkInNow(now: Date, timeZone: string): { half: Half; mark: 'present' | 'late' } | null {
  const minute = minuteOf(now, timeZone)
  for (const half of ['am', 'pm'] as const) {
    const { starts, ends } = sessions[half]
    if (minute >= starts - checkIn.opensBefore && minute < ends) return { half, mark: minute <= starts + checkIn.lateAfter ? 'present' : 'late' }
  }
  return null
}

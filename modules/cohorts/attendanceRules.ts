import type { Half, Mark } from './rules.ts'

/**
 * Percent of the half-days at which somebody was there: present or late, of the half-days that count (`halfDays` in rules.ts),
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

/**
 * The halves of a day by the centre's clock, in minutes after midnight: lessons from nine to one and from two to six. A course
 * day is 8 academic hours, four in each half; the times are the centres' custom and no rule of the course.
 */
export const sessions = { am: { starts: 9 * 60, ends: 13 * 60 }, pm: { starts: 14 * 60, ends: 18 * 60 } } as const satisfies Record<Half, { starts: number; ends: number }>

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

/** 9:00 as people write it, from minutes after midnight. */
export const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

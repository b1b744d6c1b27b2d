import { dayOf } from '#modules/words/index.ts'

/** So many days before the first one people are reminded. */
export const reminderDays = 3

/** From nine in the morning until nine in the evening: nobody's phone rings at night. */
const hours = { from: 9, until: 21 }

/** Whether it is time to remind of a course by the clock of its centre: from three days before its first day, until that day. */
export function isTimeToRemind(now: Date, startsOn: string, timeZone: string): boolean {
  const today = dayOf(now, timeZone)
  const first = new Date(Date.parse(`${startsOn}T00:00:00Z`) - reminderDays * 86_400_000).toISOString().slice(0, 10)
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now))
  return today >= first && today < startsOn && hour >= hours.from && hour < hours.until
}

/** So many days before the last day of a certificate its holder is reminded, at most once each. */
export const reminderDays = [90, 30, 7] as const
export type ReminderDays = (typeof reminderDays)[number]

/**
 * The reminder that is due so many days before the last one, or null. Whoever is found late is reminded of the nearest alone,
 * and once a nearer one was sent, none that should have come before it. On the last day too; afterwards there is nothing to
 * remind of. Pure.
 */
export function reminderDue(daysLeft: number, sent: readonly number[]): ReminderDays | null {
  const nearest = reminderDays.findLast((days) => daysLeft <= days)
  return daysLeft < 0 || nearest === undefined || sent.some((days) => days <= nearest) ? null : nearest
}

/** From nine in the morning until nine in the evening by the clock of the centre: nobody's phone rings at night. */
export const isDaytime = (now: Date, timeZone: string) => {
  const hour = Number(new Intl.DateTimeFormat('en-GB', { timeZone, hour: '2-digit', hourCycle: 'h23' }).format(now))
  return hour >= 9 && hour < 21
}

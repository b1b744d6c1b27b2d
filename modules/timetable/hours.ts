export type Half = 'am' | 'pm'

/**
 * The halves of a day by the centre's clock, in minutes after midnight: lessons from nine to one and from two to six. A course
 * day is 8 academic hours, four in each half; the times are the centres' custom and no rule of the course.
 */
export const sessions = { am: { starts: 9 * 60, ends: 13 * 60 }, pm: { starts: 14 * 60, ends: 18 * 60 } } as const satisfies Record<Half, { starts: number; ends: number }>

/** 9:00 as people write it, from minutes after midnight. */
export const clock = (minutes: number) => `${String(Math.floor(minutes / 60)).padStart(2, '0')}:${String(minutes % 60).padStart(2, '0')}`

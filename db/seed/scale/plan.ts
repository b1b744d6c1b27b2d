import { dayOf } from '#modules/words/index.ts'

// What a synthetic register is made of, as numbers: pure, and the same for the same size.

export const weeks = 260
const day = 86_400_000

/** People in the nth class: 25 as a rule, sometimes one or two fewer. */
const sizeOf = (n: number) => (n % 7 === 3 ? 23 : n % 5 === 2 ? 24 : 25)

/** How many certificates each class gives, so that there are exactly so many in all. */
export function classSizes(certificates: number): number[] {
  const sizes: number[] = []
  for (let left = certificates; left > 0; left -= sizes.at(-1)!) sizes.push(Math.min(left, sizeOf(sizes.length)))
  return sizes
}

/** Monday of each week of five years; the last one ended before `now`. */
export function mondays(now: Date): string[] {
  const today = new Date(`${dayOf(now, 'Asia/Almaty')}T00:00:00Z`)
  const last = today.getTime() - (((today.getUTCDay() + 6) % 7) + 7) * day
  return Array.from({ length: weeks }, (_, index) => new Date(last - (weeks - 1 - index) * 7 * day).toISOString().slice(0, 10))
}

/** So many days later. */
export const later = (date: string, days: number) => new Date(Date.parse(`${date}T00:00:00Z`) + days * day).toISOString().slice(0, 10)

/** A moment of a day: the hour of UTC, and seconds that keep events in their order. All of Kazakhstan has the same date then. */
export const momentOf = (date: string, hour: number, seconds: number) => new Date(Date.parse(`${date}T00:00:00Z`) + hour * 3_600_000 + seconds * 1000)

export type Class = { size: number; week: number; centre: number; room: number }

/**
 * Puts each class into a week and a centre: spread evenly over the weeks, always at the centre with the fewest so far, and two
 * of one centre in one week in different rooms. `opensIn[c]` is the first week of centre c.
 */
export function classesOf(certificates: number, opensIn: readonly number[]): Class[] {
  const sizes = classSizes(certificates)
  const used = opensIn.map(() => 0)
  const busy = new Map<string, number>()
  return sizes.map((size, index) => {
    const week = Math.floor((index * weeks) / sizes.length)
    let centre = -1
    for (const [c, from] of opensIn.entries()) if (from <= week && (centre < 0 || used[c]! < used[centre]!)) centre = c
    used[centre]!++
    const room = busy.get(`${week} ${centre}`) ?? 0
    busy.set(`${week} ${centre}`, room + 1)
    return { size, week, centre, room }
  })
}

/** What becomes of the nth certificate a month after it was issued. */
export const fateOf = (n: number): 'kept' | 'revoked' | 'replaced' => (n % 83 === 41 ? 'revoked' : n % 67 === 33 ? 'replaced' : 'kept')

/** Months for which certificates of the nth course are good: courses of content/ last for ever, and what is asked about validity needs some that end. */
export const monthsOf = (course: number): number | null => (course % 3 === 0 ? 36 : null)

/** Which person gets the nth certificate: every tenth goes to somebody who came before, in another class. */
export const personOf = (n: number) => (n % 10 === 9 && n > 500 ? n - 459 : n)

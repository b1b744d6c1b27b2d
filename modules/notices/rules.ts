/** A notice that failed this often is given up: after about a day. */
export const mostAttempts = 8

/** Seconds for which a process has taken a notice. */
export const lease = 120

const pauses = [60, 300, 900, 3600, 2 * 3600, 6 * 3600, 12 * 3600]

/** Seconds until a notice that failed for the nth time is tried again. */
export const pauseAfter = (attempts: number) => pauses[Math.min(attempts, pauses.length) - 1]!

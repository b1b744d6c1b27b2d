/** A letter that failed this often is given up. */
export const mostAttempts = 10

/** Seconds for which a process has taken a letter: longer than the mail server's own time-outs. */
export const leaseSeconds = 300

/** Seconds until a letter that failed for the nth time is tried again: 1, 2, 4 … minutes. */
export const pauseAfter = (attempts: number) => 60 * 2 ** (attempts - 1)

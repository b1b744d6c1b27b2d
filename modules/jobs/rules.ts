/** A job that failed this often waits for a person. */
export const mostAttempts = 8

/** Seconds until a failed job is tried again: 10 s, 20 s, 40 s … at most an hour. */
export const backoff = (attempts: number) => Math.min(3600, 10 * 2 ** (attempts - 1))

/** What is kept of an error: a code if there is one, for the message of a database error quotes the row, which may be a person's. */
export function failureOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const { code, responseCode } = cause as { code?: unknown; responseCode?: unknown }
    if (code !== undefined || responseCode !== undefined) return [cause.name, code, responseCode].filter((part) => part !== undefined).join(' ').slice(0, 200)
  }
  return String(error instanceof Error ? error.message : error).slice(0, 200)
}

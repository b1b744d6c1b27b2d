/** A job that failed this often waits for a person. */
export const mostAttempts = 12

/** Seconds until a failed job is tried again: half a minute, then twice as long each time, six hours at most. */
export const backoff = (attempts: number) => Math.min(30 * 2 ** (attempts - 1), 6 * 3600)

/** What is kept of an error: its class and code. Its message may name a person or quote a row. */
export function failureOf(error: unknown): string {
  for (let cause = error; cause instanceof Error; cause = cause.cause) {
    const code = (cause as { code?: unknown }).code
    if (typeof code === 'string' || typeof code === 'number') return `${cause.name} ${code}`.slice(0, 200)
  }
  return error instanceof Error ? error.name : 'unknown'
}

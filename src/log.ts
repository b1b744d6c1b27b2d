// Lines wait for the end of the turn and are written together: one write for each request would cost as much as the request.
let waiting: string[] = []

/** Writes one line of the structured log. Never give it a name, number, address, query, cookie or body. */
export function log(entry: Record<string, unknown>): void {
  if (waiting.push(JSON.stringify(entry)) === 1) setImmediate(flush)
}

function flush() {
  const lines = waiting
  waiting = []
  process.stdout.write(`${lines.join('\n')}\n`)
}

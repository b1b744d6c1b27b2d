// Answers of one attempt on this device. Each answer knows its number and the number that the server acknowledged, so an
// answer is only ever called saved when the server said so, also after a reload in the middle of a failure.

export type Kept = { sequence: number; choice: unknown; acknowledged: number }
export type Outcome = 'saved' | 'newer' | 'offline' | 'signed-out' | 'over' | 'refused'

const nameOf = (attempt: string) => `besik:attempt:${attempt}`
const flagsOf = (attempt: string) => `besik:flags:${attempt}`

export function readKept(attempt: string): Record<string, Kept> {
  try {
    return JSON.parse(localStorage.getItem(nameOf(attempt)) ?? '{}') as Record<string, Kept>
  } catch {
    return {}
  }
}

/** Keeps one answer; answers false when the device keeps nothing (a private window, a full disk). */
export function keep(attempt: string, item: string, answer: Kept): boolean {
  try {
    localStorage.setItem(nameOf(attempt), JSON.stringify({ ...readKept(attempt), [item]: answer }))
    return true
  } catch {
    return false
  }
}

export function forget(attempt: string) {
  try {
    localStorage.removeItem(nameOf(attempt))
    localStorage.removeItem(flagsOf(attempt))
  } catch {
    // Nothing was kept.
  }
}

/** The questions that the person wants to look at again: a note to oneself, which stays on the device. */
export function readFlags(attempt: string): string[] {
  try {
    return JSON.parse(localStorage.getItem(flagsOf(attempt)) ?? '[]') as string[]
  } catch {
    return []
  }
}

export function keepFlags(attempt: string, items: readonly string[]) {
  try {
    localStorage.setItem(flagsOf(attempt), JSON.stringify(items))
  } catch {
    // The device keeps nothing: the marks last as long as the page.
  }
}

export const unsent = (attempt: string) => Object.entries(readKept(attempt)).filter(([, answer]) => answer.acknowledged < answer.sequence)

/** Sends one answer and tells what became of it; keeps the acknowledgement. */
export async function send(attempt: string, item: string, answer: Kept): Promise<Outcome> {
  let response: Response
  let acknowledged: unknown
  try {
    response = await fetch(`/api/v1/attempts/${attempt}/answers/${encodeURIComponent(item)}`, {
      method: 'PUT',
      headers: { 'Content-Type': 'application/json' },
      body: JSON.stringify({ choice: answer.choice, sequence: answer.sequence }),
      signal: AbortSignal.timeout(15_000),
    })
    if (response.ok) acknowledged = ((await response.json()) as { acknowledged?: unknown }).acknowledged
  } catch {
    return 'offline'
  }
  if (response.ok) {
    // Somebody else's answer, such as the page of a network that wants a password, is none of ours.
    if (typeof acknowledged !== 'number' || acknowledged < answer.sequence) return 'offline'
    const now = readKept(attempt)[item] ?? answer
    keep(attempt, item, { ...now, acknowledged: Math.max(now.acknowledged, acknowledged) })
    return acknowledged > answer.sequence ? 'newer' : 'saved'
  }
  if (response.status === 401) return 'signed-out'
  if (response.status === 409) return 'over'
  return response.status >= 500 || response.status === 429 ? 'offline' : 'refused'
}

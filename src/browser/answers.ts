import { forget, keep, readKept } from './device.ts'

// Answers of one attempt on this device. Each answer knows its number and the number that the server acknowledged, so an
// answer is only ever called saved when the server said so, also after a reload in the middle of a failure.

export type Kept = { sequence: number; choice: unknown; acknowledged: number }
export type Outcome = 'saved' | 'newer' | 'offline' | 'signed-out' | 'over' | 'refused'

export const readAnswers = (attempt: string) => readKept<Record<string, Kept>>('attempt', attempt) ?? {}

/** Keeps one answer; answers false when the device keeps nothing. */
export const keepAnswer = (attempt: string, item: string, answer: Kept) => keep({ ...readAnswers(attempt), [item]: answer }, 'attempt', attempt)

export function forgetAnswers(attempt: string) {
  forget('attempt', attempt)
  forget('flags', attempt)
}

/** The questions that the person wants to look at again: a note to oneself, which stays on the device. */
export const readFlags = (attempt: string) => readKept<string[]>('flags', attempt) ?? []
export const keepFlags = (attempt: string, items: readonly string[]) => keep(items, 'flags', attempt)

export const unsent = (attempt: string) => Object.entries(readAnswers(attempt)).filter(([, answer]) => answer.acknowledged < answer.sequence)

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
    const now = readAnswers(attempt)[item] ?? answer
    keepAnswer(attempt, item, { ...now, acknowledged: Math.max(now.acknowledged, acknowledged) })
    return acknowledged > answer.sequence ? 'newer' : 'saved'
  }
  if (response.status === 401) return 'signed-out'
  if (response.status === 409) return 'over'
  return response.status >= 500 || response.status === 429 ? 'offline' : 'refused'
}

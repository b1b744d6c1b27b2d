/** What became of something sent: `offline` is worth another try, a refusal has the code that the server gave. */
export type Reply = 'saved' | 'offline' | 'signed-out' | { status: number; code: string }

/** Puts a text to a call that answers 204. Only that is the server's own yes: the page of a network that wants a password is not. */
export async function put(path: string, body: string, { keepalive = false } = {}): Promise<Reply> {
  let response: Response
  try {
    response = await fetch(`/api/v1${path}`, { method: 'PUT', headers: { 'Content-Type': 'application/json' }, body, keepalive, signal: AbortSignal.timeout(15_000) })
  } catch {
    return 'offline'
  }
  if (response.status === 204) return 'saved'
  if (response.ok || response.status >= 500 || response.status === 429) return 'offline'
  if (response.status === 401) return 'signed-out'
  const { code = '' } = (await response.json().catch(() => ({}))) as { code?: string }
  return { status: response.status, code }
}

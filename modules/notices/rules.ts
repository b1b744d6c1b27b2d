/** A letter that failed this often is given up. */
export const mostAttempts = 10

/** Seconds for which a process has taken a letter: longer than the mail server's own time-outs. */
export const leaseSeconds = 300

/** Seconds until a letter that failed for the nth time is tried again: 1, 2, 4 … minutes. */
export const pauseAfter = (attempts: number) => 60 * 2 ** (attempts - 1)

/** Seconds until a mail server that could not be reached is tried again. */
export const pauseOfServer = 300

/** Days for which a letter can be read here; then it is deleted. */
export const keptDays = 30

/** The letters about an account that hold no way in: any other `account.…` may. */
const harmless = new Set(['account.merged', 'account.password-changed', 'account.second-factor-off', 'account.second-factor-on', 'account.sign-in-changed', 'account.unmerged'])

/**
 * Whether a letter of this kind may be read outside the reader's own mailbox. What is about an account may hold a link that
 * opens it, so a kind of those is closed until it is named above; its text is kept only until it has been sent.
 */
export const isReadable = (kind: string) => !kind.startsWith('account.') || harmless.has(kind)

/** What the mail library calls a server that can't be reached, talked to or signed in at: no letter's own fault. */
const serverFailures = new Set(['ECONNECTION', 'ECONNREFUSED', 'ECONNRESET', 'ETIMEDOUT', 'ESOCKET', 'EDNS', 'ETLS', 'EAUTH', 'ENOAUTH', 'EOAUTH2', 'EPROXY'])

export function isServerFailure(error: unknown): boolean {
  const { code, responseCode } = (error ?? {}) as { code?: unknown; responseCode?: unknown }
  // 421 is the server's own "not now", whatever the library made of it.
  return responseCode === 421 || serverFailures.has(String(code))
}

/** How a letter stands: read here only, on its way, tried without success, given up, or sent. */
export type NoticeState = 'here' | 'waiting' | 'retrying' | 'given-up' | 'sent'

export function stateOf({ recipient, sentAt, attempts, failure }: { recipient: string | null; sentAt: Date | null; attempts: number; failure: string | null }): NoticeState {
  if (sentAt) return 'sent'
  if (recipient === null) return 'here'
  if (attempts >= mostAttempts) return 'given-up'
  return failure === null ? 'waiting' : 'retrying'
}

import type { Locale } from '#modules/words/index.ts'

/** Who is signed in, as pages need it. */
export type SignedIn = {
  id: string
  familyName: string
  givenName: string
  patronymic: string | null
  locale: Locale
  /** A staff person who must set up the second factor before anything else. */
  mustSetUpSecondFactor: boolean
  /** Hash of this session, to mark it in lists. */
  sessionHash: string
}

/** Name of the session cookie: `__Host-` demands https, so a loopback http origin has its own. */
export const cookieName = (origin: string) => (origin.startsWith('https:') ? '__Host-besik' : 'besik')

/** Attributes of the session cookie. It has no Max-Age: the server's lifetimes decide. */
export const cookieAttributes = (origin: string) =>
  ({ path: '/', httpOnly: true, sameSite: 'lax', secure: origin.startsWith('https:') }) as const

import type { Db } from '#db/client.ts'
import { type Actor, visitor } from '#modules/actor.ts'
import { type Bearer, readBearer, readSession, type Rider } from '#modules/people/index.ts'
import { Refusal } from '#modules/refusal.ts'
import { cookieName, type SignedIn } from './signedIn.ts'

export type Identity = { actor: Actor; person: SignedIn | null; token: string | null; rider: unknown; bearer: Bearer | null }

const nobody: Identity = { actor: visitor, person: null, token: null, rider: null, bearer: null }

/** The session token in a Cookie header, if there is one. */
export const tokenIn = (cookies: string | null | undefined, origin: string) => new RegExp(`(?:^|; )${cookieName(origin)}=([^;]+)`).exec(cookies ?? '')?.[1] ?? null

/** Who a session token belongs to, in one query, and what a rider asks beside. `token` stays set when it belongs to nobody any more, so that the cookie can be taken back. */
export async function identify(db: Db, token: string | null, rider?: Rider): Promise<Identity> {
  if (!token) return nobody
  const session = await readSession(db, token, rider)
  return session ? { actor: session.actor, person: session.person, token, rider: session.rider, bearer: null } : { ...nobody, token }
}

/** The same for a machine client's bearer token. Throws `session.none` when it isn't one: a wrong token must not pass for no token. */
export async function identifyBearer(db: Db, token: string): Promise<Identity> {
  const known = await readBearer(db, token)
  if (!known) throw new Refusal('session.none')
  return { ...nobody, ...known }
}
